"""The SQL of alarms. At most one alarm of a key is open, which the database itself refuses to break."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, case, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime
from countynet.vocabulary import Severity
from monitoring.columns import word

TIMES = "times"
"""the value of an alarm that says how often it opened"""
AGAIN = "again"
"""the value of an alarm that says when it opened last, if it opened more than once (ISO 8601)"""

_OPEN = text("closed IS NULL")


class Alarm(Base):
    """Something that is wrong, from when to when."""

    __tablename__ = "alarm"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(32))
    """who raises and closes it, e.g. `ping`"""
    key: Mapped[str] = mapped_column(String(100))
    """what it is about, e.g. `line:line-001`"""
    severity: Mapped[Severity] = mapped_column(word(Severity))
    subject: Mapped[str] = mapped_column(String(64))
    """the circuit, or the device, or the station"""
    device: Mapped[str] = mapped_column(String(64), default="")
    circuit: Mapped[str | None] = mapped_column(String(32))
    unit: Mapped[str | None] = mapped_column(String(32), index=True)
    message: Mapped[str] = mapped_column(String(200))
    """message id, translated with `values` where it is shown"""
    values: Mapped[dict[str, Any]] = mapped_column("message_values", JSON)
    opened: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    closed: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("alarm_open_key", "key", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),)


_WORST = case({Severity.CRITICAL: 0, Severity.MAJOR: 1}, value=Alarm.severity, else_=2)


def open_alarms(session: Session) -> Sequence[Alarm]:
    """Return the open alarms, worst first, then newest first."""
    return session.scalars(select(Alarm).where(Alarm.closed.is_(None)).order_by(_WORST, Alarm.opened.desc())).all()


def recent(session: Session, limit: int) -> Sequence[Alarm]:
    """Return the alarms that closed last."""
    closed = select(Alarm).where(Alarm.closed.is_not(None)).order_by(Alarm.closed.desc()).limit(limit)
    return session.scalars(closed).all()


def about(session: Session, devices: Collection[str], units: Collection[str], closed: int) -> Sequence[Alarm]:
    """Return the open alarms of some devices or of these units' lines, worst first, then so many that closed last."""
    mine = select(Alarm).where(Alarm.subject.in_(devices) | Alarm.device.in_(devices) | Alarm.unit.in_(units))
    opened = mine.where(Alarm.closed.is_(None)).order_by(_WORST, Alarm.opened.desc())
    past = mine.where(Alarm.closed.is_not(None)).order_by(Alarm.closed.desc()).limit(closed)
    return [*session.scalars(opened), *session.scalars(past)]


def of_unit(session: Session, unit: str, limit: int) -> Sequence[Alarm]:
    """Return a unit's alarms, open ones first, then newest first."""
    mine = select(Alarm).where(Alarm.unit == unit)
    return session.scalars(mine.order_by(Alarm.closed.is_not(None), Alarm.opened.desc()).limit(limit)).all()


def open_by_key(session: Session, keys: Iterable[str]) -> dict[str, Alarm]:
    """Return the open alarms of some keys."""
    found = session.scalars(select(Alarm).where(Alarm.closed.is_(None), Alarm.key.in_(list(keys))))
    return {alarm.key: alarm for alarm in found}


def last_of(session: Session, key: str, since: datetime) -> Alarm | None:
    """Return the alarm of a key that closed last, not before a time."""
    closed = select(Alarm).where(Alarm.key == key, Alarm.closed >= since).order_by(Alarm.closed.desc()).limit(1)
    return session.scalar(closed)


def get(session: Session, alarm: int) -> Alarm | None:
    """Return one alarm."""
    return session.get(Alarm, alarm)
