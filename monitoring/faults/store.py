"""The SQL of faults. What a unit reports joins its open fault; it has several when the center split one.

That reports which come at once find each other is the write lock's doing (`countynet.db.transaction`).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, Text, or_, select, text
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from countynet.db import Base, UtcDateTime
from countynet.events import Event
from countynet.vocabulary import FaultState, Role
from monitoring.alarms.store import Alarm
from monitoring.columns import word
from monitoring.faults.reports.store import FaultReport

_OPEN = text("closed IS NULL")


class Fault(Base):
    """Something broken that people work on. Its steps are the events of subject `fault:<id>`."""

    __tablename__ = "fault"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(String(32), index=True)
    state: Mapped[FaultState] = mapped_column(word(FaultState))
    assignee: Mapped[Role] = mapped_column(word(Role))
    """who has to act next"""
    title: Mapped[str] = mapped_column(String(200))
    """the reporter's words, or a message id with `values` while only an alarm speaks"""
    values: Mapped[dict[str, Any]] = mapped_column("title_values", JSON)
    description: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(String(100), default="")
    reporter: Mapped[str] = mapped_column(String(40))
    """login, or `monitoring` while only an alarm speaks"""
    alarm_id: Mapped[int | None] = mapped_column(ForeignKey("alarm.id"), index=True)
    cause: Mapped[str] = mapped_column(Text, default="")
    work: Mapped[str] = mapped_column(Text, default="")
    rating: Mapped[int | None]
    opened: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    changed: Mapped[datetime] = mapped_column(UtcDateTime)
    closed: Mapped[datetime | None] = mapped_column(UtcDateTime)
    alarm: Mapped[Alarm | None] = relationship(lazy="raise")

    __table_args__ = (
        Index("fault_unit_open", "unit", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("fault_closed", "closed"),
        Index("fault_state_opened", "state", "opened"),
    )


_WITH_ALARM = select(Fault).options(joinedload(Fault.alarm))


def get(session: Session, fault: int) -> Fault | None:
    """Return one fault with its alarm."""
    return session.scalar(_WITH_ALARM.where(Fault.id == fault))


def open_faults(session: Session) -> Sequence[Fault]:
    """Return the faults that are not closed, oldest first, with their alarms."""
    return session.scalars(_WITH_ALARM.where(Fault.closed.is_(None)).order_by(Fault.opened)).all()


def closed_faults(session: Session, limit: int) -> Sequence[Fault]:
    """Return the faults closed last."""
    return session.scalars(
        _WITH_ALARM.where(Fault.closed.is_not(None)).order_by(Fault.closed.desc()).limit(limit)
    ).all()


def about(session: Session, units: Collection[str], closed: int) -> Sequence[Fault]:
    """Return some units' faults that are not closed, oldest first, then so many that were closed last."""
    mine = _WITH_ALARM.where(Fault.unit.in_(units))
    past = mine.where(Fault.closed.is_not(None)).order_by(Fault.closed.desc()).limit(closed)
    return [*session.scalars(mine.where(Fault.closed.is_(None)).order_by(Fault.opened)), *session.scalars(past)]


def of_unit(session: Session, unit: str, limit: int = 100) -> Sequence[Fault]:
    """Return a unit's newest faults and those that it reported with others, newest first."""
    return session.scalars(_WITH_ALARM.where(_concerns(unit)).order_by(Fault.opened.desc()).limit(limit)).all()


def open_of_unit(session: Session, unit: str) -> Fault | None:
    """Return a unit's open fault: its own, else the oldest that it reported with others."""
    mine = _WITH_ALARM.where(_concerns(unit), Fault.closed.is_(None))
    return session.scalar(mine.order_by(Fault.unit != unit, Fault.id).limit(1))


def open_by_alarm(session: Session, alarm: int) -> Fault | None:
    """Return the oldest open fault that an alarm explains."""
    mine = _WITH_ALARM.where(Fault.alarm_id == alarm, Fault.closed.is_(None))
    return session.scalar(mine.order_by(Fault.id).limit(1))


def _concerns(unit: str) -> ColumnElement[bool]:
    return or_(Fault.unit == unit, Fault.id.in_(select(FaultReport.fault).where(FaultReport.unit == unit)))


def events(session: Session, fault: int) -> Sequence[Event]:
    """Return what happened to a fault, in order."""
    return session.scalars(select(Event).where(Event.subject == f"fault:{fault}").order_by(Event.id)).all()
