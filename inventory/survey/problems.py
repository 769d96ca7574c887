"""What is wrong with a survey: where, what was found, and what would be right. Pure.

Invariant: a problem names file, sheet, row and column as the clerk's spreadsheet program shows them, so that nobody has
to search. Texts are msgids; a suggestion is either a msgid or the very value to type.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from countynet.canonical import JSON
from countynet.i18n import translate
from inventory.survey.text import shown


@dataclass(frozen=True)
class Advice:
    """Why a value cannot stand, and what would be right; the place is added by who knows it."""

    message: str
    """msgid"""
    values: Mapping[str, object] = field(default_factory=dict)
    suggestion: str = ""
    """msgid, or the value to type"""
    details: Mapping[str, object] = field(default_factory=dict)
    """the places of the suggestion"""


class Unreadable(Exception):
    """A cell's value cannot be read as what its column asks; carries the advice."""

    def __init__(self, advice: Advice) -> None:
        self.advice = advice
        super().__init__(advice.message)


@dataclass(frozen=True)
class SurveyProblem:
    """One thing wrong in one place of one file; row 0 and column "" mean the whole sheet, sheet "" the whole file."""

    file: str
    advice: Advice
    sheet: str = ""
    row: int = 0
    column: str = ""
    """its letters"""
    header: str = ""
    value: str = ""
    about: str = ""
    """the id of the survey's column, for who wants to say more"""

    def problem(self) -> str:
        """Return what is wrong, in the language of the context."""
        return translate(self.advice.message, **self.advice.values)

    def suggestion(self) -> str:
        """Return what would be right, in the language of the context."""
        return translate(self.advice.suggestion, **self.advice.details)

    def document(self) -> dict[str, JSON]:
        """Return it as `--json` prints it; what does not apply is null."""
        return {
            "file": self.file,
            "sheet": self.sheet or None,
            "row": self.row or None,
            "column": f"{self.column} {self.header}".strip() or None,
            "value": shown(self.value),
            "problem": self.problem(),
            "suggestion": self.suggestion(),
        }


def ordered(problems: Iterable[SurveyProblem]) -> tuple[SurveyProblem, ...]:
    """Return problems by file, and within a file as they stand in it; what is said twice of a place is said once."""
    unique = {(p.file, p.sheet, p.row, p.column, p.advice.message, p.value): p for p in problems}
    return tuple(sorted(unique.values(), key=lambda p: (p.file, p.sheet, p.row, len(p.column), p.column)))
