"""What a check is and what it found, as frozen values. Pure.

A verdict is `fail` if any point fails, else `unknown` if any point could not be decided, else `pass`. A check without a
single point has decided nothing and is `unknown`: silence is never a pass.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from pydantic import Field

from countynet.frozen import Frozen
from countynet.vocabulary import Severity, Verdict

if TYPE_CHECKING:
    from audit.facts import Facts


class Line(Frozen):
    """A line of a device's configuration, as evidence: the file it stands in and its number there."""

    section: str
    line: int
    text: str


class Point(Frozen):
    """What was found about one subject: a device, a terminal, the county."""

    subject: str
    verdict: Verdict
    message: str
    """English message id with {places}"""
    values: dict[str, str] = Field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    config_sha256: str = ""
    """hash of the masked configuration that the lines come from; the evidence store has that file"""


class Info(Frozen):
    """What a check is about; texts are message ids."""

    id: str
    title: str
    clauses: tuple[str, ...]
    severity: Severity
    rationale: str
    remedy: str


class Check(NamedTuple):
    """A check: what it is about, and the function that decides it from the facts."""

    info: Info
    decide: Callable[["Facts"], Iterable[Point]]


class Result(Frozen):
    """What a check found."""

    check: Info
    verdict: Verdict
    points: tuple[Point, ...]

    def of(self, verdict: Verdict) -> tuple[Point, ...]:
        """Return the points with one verdict."""
        return tuple(p for p in self.points if p.verdict is verdict)


def judge(points: Iterable[Point]) -> Verdict:
    """Return the verdict over points."""
    verdicts = {p.verdict for p in points}
    if Verdict.FAIL in verdicts:
        return Verdict.FAIL
    return Verdict.PASS if verdicts == {Verdict.PASS} else Verdict.UNKNOWN


def passed(subject: str, message: str, **values: object) -> Point:
    """Return a point that is as it should be."""
    return Point(subject=subject, verdict=Verdict.PASS, message=message, values=_text(values))


def failed(subject: str, message: str, **values: object) -> Point:
    """Return a point that is not as it should be."""
    return Point(subject=subject, verdict=Verdict.FAIL, message=message, values=_text(values))


def unknown(subject: str, message: str, **values: object) -> Point:
    """Return a point that could not be decided."""
    return Point(subject=subject, verdict=Verdict.UNKNOWN, message=message, values=_text(values))


def _text(values: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}
