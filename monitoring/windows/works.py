"""Work windows of what other rooms do (`countynet.works`): opened when it begins, closed when it ends, told to units.

A window belongs to its work by a row of its own. Who waits for a network to be watched is no part of it: devices and
servers that nobody watches are left out of the window, not refused.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Engine, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet import clock, tellings, works
from countynet.canonical import JSON
from countynet.db import Base, reading, transaction
from countynet.i18n import _
from countynet.moments import shown
from countynet.settings import Settings
from countynet.works import Announced, Work
from monitoring.poller import plan as watching
from monitoring.windows import book, store
from monitoring.windows.model import LONGEST, REASON
from monitoring.windows.store import WorkWindow

TOLD = _("work on the network {when}: {reason}. What you use may be cut off for some time")


class WindowWork(Base):
    """What a work window was announced for."""

    __tablename__ = "window_work"

    window: Mapped[int] = mapped_column(ForeignKey("work_window.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(80), index=True)


def announce(settings: Settings, engine: Engine, work: Work, instead: str = "") -> Announced:
    """Open a window, or change the one that stands; tell units that it touches newly. Raises CountyError."""
    plan, now = watching.load(settings), clock.now()
    able = plan.topology.watched.keys() | plan.county.host_by_name.keys()
    named = [name for name in dict.fromkeys(work.names) if name in able]
    end = min(max(work.end, now + timedelta(minutes=1)), max(work.start, now) + LONGEST)
    with transaction(engine) as session:
        row = _standing(session, (work.subject, instead), now)
        before: Collection[str] = ()
        if row is None:
            row = WorkWindow(
                devices=named, start=max(work.start, now), end=end, reason=work.reason[:REASON], login=work.login,
                removed=None,
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.add(WindowWork(window=row.id, subject=work.subject))
        else:
            before = store.window(session, row).units
            session.get_one(WindowWork, row.id).subject = work.subject
            row.devices = list(dict.fromkeys([*row.devices, *named])) if row.start <= now else named
            row.start = row.start if row.start <= now else max(work.start, now)
            row.end, row.reason = end, work.reason[:REASON]
        session.flush()
        book.announced(session, plan.topology, row, now, work.login)
        window = store.window(session, row)
        fresh = [f"{tellings.UNIT}{unit}" for unit in window.units if unit not in before]
        when = f"{shown(window.start)} - {shown(window.end)}"
        values: dict[str, JSON] = {"when": when, "reason": window.reason}
        tellings.tell(session, f"window:{row.id}", f"window:{row.id}", fresh, TOLD, values, now)
        return Announced(row.id, window.units, window.end)


def over(settings: Settings, engine: Engine, subject: str, login: str) -> bool:
    """End what was announced for work, or take it back. Raises CountyError."""
    with reading(engine) as session:
        row = _standing(session, (subject,), clock.now())
        number = row.id if row else None
    if number is None:
        return False
    book.remove(engine, watching.load(settings).topology, number, login)
    return True


def standing(engine: Engine, kind: str) -> frozenset[str]:
    """Return the subjects of a kind whose windows run or are to come."""
    now = clock.now()
    chosen = select(WindowWork.subject).join(WorkWindow, WorkWindow.id == WindowWork.window)
    chosen = chosen.where(
        WindowWork.subject.startswith(kind, autoescape=True), WorkWindow.end > now, WorkWindow.removed.is_(None)
    )
    with reading(engine) as session:
        return frozenset(session.scalars(chosen))


def covered(engine: Engine) -> frozenset[str]:
    """Return the devices and servers that a window covers now."""
    with reading(engine) as session:
        return store.covering(session, clock.now())


def _standing(session: Session, subjects: Collection[str], now: datetime) -> WorkWindow | None:
    chosen = select(WorkWindow).join(WindowWork, WorkWindow.id == WindowWork.window)
    chosen = chosen.where(WindowWork.subject.in_([s for s in subjects if s]), WorkWindow.end > now)
    return session.scalars(chosen.where(WorkWindow.removed.is_(None)).order_by(WorkWindow.id)).first()


class Windows:
    """The announcer that this room registers."""

    announce, over = staticmethod(announce), staticmethod(over)
    standing, covered = staticmethod(standing), staticmethod(covered)


ANNOUNCER: works.Announcer = Windows()
