"""Plans out of `playbooks.plan`, and their jobs out of the foundation's tables."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Engine, select

from countynet import clock, jobs
from countynet.canonical import canonical
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, CountyError, Problem
from countynet.i18n import _, translate
from countynet.jobs import Job, submit
from countynet.people import Actor
from countynet.settings import Settings
from dashboard.services.model import JobView
from dashboard.services.plans import Asked, Making, PlanDevice, PlanLine, PlanProof, PlanView
from dashboard.services.real import job_logs
from dashboard.services.real.plan_proof import proof_view
from dashboard.users.model import Person
from inventory.select import select_devices
from playbooks.plan import frozen, rules
from playbooks.plan.book import Book, Entry
from playbooks.plan.model import DeviceChange, DeviceState, Policy
from playbooks.plan.proving import kept
from playbooks.plan.settle import STATES
from playbooks.plan.show import POLICIES, REVERTS, sent_again, way
from playbooks.plan.stopping import stop
from playbooks.plan.windows.book import last as last_window
from playbooks.plan.windows.model import WindowState
from playbooks.present import present_county

KIND, MAKE, PROVE = "plan-apply", "plan-make", "plan-prove"
SECONDS = (5, 1800)
"""least and most, as at the command line"""


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

    def make(self, person: Person, asked: Asked) -> int:
        """Queue the making of a plan."""
        self._check(asked)
        with transaction(self.engine) as session:
            if session.scalar(select(Job.id).where(Job.kind == MAKE, Job.state.in_(job_logs.BUSY))) is not None:
                raise Conflict(_("another plan is being made"))
            return submit(session, MAKE, {**asdict(asked), "only": list(asked.only)}, person.login)

    def _check(self, asked: Asked) -> None:
        wrong = list(_wrong(asked))
        if wrong:
            raise BadInput(wrong)
        if asked.undoes is None:
            select_devices(present_county(self.settings), asked.only)
        elif not has_it(self._book.get(asked.undoes)):
            raise Conflict(_("no device has plan {plan}"), plan=asked.undoes)

    def making(self, job: int) -> Making | None:
        """Return a plan's making."""
        with reading(self.engine) as session:
            found = session.get(Job, job)
            if found is None or found.kind != MAKE:
                return None
            params, result = found.params, json.loads(found.result)
            asked = Asked(**{**params, "only": tuple(params["only"])})
            return Making(job_logs.view(session, found), asked, found.actor, result.get("plan"))

    def cancel_making(self, person: Person, job: int) -> None:
        """Stop a plan's making."""
        rules.may_change(person.login, person.role)
        stop(self.engine, job, person.login)

    def possible(self, person: Person, plan: int) -> frozenset[str]:
        """Return what this person may do now."""
        if person.role not in rules.CHANGERS:
            return frozenset()
        entry, now, found = self._book.get(plan), clock.now(), set[str]()
        job = self.job(plan)
        if job and job.busy:
            return frozenset({"cancel"})
        about = (entry.plan, entry.state, entry.approvals)
        window = last_window(self.engine, plan)
        start = window.start if window and window.state is WindowState.WAITING else None
        if _holds(lambda: rules.may_approve(*about, _actor(person), now, start)):
            found.add("approve")
        if _holds(lambda: rules.may_apply(*about, now)):
            found.add("apply")
        if has_it(entry):
            found.add("undo")
        return frozenset(found)

    def approve(self, person: Person, plan: int) -> None:
        """Approve it."""
        self._book.approve(plan, _actor(person))

    def apply(self, person: Person, plan: int) -> int:
        """Queue its apply."""
        entry = self._book.get(plan)
        rules.may_apply(entry.plan, entry.state, entry.approvals, clock.now())
        frozen.may_begin(self.settings, self.engine, entry)
        with transaction(self.engine) as session:
            if session.scalar(select(Job.id).where(Job.kind == KIND, Job.state.in_(job_logs.BUSY))) is not None:
                raise Conflict(_("another plan is being applied"))
            return submit(session, KIND, {"plan": plan}, person.login)

    def proof(self, plan: int) -> PlanProof:
        """Return what it opens and closes."""
        found = kept(self.settings, self._book.get(plan).hash)
        return proof_view(found, busy=self._proving(plan) is not None)

    def prove(self, person: Person, plan: int) -> int:
        """Queue its proof."""
        number = self._book.get(plan).plan.number
        busy = self._proving(number)
        if busy is not None:
            return busy
        with transaction(self.engine) as session:
            return submit(session, PROVE, {"plan": number}, person.login)

    def _proving(self, plan: int) -> int | None:
        chosen = select(Job.id).where(
            Job.kind == PROVE, Job.body == canonical({"plan": plan}), Job.state.in_(job_logs.BUSY)
        )
        with reading(self.engine) as session:
            return session.scalar(chosen)

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
            return job_logs.view(session, job)


def _wrong(asked: Asked) -> Iterator[Problem]:
    if asked.policy not in list(Policy):
        yield Problem(_("there is no policy {policy}"), {"policy": asked.policy}, wanted=", ".join(Policy))
    least, most = SECONDS
    if not least <= asked.seconds <= most:
        message = _("seconds until a device takes a change back by itself: from {least} to {most}")
        yield Problem(message, {"least": least, "most": most}, found=str(asked.seconds))


def has_it(entry: Entry) -> bool:
    """Tell whether any device has a plan."""
    return any(device.state is DeviceState.DONE for device in entry.devices.values())


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
        restores=plan.restores,
        adds=plan.adds,
    )


def _device(change: DeviceChange, entry: Entry) -> PlanDevice:
    became = entry.devices[change.device]
    return PlanDevice(
        name=change.device,
        state=became.state.value,
        says=translate(STATES[became.state]),
        error=became.error,
        diff=change.diff + "".join(f"{line}\n" for line in sent_again(change)),
        steps=tuple(line.strip() for line in way(change.do)),
        undo=tuple(line.strip() for line in way(change.undo)),
        seconds=change.seconds,
        method=translate(REVERTS[change.revert]),
    )
