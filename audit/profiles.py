"""Which checks a run asks: the county's own set, or all that serve a level of the standard."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from audit.checks import ALL, EVERY
from audit.clauses import CLAUSES
from audit.model import Check, Point, Result, judge, not_applicable
from audit.systems import HIGH
from countynet.errors import BadInput, Problem
from countynet.i18n import _


class Profile(StrEnum):
    """A set of checks; docs/vocabulary.md has the Chinese."""

    COUNTY = "county"
    """what this toolkit itself brings about on every device it configures"""
    MLPS_2 = "mlps-2"
    """GB/T 22239-2019, level 2"""
    MLPS_3 = "mlps-3"
    """GB/T 22239-2019, level 3"""
    MLPS = "mlps"
    """GB/T 22239-2019, each device by the highest level of the systems that it carries"""


TITLES = {
    Profile.COUNTY: _("what countynet brings about by itself"),
    Profile.MLPS_2: _("GB/T 22239-2019, level 2"),
    Profile.MLPS_3: _("GB/T 22239-2019, level 3"),
    Profile.MLPS: _("GB/T 22239-2019, each device by the level of its systems"),
}


def profile_of(name: str) -> Profile:
    """Return a profile by name. Raises BadInput for a name that there is not, naming those there are."""
    try:
        return Profile(name)
    except ValueError as error:
        known = ", ".join(Profile)
        problem = Problem(_("there is no profile {name!r}; there are: {known}"), {"name": name, "known": known})
        raise BadInput([problem]) from error


def checks_of(profile: Profile) -> Sequence[Check]:
    """Return the checks of a profile, in the order of reports."""
    if profile is Profile.COUNTY:
        return ALL
    if profile in (Profile.MLPS_3, Profile.MLPS):
        return EVERY
    return [check for check in EVERY if any(CLAUSES[id_].level_2 for id_ in check.info.clauses)]


def narrowed(results: Sequence[Result], held: Mapping[str, Mapping[str, int]]) -> tuple[Result, ...]:
    """Return results in which clauses of level 3 alone ask nothing of devices that carry systems below that level.

    `held`: by device the systems that it carries with their levels (`audit.systems.levels`). A device that carries no
    system stays as it is: nobody said that it needs less.
    """
    low = {name: max(levels.values()) for name, levels in held.items() if max(levels.values()) < HIGH}
    return tuple(_narrowed(result, low) for result in results)


def _narrowed(result: Result, low: Mapping[str, int]) -> Result:
    if any(CLAUSES[id_].level_2 for id_ in result.check.clauses):
        return result
    points = tuple(_asked(result.points, low))
    return Result(check=result.check, verdict=judge(points), points=points)


def _asked(points: Sequence[Point], low: Mapping[str, int]) -> Iterator[Point]:
    for point in points:
        if point.subject in low:
            message = _("it carries systems of level {level} at most, and the clause is of level 3")
            yield not_applicable(point.subject, message, level=low[point.subject])
        else:
            yield point
