"""The contexts of the plan pages."""

from dataclasses import dataclass
from typing import ClassVar

from dashboard.services.model import JobView
from dashboard.services.plans import PlanLine, PlanView


@dataclass(frozen=True)
class PlansPage:
    """The newest plans."""

    template: ClassVar[str] = "plans/list.html"
    plans: tuple[PlanLine, ...]


@dataclass(frozen=True)
class Progress:
    """The live part: what each device has, the job's log, and what may be done now."""

    template: ClassVar[str] = "plans/progress.html"
    plan: PlanView
    job: JobView | None
    actions: frozenset[str]
    """what whoever looks may do; the service decides again"""


@dataclass(frozen=True)
class PlanPage:
    """One plan."""

    template: ClassVar[str] = "plans/plan.html"
    plan: PlanView
    progress: Progress
