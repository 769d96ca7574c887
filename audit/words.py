"""Findings as sentences, in the language of the context."""

from collections.abc import Callable
from contextvars import copy_context
from typing import TypeVar

from audit.clauses import CLAUSES, STANDARD
from audit.model import Point
from countynet.i18n import _, set_language, translate
from countynet.vocabulary import Severity, Verdict

T = TypeVar("T")
VERDICTS = {
    Verdict.FAIL: _("fail"),
    Verdict.PARTIAL: _("partly"),
    Verdict.UNKNOWN: _("unknown"),
    Verdict.MANUAL: _("to be looked at"),
    Verdict.PASS: _("pass"),
    Verdict.NOT_APPLICABLE: _("not applicable"),
}
"""the worst first"""
WORST_FIRST = {verdict: place for place, verdict in enumerate(VERDICTS)}
SEVERITIES = {Severity.CRITICAL: _("critical"), Severity.MAJOR: _("major"), Severity.MINOR: _("minor")}

LABELS = {
    "title": _("Audit report"),
    "at": _("time"),
    "by": _("run by"),
    "clauses": _("clauses"),
    "why": _("why"),
    "remedy": _("remedy"),
    "evidence": _("evidence"),
    "more": _("more in the evidence"),
    "severity": _("severity"),
    "fix": _("enter"),
}
"""headings of the report page"""


def sentence(point: Point) -> str:
    """Return a point as text; values that are messages themselves are translated too."""
    return translate(point.message, **{name: translate(value) for name, value in point.values.items()})


def clauses(ids: tuple[str, ...]) -> str:
    """Return clauses as text: the standard, each number with its control point, level 2 in brackets."""
    words = []
    for id_ in ids:
        clause = CLAUSES[id_]
        second = f" ({clause.level_2})" if clause.level_2 else ""
        words.append(f"{clause.id}{second} {translate(clause.point)}")
    return f"{STANDARD}: " + "; ".join(words)


def in_language(wanted: str, make: Callable[[], T]) -> T:
    """Return what a function makes in another language than the context's."""

    def run() -> T:
        set_language(wanted)
        return make()

    return copy_context().run(run)
