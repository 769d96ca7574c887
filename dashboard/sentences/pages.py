"""The context of the page of sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from countynet.i18n import language, set_language, translate
from dashboard.language import LANGUAGES
from monitoring.faults.show import WORDS
from monitoring.faults.telling.templates import DEFAULTS, LONGEST, PLACES
from monitoring.tags import FaultTag


@dataclass(frozen=True)
class Row:
    """One step in one language."""

    step: FaultTag
    language: str
    text: str
    own: bool
    """worded by the center"""


@dataclass(frozen=True)
class SentencesPage:
    """Every step in every language."""

    template: ClassVar[str] = "sentences/sentences.html"
    rows: tuple[Row, ...]
    problem: str = ""
    words: ClassVar[Mapping[FaultTag, str]] = WORDS
    languages: ClassVar[Mapping[str, str]] = LANGUAGES
    places: ClassVar[Mapping[str, str]] = PLACES
    longest: ClassVar[int] = LONGEST


def rows(own: Mapping[tuple[str, str], str], typed: Mapping[tuple[str, str], str]) -> tuple[Row, ...]:
    """Return every sentence as it is sent; what was typed and refused stands in its place."""
    return tuple(
        Row(step, spoken, {**own, **typed}.get((step.value, spoken), _ours(step, spoken)), (step.value, spoken) in own)
        for step in DEFAULTS
        for spoken in LANGUAGES
    )


def _ours(step: FaultTag, spoken: str) -> str:
    mine = language()
    set_language(spoken)
    text = translate(DEFAULTS[step])
    set_language(mine)
    return text
