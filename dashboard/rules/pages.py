"""The contexts of the rules page."""

from dataclasses import dataclass
from typing import ClassVar

from dashboard.services.model import JobView
from dashboard.services.rules import Chosen, RulesView


@dataclass(frozen=True)
class RulesPart:
    """The live part: the analysis on its way, and what the last one found."""

    template: ClassVar[str] = "rules/findings.html"
    chosen: Chosen
    job: JobView | None
    view: RulesView | None


@dataclass(frozen=True)
class RulesPage:
    """The rules."""

    template: ClassVar[str] = "rules/rules.html"
    part: RulesPart
    may_run: bool
