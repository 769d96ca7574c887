"""Plans in memory, for tests of pages: they keep who may do what now, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from countynet import clock
from countynet.errors import BadInput, Conflict, NotAllowed, Problem
from countynet.i18n import _
from countynet.vocabulary import Role
from dashboard.services.model import JobView
from dashboard.services.plans import Asked, Making, PlanLine, PlanProof, PlanView
from dashboard.users.model import Person
from playbooks.plan.rules import CHANGERS


@dataclass
class FakePlans:
    """Plans as given."""

    all: dict[int, PlanView] = field(default_factory=dict)
    jobs: dict[int, JobView] = field(default_factory=dict)
    makings: dict[int, Making] = field(default_factory=dict)
    proofs: dict[int, PlanProof] = field(default_factory=dict)

    def newest(self, limit: int) -> Sequence[PlanLine]:
        """Return the newest."""
        return [self.all[number].line for number in sorted(self.all, reverse=True)][:limit]

    def get(self, plan: int) -> PlanView | None:
        """Return one."""
        return self.all.get(plan)

    def make(self, person: Person, asked: Asked) -> int:
        """Note that it was asked for; a selection `nothing` fits no device."""
        if "nothing" in asked.only:
            raise BadInput([Problem(_("no device fits {term}"), {"term": "nothing"})])
        if asked.undoes is not None and self._known(asked.undoes).line.state != "done":
            raise Conflict(_("no device has plan {plan}"), plan=asked.undoes)
        if any(making.job.busy for making in self.makings.values()):
            raise Conflict(_("another plan is being made"))
        job = JobView(len(self.makings) + 100, "running", ("reading",), 1)
        self.makings[job.id] = Making(job, asked, person.login)
        return job.id

    def making(self, job: int) -> Making | None:
        """Return it."""
        return self.makings.get(job)

    def cancel_making(self, person: Person, job: int) -> None:
        """Stop it."""
        found = self.makings[job]
        if not found.job.busy:
            raise Conflict("it has ended already")
        self.makings[job] = replace(found, job=replace(found.job, state="cancelled"))

    def possible(self, person: Person, plan: int) -> frozenset[str]:
        """Return what this person may do now."""
        view, job = self.all[plan], self.jobs.get(plan)
        if person.role not in CHANGERS:
            return frozenset()
        if job and job.busy:
            return frozenset({"cancel"})
        if view.line.state in ("done", "stale"):
            return frozenset({"undo"} if view.line.state == "done" else ())
        mine = (
            person.role is not Role.CENTER
            or person.login == view.line.author
            or any(login == person.login for login, _at in view.approvals)
        )
        enough = view.line.have >= view.line.need
        return frozenset(({"approve"} if not mine else set()) | ({"apply"} if enough else set()))

    def approve(self, person: Person, plan: int) -> None:
        """Note who approved."""
        view = self._known(plan)
        if person.role is not Role.CENTER or person.login == view.line.author:
            raise NotAllowed(_("nobody approves their own plan"))
        if "approve" not in self.possible(person, plan):
            raise Conflict(_("{actor} has approved plan {plan} already"), actor=person.login, plan=plan)
        line = replace(view.line, have=view.line.have + 1)
        self.all[plan] = replace(view, line=line, approvals=(*view.approvals, (person.login, clock.now())))

    def apply(self, person: Person, plan: int) -> int:
        """Note that it was asked for."""
        self._known(plan)
        if any(job.busy for job in self.jobs.values()) or "apply" not in self.possible(person, plan):
            raise Conflict(_("another plan is being applied"))
        self.jobs[plan] = JobView(len(self.jobs) + 1, "queued", ())
        return self.jobs[plan].id

    def proof(self, plan: int) -> PlanProof:
        """Return the one given."""
        self._known(plan)
        return self.proofs.get(plan, PlanProof())

    def prove(self, person: Person, plan: int) -> int:
        """Note that it was asked for."""
        self.proofs[plan] = replace(self.proof(plan), busy=True)
        return 200 + plan

    def cancel(self, person: Person, plan: int) -> None:
        """Note that it was stopped."""
        job = self.jobs.get(plan)
        if job is None or not job.busy:
            raise Conflict(_("job {job} has ended already or does not exist"), job=job.id if job else 0)
        self.jobs[plan] = replace(job, state="cancelled")

    def job(self, plan: int) -> JobView | None:
        """Return the last job."""
        return self.jobs.get(plan)

    def _known(self, plan: int) -> PlanView:
        if plan not in self.all:
            raise BadInput([Problem(_("there is no plan {plan}"), {"plan": plan})])
        return self.all[plan]
