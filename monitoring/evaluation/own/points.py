"""What counts how much in the ranking of units, as the county's file says it (`evaluation.yml`). Pure.

Five parts of 100 each; a part of which nothing is known leaves its weight to the others, and the ranking says so.
"""

from dataclasses import dataclass

from pydantic import Field

from countynet.frozen import Frozen
from countynet.unitfindings import FindingKind
from countynet.vocabulary import Severity
from inventory.datafile import DataFile
from monitoring.evaluation.weights import PartWeight, twice, weights

PARTS = ("security", "terminals", "training", "faults", "confirming")
OWN_FAULT = "own-fault"
SECTIONS = ("own_work", "points", "ranking")
_SEVERITIES = [severity.value for severity in Severity]
_KINDS = [kind.value for kind in FindingKind if kind is not FindingKind.SECURITY]
WHATS = (*_SEVERITIES, *_KINDS, OWN_FAULT)


class OwnWeight(PartWeight):
    """How much a part of a unit's own work counts."""

    part: str = Field(pattern=f"^({'|'.join(PARTS)})$")


class Points(Frozen):
    """What is taken off a part's 100 for each thing found."""

    what: str = Field(pattern=f"^({'|'.join(WHATS)})$")
    points: int = Field(ge=0, le=100)


class Bounds(Frozen):
    """What is in time, and who is too new."""

    confirm_hours: int = Field(default=48, ge=1, le=24 * 30)
    """within which a unit says whether a repair helped"""
    new_days: int = Field(default=30, ge=0, le=365)
    """a unit that is connected for fewer at the end of the period is not ranked"""


@dataclass(frozen=True)
class OwnRules:
    """All of it."""

    weights: tuple[OwnWeight, ...]
    points: tuple[Points, ...]
    bounds: Bounds

    def weight(self, part: str) -> int:
        """Return a part's weight."""
        return next((w.weight for w in self.weights if w.part == part), 0)

    def off(self, what: str) -> int:
        """Return what is taken off for one thing."""
        return next((p.points for p in self.points if p.what == what), 0)


DEFAULT = OwnRules(
    tuple(OwnWeight(part=part, weight=weight) for part, weight in zip(PARTS, (30, 25, 15, 15, 15), strict=True)),
    tuple(
        Points(what=what, points=off)
        for what, off in zip(WHATS, (20, 10, 3, 30, 15, 20, 5, 10, 5, 10, 20, 20, 10), strict=True)
    ),
    Bounds(),
)


def taken(file: DataFile) -> OwnRules:
    """Return what a file says of it; what is wrong is noted in the file. A section left out stays as it is here."""
    weighed, points = weights(file, "own_work", OwnWeight), file.items("points", Points)
    bounds = file.items("ranking", Bounds)
    twice(file, "points", [one.what for one in points])
    twice(file, "ranking", ["ranking" for _one in bounds])
    known = {one.what for one in points}
    rest = tuple(one for one in DEFAULT.points if one.what not in known)
    return OwnRules(weighed or DEFAULT.weights, (*points, *rest), bounds[0] if bounds else DEFAULT.bounds)
