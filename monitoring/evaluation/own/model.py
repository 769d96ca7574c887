"""The values of the ranking: what is known of a unit's own work, what each part comes to, and its place. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from countynet.unitfindings import FindingKind, UnitFinding
from monitoring.evaluation.own.points import OwnRules


@dataclass(frozen=True)
class OwnFacts:
    """What is known of one unit in a period."""

    unit: str
    connected: date | None
    judged: int | None = None
    """checks decided about its devices and terminals by the last audit; None: there was none"""
    watched: bool = False
    """whether somebody looked who is on its ports"""
    findings: tuple[UnitFinding, ...] = ()
    invited: int = 0
    """training sessions of its batch in the period"""
    came: int = 0
    """of those, how many it sent somebody to"""
    people: int = 0
    """how many people it sent to sessions in the period, guests included"""
    faults: int = 0
    own: tuple[int, ...] = ()
    """the numbers of its faults that its own network or power caused, as far as the evidence goes"""
    repaired: int = 0
    """repairs that it could confirm"""
    confirmed: int = 0
    """of those, how many it confirmed or refused in time"""

    def of(self, *kinds: FindingKind) -> tuple[UnitFinding, ...]:
        """Return the findings of some kinds."""
        return tuple(one for one in self.findings if one.kind in kinds)


@dataclass(frozen=True)
class Off:
    """What is taken off: so many times so much, for what (a message id)."""

    what: str
    times: int
    points: int

    @property
    def total(self) -> int:
        """Points taken off."""
        return self.times * self.points


@dataclass(frozen=True)
class PartScore:
    """What one part comes to."""

    part: str
    score: float | None
    """0 to 100; None: nothing is known"""
    weight: int
    offs: tuple[Off, ...] = ()
    """what was taken off 100; empty for a share"""
    share: tuple[int, int] | None = None
    """so many of so many"""


@dataclass(frozen=True)
class Ranked:
    """A unit in the ranking."""

    facts: OwnFacts
    parts: tuple[PartScore, ...]
    score: float | None
    """0 to 100; None: nothing is known"""
    rank: int | None = None
    """1 is best, equal scores share one; None: not ranked"""
    new: bool = False
    """connected too late in the period, or not at all"""

    @property
    def unit(self) -> str:
        """The unit's id."""
        return self.facts.unit


@dataclass(frozen=True)
class Ranking:
    """All units, the best first, those that are not ranked after."""

    units: tuple[Ranked, ...]
    rules: OwnRules
    looked: Mapping[str, str] = field(default_factory=dict)
    """when each part was looked at last, ISO 8601"""
    not_looked_for: tuple[FindingKind, ...] = ()
    """what no source of this installation looks for"""

    def of_unit(self, unit: str) -> Ranked | None:
        """Return one unit's place."""
        return next((one for one in self.units if one.unit == unit), None)

    @property
    def ranked(self) -> int:
        """How many units have a rank."""
        return sum(one.rank is not None for one in self.units)
