"""The contexts of the plan pages."""

from dataclasses import dataclass
from typing import ClassVar

from dashboard.freezes.pages import HeldPart
from dashboard.inventory.fields import Input
from dashboard.services.model import JobView
from dashboard.services.plans import Making, PlanLine, PlanProof, PlanView
from dashboard.windows import pages as windows


@dataclass(frozen=True)
class PlansPage:
    """The newest plans."""

    template: ClassVar[str] = "plans/list.html"
    plans: tuple[PlanLine, ...]
    may_make: bool
    runs: int = 0
    """runs of playbooks that wait for the reader's approval"""


@dataclass(frozen=True)
class FormPage:
    """The form that makes a plan, by the inventory or to take one back."""

    template: ClassVar[str] = "plans/form.html"
    inputs: tuple[Input, ...]
    problems: tuple[str, ...] = ()
    undoes: int | None = None


@dataclass(frozen=True)
class MakingProgress:
    """The live part of a plan that is being made."""

    template: ClassVar[str] = "plans/making_progress.html"
    making: Making
    may_cancel: bool


@dataclass(frozen=True)
class MakingPage:
    """A plan that is being made."""

    template: ClassVar[str] = "plans/making.html"
    making: Making
    policy: str
    progress: MakingProgress


@dataclass(frozen=True)
class Stands:
    """What each device has, and what may be done now: the part that follows a running job."""

    template: ClassVar[str] = "plans/stands.html"
    plan: PlanView
    actions: frozenset[str]
    """what whoever looks may do; the service decides again"""


@dataclass(frozen=True)
class Progress:
    """The live part: where it stands, and the job's log."""

    template: ClassVar[str] = "plans/progress.html"
    stands: Stands
    job: JobView | None


@dataclass(frozen=True)
class ProofPart:
    """What a plan opens and closes, as last proven."""

    template: ClassVar[str] = "plans/proof.html"
    plan: int
    proof: PlanProof
    may_prove: bool


@dataclass(frozen=True)
class PlanPage:
    """One plan."""

    template: ClassVar[str] = "plans/plan.html"
    plan: PlanView
    progress: Progress
    window: windows.WindowPart
    proof: ProofPart
    held: HeldPart | None = None
    """what keeps it from beginning"""
