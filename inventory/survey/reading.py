"""Reads survey files: every row that can be read, and every problem of every file at once.

One file's trouble never hides another's: a file that is refused is one problem, and all others are read on. Nothing
here knows the county, except how its telephone numbers look.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.survey import limits
from inventory.survey.columns import BY_ID, COLUMNS, HEADERS
from inventory.survey.delimited import read_table
from inventory.survey.grid import Book, Cell, Sheet
from inventory.survey.layout import LISTS, Layout, Record, Title, layout
from inventory.survey.problems import Advice, SurveyProblem, Unreadable
from inventory.survey.rows import Answers, Row
from inventory.survey.telephones import Notation
from inventory.survey.text import label, plain
from inventory.survey.values import Value, read
from inventory.survey.workbook import read_workbook

_SKIPPED = (".", "~$", "thumbs.db", "desktop.ini")
"""what folders hold beside files that people put there"""


@dataclass(frozen=True)
class Source:
    """A file to read: where it is, and its name as people know it."""

    path: Path
    file: str


@dataclass(frozen=True)
class Reading:
    """What was read of all files."""

    rows: tuple[Row, ...]
    problems: tuple[SurveyProblem, ...]
    books: tuple[tuple[Source, Book], ...] = ()
    """the files that could be opened, for their corrected copies"""


def sources(given: Sequence[Path]) -> tuple[Source, ...]:
    """Return the files that folders hold (deep, hidden ones left out) and the files given. Raises BadInput."""
    found: dict[str, Source] = {}
    for path in given:
        if not path.exists() and not path.is_symlink():
            raise BadInput([Problem(_("there is no file or folder {path}"), {"path": str(path)})])
        for source in _of_folder(path) if path.is_dir() else (Source(path, shown_name(path.name)),):
            name = source.file if source.file not in found else shown_name(str(source.path))
            found[name] = Source(source.path, name)
    if not found:
        raise BadInput([Problem(_("there is no survey file in {path}"), {"path": ", ".join(map(str, given))})])
    if len(found) > limits.FILES:
        message = _("there are {found} files; the limit is {limit}")
        raise BadInput([Problem(message, {"found": len(found), "limit": limits.FILES})])
    return tuple(found[name] for name in sorted(found))


def _of_folder(folder: Path) -> Iterator[Source]:
    for top, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        linked = [name for name in folders if (Path(top) / name).is_symlink()]
        for name in sorted([*files, *linked]):
            if not name.lower().startswith(_SKIPPED):
                path = Path(top) / name
                yield Source(path, shown_name(str(path.relative_to(folder))))


def shown_name(name: str) -> str:
    """Return a file's name as text, whatever encoding an archive gave it."""
    raw = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return "".join(sign if sign.isprintable() else "?" for sign in raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def read_files(files: Iterable[Source], notation: Notation) -> Reading:
    """Return everything that files say and everything that is wrong with each by itself."""
    rows, problems, books = list[Row](), list[SurveyProblem](), list[tuple[Source, Book]]()
    for source in files:
        try:
            book = open_book(source)
            found, wrong = read_book(book, notation)
        except Unreadable as refused:
            problems.append(SurveyProblem(source.file, refused.advice))
            continue
        rows += found
        problems += wrong
        books.append((source, book))
    return Reading(tuple(rows), tuple(problems), tuple(books))


def open_book(source: Source) -> Book:
    """Return a file's sheets, read by what it is and not by what its name says. Raises Unreadable."""
    data = limits.read_bytes(source.path)
    limits.refuse_foreign(data, source.path.suffix)
    return read_workbook(source.file, data) if data.startswith(b"PK") else read_table(source.file, data)


def read_book(book: Book, notation: Notation) -> tuple[list[Row], list[SurveyProblem]]:
    """Return the units of a file. Raises Unreadable when no sheet of it is a survey."""
    rows, problems, surveys = list[Row](), list[SurveyProblem](), 0
    for sheet in book.sheets:
        if sheet.hidden:
            continue
        found = layout(sheet)
        surveys += found is not None
        if found is not None:
            problems += _headers(book, sheet, found)
            for record in found.records:
                row, wrong = _row(book, sheet, record, record.titles or found.titles, notation)
                rows.append(row)
                problems += wrong
    if not surveys:
        message = _("no survey was found in it: no row of headers with the unit's name, and no label of it")
        raise Unreadable(Advice(message, {}, _("use the form: countynet inventory form")))
    if not rows:
        raise Unreadable(Advice(_("the survey in it is empty"), {}, _("send it again, filled")))
    return rows, problems


def _headers(book: Book, sheet: Sheet, found: Layout) -> Iterator[SurveyProblem]:
    """Yield the headers of a table that ask the same twice, or look like a slip of a known one."""
    for column, cell in found.twice:
        advice = Advice(_("this column stands here twice"), {}, _("keep one of them"))
        yield _at(book, sheet, cell, advice, column, found.titles)
    for cell in found.strange:
        if near := _near_header(cell.text, set(found.titles)):
            yield _at(book, sheet, cell, Advice(_("no column of the survey has this header"), {}, near))


def _near_header(text: str, taken: set[str]) -> str:
    known = {word: found.column for word, found in HEADERS.items() if found.column and found.column not in taken}
    near = get_close_matches(label(text), known, 1, 0.7)
    return BY_ID[known[near[0]]].zh if near else ""


def _at(
    book: Book, sheet: Sheet, cell: Cell, advice: Advice, about: str = "", titles: Mapping[str, Title] | None = None
) -> SurveyProblem:
    title = (titles or {}).get(about)
    header = title.text if title else plain(cell.text)
    return SurveyProblem(book.file, advice, sheet.name, cell.row, cell.letter, header, cell.text, about)


def _row(
    book: Book, sheet: Sheet, record: Record, titles: Mapping[str, Title], notation: Notation
) -> tuple[Row, list[SurveyProblem]]:
    """Return a unit's answers; what cannot be read is a problem and no answer."""
    values: dict[str, Value] = {}
    problems: list[SurveyProblem] = []
    for column in COLUMNS:
        for cell in record.cells.get(column.id, ()):
            try:
                _add(values, column.id, read(column, cell, notation))
            except Unreadable as unreadable:
                problems.append(_at(book, sheet, cell, unreadable.advice, column.id, titles))
    answers = Answers.model_validate({column.replace(".", "_"): value for column, value in values.items()})
    cells = {column: cells[0] for column, cells in record.cells.items()}
    broken = frozenset(problem.about for problem in problems)
    return Row(book.file, sheet.name, record.row, answers, cells, titles, broken), problems


def _add(values: dict[str, Value], column: str, value: Value | None) -> None:
    """Add an answer. Raises Unreadable where a unit's merged rows answer differently."""
    before = values.get(column)
    if value is None:
        return
    if column in LISTS and isinstance(before, tuple) and isinstance(value, tuple):
        values[column] = (*before, *value)
    elif before is not None and before != value:
        advice = Advice(
            _("the rows of one unit give two answers"), {}, _("one answer; another unit has a row of its own")
        )
        raise Unreadable(advice)
    else:
        values[column] = value
