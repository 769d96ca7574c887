"""The SQL of windows."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime


class WindowRow(Base):
    """One window of one plan; a plan has at most one that waits."""

    evented = True
    __tablename__ = "plan_window"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    start: Mapped[datetime] = mapped_column(UtcDateTime)
    end: Mapped[datetime] = mapped_column(UtcDateTime)
    login: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(16), index=True)
    job: Mapped[int | None]
    why: Mapped[str] = mapped_column(Text, default="")
    """why it was missed, translated"""


def last(session: Session, plan: int) -> WindowRow | None:
    """Return the last window of a plan."""
    return session.scalar(select(WindowRow).where(WindowRow.plan_id == plan).order_by(WindowRow.id.desc()).limit(1))


def opens(session: Session, plan: int) -> datetime | None:
    """Return when the window opens that a plan waits for; None when it waits for none."""
    row = last(session, plan)
    return row.start if row and row.state == "waiting" else None


def of_job(session: Session, job: int) -> WindowRow | None:
    """Return the window that began a job."""
    return session.scalar(select(WindowRow).where(WindowRow.job == job))


def due(session: Session, now: datetime) -> Sequence[WindowRow]:
    """Return the windows that wait and have opened, the oldest first."""
    chosen = select(WindowRow).where(WindowRow.state == "waiting", WindowRow.start <= now)
    return session.scalars(chosen.order_by(WindowRow.start, WindowRow.id)).all()
