"""Problems of a county as people and programs read them: one document each, tables by strength.

Promise: a program gets every problem; a person gets every error, and of a rule that says the same of many things the
first few and how many more there are.
"""

from collections.abc import Iterator, Sequence

from countynet.canonical import JSON
from countynet.errors import Problem
from countynet.i18n import _, translate
from countynet.vocabulary import Strength

TITLES = {
    Strength.ERROR: _("Errors: the county is refused ({count})"),
    Strength.WARNING: _("Warnings: to be put right ({count})"),
    Strength.ADVICE: _("Advice: worth a look ({count})"),
}
COLUMNS = (_("where"), _("what is wrong"), _("what was found"), _("what would be right"), _("rule"))
_FEW = 5


def document(problem: Problem) -> dict[str, JSON]:
    """Return a problem as plain facts, in the language of the context."""
    return {
        "strength": problem.strength.value,
        "rule": problem.rule,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "where": problem.where,
        "message": translate(problem.message, **problem.values),
        "found": problem.found,
        "wanted": translate(problem.wanted),
    }


def counts(problems: Sequence[Problem]) -> dict[str, int]:
    """Return how many problems there are of each strength."""
    return {strength.value: sum(p.strength is strength for p in problems) for strength in Strength}


def rows(problems: Sequence[Problem]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a table of problems of one strength; columns are COLUMNS."""
    shown = dict[str, int]()
    for problem in problems:
        shown[problem.rule] = shown.get(problem.rule, 0) + 1
        if problem.strength is Strength.ERROR or shown[problem.rule] <= _FEW:
            yield _row(problem)
    for rule, count in shown.items():
        if count > _FEW and not any(p.rule == rule and p.strength is Strength.ERROR for p in problems):
            more = translate(_("{count} more like this; --json lists all"), count=count - _FEW)
            yield ("...", more, "", "", rule)


def _row(problem: Problem) -> tuple[str, ...]:
    place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part)
    text, wanted = translate(problem.message, **problem.values), translate(problem.wanted)
    return f"{place} {problem.where}".strip(), text, problem.found, wanted, problem.rule
