"""Emergencies as they are kept: start one, move its steps, write notes, end it. Every write is an event.

What a step has done by a playbook is `carry`; this module touches no device.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import clock, tellings
from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, Problem
from countynet.events import Event, record
from countynet.i18n import _
from countynet.people import Actor
from countynet.tellings import Telling
from inventory.model import County
from playbooks.emergency import rules, store
from playbooks.emergency.model import EmergencyPlan, Step
from playbooks.emergency.rules import Place, StepState
from playbooks.tags import EmergencyTag


@dataclass(frozen=True)
class Emergency:
    """An emergency with its steps; times are UTC."""

    number: int
    plan: EmergencyPlan
    targets: Mapping[str, str]
    drill: bool
    alarm: str
    login: str
    started: datetime
    ended: datetime | None
    review: str
    places: tuple[Place, ...]

    def place(self, name: str) -> Place:
        """Return a step. Raises BadInput when there is none of that id."""
        for place in self.places:
            if place.step.id == name:
                return place
        ids = ", ".join(place.step.id for place in self.places)
        raise BadInput([Problem(_("there is no step {step}"), {"step": name}, wanted=ids)])

    def document(self) -> dict[str, JSON]:
        """Return it for programs."""
        steps: list[JSON] = [_document(place) for place in self.places]
        return {
            "emergency": self.number,
            "plan": self.plan.id,
            "targets": dict(self.targets),
            "drill": self.drill,
            "alarm": self.alarm,
            "by": self.login,
            "started": self.started.isoformat(),
            "ended": self.ended.isoformat() if self.ended else None,
            "minutes": self.minutes,
            "goal": self.plan.goal,
            "review": self.review,
            "steps": steps,
        }

    @property
    def minutes(self) -> int:
        """How long it has lasted, or lasted."""
        return int(((self.ended or clock.now()) - self.started).total_seconds() // 60)


def _document(place: Place) -> JSON:
    return {
        "step": place.step.id,
        "text": place.step.said,
        "who": place.step.who,
        "action": place.step.action,
        "state": place.state.value,
        "due": place.due.isoformat(),
        "late": place.late(clock.now()),
        "by": place.login,
        "at": place.at.isoformat() if place.at else None,
        "note": place.note,
        "plan": place.plan,
        "playbook": place.step.playbook,
        "run": place.run,
    }


def start(
    engine: Engine,
    county: County,
    plan: EmergencyPlan,
    given: Mapping[str, str],
    actor: Actor,
    *,
    drill: bool = False,
    alarm: str = "",
    reason: str = "",
) -> Emergency:
    """Start a plan for some targets, for a reason that stands in its log.

    Raises NotAllowed, BadInput; Conflict when it runs for the same ones already.
    """
    rules.may_start(actor)
    rules.targets(plan, given, county)
    with transaction(engine) as session:
        same = [row.id for row in store.running(session, plan.id) if row.targets == dict(given)]
        if same and not drill:
            raise Conflict(_("this plan runs already as emergency {number}"), number=same[0])
        row = store.EmergencyRow(
            plan=plan.id, words=plan.model_dump(mode="json"), targets=dict(given), drill=drill, alarm=alarm,
            login=actor.name, started=clock.now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        for step in plan.steps:
            state = StepState.WAITING.value
            session.add(store.EmergencyStepRow(emergency=row.id, name=step.id, state=state))
            session.flush()
        data: dict[str, JSON] = {"plan": plan.id, "targets": dict(given), "drill": drill, "alarm": alarm}
        data |= {"reason": reason.strip()} if reason.strip() else {}
        record(session, EmergencyTag.STARTED, actor.name, _subject(row.id), data)
        return _emergency(session, row)


def step(engine: Engine, number: int, name: str, to: StepState, actor: Actor, note: str = "") -> Emergency:
    """Move a step. Raises as `rules.move`; Conflict when the emergency has ended."""
    with transaction(engine) as session:
        row = _running(session, number)
        found = _emergency(session, row)
        rules.move(found.place(name), to, actor, note)
        data: dict[str, JSON] = {"step": name, "state": to.value, "note": note.strip()}
        mark = _step_row(session, number, name)
        mark.state, mark.login, mark.at, mark.note = to.value, actor.name, clock.now(), note.strip() or mark.note
        record(session, EmergencyTag.STEP, actor.name, _subject(number), data)
        session.flush()
        return _emergency(session, row)


def acted(engine: Engine, number: int, name: str, plan: int | None, actor: Actor, words: str) -> Emergency:
    """Note what a step's action made or did. Raises Conflict when the emergency has ended."""
    with transaction(engine) as session:
        row = _running(session, number)
        mark = _step_row(session, number, name)
        mark.plan = plan
        record(session, EmergencyTag.ACTION, actor.name, _subject(number), {"step": name, "plan": plan, "said": words})
        session.flush()
        return _emergency(session, row)


def ran(session: Session, number: int, name: str, run: int, looks: bool, actor: Actor, words: str) -> None:
    """Note that a step's playbook was started as a run, in the transaction that asks for it."""
    session.add(store.EmergencyRunRow(run=run, emergency=number, step=name, looks=looks))
    data: dict[str, JSON] = {"step": name, "run": run, "said": words}
    record(session, EmergencyTag.ACTION, actor.name, _subject(number), data)


def run_ended(engine: Engine, run: int, plan: int | None, good: bool, actor: Actor, words: str) -> None:
    """Note once how a run ended; a change that ended well has done its step, unless that or the emergency has ended."""
    with transaction(engine) as session:
        mark = session.get(store.EmergencyRunRow, run)
        if mark is None or mark.noted:
            return
        mark.noted = True
        data: dict[str, JSON] = {"step": mark.step, "run": run, "plan": plan, "said": words}
        record(session, EmergencyTag.ACTION, actor.name, _subject(mark.emergency), data)
        row, step_row = _row(session, mark.emergency), _step_row(session, mark.emergency, mark.step)
        step_row.plan = plan or step_row.plan
        if not good or mark.looks or row.ended is not None or StepState(step_row.state) in rules.ENDED:
            return
        done = StepState.DONE.value
        step_row.state, step_row.login, step_row.at, step_row.note = done, actor.name, clock.now(), words
        moved: dict[str, JSON] = {"step": mark.step, "state": done, "note": words}
        record(session, EmergencyTag.STEP, actor.name, _subject(mark.emergency), moved)


def note(engine: Engine, number: int, actor: Actor, words: str) -> None:
    """Write something into an emergency's log. Raises BadInput for nothing, Conflict when it has ended."""
    rules.may_start(actor)
    if not words.strip():
        raise BadInput([Problem(_("a note says something"), where="words", wanted=_("some words"))])
    with transaction(engine) as session:
        _running(session, number)
        record(session, EmergencyTag.NOTE, actor.name, _subject(number), {"words": words.strip()})


def close(engine: Engine, number: int, actor: Actor, review: str) -> Emergency:
    """End an emergency with its review. Raises as `rules.may_close`; Conflict when it has ended."""
    with transaction(engine) as session:
        row = _running(session, number)
        rules.may_close(_emergency(session, row).places, review, actor)
        row.ended, row.review = clock.now(), review.strip()
        record(session, EmergencyTag.ENDED, actor.name, _subject(number), {"review": review.strip()})
        return _emergency(session, row)


def end_drill(engine: Engine, number: int, actor: Actor, review: str) -> Emergency:
    """End a drill of which only the actions were tried; its other steps stay as they are. Raises Conflict."""
    rules.may_start(actor)
    with transaction(engine) as session:
        row = _running(session, number)
        if not row.drill:
            raise Conflict(_("emergency {number} is no drill"), number=number)
        row.ended, row.review = clock.now(), review
        record(session, EmergencyTag.ENDED, actor.name, _subject(number), {"review": review})
        return _emergency(session, row)


def get(engine: Engine, number: int) -> Emergency:
    """Return one emergency. Raises BadInput when there is none."""
    with reading(engine) as session:
        return _emergency(session, _row(session, number))


def newest(engine: Engine, limit: int = 50) -> list[Emergency]:
    """Return emergencies, those that run first."""
    with reading(engine) as session:
        return [_emergency(session, row) for row in store.newest(session, limit)]


def lately(engine: Engine, since: datetime) -> list[Emergency]:
    """Return the emergencies that run, and those that ended since; drills left out."""
    with reading(engine) as session:
        return [_emergency(session, row) for row in store.lately(session, since)]


def log(engine: Engine, number: int) -> list[Event]:
    """Return what happened in an emergency, for its review. Raises BadInput when there is none."""
    with reading(engine) as session:
        _row(session, number)
        return list(store.log(session, number))


def told(engine: Engine, number: int) -> list[Telling]:
    """Return who was told what of an emergency, oldest first."""
    with reading(engine) as session:
        return list(tellings.of(session, _subject(number)))


def _subject(number: int) -> str:
    return f"emergency:{number}"


def _row(session: Session, number: int) -> store.EmergencyRow:
    row = session.get(store.EmergencyRow, number)
    if row is None:
        message = _("there is no emergency {number}")
        raise BadInput([Problem(message, {"number": number}, wanted="countynet emergency list")])
    return row


def _running(session: Session, number: int) -> store.EmergencyRow:
    row = _row(session, number)
    if row.ended is not None:
        raise Conflict(_("emergency {number} has ended"), number=number)
    return row


def _step_row(session: Session, number: int, name: str) -> store.EmergencyStepRow:
    return next(row for row in store.steps(session, number) if row.name == name)


def _emergency(session: Session, row: store.EmergencyRow) -> Emergency:
    plan = EmergencyPlan.model_validate(row.words)
    by_id = {step.id: step for step in plan.steps}
    runs = store.runs(session, row.id) if any(step.playbook for step in plan.steps) else {}
    places = tuple(_place(by_id[m.name], row, m, runs.get(m.name)) for m in store.steps(session, row.id))
    return Emergency(
        row.id, plan, row.targets, row.drill, row.alarm, row.login, row.started, row.ended, row.review, places
    )


def _place(step: Step, row: store.EmergencyRow, mark: store.EmergencyStepRow, run: int | None) -> Place:
    due = rules.due(row.started, step)
    return Place(step, StepState(mark.state), due, mark.login, mark.at, mark.note, mark.plan, run)
