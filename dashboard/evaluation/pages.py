"""The context of the evaluation page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from inventory.rent import yuan
from monitoring.evaluation.assess import Assessment, Group
from monitoring.evaluation.figures import Times
from monitoring.evaluation.period import Period
from monitoring.evaluation.show import kind, number, percent


@dataclass(frozen=True)
class EvaluationPage:
    """A period of the county."""

    template: ClassVar[str] = "evaluation/evaluation.html"
    period: Period
    found: Assessment
    said: Sequence[str]
    """the whole in sentences"""
    names: Mapping[str, str]
    """short names by unit id"""
    periods: Sequence[tuple[str, str]]
    """what may be chosen beside it: title, period"""
    problem: str = ""
    kind: ClassVar[Callable[[str], str]] = staticmethod(kind)
    number: ClassVar[Callable[[float | None], str]] = staticmethod(number)
    percent: ClassVar[Callable[[float | None], str]] = staticmethod(percent)
    money: ClassVar[Callable[[int], str]] = staticmethod(yuan)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The kinds of lines, and all."""
        return (*self.found.kinds, self.found.whole)

    @staticmethod
    def width(group: Group) -> float:
        """How long a group's bar is, of 100: from 90 to 100 percent of availability."""
        reached = group.sums.line_availability
        return 0.0 if reached is None else round(min(max(reached - 90, 0.0) * 10, 100.0), 1)

    @staticmethod
    def times(found: Times) -> str:
        """Return a time's mean, median, 80% and 95%."""
        return " / ".join(number(value) for value in (found.mean, found.median, found.p80, found.p95))
