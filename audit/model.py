"""What a check is and what it found, as frozen values. Pure.

A verdict is `fail` if any point fails, else `unknown` if any point could not be decided, else `manual` if a person has
to look, else `pass`; `not-applicable` only if nothing applied. A check without a single point has decided nothing and
is `unknown`: silence is never a pass. A grade tells `partial` apart: some of what was looked at fails, the rest passes.
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
    fix: tuple[str, ...] = ()
    """lines to enter on the device that mend it; empty where people have to think"""
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
    platforms: tuple[str, ...] = ()
    """platforms whose devices are asked; empty: it does not depend on that"""


class Check(NamedTuple):
    """A check: what it is about, and the function that decides it from the facts."""

    info: Info
    decide: Callable[["Facts"], Iterable[Point]]


class Result(Frozen):
    """What a check found."""

    check: Info
    verdict: Verdict
    points: tuple[Point, ...]

    @property
    def grade(self) -> Verdict:
        """The verdict, with `partial` where a part of the points passes."""
        return grade(self.verdict, len(self.of(Verdict.PASS)))

    def of(self, verdict: Verdict) -> tuple[Point, ...]:
        """Return the points with one verdict."""
        return tuple(p for p in self.points if p.verdict is verdict)


def judge(points: Iterable[Point]) -> Verdict:
    """Return the verdict over points."""
    verdicts = {p.verdict for p in points}
    for verdict in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.MANUAL, Verdict.PASS, Verdict.NOT_APPLICABLE):
        if verdict in verdicts:
            return verdict
    return Verdict.UNKNOWN


def grade(verdict: Verdict, passed: int) -> Verdict:
    """Return a check's verdict as reports count it: a failure beside points that pass is `partial`."""
    return Verdict.PARTIAL if verdict is Verdict.FAIL and passed else verdict


def passed(subject: str, message: str, **values: object) -> Point:
    """Return a point that is as it should be."""
    return Point(subject=subject, verdict=Verdict.PASS, message=message, values=_text(values))


def failed(subject: str, message: str, **values: object) -> Point:
    """Return a point that is not as it should be."""
    return Point(subject=subject, verdict=Verdict.FAIL, message=message, values=_text(values))


def unknown(subject: str, message: str, **values: object) -> Point:
    """Return a point that could not be decided."""
    return Point(subject=subject, verdict=Verdict.UNKNOWN, message=message, values=_text(values))


def not_applicable(subject: str, message: str, **values: object) -> Point:
    """Return a point that says why a check does not concern a subject."""
    return Point(subject=subject, verdict=Verdict.NOT_APPLICABLE, message=message, values=_text(values))


def manual(subject: str, message: str, **values: object) -> Point:
    """Return a point that a person has to decide; it says what to look at."""
    return Point(subject=subject, verdict=Verdict.MANUAL, message=message, values=_text(values))


def judged(grades: Iterable[Verdict]) -> Verdict:
    """Return how a clause stands by its checks' grades (GB/T 28448): met, partly met when some fail, not met."""
    found = set(grades)
    failing = found & {Verdict.FAIL, Verdict.PARTIAL}
    if failing and found & {Verdict.PASS, Verdict.PARTIAL}:
        return Verdict.PARTIAL
    for verdict in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.MANUAL, Verdict.PASS):
        if verdict in found:
            return verdict
    return Verdict.NOT_APPLICABLE


def _text(values: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}
