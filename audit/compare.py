"""A run against the last of its profile: what is new, what is gone, what stands, and what of that is accepted. Pure.

A finding is known again by its check, its subject and what is said of it; line numbers move and do not count.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from audit.model import Point, Result
from countynet.canonical import canonical
from countynet.vocabulary import Verdict

_MOVES = frozenset({"line"})
OPEN = (Verdict.FAIL, Verdict.UNKNOWN)


@dataclass(frozen=True)
class Found:
    """One finding: a point that fails or could not be decided."""

    check: str
    point: Point

    @property
    def key(self) -> str:
        """What it is known again by: 16 hexadecimal digits."""
        said = {name: value for name, value in self.point.values.items() if name not in _MOVES}
        about = [self.check, self.point.subject, self.point.verdict.value, self.point.message, said]
        return sha256(canonical(about).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Changes:
    """What became of findings since an earlier run."""

    since: int
    """the earlier run's number; 0: there was none"""
    new: tuple[Found, ...]
    fixed: tuple[Found, ...]
    standing: tuple[Found, ...]
    accepted: tuple[Found, ...]
    """of the new and the standing, those that the center accepted"""


def findings(results: Iterable[Result]) -> list[Found]:
    """Return what is open in results."""
    return [Found(result.check.id, point) for result in results for point in result.points if point.verdict in OPEN]


def compare(
    now: Sequence[Found],
    before: Sequence[Found],
    since: int,
    asked: Collection[str],
    accepted: Callable[[str, str], bool],
) -> Changes:
    """Compare findings with those of run `since` (0 and none: there was none).

    A finding of a check that was not `asked` this time is not fixed; it is left out. `accepted` tells of a check and a
    subject whether the center accepts it today.
    """
    was, is_ = {found.key for found in before}, {found.key for found in now}
    return Changes(
        since=since,
        new=tuple(found for found in now if found.key not in was),
        fixed=tuple(found for found in before if found.key not in is_ and found.check in asked),
        standing=tuple(found for found in now if found.key in was),
        accepted=tuple(found for found in now if accepted(found.check, found.point.subject)),
    )
