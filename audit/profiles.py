"""Which checks a run asks: the county's own set, or all that serve a level of the standard."""

from collections.abc import Sequence
from enum import StrEnum

from audit.checks import ALL, EVERY
from audit.clauses import CLAUSES
from audit.model import Check
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


TITLES = {
    Profile.COUNTY: _("what countynet brings about by itself"),
    Profile.MLPS_2: _("GB/T 22239-2019, level 2"),
    Profile.MLPS_3: _("GB/T 22239-2019, level 3"),
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
    if profile is Profile.MLPS_3:
        return EVERY
    return [check for check in EVERY if any(CLAUSES[id_].level_2 for id_ in check.info.clauses)]
