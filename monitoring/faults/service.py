"""What people do about faults. Owns its transactions; every step is an event in the same one.

Refuses with BadInput what was filled in wrongly (all of it at once), with NotAllowed the wrong person, with Conflict
the wrong order (monitoring.faults.rules).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import BadInput, Problem
from countynet.events import JSON, Event, record
from countynet.i18n import _
from countynet.moments import shown
from countynet.people import Actor
from countynet.vocabulary import FaultState
from inventory.model import County
from monitoring.faults import filing, store, waves
from monitoring.faults.clocks import Clock, Pause, PauseReason, clocks, paused, pauses
from monitoring.faults.past import Past, effective
from monitoring.faults.reports import sharing
from monitoring.faults.rules import LED, MARKS, mark, may_correct, may_mark, may_report, may_step, possible, step
from monitoring.faults.targets import Targets
from monitoring.faults.ties import moves
from monitoring.faults.ties.store import leader
from monitoring.tags import FaultTag

LONGEST = {"title": 200, "description": 4000, "contact": 100, "cause": 2000, "work": 2000, "note": 2000}
LONGEST |= {"who": 100, "part": 200}
"""characters"""


@dataclass(frozen=True)
class Filed:
    """Where a report went: the fault that it became or joined, and its own number."""

    fault: int
    report: int


@dataclass(frozen=True)
class Faults:
    """The service over a county's database."""

    engine: Engine
    wave: waves.Wave = waves.DEFAULT
    """how many reports are taken for one trouble"""

    def report(self, unit: str, title: str, description: str, contact: str, actor: Actor) -> int:
        """File a unit's report and return the fault's number: the unit's open fault when there is one."""
        return self.file(unit, title, description, contact, actor).fault

    def file(self, unit: str, title: str, description: str, contact: str, actor: Actor, secret: str = "") -> Filed:
        """File a unit's report; it joins the unit's open fault, or that of what cut several units off.

        `secret`: SHA-256 of the receipt's secret, when it was filed without an account; then the actor is the unit
        whose code was given, and nobody was signed in. Raises BadInput, NotAllowed.
        """
        may_report(actor, unit)
        said = _clean(title=title, description=description, contact=contact)
        _require(said, "title")
        with transaction(self.engine) as session:
            known = filing.standing(session, unit, self.wave)
            fault = known or filing.new(session, unit)
            report = filing.kept(session, fault, unit, actor, said, secret)
            filing.take(session, fault, report, actor, said)
            if known is None:
                waves.gather(session, fault, self.wave, clock.now())
            return Filed(fault.id, report.id)

    def dispatch(self, fault: int, actor: Actor, note: str = "") -> None:
        """Hand a fault to the operator (center)."""
        self._step(FaultTag.DISPATCHED, fault, actor, _clean(note=note))

    def start(self, fault: int, actor: Actor, note: str = "") -> None:
        """Say that the repair began (operator)."""
        self._step(FaultTag.STARTED, fault, actor, _clean(note=note))

    def repaired(
        self, fault: int, actor: Actor, cause: str, work: str = "", part: str = "", done: datetime | None = None
    ) -> None:
        """Say that it is repaired, what it was, what was done, which part was used and when it worked (operator).

        `done` is written down and shown; the clock ends when it is said, for nobody checks what is said later. Raises
        BadInput for a time in the future or before the fault.
        """
        said = _clean(cause=cause, work=work, part=part)
        _require(said, "cause")
        if done is not None:
            with reading(self.engine) as session:
                opened = _found(session, fault).opened
            if not opened <= done <= clock.now():
                wrong = Problem(_("it works since a time after the fault and not in the future"), where="done")
                raise BadInput([wrong])
        at = {"done": done.astimezone(UTC).isoformat()} if done is not None else {}
        self._step(FaultTag.REPAIRED, fault, actor, {**said, **at})

    def arrive(self, fault: int, actor: Actor, note: str = "") -> None:
        """Say that somebody is at the place (operator); once for each repair."""
        self._mark(FaultTag.ARRIVED, fault, actor, _clean(note=note))

    def pause(
        self,
        fault: int,
        actor: Actor,
        reason: PauseReason,
        note: str,
        who: str = "",
        until: datetime | None = None,
    ) -> None:
        """Stop the clocks to arrive and to repair, for a reason that somebody can check (operator, center).

        `who`: for whom or what one waits; `until`: from then on the clocks run again by themselves. Raises BadInput
        for an end that has passed.
        """
        said = _clean(note=note, who=who)
        _require(said, "note")
        if until is not None and until <= clock.now():
            raise BadInput([Problem(_("a pause ends later than now"), where="until", found=shown(until))])
        ends = until.astimezone(UTC).isoformat() if until is not None else ""
        self._mark(FaultTag.PAUSED, fault, actor, {**said, "reason": reason.value, "until": ends})

    def correct_pause(
        self,
        fault: int,
        pause: int,
        actor: Actor,
        note: str,
        begins: datetime | None = None,
        ends: datetime | None = None,
        reason: PauseReason | None = None,
        void: bool = False,
    ) -> None:
        """Write down what a pause really was (center), by its number; the clocks count it so ever since it began.

        None leaves a part as it is; `void`: it was none. Raises BadInput for times that cannot be, Conflict for a
        pause that the leading fault brought.
        """
        may_correct(actor)
        said = _clean(note=note)
        _require(said, "note")
        with transaction(self.engine) as session:
            row, events = _found(session, fault), store.events(session, fault)
            may_step(moves.standing(session, row), FaultTag.PAUSED)
            _plausible(events, pause, begins, ends, row.opened)
            data: dict[str, JSON] = {
                **said,
                "pause": pause,
                **({"begins": begins.astimezone(UTC).isoformat()} if begins else {}),
                **({"ends": ends.astimezone(UTC).isoformat()} if ends else {}),
                **({"reason": reason.value} if reason else {}),
                **({"void": True} if void else {}),
            }
            row.changed = clock.now()
            record(session, FaultTag.PAUSE_CORRECTED, actor.name, f"fault:{fault}", data)

    def pauses(self, fault: int, targets: Targets) -> tuple[Pause, ...]:
        """Return a fault's pauses as corrected, oldest first."""
        return pauses(self.history(fault), clock.now(), targets.stopping)

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
            return tuple(past(e) for e in store.events(session, fault))

    def marks(self, fault: int, actor: Actor) -> tuple[FaultTag, ...]:
        """Return what a person may note on the way now, for the buttons of a page."""
        with reading(self.engine) as session:
            row, events, led = _found(session, fault), store.events(session, fault), leader(session, fault)
        if led is not None:
            return ()
        return tuple(tag for tag in MARKS if may_mark(tag, actor, row.state, _marked(tag, events)))

    def steps(self, fault: int, actor: Actor) -> tuple[FaultTag, ...]:
        """Return the steps that a person may take now; those of the repair are the leading fault's."""
        with reading(self.engine) as session:
            row, led = _found(session, fault), leader(session, fault)
            unit = sharing.speaks_for(session, fault, row.unit, actor)
            done = LED if led is not None else frozenset()
            if unit != row.unit and sharing.rated(session, fault, unit):
                done |= {FaultTag.CONFIRMED}
        found = possible(actor, sharing.standing(row.state, row.unit, unit), unit)
        return tuple(tag for tag in found if tag not in done and (tag is FaultTag.CONFIRMED or row.closed is None))

    def clocks(self, fault: int, county: County, targets: Targets) -> tuple[Clock, ...]:
        """Return a fault's clocks now."""
        with reading(self.engine) as session:
            row = _found(session, fault)
        return clocks(
            row.opened, self.history(fault), targets.of(county, row.unit), targets.calendar, clock.now(),
            targets.stopping,
        )  # fmt: skip

    def _mark(self, tag: FaultTag, fault: int, actor: Actor, said: Mapping[str, JSON]) -> None:
        with transaction(self.engine) as session:
            row = _found(session, fault)
            mark(tag, actor, row.state, _marked(tag, store.events(session, fault)))
            may_step(moves.standing(session, row), tag)
            self._took(session, tag, row, actor, said)

    def _step(self, tag: FaultTag, fault: int, actor: Actor, said: Mapping[str, JSON]) -> None:
        with transaction(self.engine) as session:
            row = _found(session, fault)
            unit = sharing.speaks_for(session, fault, row.unit, actor)
            rates = tag is FaultTag.CONFIRMED and unit != row.unit
            taken = step(tag, actor, sharing.standing(row.state, row.unit, unit) if rates else row.state, unit)
            if rates:
                sharing.rate(session, fault, actor, said)
                return
            may_step(moves.standing(session, row), tag)
            if tag is FaultTag.REOPENED:
                moves.reopened(session, row, actor.name)
            row.state, row.assignee = taken.after, taken.assignee
            for name in ("cause", "work", "rating"):
                if name in said:
                    setattr(row, name, said[name])
            self._took(session, tag, row, actor, said)
            if taken.after is FaultState.CONFIRMED:
                row.closed = row.changed

    @staticmethod
    def _took(session: Session, tag: FaultTag, row: store.Fault, actor: Actor, said: Mapping[str, JSON]) -> None:
        """Keep a step as an event, on the fault and on all that go with it."""
        row.changed = clock.now()
        data = {name: value for name, value in said.items() if value}
        record(session, tag, actor.name, f"fault:{row.id}", data)
        if tag in LED:
            moves.follow(session, row, tag, actor.name, data)


def past(event: Event) -> Past:
    """Return an event of a fault as a step of its history."""
    return Past(event.at, event.actor, FaultTag(event.tag), event.data, event.id)


def _marked(tag: FaultTag, events: Sequence[Event]) -> bool:
    """Return whether a mark would say what is so already: arrived since the repair began, stopped, or running."""
    counted = effective(events)
    if tag is FaultTag.ARRIVED:
        began = max((n for n, e in enumerate(counted) if e.tag == FaultTag.STARTED), default=0)
        return any(e.tag == FaultTag.ARRIVED for e in counted[began:])
    return paused(events, clock.now()) is (tag is FaultTag.PAUSED)


def _plausible(
    events: Sequence[Event], pause: int, begins: datetime | None, ends: datetime | None, opened: datetime
) -> None:
    """Raise BadInput unless a corrected pause lies between the opening and now, its end after its begin."""
    one = next((one for one in pauses(events, clock.now()) if one.number == pause), None)
    if one is None:
        raise BadInput([Problem(_("there is no pause {pause}"), {"pause": pause}, where="pause")])
    first, last = begins or one.begins, ends or one.ends
    problems = []
    if not opened <= first <= clock.now():
        problems.append(Problem(_("a pause begins after the fault did, and not in the future"), where="begins"))
    if last is not None and (last < first or last > clock.now()):
        problems.append(Problem(_("a pause ends after its begin, and not in the future"), where="ends"))
    if problems:
        raise BadInput(problems)


def _found(session: Session, fault: int) -> store.Fault:
    row = store.get(session, fault)
    if row is None:
        raise BadInput([Problem(_("there is no fault {fault}"), {"fault": fault})])
    return row


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
