"""The transactions of telling units: queue what events say, take out what is due, keep how it went.

What is told follows from the event log alone: an event is looked at once, and the number of the last one is kept in
the transaction that queues, so a sender that was away or killed tells what happened meanwhile, and nothing twice.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet.db import reading, transaction
from countynet.events import Event, head
from countynet.i18n import _, translate
from countynet.vocabulary import LineState
from inventory.calendar.working import daily_end, within
from monitoring.faults.reports.store import of_fault, units_of
from monitoring.faults.store import Fault
from monitoring.faults.telling import store
from monitoring.faults.telling.store import FaultNotice, FaultTold
from monitoring.faults.telling.templates import DEFAULTS
from monitoring.notices import plan
from monitoring.notices.deliver import Outcome
from monitoring.notices.model import NoticeState, Quiet
from monitoring.state.store import LineRow
from monitoring.tags import FaultTag

STALE = timedelta(days=1)
"""what is older when it is looked at is told to nobody"""
AT_ONCE = 500
Quiets = Callable[[str], Quiet | None]
Reached = Callable[[str], bool]


@dataclass(frozen=True)
class Step:
    """A step of a fault that a unit is told."""

    tag: FaultTag
    fault: int
    at: datetime
    data: dict[str, Any]
    title: str
    """what the unit itself reported"""


@dataclass(frozen=True)
class Taken:
    """A message to a unit that is to be sent now."""

    unit: str
    notices: tuple[int, ...]
    steps: tuple[Step, ...]


def begin(engine: Engine) -> int:
    """Settle what a killed sender left; return the last event that was looked at."""
    with transaction(engine) as session:
        store.doubt(session, translate(_("the sender was killed meanwhile")))
        return _cursor(session)


def newest(engine: Engine) -> int:
    """Return the last event that there is."""
    with reading(engine) as session:
        return head(session)[0]


def queue(engine: Engine, seen: int, reached: Reached, quiet: Quiets, now: datetime) -> int:
    """Queue what the events after `seen` tell; return the last event that was looked at.

    `reached`: whether a unit can be told; `quiet`: its quiet hours, which its own outage does not keep.
    """
    with reading(engine) as session:
        events = store.events_after(session, seen, AT_ONCE)
    if not events:
        return seen
    last = events[-1].id
    steps = [e for e in events if e.tag in DEFAULTS and e.subject.startswith("fault:") and e.at >= now - STALE]
    if steps or last - seen >= AT_ONCE:
        with transaction(engine) as session:
            known = _cursor(session)
            for event in (e for e in steps if e.id > known):
                _queue(session, event, reached, quiet, now)
            session.merge(FaultTold(id=1, event=last))
    return last


def _queue(session: Session, event: Event, reached: Reached, quiet: Quiets, now: datetime) -> None:
    fault = session.get(Fault, int(event.subject.partition(":")[2]))
    if fault is None:
        return
    for unit in _concerned(session, event, fault):
        if reached(unit):
            due = _due(quiet(unit), _outage(session, fault, unit), now)
            session.add(
                FaultNotice(
                    event=event.id, fault=fault.id, unit=unit, state=NoticeState.QUEUED, created=now, due=due,
                    attempts=0, said="",
                )
            )  # fmt: skip


def _concerned(session: Session, event: Event, fault: Fault) -> Collection[str]:
    """Return who is told of a step: of a report who reported, else everybody whose fault it is."""
    if event.tag == FaultTag.REPORTED:
        return (str(event.data.get("unit") or fault.unit),)
    return dict.fromkeys((fault.unit, *units_of(session, fault.id)))


def _outage(session: Session, fault: Fault, unit: str) -> bool:
    line = session.get(LineRow, unit)
    down = line is not None and line.state in (LineState.DOWN, LineState.SHADOWED)
    return down or fault.alarm_id is not None


def _due(quiet: Quiet | None, outage: bool, now: datetime) -> datetime:
    if quiet is None or outage or not within(now, quiet.start, quiet.end):
        return now
    return daily_end(now, quiet.end)


def take(engine: Engine, busy: Collection[str], now: datetime) -> Taken | None:
    """Take out everything that is due for one unit that is not busy, marked as under way; None without any."""
    with reading(engine) as session:
        if not any(row.unit not in busy for row in store.due(session, now)):
            return None
    with transaction(engine) as session:
        rows = [row for row in store.due(session, now) if row.unit not in busy]
        mine = [row for row in rows if row.unit == rows[0].unit] if rows else []
        for row in mine:
            row.state, row.tried, row.attempts = NoticeState.SENDING, now, row.attempts + 1
        steps = tuple(_steps(session, mine))
    return Taken(mine[0].unit, tuple(row.id for row in mine), steps) if mine else None


def _steps(session: Session, rows: Sequence[FaultNotice]) -> Iterator[Step]:
    for row in rows:
        event = session.get_one(Event, row.event)
        yield Step(FaultTag(event.tag), row.fault, event.at, event.data, own_title(session, row.fault, row.unit))


def own_title(session: Session, fault: int, unit: str) -> str:
    """Return what a unit itself reported first; empty when only an alarm or another unit speaks."""
    return next((report.title for report in of_fault(session, fault) if report.unit == unit), "")


def settle(engine: Engine, notices: Sequence[int], outcome: Outcome, now: datetime) -> None:
    """Keep how it went: sent, doubtful, or refused and due again (after a day of that: failed)."""
    with transaction(engine) as session:
        for number in notices:
            row = session.get_one(FaultNotice, number)
            row.state, row.said = outcome.state, outcome.said
            if outcome.state is NoticeState.QUEUED:
                due = plan.again(row.attempts, row.created, now)
                row.state, row.due = (NoticeState.QUEUED, due) if due else (NoticeState.FAILED, row.due)


def _cursor(session: Session) -> int:
    row = session.get(FaultTold, 1)
    return row.event if row is not None else 0
