"""Plans out of `playbooks.plan`, and their jobs out of the foundation's tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select

from countynet import clock, jobs
from countynet.canonical import canonical
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, CountyError
from countynet.i18n import _, translate
from countynet.jobs import Job, JobState, log_of, submit
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from dashboard.services.model import JobView
from dashboard.services.plans import PlanDevice, PlanLine, PlanView
from dashboard.users.model import Person
from playbooks.plan import rules
from playbooks.plan.book import Book, Entry
from playbooks.plan.model import DeviceChange
from playbooks.plan.settle import STATES
from playbooks.plan.show import POLICIES, REVERTS, way

KIND = "plan-apply"
BUSY = (JobState.QUEUED, JobState.RUNNING)
LAST_LINES = 400


@dataclass(frozen=True)
class RealPlans:
    """The `Plans` protocol."""

    settings: Settings
    engine: Engine

    @property
    def _book(self) -> Book:
        return Book(self.settings, self.engine)

    def newest(self, limit: int) -> Sequence[PlanLine]:
        """Return the newest plans."""
        return [_line(entry) for entry in self._book.newest(limit)]

    def get(self, plan: int) -> PlanView | None:
        """Return one plan."""
        try:
            return _view(self._book.get(plan))
        except BadInput:
            return None

    def possible(self, person: Person, plan: int) -> frozenset[str]:
        """Return what this person may do now."""
        if person.role is not Role.CENTER:
            return frozenset()
        entry, now, found = self._book.get(plan), clock.now(), set[str]()
        job = self.job(plan)
        if job and job.busy:
            return frozenset({"cancel"})
        about = (entry.plan, entry.state, entry.approvals)
        if _holds(lambda: rules.may_approve(*about, _actor(person), now)):
            found.add("approve")
        if _holds(lambda: rules.may_apply(*about, now)):
            found.add("apply")
        return frozenset(found)

    def approve(self, person: Person, plan: int) -> None:
        """Approve it."""
        self._book.approve(plan, _actor(person))

    def apply(self, person: Person, plan: int) -> int:
        """Queue its apply."""
        entry = self._book.get(plan)
        rules.may_apply(entry.plan, entry.state, entry.approvals, clock.now())
        with transaction(self.engine) as session:
            if session.scalar(select(Job.id).where(Job.kind == KIND, Job.state.in_(BUSY))) is not None:
                raise Conflict(_("another plan is being applied"))
            return submit(session, KIND, {"plan": plan}, person.login)

    def cancel(self, person: Person, plan: int) -> None:
        """Stop its job."""
        job = self.job(plan)
        with transaction(self.engine) as session:
            jobs.cancel(session, job.id if job else 0, person.login)

    def job(self, plan: int) -> JobView | None:
        """Return its last job."""
        body = canonical({"plan": plan})
        with reading(self.engine) as session:
            chosen = select(Job).where(Job.kind == KIND, Job.body == body).order_by(Job.id.desc()).limit(1)
            job = session.scalar(chosen)
            if job is None:
                return None
            lines = tuple(line.line for line in log_of(session, job.id)[-LAST_LINES:])
            return JobView(job.id, job.state, (*lines, job.error) if job.error else lines)


def _actor(person: Person) -> Actor:
    return Actor(person.login, person.role, person.unit)


def _holds(rule: Callable[[], None]) -> bool:
    try:
        rule()
    except CountyError:
        return False
    return True


def _line(entry: Entry) -> PlanLine:
    plan = entry.plan
    return PlanLine(
        number=plan.number,
        state=entry.state.value,
        says=translate(rules.STATES[entry.state]),
        author=plan.author,
        made=plan.made,
        devices=len(plan.devices),
        units=len(plan.units),
        have=len(rules.standing(entry.approvals, clock.now())),
        need=plan.approvals,
    )


def _view(entry: Entry) -> PlanView:
    plan = entry.plan
    return PlanView(
        line=_line(entry),
        hash=entry.hash,
        commit=plan.commit,
        expires=plan.expires,
        policy=translate(POLICIES[plan.policy]),
        undoes=plan.undoes,
        management=plan.management,
        approvals=tuple((a.login, a.at) for a in rules.standing(entry.approvals, clock.now())),
        tests=tuple(translate(test) for test in plan.tests),
        tiers=plan.tiers,
        units=tuple((unit.unit, f"{unit.line} {unit.access}") for unit in plan.units),
        devices=tuple(_device(change, entry) for change in plan.devices),
        unread=tuple((unread.device, unread.error) for unread in plan.unread),
    )


def _device(change: DeviceChange, entry: Entry) -> PlanDevice:
    became = entry.devices[change.device]
    return PlanDevice(
        name=change.device,
        state=became.state.value,
        says=translate(STATES[became.state]),
        error=became.error,
        diff=change.diff,
        steps=tuple(line.strip() for line in way(change.do)),
        undo=tuple(line.strip() for line in way(change.undo)),
        seconds=change.seconds,
        method=translate(REVERTS[change.revert]),
    )
