"""The SQL of work windows, and of what they cover: the past of it is never rewritten."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import JSON, ForeignKey, Index, String, delete, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base
from monitoring.columns import Instant
from monitoring.windows.model import Window


class WorkWindow(Base):
    """An announced time for work on some devices."""

    evented = True
    __tablename__ = "work_window"

    id: Mapped[int] = mapped_column(primary_key=True)
    devices: Mapped[list[Any]] = mapped_column(JSON)
    start: Mapped[datetime] = mapped_column(Instant)
    end: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(200))
    login: Mapped[str] = mapped_column(String(80))
    removed: Mapped[datetime | None] = mapped_column(Instant)
    """when it was taken back, or ended early"""


class WindowCover(Base):
    """From when to when a window covers a device, and whose line that is."""

    __tablename__ = "window_cover"

    id: Mapped[int] = mapped_column(primary_key=True)
    window: Mapped[int] = mapped_column(ForeignKey("work_window.id"), index=True)
    device: Mapped[str] = mapped_column(String(64))
    unit: Mapped[str] = mapped_column(String(32), default="")
    start: Mapped[datetime] = mapped_column(Instant)
    end: Mapped[datetime] = mapped_column(Instant, index=True)

    __table_args__ = (Index("window_cover_unit", "unit", "end"),)


_COVERS = text(
    'SELECT device, unit, start, "end", "window" FROM window_cover '
    'WHERE "end" > :first AND start < :last ORDER BY start'
)


def window(session: Session, row: WorkWindow) -> Window:
    """Return a row as a window, with the units that it touches."""
    return windows(session, [row])[0]


def windows(session: Session, rows: Sequence[WorkWindow]) -> list[Window]:
    """Return rows as windows with the units that they touch, in one query more."""
    chosen = select(WindowCover.window, WindowCover.unit).where(
        WindowCover.window.in_([r.id for r in rows]), WindowCover.unit != ""
    )
    touched: dict[int, set[str]] = {}
    for number, unit in session.execute(chosen):
        touched.setdefault(number, set()).add(unit)
    return [
        Window(
            r.id, tuple(r.devices), r.start, r.end, r.reason, r.login, r.removed, tuple(sorted(touched.get(r.id, ())))
        )
        for r in rows
    ]


def standing(session: Session, now: datetime) -> list[Window]:
    """Return the windows that run or are to come, by start."""
    chosen = select(WorkWindow).where(WorkWindow.end > now, WorkWindow.removed.is_(None))
    return windows(session, session.scalars(chosen.order_by(WorkWindow.start, WorkWindow.id)).all())


def newest(session: Session, limit: int) -> list[Window]:
    """Return the windows that begin last, whatever became of them."""
    return windows(session, session.scalars(select(WorkWindow).order_by(WorkWindow.start.desc()).limit(limit)).all())


def of_unit(session: Session, unit: str, now: datetime) -> list[Window]:
    """Return the windows that run or are to come and touch a unit, by start."""
    mine = select(WindowCover.window).where(WindowCover.unit == unit, WindowCover.end > now)
    chosen = select(WorkWindow).where(WorkWindow.id.in_(mine), WorkWindow.removed.is_(None))
    return windows(session, session.scalars(chosen.order_by(WorkWindow.start)).all())


def covering(session: Session, at: datetime) -> frozenset[str]:
    """Return the devices that a window covers at a time."""
    chosen = select(WindowCover.device).where(WindowCover.start <= at, WindowCover.end > at)
    return frozenset(session.scalars(chosen))


def covers(session: Session, first: int, last: int) -> Sequence[tuple[str, str, int, int, int]]:
    """Return what was covered within a time: device, unit, begin, end, window; times in milliseconds, by begin."""
    found = session.execute(_COVERS, {"first": first, "last": last}).all()
    return cast(Sequence[tuple[str, str, int, int, int]], found)


def cut(session: Session, at: datetime) -> None:
    """Forget what is covered from a time on; what was covered before stays."""
    session.execute(delete(WindowCover).where(WindowCover.start >= at))
    session.execute(update(WindowCover).where(WindowCover.end > at).values(end=at))


def add_covers(session: Session, new: Iterable[WindowCover]) -> None:
    """Keep what is covered."""
    session.add_all(new)
    session.flush()
