"""The SQL of the knowledge base: entries, their versions, the terms they are found by, and where they helped."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, case, delete, func, insert, select
from sqlalchemy import Text as Long
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime
from monitoring.cause.store import AlarmCause
from monitoring.columns import word
from monitoring.faults.store import Fault
from monitoring.knowledge.model import Audience, Entry, Text, Version

_RULE = AlarmCause.verdict["rule"].as_string()
"""by which rule an alarm was judged: what makes two troubles the same kind"""


class KnowledgeEntry(Base):
    """An entry as it stands."""

    evented = True
    __tablename__ = "knowledge_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    symptom: Mapped[str] = mapped_column(String(200))
    cause: Mapped[str] = mapped_column(Long, default="")
    remedy: Mapped[str] = mapped_column(Long)
    command: Mapped[str] = mapped_column(String(400), default="")
    audience: Mapped[Audience] = mapped_column(word(Audience))
    author: Mapped[str] = mapped_column(String(80))
    changed: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn: Mapped[bool] = mapped_column(default=False)
    length: Mapped[float] = mapped_column(default=0.0)
    """what its terms count together"""

    @property
    def text(self) -> Text:
        """What it says."""
        return Text(self.symptom, self.cause, self.remedy, self.command, self.audience)


class KnowledgeVersion(Base):
    """What an entry said once."""

    __tablename__ = "knowledge_version"

    entry: Mapped[int] = mapped_column(ForeignKey("knowledge_entry.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    symptom: Mapped[str] = mapped_column(String(200))
    cause: Mapped[str] = mapped_column(Long, default="")
    remedy: Mapped[str] = mapped_column(Long)
    command: Mapped[str] = mapped_column(String(400), default="")
    audience: Mapped[Audience] = mapped_column(word(Audience))
    author: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(String(400), default="")


class KnowledgeTerm(Base):
    """How much a term counts in an entry."""

    __tablename__ = "knowledge_term"

    term: Mapped[str] = mapped_column(String(80), primary_key=True)
    entry: Mapped[int] = mapped_column(ForeignKey("knowledge_entry.id"), primary_key=True)
    weight: Mapped[float]
    length: Mapped[float]
    """the entry's, so that a search reads this table alone"""

    __table_args__ = (Index("knowledge_term_entry", "entry"),)


class KnowledgeUse(Base):
    """Whether an entry helped with a fault; said once for each, the last word counts."""

    __tablename__ = "knowledge_use"

    entry: Mapped[int] = mapped_column(ForeignKey("knowledge_entry.id"), primary_key=True)
    fault: Mapped[int] = mapped_column(ForeignKey("fault.id"), primary_key=True)
    login: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    helped: Mapped[bool]


def entries(session: Session, numbers: Collection[int]) -> dict[int, Entry]:
    """Return entries by number with how often they helped; absent ones are left out."""
    counts = _uses(session, numbers)
    rows = session.scalars(select(KnowledgeEntry).where(KnowledgeEntry.id.in_(numbers)))
    return {row.id: _entry(row, *counts.get(row.id, (0, 0))) for row in rows}


def newest(session: Session, limit: int, audiences: Collection[Audience], withdrawn: bool = False) -> list[Entry]:
    """Return the entries changed last."""
    chosen = select(KnowledgeEntry.id).where(KnowledgeEntry.audience.in_(audiences))
    if not withdrawn:
        chosen = chosen.where(KnowledgeEntry.withdrawn.is_(False))
    numbers = list(
        session.scalars(chosen.order_by(KnowledgeEntry.changed.desc(), KnowledgeEntry.id.desc()).limit(limit))
    )
    found = entries(session, numbers)
    return [found[number] for number in numbers]


def versions(session: Session, entry: int) -> list[Version]:
    """Return an entry's versions, newest first."""
    rows = session.scalars(
        select(KnowledgeVersion).where(KnowledgeVersion.entry == entry).order_by(KnowledgeVersion.version.desc())
    )
    return [
        Version(r.version, Text(r.symptom, r.cause, r.remedy, r.command, r.audience), r.author, r.at, r.note)
        for r in rows
    ]


def holding(session: Session, wanted: Collection[str]) -> dict[str, int]:
    """Return in how many entries each term stands; a term that stands nowhere is left out."""
    chosen = select(KnowledgeTerm.term, func.count()).where(KnowledgeTerm.term.in_(wanted))
    return {term: count for term, count in session.execute(chosen.group_by(KnowledgeTerm.term))}


def postings(session: Session, wanted: Collection[str]) -> Sequence[tuple[str, int, float, float]]:
    """Return where terms stand: term, entry, weight, the entry's length. What is withdrawn has no terms."""
    chosen = select(KnowledgeTerm.term, KnowledgeTerm.entry, KnowledgeTerm.weight, KnowledgeTerm.length)
    return [(t, e, w, n) for t, e, w, n in session.execute(chosen.where(KnowledgeTerm.term.in_(wanted)))]


def size(session: Session) -> tuple[int, float]:
    """Return how many entries can be found, and their mean length (1 without any)."""
    chosen = select(func.count(), func.avg(KnowledgeEntry.length)).where(KnowledgeEntry.withdrawn.is_(False))
    count, mean = session.execute(chosen).one()
    return count, mean or 1.0


def index(session: Session, row: KnowledgeEntry, counted: Iterable[tuple[str, float]]) -> None:
    """Let an entry be found by these terms alone."""
    weights = {term[:80]: weight for term, weight in counted}
    session.execute(delete(KnowledgeTerm).where(KnowledgeTerm.entry == row.id))
    row.length = sum(weights.values())
    if weights:
        rows = [{"term": t, "entry": row.id, "weight": w, "length": row.length} for t, w in weights.items()]
        session.execute(insert(KnowledgeTerm), rows)


def proven(session: Session, alarms: Collection[int]) -> dict[int, list[tuple[int, int]]]:
    """Return, for each alarm, the entries that helped with faults of the same verdict, and how often, most first.

    One that failed there as often as it helped is left out. Two queries, however many alarms.
    """
    of_alarm = select(AlarmCause.alarm, _RULE).where(AlarmCause.alarm.in_(alarms))
    rules = {alarm: rule for alarm, rule in session.execute(of_alarm)}
    helped = func.sum(case((KnowledgeUse.helped.is_(True), 1), else_=0))
    chosen = select(_RULE, KnowledgeUse.entry, helped, func.count()).join(Fault, Fault.id == KnowledgeUse.fault)
    chosen = chosen.join(AlarmCause, AlarmCause.alarm == Fault.alarm_id).where(_RULE.in_(set(rules.values())))
    found: dict[str, list[tuple[int, int]]] = {}
    for rule, entry, good, all_ in session.execute(chosen.group_by(_RULE, KnowledgeUse.entry)):
        if good * 2 > all_:
            found.setdefault(rule, []).append((entry, good))
    return {alarm: sorted(found[rule], key=lambda e: (-e[1], e[0])) for alarm, rule in rules.items() if rule in found}


def _uses(session: Session, numbers: Collection[int]) -> dict[int, tuple[int, int]]:
    helped = func.sum(case((KnowledgeUse.helped.is_(True), 1), else_=0))
    chosen = select(KnowledgeUse.entry, func.count(), helped).where(KnowledgeUse.entry.in_(numbers))
    return {entry: (used, good) for entry, used, good in session.execute(chosen.group_by(KnowledgeUse.entry))}


def _entry(row: KnowledgeEntry, used: int, helped: int) -> Entry:
    return Entry(row.id, row.version, row.text, row.author, row.changed, row.withdrawn, used, helped)
