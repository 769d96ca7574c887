"""The contexts of the evaluation's pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from inventory.rent import yuan
from monitoring.cause.verdict import Said
from monitoring.evaluation.assess import Assessed, Assessment, Group, Voice
from monitoring.evaluation.charges.model import Charge
from monitoring.evaluation.charges.show import outage, why
from monitoring.evaluation.figures import Times
from monitoring.evaluation.own.model import Ranked, Ranking
from monitoring.evaluation.own.show import NAMES, details, place, remarks, working
from monitoring.evaluation.period import Period
from monitoring.evaluation.served.model import Applications
from monitoring.evaluation.served.show import faults, named, summary
from monitoring.evaluation.show import kind, number, percent


@dataclass(frozen=True)
class Choice:
    """Which period is shown, and what may be chosen beside it."""

    period: Period
    around: Sequence[tuple[str, str]]
    """title, period"""
    endpoint: str
    """of the page that shows another one"""
    problem: str = ""


@dataclass(frozen=True)
class ExpertForm:
    """The center's form for what an expert gives; `typed` and `problem` when something was wrong."""

    may: bool
    voices: Sequence[Voice]
    problem: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class EvaluationPage:
    """A period of the county."""

    template: ClassVar[str] = "evaluation/evaluation.html"
    choice: Choice
    found: Assessment
    said: Sequence[str]
    """the whole in sentences"""
    names: Mapping[str, str]
    """short names by unit id"""
    experts: ExpertForm
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


@dataclass(frozen=True)
class RankingPage:
    """The ranking of the units' own network work."""

    template: ClassVar[str] = "evaluation/ranking.html"
    choice: Choice
    found: Ranking
    names: Mapping[str, str]
    said: Said | None
    """what it is judged by"""
    parts: ClassVar[Mapping[str, str]] = NAMES
    place: ClassVar[Callable[[Ranked], str]] = staticmethod(place)
    working: ClassVar[Callable[[Ranked], str]] = staticmethod(working)
    details: ClassVar[Callable[[Ranked], list[str]]] = staticmethod(details)
    number: ClassVar[Callable[[float | None], str]] = staticmethod(number)

    @property
    def remarks(self) -> list[str]:
        """What a reader has to know of the whole."""
        return remarks(self.found)


@dataclass(frozen=True)
class ApplicationsPage:
    """How applications answered."""

    template: ClassVar[str] = "evaluation/applications.html"
    choice: Choice
    found: Applications
    owners: Mapping[str, str]
    """short names by unit id"""
    said: Said | None
    """what it is judged by"""
    named: ClassVar[Callable[..., str]] = staticmethod(named)
    summary: ClassVar[Callable[..., str]] = staticmethod(summary)
    number: ClassVar[Callable[[float | None], str]] = staticmethod(number)
    percent: ClassVar[Callable[[float | None], str]] = staticmethod(percent)

    @property
    def faults(self) -> str:
        """Which faults were an application's."""
        return faults(self.found)


@dataclass(frozen=True)
class OwnPage:
    """What an evaluation says of one unit, for that unit."""

    template: ClassVar[str] = "evaluation/own.html"
    choice: Choice
    line: Assessed | None
    """None: no line of it is in the inventory"""
    place: Ranked | None
    ranked: int
    """how many units have a rank"""
    charges: Sequence[Charge]
    said: Said | None
    """what it is judged by"""
    kind: ClassVar[Callable[[str], str]] = staticmethod(kind)
    number: ClassVar[Callable[[float | None], str]] = staticmethod(number)
    percent: ClassVar[Callable[[float | None], str]] = staticmethod(percent)
    money: ClassVar[Callable[[int], str]] = staticmethod(yuan)
    working: ClassVar[Callable[[Ranked], str]] = staticmethod(working)
    details: ClassVar[Callable[[Ranked], list[str]]] = staticmethod(details)
    why: ClassVar[Callable[[Charge], str]] = staticmethod(why)
    outage: ClassVar[Callable[..., str]] = staticmethod(outage)
