"""What people do about faults. Owns its transactions; every step is an event in the same one.

Refuses with BadInput what was filled in wrongly (all of it at once), with NotAllowed the wrong person, with Conflict
the wrong order (monitoring.faults.rules).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import BadInput, Problem
from countynet.events import JSON, Event, record
from countynet.i18n import _
from countynet.people import Actor
from countynet.vocabulary import FaultState, Role
from inventory.model import County
from monitoring.alarms.service import MACHINE
from monitoring.faults import joining, store
from monitoring.faults.clocks import Clock, PauseReason, clocks, paused
from monitoring.faults.reports.store import FaultReport, Origin
from monitoring.faults.rules import MARKS, mark, may_mark, may_report, step
from monitoring.faults.targets import Targets
from monitoring.tags import FaultTag

LONGEST = {"title": 200, "description": 4000, "contact": 100, "cause": 2000, "work": 2000, "note": 2000}
"""characters"""


@dataclass(frozen=True)
class Past:
    """One step of a fault's history."""

    at: datetime
    actor: str
    tag: FaultTag
    data: Mapping[str, JSON]


@dataclass(frozen=True)
class Filed:
    """Where a report went: the fault that it became or joined, and its own number."""

    fault: int
    report: int


@dataclass(frozen=True)
class Faults:
    """The service over a county's database."""

    engine: Engine

    def report(self, unit: str, title: str, description: str, contact: str, actor: Actor) -> int:
        """File a unit's report and return the fault's number: the unit's open fault when there is one."""
        return self.file(unit, title, description, contact, actor).fault

    def file(
        self, unit: str, title: str, description: str, contact: str, actor: Actor, secret: str = ""
    ) -> Filed:
        """File a unit's report; it joins the unit's open fault, or that of what cut several units off.

        `secret`: SHA-256 of the receipt's secret, when it was filed without an account; then the actor is the unit
        whose code was given, and nobody was signed in. Raises BadInput, NotAllowed.
        """
        may_report(actor, unit)
        said = _clean(title=title, description=description, contact=contact)
        _require(said, "title")
        with transaction(self.engine) as session:
            fault = store.open_of_unit(session, unit) or joining.shared(session, unit) or _new(session, unit)
            report = _kept(session, fault, unit, actor, said, secret)
            _take_report(session, fault, report, actor, said)
            return Filed(fault.id, report.id)

    def dispatch(self, fault: int, actor: Actor, note: str = "") -> None:
        """Hand a fault to the operator (center)."""
        self._step(FaultTag.DISPATCHED, fault, actor, _clean(note=note))

    def start(self, fault: int, actor: Actor, note: str = "") -> None:
        """Say that the repair began (operator)."""
        self._step(FaultTag.STARTED, fault, actor, _clean(note=note))

    def repaired(self, fault: int, actor: Actor, cause: str, work: str = "") -> None:
        """Say that it is repaired, what it was and what was done (operator)."""
        said = _clean(cause=cause, work=work)
        _require(said, "cause")
        self._step(FaultTag.REPAIRED, fault, actor, said)

    def arrive(self, fault: int, actor: Actor, note: str = "") -> None:
        """Say that somebody is at the place (operator); once for each repair."""
        self._mark(FaultTag.ARRIVED, fault, actor, _clean(note=note))

    def pause(self, fault: int, actor: Actor, reason: PauseReason, note: str) -> None:
        """Stop the clocks to arrive and to repair, for a reason that somebody can check (operator, center)."""
        said = _clean(note=note)
        _require(said, "note")
        self._mark(FaultTag.PAUSED, fault, actor, {**said, "reason": reason.value})

    def resume(self, fault: int, actor: Actor, note: str = "") -> None:
        """Let the clocks run again (operator, center)."""
        self._mark(FaultTag.RESUMED, fault, actor, _clean(note=note))

    def confirm(self, fault: int, actor: Actor, rating: int, note: str = "") -> None:
        """Say that it works again, and how well the repair went, 1 to 5 (the unit)."""
        if not 1 <= rating <= 5:
            raise BadInput([Problem(_("a rating is 1 to 5"), found=str(rating))])
        self._step(FaultTag.CONFIRMED, fault, actor, {**_clean(note=note), "rating": rating})

    def reopen(self, fault: int, actor: Actor, note: str = "") -> None:
        """Say that it is still broken (the unit)."""
        self._step(FaultTag.REOPENED, fault, actor, _clean(note=note))

    def history(self, fault: int) -> tuple[Past, ...]:
        """Return every step of a fault with time and person, in order."""
        with reading(self.engine) as session:
            _found(session, fault)
            return tuple(Past(e.at, e.actor, FaultTag(e.tag), e.data) for e in store.events(session, fault))

    def marks(self, fault: int, actor: Actor) -> tuple[FaultTag, ...]:
        """Return what a person may note on the way now, for the buttons of a page."""
        with reading(self.engine) as session:
            row, events = _found(session, fault), store.events(session, fault)
        return tuple(tag for tag in MARKS if may_mark(tag, actor, row.state, _marked(tag, events)))

    def clocks(self, fault: int, county: County, targets: Targets) -> tuple[Clock, ...]:
        """Return a fault's clocks now."""
        with reading(self.engine) as session:
            row = _found(session, fault)
        return clocks(row.opened, self.history(fault), targets.of(county, row.unit), targets.calendar, clock.now())

    def _mark(self, tag: FaultTag, fault: int, actor: Actor, said: Mapping[str, JSON]) -> None:
        with transaction(self.engine) as session:
            row = _found(session, fault)
            mark(tag, actor, row.state, _marked(tag, store.events(session, fault)))
            row.changed = clock.now()
            record(session, tag, actor.name, f"fault:{fault}", {name: value for name, value in said.items() if value})

    def _step(self, tag: FaultTag, fault: int, actor: Actor, said: Mapping[str, JSON]) -> None:
        with transaction(self.engine) as session:
            row = _found(session, fault)
            taken = step(tag, actor, row.state, row.unit)
            row.state, row.assignee, row.changed = taken.after, taken.assignee, clock.now()
            for name in ("cause", "work", "rating"):
                if name in said:
                    setattr(row, name, said[name])
            if taken.after is FaultState.CONFIRMED:
                row.closed = row.changed
            record(session, tag, actor.name, f"fault:{fault}", {name: value for name, value in said.items() if value})


def _marked(tag: FaultTag, events: Sequence[Event]) -> bool:
    """Return whether a mark would say what is so already: arrived since the repair began, stopped, or running."""
    past = [Past(e.at, e.actor, FaultTag(e.tag), e.data) for e in events]
    if tag is FaultTag.ARRIVED:
        began = max((n for n, p in enumerate(past) if p.tag is FaultTag.STARTED), default=0)
        return any(p.tag is FaultTag.ARRIVED for p in past[began:])
    return paused(past) is (tag is FaultTag.PAUSED)


def _found(session: Session, fault: int) -> store.Fault:
    row = store.get(session, fault)
    if row is None:
        raise BadInput([Problem(_("there is no fault {fault}"), {"fault": fault})])
    return row


def _new(session: Session, unit: str) -> store.Fault:
    now = clock.now()
    fault = store.Fault(
        unit=unit,
        state=FaultState.REPORTED,
        assignee=Role.CENTER,
        title="",
        values={},
        reporter=MACHINE,
        opened=now,
        changed=now,
    )
    session.add(fault)
    session.flush()
    return fault


def _kept(
    session: Session, fault: store.Fault, unit: str, actor: Actor, said: Mapping[str, str], secret: str
) -> FaultReport:
    origin = Origin.PUBLIC if secret else Origin.SIGNED_IN if actor.role is Role.UNIT else Origin.CALL
    name = "" if secret else actor.name
    report = FaultReport(
        fault=fault.id, unit=unit, origin=origin, reporter=name, secret=secret, at=clock.now(), **said
    )
    session.add(report)
    session.flush()
    return report


def _take_report(
    session: Session, fault: store.Fault, report: FaultReport, actor: Actor, said: Mapping[str, str]
) -> None:
    """Put a report into a fault: the first person's words stand on it, later ones in its history.

    A telephone number stands with the report alone: more people read the history.
    """
    if fault.reporter == MACHINE and fault.unit == report.unit:
        fault.title, fault.values, fault.reporter = said["title"], {}, actor.name
        fault.description, fault.contact = said["description"], said["contact"]
    fault.changed = clock.now()
    words = {name: said[name] for name in ("title", "description")}
    about = {"unit": report.unit, "report": report.id, "origin": report.origin.value, **words}
    record(session, FaultTag.REPORTED, actor.name, f"fault:{fault.id}", about)
    alarm = joining.alarm_for(session, fault.unit)
    if alarm is not None and fault.alarm_id != alarm.id:
        fault.alarm_id = alarm.id
        record(session, FaultTag.ALARM_JOINED, MACHINE, f"fault:{fault.id}", joining.alarm_data(alarm))
    if fault.state is FaultState.REPAIRED:
        fault.state, fault.assignee = FaultState.DISPATCHED, Role.OPERATOR
        record(session, FaultTag.REOPENED, actor.name, f"fault:{fault.id}", {})


def _clean(**fields: str) -> dict[str, str]:
    """Return the fields stripped; BadInput with every one that is too long."""
    said = {name: text.strip() for name, text in fields.items()}
    long = [
        Problem(_("at most {most} characters"), {"most": LONGEST[name]}, where=name, found=str(len(text)))
        for name, text in said.items()
        if len(text) > LONGEST[name]
    ]
    if long:
        raise BadInput(long)
    return said


def _require(said: Mapping[str, str], name: str) -> None:
    if not said[name]:
        raise BadInput([Problem(_("please fill this in"), where=name)])
