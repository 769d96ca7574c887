"""One thing that a cross check found."""

from collections.abc import Iterable
from dataclasses import dataclass

from countynet.errors import Problem

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """Where it stands (a path into the county: section, index, field ...) and what is wrong there."""

    place: Place
    problem: Problem
    about: frozenset[str] = frozenset()
    """names that the finding is about; if one of them could not be read, the finding is only a shadow of that"""


def wrong(place: Place, message: str, *, about: Iterable[object] = (), found: object = "", **values: object) -> Finding:
    """Return a finding; `about` and `found` are the names whose own problem would make it a mere shadow."""
    names = {str(name) for name in (*about, found) if str(name)}
    return Finding(place, Problem(message, values, found=str(found)), frozenset(names))
