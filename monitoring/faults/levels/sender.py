"""Escalates: called once a second in the worker's process; looks every LOOK, sends in a thread of its own.

What is told is queued in the transaction that records the event, so a worker that was away or killed tells each level
once, when it is back. A fault that is repaired meanwhile is not told of any more. Only faults that lead themselves
count: one that goes with another has no clock of its own.
"""

import logging
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import clock as clocks_
from countynet.db import reading, transaction
from countynet.errors import BadInput, Problem
from countynet.events import JSON, record
from countynet.i18n import CHINESE, _, language, translate
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import LineState, Role
from inventory import load_county
from inventory.model import County
from monitoring.alarms.service import MACHINE
from monitoring.faults.clocks import ClockKind
from monitoring.faults.desk.service import Desk, Item, targets
from monitoring.faults.desk.store import Filter
from monitoring.faults.levels import store
from monitoring.faults.levels.plan import Reached, due, reached
from monitoring.faults.levels.store import FaultLevel
from monitoring.faults.rules import STATES, WORKING
from monitoring.faults.show import CLOCKS
from monitoring.faults.store import Fault, get
from monitoring.faults.targets import Targets
from monitoring.notices import plan as notice_plan
from monitoring.notices.deliver import Outcome, deliver
from monitoring.notices.model import NoticeState, Recipient, Rules
from monitoring.notices.model import load as load_notices
from monitoring.notices.sender import county_name
from monitoring.notices.ticking import Ticking
from monitoring.notices.words import Message
from monitoring.state.store import LineRow
from monitoring.tags import FaultTag

LOOK = timedelta(seconds=15)
_NOBODY = Actor(MACHINE, Role.AUDITOR)
_log = logging.getLogger(__name__)


class Escalation:
    """A county's escalation."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings, self._engine = settings, engine
        self._looked = datetime.min.replace(tzinfo=UTC)
        self._under_way: threading.Thread | None = None
        with transaction(engine) as session:
            store.doubt(session, translate(_("the sender was killed meanwhile")))

    def step(self, now: datetime) -> int:
        """Queue what is reached, begin to send what is due; return how many levels are new.

        Raises BadInput for files that are wrong: then nothing is queued and nothing is lost.
        """
        new = 0
        if now >= self._looked + LOOK:
            aim = targets(self._settings.county)
            new = self._queue(aim, now) if aim.levels else 0
            self._looked = now
        self._send(now)
        return new

    def wait(self, seconds: float | None = None) -> None:
        """Wait until what is under way is through."""
        if self._under_way is not None:
            self._under_way.join(seconds)

    def _queue(self, aim: Targets, now: datetime) -> int:
        rules = load_notices(self._settings.county) or Rules()
        _known(aim, rules)
        county, new = _county(self._settings.county), 0
        for item in self._open(county):
            with reading(self._engine) as session:
                told = store.told(session, [item.fault.id])[item.fault.id]
            for one in reached(item.clocks, aim.levels, told):
                self._fire(item.fault.id, one, rules, aim, now)
                new += 1
        return new

    def _open(self, county: County) -> Sequence[Item]:
        desk, found, page = Desk(self._settings, self._engine), list[Item](), 1
        while True:
            one = desk.queue(county, Filter(page=page), _NOBODY)
            found += [item for item in one.items if item.fault.state in WORKING]
            if not one.more:
                return found
            page += 1

    def _fire(self, fault: int, one: Reached, rules: Rules, aim: Targets, now: datetime) -> None:
        with transaction(self._engine) as session:
            row = get(session, fault)
            if row is None or row.state not in WORKING:
                return
            outage = _out(session, row)
            for name in one.to:
                recipient = rules.recipient(name)
                quiet = recipient.quiet if recipient else None
                session.add(
                    FaultLevel(
                        fault=fault, clock=one.clock.kind.value, percent=one.percent, recipient=name,
                        state=NoticeState.QUEUED, created=now, due=due(one.clock, outage, quiet, aim.calendar, now),
                        attempts=0, said="",
                    )
                )  # fmt: skip
            data: dict[str, JSON] = {
                "clock": one.clock.kind.value,
                "percent": one.percent,
                "told": list(one.to),
                "used": int(one.clock.used.total_seconds() // 60),
                "target": one.clock.target.minutes,
                "note": f"{translate(CLOCKS[one.clock.kind])} {one.percent}% → {', '.join(one.to)}",
            }
            record(session, FaultTag.ESCALATED, MACHINE, f"fault:{fault}", data)

    def _send(self, now: datetime) -> None:
        if self._under_way is not None and self._under_way.is_alive():
            return
        with reading(self._engine) as session:
            if not store.ready(session, now):
                return
        rules = load_notices(self._settings.county) or Rules()
        with transaction(self._engine) as session:
            rows = store.ready(session, now)
            mine = [row for row in rows if row.recipient == rows[0].recipient] if rows else []
            for row in mine:
                fault = get(session, row.fault)
                working = fault is not None and fault.state in WORKING
                row.state = NoticeState.SENDING if working else NoticeState.DROPPED
                row.attempts += 1
        taken = [row for row in mine if row.state is NoticeState.SENDING]
        who = rules.recipient(taken[0].recipient) if taken else None
        if not taken:
            return
        work = partial(self._deliver, rules, who, taken)
        self._under_way = threading.Thread(target=work, name="escalation", daemon=True)
        self._under_way.start()

    def _deliver(self, rules: Rules, who: Recipient | None, rows: Sequence[FaultLevel]) -> None:
        try:
            if who is None:
                outcome = Outcome(NoticeState.FAILED, translate(_("notices.yml names no such recipient any more")))
            else:
                make = partial(self._message, rows)
                outcome = deliver(self._settings, rules.channel(who), who, make, f"e{rows[0].id}-{rows[-1].id}")
        except Exception as error:  # what was under way is settled whatever happens
            outcome = Outcome(NoticeState.DOUBTFUL, type(error).__name__)
        if outcome.state is not NoticeState.SENT:
            _log.warning("escalation %s to %s: %s", [row.id for row in rows], rows[0].recipient, outcome.state)
        self._settle(rows, outcome)

    def _settle(self, rows: Sequence[FaultLevel], outcome: Outcome) -> None:
        with transaction(self._engine) as session:
            for one in rows:
                row = session.get_one(FaultLevel, one.id)
                row.state, row.said = outcome.state, outcome.said[:300]
                if outcome.state is NoticeState.QUEUED:
                    again = notice_plan.again(row.attempts, row.created, clocks_.now())
                    row.state, row.due = (NoticeState.QUEUED, again) if again else (NoticeState.FAILED, row.due)

    def _message(self, rows: Sequence[FaultLevel]) -> Message:
        county = _county(self._settings.county)
        with reading(self._engine) as session:
            lines = [_line(county, row, fault) for row in rows if (fault := get(session, row.fault)) is not None]
        head = f"[{county_name(self._settings.county)}]"
        return Message(f"{head} {lines[0]}" if len(lines) == 1 else head, tuple(lines) or ("",))


def _line(county: County, row: FaultLevel, fault: Fault) -> str:
    unit = county.unit_by_id.get(fault.unit)
    title = translate(fault.title, **fault.values) if fault.values else fault.title
    return translate(
        _("Fault {fault} of {unit} is {state}; {percent}% of the time {clock} is used up: {title}"),
        fault=fault.id,
        unit=(unit.name if language() == CHINESE else unit.name_en) if unit else fault.unit,
        state=translate(STATES[fault.state]),
        percent=row.percent,
        clock=translate(CLOCKS[ClockKind(row.clock)]),
        title=title,
    )


def _out(session: Session, fault: Fault) -> bool:
    """Whether the unit's line is out: by its state, or by an alarm that is still open."""
    line = session.get(LineRow, fault.unit)
    down = line is not None and line.state in (LineState.DOWN, LineState.SHADOWED)
    return down or (fault.alarm is not None and fault.alarm.closed is None)


def _known(aim: Targets, rules: Rules) -> None:
    """Raise BadInput for a level that names nobody of notices.yml."""
    names = {name for level in aim.levels for name in level.to}
    strange = sorted(name for name in names if rules.recipient(name) is None)
    if strange:
        message = _("a level of clocks.yml names {name}, who is no recipient of notices.yml")
        raise BadInput([Problem(message, {"name": name}, where="levels") for name in strange])


def _county(folder: Path) -> County:
    return _loaded(folder, tuple((file.name, file.stat().st_mtime_ns) for file in sorted(folder.glob("*.yml"))))


@lru_cache(maxsize=2)
def _loaded(folder: Path, _stamp: object) -> County:
    return load_county(folder)


_escalations = Ticking(Escalation)


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Escalate what is to be escalated. The worker's clockwork calls this.

    Raises CountyError with every problem in its words, which the clockwork logs once, for files that are wrong.
    """
    _escalations.tick(settings, engine, now)
