"""Reads what evaluation is made of: the ledger's months, and the steps of faults from their events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session, aliased

from countynet import clock
from countynet.db import reading
from countynet.events import Event
from countynet.unitfindings import Looked
from inventory.model import County
from inventory.month import Month
from monitoring.alarms.store import Alarm
from monitoring.cause.store import of as verdicts
from monitoring.evaluation.assess import Assessment, Troubles, Voice, assess, score
from monitoring.evaluation.charges.model import Charges, charges, owed
from monitoring.evaluation.experts.service import voices
from monitoring.evaluation.experts.store import standing
from monitoring.evaluation.figures import AGAIN, FaultFacts, Shared
from monitoring.evaluation.own.gather import ranking
from monitoring.evaluation.period import Period
from monitoring.evaluation.report import Report
from monitoring.evaluation.rules import Rules
from monitoring.evaluation.served.read import applications
from monitoring.evaluation.settled import Basis
from monitoring.faults.past import WITH, Happened, effective
from monitoring.faults.reports.store import FaultReport
from monitoring.faults.store import Fault
from monitoring.faults.ties.store import FaultTie, TieKind
from monitoring.ledger.read import Ledger, units_month
from monitoring.tags import FaultTag, ReportTag

_CHUNK = 500
_BY_ALARM = (FaultTag.OPENED, FaultTag.ALARM_JOINED)


@dataclass(frozen=True)
class Bases:
    """What a period as a whole, and each of its months, is judged by."""

    whole: Basis
    months: Mapping[Month, Basis]

    @classmethod
    def of(cls, county: County, period: Period) -> "Bases":
        """Return the county as it is, for all of it, with everything that was ever recorded."""
        one = Basis(county, None, None)
        return cls(one, dict.fromkeys(period, one))


@dataclass(frozen=True)
class Gathered:
    """What a period is made of."""

    ledgers: Mapping[Month, Mapping[str, Ledger]]
    facts: Sequence[FaultFacts]
    before: Sequence[FaultFacts]
    shared: Sequence[Shared]
    voices: tuple[Voice, ...]

    def assessed(self, basis: Basis, period: Period, rent: Sequence[Charges], rules: Rules, at: datetime) -> Assessment:
        """Return the assessment."""
        months = {month: {n: one.sums for n, one in units.items()} for month, units in self.ledgers.items()}
        past = Troubles(self.facts, self.before, self.shared)
        scored = partial(score, rules=rules, period=str(period), voices=self.voices)
        return assess(basis.county, period, months, past, owed(rent), scored, basis.said, period.closed(at))

    def rent(self, bases: Mapping[Month, Basis], rules: Rules, at: datetime) -> list[Charges]:
        """Return each month's charges, by what the month is judged by."""
        return [charges(b.county, month, self.ledgers[month], rules, at, b.said) for month, b in bases.items()]

    @property
    def watched(self) -> frozenset[str]:
        """The units whose line was measured."""
        return frozenset(n for units in self.ledgers.values() for n, one in units.items() if one.sums.counted)


def gathered(session: Session, county: County, period: Period, at: datetime, until: datetime | None) -> Gathered:
    """Read what a period is made of; of one that lasts, what has passed until `at`; events only `until` it settled."""
    units = [unit.id for unit in county.units]
    return Gathered(
        ledgers={month: units_month(session, units, month, at) for month in period},
        facts=faults(session, period.begins, period.ends, until),
        before=faults(session, period.begins - 2 * AGAIN, period.begins, until),
        shared=shared(session, period.begins, period.ends, until),
        voices=voices(standing(session, str(period))),
    )


def evaluate(
    engine: Engine, county: County, period: Period, rules: Rules, now: datetime | None = None,
    bases: Bases | None = None,
) -> Assessment:  # fmt: skip
    """Return a period's assessment; of one that lasts, what has passed until now.

    `bases`: what the period and each of its months are judged by; without it, the county as it is.
    """
    at = now or clock.now()
    judged = bases or Bases.of(county, period)
    with reading(engine) as session:
        known = gathered(session, judged.whole.county, period, at, judged.whole.until)
    return known.assessed(judged.whole, period, known.rent(judged.months, rules, at), rules, at)


def reported(
    engine: Engine, period: Period, rules: Rules, looked: Sequence[Looked], at: datetime, bases: Bases
) -> Report:
    """Return everything about a period. `looked`: what the sources of findings say of it."""
    county = bases.whole.county
    with reading(engine) as session:
        known = gathered(session, county, period, at, bases.whole.until)
        served = applications(session, county, period, known.facts, at)
    rent = known.rent(bases.months, rules, at)
    moment = min(at, bases.whole.until or at)
    places = ranking(county, period, known.facts, looked, known.watched, rules.own, moment)
    return Report(county, known.assessed(bases.whole, period, rent, rules, at), rent, places, served)


def shared(session: Session, first: datetime, last: datetime, until: datetime | None = None) -> list[Shared]:
    """Return who reported a fault of another unit that was opened from one time to another; each once a fault.

    `until`: what was reported or rated from then on does not count.
    """
    mine = select(FaultReport.id, FaultReport.unit, FaultReport.fault, FaultReport.at, FaultReport.rating)
    chosen = mine.join(Fault, Fault.id == FaultReport.fault).where(
        Fault.opened >= first, Fault.opened < last, FaultReport.unit != Fault.unit
    )
    rows = session.execute(chosen.order_by(FaultReport.fault, FaultReport.id)).all()
    late = set() if until is None else _rated_since(session, [row.id for row in rows if row.rating], until)
    found: dict[tuple[int, str], Shared] = {}
    for number, unit, fault, reported_at, rating in rows:
        if until is None or reported_at < until:
            known = found.get((fault, unit), Shared(unit, fault))
            given = None if number in late else rating
            found[fault, unit] = replace(known, rating=known.rating if given is None else given)
    return list(found.values())


def _rated_since(session: Session, reports: Sequence[int], until: datetime) -> set[int]:
    """Return the reports that were rated from a time on."""
    found: set[int] = set()
    for start in range(0, len(reports), _CHUNK):
        names = {f"report:{number}": number for number in reports[start : start + _CHUNK]}
        late = select(Event.subject).where(Event.subject.in_(names), Event.tag == ReportTag.RATED, Event.at >= until)
        found |= {names[subject] for subject in session.scalars(late)}
    return found


def faults(session: Session, first: datetime, last: datetime, until: datetime | None = None) -> list[FaultFacts]:
    """Return what the events (`until` then) say of the faults opened from one time to another, oldest first.

    A merger that was undone does not count; a fault that goes with another one of its own unit is no second trouble.
    """
    chosen = select(Fault.id, Fault.unit, Fault.opened).where(Fault.opened >= first, Fault.opened < last)
    found = {
        f"fault:{n}": FaultFacts(n, unit, opened) for n, unit, opened in session.execute(chosen.order_by(Fault.id))
    }
    subjects = list(found)
    for start in range(0, len(subjects), _CHUNK):
        events = _events(session, subjects[start : start + _CHUNK], until)
        alarms = _alarms(session, events)
        for subject, past in _by_subject(events).items():
            for event in effective(past):
                found[subject] = _stepped(found[subject], event, alarms)
    twice = _of_one_unit(session, until)
    return [fact for fact in found.values() if fact.fault not in twice]


def _by_subject(events: Sequence[Event]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.subject, []).append(event)
    return found


def _of_one_unit(session: Session, until: datetime | None) -> set[int]:
    """Return the faults that go with another one of the same unit, or went with it then."""
    leader = aliased(Fault)
    chosen = select(FaultTie.fault).join(Fault, Fault.id == FaultTie.fault).join(leader, leader.id == FaultTie.other)
    merged = chosen.where(FaultTie.kind == TieKind.MERGED, Fault.unit == leader.unit)
    if until is None:
        return set(session.scalars(merged.where(FaultTie.ended.is_(None))))
    stood = or_(FaultTie.ended.is_(None), FaultTie.ended >= until)
    return set(session.scalars(merged.where(FaultTie.at < until, stood)))


def _events(session: Session, subjects: Sequence[str], until: datetime | None) -> Sequence[Event]:
    chosen = select(Event).where(Event.subject.in_(subjects)).order_by(Event.id)
    return session.scalars(chosen if until is None else chosen.where(Event.at < until)).all()


@dataclass(frozen=True)
class _Alarmed:
    """An alarm that opened or joined a fault: a report may join one that is older."""

    opened: datetime
    domain: str = ""


def _alarms(session: Session, events: Sequence[Event]) -> dict[int, _Alarmed]:
    """Return the alarms that opened or joined faults, with the last verdict on each."""
    named = [event.data.get("alarm") for event in events if event.tag in _BY_ALARM]
    numbers = [n for n in named if isinstance(n, int)]
    domains = {number: verdict.domain.value for number, verdict in verdicts(session, numbers).items()}
    chosen = select(Alarm.id, Alarm.opened).where(Alarm.id.in_(numbers))
    return {number: _Alarmed(opened, domains.get(number, "")) for number, opened in session.execute(chosen)}


def _stepped(fact: FaultFacts, event: Happened, alarms: Mapping[int, _Alarmed]) -> FaultFacts:
    """Return what is known after one more event."""
    match event.tag:
        case FaultTag.OPENED | FaultTag.ALARM_JOINED:
            alarm = alarms.get(event.data.get("alarm", 0), _Alarmed(event.at))
            first = min(alarm.opened, fact.alarmed or alarm.opened)
            return replace(fact, alarmed=first, domain=alarm.domain or fact.domain)
        case FaultTag.REPORTED:
            return fact if fact.reported else replace(fact, reported=event.at)
        case FaultTag.SPLIT_OFF:
            at = datetime.fromisoformat(event.data["reported"])
            return replace(fact, reported=min(at, fact.reported or at))
        case FaultTag.STARTED:
            return fact if fact.started else replace(fact, started=event.at)
        case FaultTag.REPAIRED:
            waits = fact.answers if not fact.answers or fact.answers[-1][1] is not None else fact.answers[:-1]
            return replace(fact, repaired=event.at, answers=(*waits, (event.at, None)))
        case FaultTag.REOPENED:
            return _answered(replace(fact, reopened=fact.reopened + 1, repaired=None), event)
        case FaultTag.CONFIRMED:
            rating = None if WITH in event.data else event.data.get("rating")
            return _answered(replace(fact, rating=rating if isinstance(rating, int) else None), event)
    return fact


def _answered(fact: FaultFacts, event: Happened) -> FaultFacts:
    """Return a fault with its unit's answer to the last repair: neither silence nor a new alarm is one."""
    if not fact.answers or "silent_days" in event.data or "alarm" in event.data:
        return fact
    *before, (repaired, answered) = fact.answers
    return replace(fact, answers=(*before, (repaired, answered or event.at)))
