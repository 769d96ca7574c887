"""The tables of intrusions and of what the center accepts as false alarms. Answers and acceptances are events.

A finding is continued by what equals it until it is answered, or until `APART` passed without any; what comes then
begins a new one, so that an answer is never about what came later.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Index, String, Text, delete, func, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime
from countynet.vocabulary import Severity
from monitoring.columns import Instant, word
from monitoring.intrusions.collect import Group, Key
from monitoring.intrusions.model import Feed, IntrusionKind
from monitoring.intrusions.whose import Whose

APART = timedelta(days=7)
MOST_ROWS = 200_000
_ASKED = 200
"""pairs of source and signature asked for in one query"""
_ORDER = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)


class Intrusion(Base):
    """One finding."""

    __tablename__ = "intrusion"

    id: Mapped[int] = mapped_column(primary_key=True)
    sensor: Mapped[str] = mapped_column(String(64))
    """the device or host that told it"""
    feed: Mapped[Feed] = mapped_column(word(Feed))
    kind: Mapped[IntrusionKind] = mapped_column(word(IntrusionKind))
    signature: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    category: Mapped[str] = mapped_column(String(100))
    reference: Mapped[str] = mapped_column(String(100))
    detail: Mapped[str] = mapped_column(String(300))
    severity: Mapped[Severity] = mapped_column(word(Severity))
    source: Mapped[str] = mapped_column(String(64))
    target: Mapped[str] = mapped_column(String(64))
    port: Mapped[int]
    protocol: Mapped[str] = mapped_column(String(16))
    behind: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64))
    """whom it is about: a device, a host, a terminal, a unit"""
    unit: Mapped[str] = mapped_column(String(32))
    """the subject's unit, empty for the center's own"""
    attacked: Mapped[bool]
    """whether the subject is the target"""
    natted: Mapped[bool]
    """whether the address is a translation's"""
    count: Mapped[int]
    blocked: Mapped[int]
    first: Mapped[datetime] = mapped_column(Instant)
    last: Mapped[datetime] = mapped_column(Instant)
    line: Mapped[str] = mapped_column(Text)
    """the last line as it came"""
    answered: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str] = mapped_column(String(64), default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    """what was found and done"""

    __table_args__ = (
        Index("intrusion_last", "last"),
        Index("intrusion_unit", "unit", "last"),
        Index("intrusion_key", "source", "signature", "last"),
    )

    @property
    def key(self) -> Key:
        """What it has in common with what continues it."""
        return Key(self.sensor, self.feed, self.signature, self.source, self.target)


class FalseAlarm(Base):
    """A signature that the center takes for a false alarm, of one address or of all, until a day."""

    __tablename__ = "intrusion_false_alarm"
    evented = True

    id: Mapped[int] = mapped_column(primary_key=True)
    feed: Mapped[Feed] = mapped_column(word(Feed))
    signature: Mapped[str] = mapped_column(String(64), index=True)
    address: Mapped[str] = mapped_column(String(64))
    """a source's or a target's; empty: all"""
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[date]
    """the last day (the county's) on which it holds"""
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str] = mapped_column(String(64), default="")
    withdrawn: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)

    def covers(self, row: Intrusion) -> bool:
        """Tell whether it is about a finding."""
        same = (self.feed, self.signature) == (row.feed, row.signature)
        return same and self.address in ("", row.source, row.target, row.behind)


def keep(session: Session, groups: Sequence[Group], whose: Whose) -> None:
    """Write what was collected: on the finding that stands, or as a new one."""
    standing = _standing(session, groups)
    for group in groups:
        row = standing.get(group.key)
        if row is None:
            session.add(_new(group, whose))
            continue
        row.count, row.blocked = row.count + group.count, row.blocked + group.blocked
        row.severity = min(row.severity, group.severity, key=_ORDER.index)
        row.first, row.last, row.line = min(row.first, group.first), max(row.last, group.last), group.line
        row.port, row.detail = group.found.port, group.found.detail


def _standing(session: Session, groups: Sequence[Group]) -> dict[Key, Intrusion]:
    if not groups:
        return {}
    since = min(group.first for group in groups) - APART
    keys = sorted({(group.key.source, group.key.signature) for group in groups})
    found: dict[Key, Intrusion] = {}
    for start in range(0, len(keys), _ASKED):
        chosen = select(Intrusion).where(
            tuple_(Intrusion.source, Intrusion.signature).in_(keys[start : start + _ASKED]),
            Intrusion.last >= since,
            Intrusion.answered.is_(None),
        )
        found |= {row.key: row for row in session.scalars(chosen.order_by(Intrusion.id))}
    return found


def _new(group: Group, whose: Whose) -> Intrusion:
    found = group.found
    concern = whose.concerned(found, group.key.sensor)
    owner = concern.owner
    return Intrusion(
        **group.key._asdict(), kind=found.kind, name=found.name, category=found.category, reference=found.reference,
        detail=found.detail, severity=group.severity, port=found.port, protocol=found.protocol, behind=found.behind,
        subject=owner.subject[:64], unit=owner.unit, attacked=concern.attacked, natted=owner.natted, count=group.count,
        blocked=group.blocked, first=group.first, last=group.last, line=group.line, answered=None,
    )  # fmt: skip


def forget(session: Session, now: datetime, days: int) -> None:
    """Forget what is older than the log itself, and the oldest of what is too much."""
    session.execute(delete(Intrusion).where(Intrusion.last < now - timedelta(days=days)))
    newest = session.scalar(select(func.max(Intrusion.id))) or 0
    session.execute(delete(Intrusion).where(Intrusion.id <= newest - MOST_ROWS))


def holding(session: Session, today: date) -> Sequence[FalseAlarm]:
    """Return the false alarms that hold today: neither past their day nor withdrawn."""
    chosen = select(FalseAlarm).where(FalseAlarm.until >= today, FalseAlarm.withdrawn.is_(None))
    return session.scalars(chosen.order_by(FalseAlarm.id)).all()


def false_alarms(session: Session) -> Sequence[FalseAlarm]:
    """Return all, the newest first."""
    return session.scalars(select(FalseAlarm).order_by(FalseAlarm.id.desc())).all()


def uncovered(accepted: Sequence[FalseAlarm]) -> list[ColumnElement[bool]]:
    """Return what is asked of a row that no false alarm covers."""
    everywhere = [(one.feed, one.signature) for one in accepted if not one.address]
    at = [(one.feed, one.signature, one.address) for one in accepted if one.address]
    found: list[ColumnElement[bool]] = []
    if everywhere:
        found.append(tuple_(Intrusion.feed, Intrusion.signature).not_in(everywhere))
    for end in (Intrusion.source, Intrusion.target, Intrusion.behind):
        if at:
            found.append(tuple_(Intrusion.feed, Intrusion.signature, end).not_in(at))
    return found


def stand(accepted: Sequence[FalseAlarm]) -> list[ColumnElement[bool]]:
    """Return what is asked of a row that stands: nobody answered it, and no false alarm covers it."""
    return [Intrusion.answered.is_(None), *uncovered(accepted)]
