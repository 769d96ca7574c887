"""Reads what evaluation is made of: the ledger's months, and the steps of faults from their events."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, aliased

from countynet import clock
from countynet.db import reading
from countynet.events import Event
from inventory.model import County
from monitoring.alarms.store import Alarm
from monitoring.evaluation.assess import Assessment, assess
from monitoring.evaluation.figures import AGAIN, FaultFacts
from monitoring.evaluation.period import Period
from monitoring.evaluation.rules import Rules
from monitoring.faults.past import Happened, effective
from monitoring.faults.store import Fault
from monitoring.faults.ties.store import FaultTie, TieKind
from monitoring.ledger.read import units_month
from monitoring.tags import FaultTag

_CHUNK = 500
_BY_ALARM = (FaultTag.OPENED, FaultTag.ALARM_JOINED)


def evaluate(engine: Engine, county: County, period: Period, rules: Rules, now: datetime | None = None) -> Assessment:
    """Return a period's assessment; of one that lasts, what has passed until now."""
    at = now or clock.now()
    units = [unit.id for unit in county.units]
    with reading(engine) as session:
        months = {
            month: {name: one.sums for name, one in units_month(session, units, month, at).items()} for month in period
        }
        facts = faults(session, period.begins, period.ends)
        before = faults(session, period.begins - 2 * AGAIN, period.begins)
    return assess(county, period, months, facts, before, rules, period.closed(at))


def faults(session: Session, first: datetime, last: datetime) -> list[FaultFacts]:
    """Return what the events say of the faults opened from one time to another, oldest first.

    A merger that was undone does not count; a fault that goes with another one of its own unit is no second trouble.
    """
    chosen = select(Fault.id, Fault.unit, Fault.opened).where(Fault.opened >= first, Fault.opened < last)
    found = {
        f"fault:{n}": FaultFacts(n, unit, opened) for n, unit, opened in session.execute(chosen.order_by(Fault.id))
    }
    subjects = list(found)
    for start in range(0, len(subjects), _CHUNK):
        events = _events(session, subjects[start : start + _CHUNK])
        alarms = _alarms(session, events)
        for subject, past in _by_subject(events).items():
            for event in effective(past):
                found[subject] = _stepped(found[subject], event, alarms)
    twice = _of_one_unit(session)
    return [fact for fact in found.values() if fact.fault not in twice]


def _by_subject(events: Sequence[Event]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.subject, []).append(event)
    return found


def _of_one_unit(session: Session) -> set[int]:
    """Return the faults that go with another one of the same unit."""
    leader = aliased(Fault)
    chosen = select(FaultTie.fault).join(Fault, Fault.id == FaultTie.fault).join(leader, leader.id == FaultTie.other)
    merged = chosen.where(FaultTie.kind == TieKind.MERGED, FaultTie.ended.is_(None), Fault.unit == leader.unit)
    return set(session.scalars(merged))


def _events(session: Session, subjects: Sequence[str]) -> Sequence[Event]:
    chosen = select(Event).where(Event.subject.in_(subjects)).order_by(Event.id)
    return session.scalars(chosen).all()


def _alarms(session: Session, events: Sequence[Event]) -> dict[int, datetime]:
    """Return when the alarms that opened or joined a fault were opened: a report may join one that is older."""
    named = [event.data.get("alarm") for event in events if event.tag in _BY_ALARM]
    chosen = select(Alarm.id, Alarm.opened).where(Alarm.id.in_([n for n in named if isinstance(n, int)]))
    return {number: opened for number, opened in session.execute(chosen)}


def _stepped(fact: FaultFacts, event: Happened, alarms: Mapping[int, datetime]) -> FaultFacts:
    """Return what is known after one more event."""
    match event.tag:
        case FaultTag.OPENED | FaultTag.ALARM_JOINED:
            at = alarms.get(event.data.get("alarm", 0), event.at)
            return replace(fact, alarmed=min(at, fact.alarmed or at))
        case FaultTag.REPORTED:
            return fact if fact.reported else replace(fact, reported=event.at)
        case FaultTag.SPLIT_OFF:
            at = datetime.fromisoformat(event.data["reported"])
            return replace(fact, reported=min(at, fact.reported or at))
        case FaultTag.STARTED:
            return fact if fact.started else replace(fact, started=event.at)
        case FaultTag.REPAIRED:
            return replace(fact, repaired=event.at)
        case FaultTag.REOPENED:
            return replace(fact, reopened=fact.reopened + 1, repaired=None)
        case FaultTag.CONFIRMED:
            rating = event.data.get("rating")
            return replace(fact, rating=rating if isinstance(rating, int) else None)
    return fact
