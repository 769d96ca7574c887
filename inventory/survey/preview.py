"""Reads and judges survey files against a county; changes nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from countynet.i18n import _
from inventory.model import TELEPHONE_PATTERN, County
from inventory.record import Edit
from inventory.survey import checks, twice
from inventory.survey.edits import trial
from inventory.survey.entries import Entry, Meaning
from inventory.survey.problems import Advice, SurveyProblem, ordered
from inventory.survey.reading import Reading, Source, read_files
from inventory.survey.rows import Row
from inventory.survey.telephones import Notation


@dataclass(frozen=True)
class Preview:
    """What an import would rest on: every problem of every file, and what the rows mean."""

    entries: tuple[Entry, ...]
    problems: tuple[SurveyProblem, ...]
    notes: tuple[Advice, ...]
    """what is worth knowing and stops nothing"""
    reading: Reading
    edits: tuple[Edit, ...] = ()
    """what an import would change; nothing while there are problems"""


def preview(county: County, files: Sequence[Source], today: date) -> Preview:
    """Return all that is in files and all that is wrong with them."""
    reading = read_files(files, Notation.of(county.plan.operator.telephone))
    entries, found = judge(county, reading.rows)
    problems = [*_remembered(reading.problems, entries), *found]
    made, refused = ((), ()) if problems else trial(county, entries, today)
    notes = tuple(_notes(entries))
    return Preview(entries, ordered([*problems, *refused]), notes, reading, () if refused else made)


def judge(county: County, rows: Sequence[Row]) -> tuple[tuple[Entry, ...], tuple[SurveyProblem, ...]]:
    """Return what rows mean in a county, and every problem of that. Pure."""
    meaning = Meaning(county, rows)
    problems = [*meaning.problems, *twice.problems(county, meaning.entries)]
    for entry in meaning.entries:
        problems += checks.problems(county, entry)
    return meaning.entries, ordered(problems)


def _remembered(problems: Sequence[SurveyProblem], entries: Sequence[Entry]) -> Iterator[SurveyProblem]:
    """Yield problems; where a telephone was lost and the county knows the person's, that is the suggestion."""
    rows = {(e.row.file, e.row.sheet, e.row.cells[column].row): e for e in entries for column in e.row.cells}
    for problem in problems:
        entry = rows.get((problem.file, problem.sheet, problem.row))
        role, _dot, part = problem.about.partition(".")
        known = getattr(entry.unit, role) if entry and entry.unit and part == "telephone" else None
        if known is None or entry is None or re.fullmatch(TELEPHONE_PATTERN[1:-1], problem.advice.suggestion):
            yield problem
        elif getattr(entry.answers, f"{role}_name") in (None, known.name):
            yield replace(problem, advice=replace(problem.advice, suggestion=known.telephone, details={}))
        else:
            yield problem


def _notes(entries: Sequence[Entry]) -> Iterator[Advice]:
    """Yield what a unit asks for that a survey cannot give."""
    for entry in entries:
        asked = entry.answers.terminals or 0
        has = len(entry.unit.terminals) if entry.unit else max(1, len(entry.answers.macs))
        if asked > has:
            message = _("{name} asks for {asked} terminals and has {has}: the others are applied for")
            yield Advice(message, {"name": entry.name, "asked": asked, "has": has})
