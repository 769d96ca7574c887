"""Emergencies as the pages ask for them, over `playbooks.emergency`; what takes longer than a page is a job.

Who may do what is asked there; only that the center alone starts and drills from the web, for a reason, is asked here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, NotAllowed, Problem
from countynet.events import Event
from countynet.i18n import _
from countynet.jobs import Job, submit
from countynet.people import Actor
from countynet.settings import Settings
from countynet.tellings import Telling
from countynet.vocabulary import Role
from dashboard.services.model import JobView
from dashboard.users.model import Person
from inventory.model import County
from playbooks.emergency import book, read, rules
from playbooks.emergency.book import Emergency
from playbooks.emergency.jobs import DRILL, STEP
from playbooks.emergency.model import EmergencyPlan, People, Who
from playbooks.emergency.rules import StepState

BUSY = ("queued", "running")


@dataclass(frozen=True)
class Emergencies:
    """The emergencies of a county."""

    settings: Settings
    engine: Engine

    def plans(self) -> Mapping[str, EmergencyPlan]:
        """Return the plans by id. Raises BadInput for a county's file that is wrong."""
        return _plans(self.settings.county, _stamp(self.settings.county))

    def staff(self) -> Mapping[Who, People]:
        """Return whom the plans' words mean. Raises BadInput for a file that is wrong."""
        return read.staff(self.settings.county)

    def newest(self, limit: int) -> Sequence[Emergency]:
        """Return emergencies and drills, those that run first."""
        return book.newest(self.engine, limit)

    def get(self, number: int) -> Emergency | None:
        """Return one, None when there is none."""
        try:
            return book.get(self.engine, number)
        except BadInput:
            return None

    def log(self, number: int) -> Sequence[Event]:
        """Return what happened in one, oldest first."""
        return book.log(self.engine, number)

    def told(self, number: int) -> Sequence[Telling]:
        """Return who was told what of one, oldest first."""
        return book.told(self.engine, number)

    def running(self) -> Sequence[Emergency]:
        """Return those that run, drills left out, oldest first."""
        return [one for one in book.lately(self.engine, clock.now()) if one.ended is None]

    def isolating(self, unit: str) -> tuple[Emergency, rules.Place] | None:
        """Return the emergency that has a unit off the net now, with the step that took it off."""
        for one in self.running():
            place = rules.isolates(one.places)
            if one.targets.get("unit") == unit and place is not None:
                return one, place
        return None

    def start(
        self, person: Person, county: County, plan: str, given: Mapping[str, str], reason: str, *,
        drill: bool = False, on_twin: bool = False,
    ) -> int:  # fmt: skip
        """Start a plan or a drill, which the worker tries at once on a twin if wanted; return its number.

        Raises NotAllowed, BadInput with everything that is wrong, Conflict when it runs already.
        """
        if person.role is not Role.CENTER:
            message = _("{actor} may not start an emergency here: it is for the center")
            raise NotAllowed(message, actor=person.login)
        chosen, problems = self.plans()[plan], list[Problem]()
        try:
            rules.targets(chosen, given, county)
        except BadInput as error:
            problems += error.problems
        if not reason.strip():
            problems.append(Problem(_("say why"), where="reason", wanted=_("what happened, or what is practised")))
        if problems:
            raise BadInput(problems)
        made = book.start(self.engine, county, chosen, given, actor(person), drill=drill, reason=reason)
        if drill and on_twin:
            with transaction(self.engine) as session:
                submit(session, DRILL, {"emergency": made.number}, person.login)
        return made.number

    def move(self, person: Person, number: int, step: str, to: StepState, note: str) -> None:
        """Move a step. Raises BadInput, Conflict, NotAllowed."""
        book.step(self.engine, number, step, to, actor(person), note)

    def act(self, person: Person, number: int, step: str, *, do: bool) -> int:
        """Have the worker look at a step's action, or carry it out; return the job.

        Raises BadInput, NotAllowed, Conflict when the step has ended or another action of the emergency is under way.
        """
        found = book.get(self.engine, number)
        place = found.place(step)
        rules.move(place, StepState.DOING, actor(person), "")
        if found.ended is not None:
            raise Conflict(_("emergency {number} has ended"), number=number)
        if not place.step.acts:
            raise BadInput([Problem(_("step {step} is done by hand: tick it off"), {"step": step})])
        with transaction(self.engine) as session:
            running = _job(session, number)
            if running is not None and running.state in BUSY:
                raise Conflict(_("another action of this emergency is under way"))
            return submit(session, STEP, {"do": do, "emergency": number, "step": step}, person.login)

    def note(self, person: Person, number: int, words: str) -> None:
        """Write into its log. Raises BadInput, Conflict, NotAllowed."""
        book.note(self.engine, number, actor(person), words)

    def close(self, person: Person, number: int, review: str) -> None:
        """End it. Raises BadInput, Conflict, NotAllowed."""
        book.close(self.engine, number, actor(person), review)

    def job(self, number: int) -> JobView | None:
        """Return the last thing that the worker did, or does, for an emergency."""
        from dashboard.services.real import job_logs

        with reading(self.engine) as session:
            found = _job(session, number)
            return job_logs.view(session, found) if found is not None else None


def actor(person: Person) -> Actor:
    """Return a person as the rules see one."""
    return Actor(person.login, person.role, person.unit)


def _job(session: Session, number: int) -> Job | None:
    mine = or_(Job.body == f'{{"emergency":{number}}}', Job.body.like(f'%"emergency":{number},%'))
    chosen = select(Job).where(Job.kind.in_((STEP, DRILL)), mine)
    return session.scalars(chosen.order_by(Job.id.desc()).limit(1)).first()


def _stamp(county: Path) -> int:
    own = county / read.FILE
    return own.stat().st_mtime_ns if own.is_file() else 0


@lru_cache(maxsize=4)
def _plans(county: Path, _stamp: int) -> Mapping[str, EmergencyPlan]:
    return read.plans(county)
