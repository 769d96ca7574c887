"""Writes copies of survey files for correction: each bad cell coloured, with a comment in both languages.

The original is never opened for writing, and no copy replaces a file that is there: a clerk may be correcting it. The
copy is made by openpyxl, which keeps the form's look, after every part of the archive has been vetted; where openpyxl
cannot read a workbook, and for a CSV file, a new workbook is made of the cells that were read.
"""

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextvars import copy_context
from io import BytesIO
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from countynet.i18n import CHINESE, ENGLISH, _, language, set_language, translate
from inventory.survey import limits
from inventory.survey.grid import Book, Cell
from inventory.survey.package import Package, scan
from inventory.survey.problems import SurveyProblem
from inventory.survey.reading import Source

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell as WrittenCell
    from openpyxl.worksheet.worksheet import Worksheet

COLOUR = "FFFFC7CE"
AUTHOR = "countynet"
_NOT_IN_TITLE = re.compile(r"[\\*?:/\[\]\x00-\x1f]")
_TITLE = 31
"""signs in a sheet's name"""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_copies(
    folder: Path, books: Sequence[tuple[Source, Book]], problems: Sequence[SurveyProblem]
) -> tuple[Path, ...]:
    """Write a copy of each file that has problems; return the copies. Raises OSError when the folder takes none."""
    written = []
    for source, book in books:
        own = [problem for problem in problems if problem.file == source.file]
        if own:
            data = marked(source, book, own)
            target = free_path(folder, source.file)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            written.append(target)
    return tuple(written)


def free_path(folder: Path, file: str) -> Path:
    """Return where a file's copy goes: its own name as .xlsx, numbered where that is taken."""
    parts = [part for part in PurePath(file).parts if part not in ("..", "/", "\\")]
    stem = PurePath(*parts).with_suffix("")
    target, number = folder / f"{stem}.xlsx", 1
    while target.exists() or target.is_symlink():
        number += 1
        target = folder / f"{stem} ({number}).xlsx"
    return target


def marked(source: Source, book: Book, problems: Sequence[SurveyProblem]) -> bytes:
    """Return a file's copy as a workbook with its problems marked."""
    data = b"" if book.table else limits.read_bytes(source.path)
    if data and _vetted(data):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return _loaded(data, book, problems)
            except Exception:  # whatever openpyxl stumbles over: the cells have been read already
                return _saved(_rebuilt(book, problems))
    return _saved(_rebuilt(book, problems))


def _loaded(data: bytes, book: Book, problems: Sequence[SurveyProblem]) -> bytes:
    from openpyxl import load_workbook

    workbook = load_workbook(BytesIO(data), keep_links=False)
    mark({sheet.name: workbook[sheet.name] for sheet in book.sheets}, problems)
    return _saved(workbook)


def _saved(workbook: "Workbook") -> bytes:
    data = BytesIO()
    workbook.save(data)
    return data.getvalue()


def _vetted(data: bytes) -> bool:
    """Whether openpyxl may have a workbook: no document type in any part, no link over a huge range."""
    package, wide = Package(data), list[str]()

    def start(tag: str, facts: Mapping[str, str]) -> None:
        if tag == "hyperlink" and ":" in facts.get("ref", ""):
            wide.append(facts["ref"])

    try:
        for part in package.names():
            if part.endswith((".xml", ".rels", ".vml")):
                scan(package.read(part), start)
    except Exception:
        return False
    return not wide


def _rebuilt(book: Book, problems: Sequence[SurveyProblem]) -> "Workbook":
    from openpyxl import Workbook

    workbook, made = Workbook(), dict[str, "Worksheet"]()
    for sheet in book.sheets:
        new = workbook.create_sheet(_NOT_IN_TITLE.sub("_", sheet.name)[:_TITLE] or "survey")
        made.setdefault(sheet.name, new)
        for merge in sheet.merges:
            new.merge_cells(None, merge.top, merge.left, merge.bottom, merge.right)
        for cell in sheet.cells.values():
            put(new, cell)
        new.sheet_state = "hidden" if sheet.hidden else "visible"
    workbook.remove(workbook.worksheets[0])
    mark(made, problems)
    return workbook


def _cell_class() -> type["WrittenCell"]:
    from openpyxl.cell import Cell as Written

    return Written


def put(sheet: "Worksheet", cell: Cell) -> None:
    """Write a cell as it was read; no text ever becomes a formula."""
    made = sheet.cell(cell.row, cell.column)
    if not isinstance(made, _cell_class()):
        return
    if cell.kind == "number" and len(cell.text.lstrip("-")) <= 15:
        made.value = float(cell.text) if "." in cell.text else int(cell.text)
    else:
        made.value = _NOT_IN_XML.sub("", cell.text)
        made.data_type = "s"
        made.number_format = "@"


def mark(sheets: Mapping[str, "Worksheet"], problems: Sequence[SurveyProblem]) -> None:
    """Colour the cells of problems and comment them; what concerns a whole sheet or row stands in its first cell."""
    places: dict[tuple[str, int, str], list[SurveyProblem]] = {}
    for problem in problems:
        places.setdefault((problem.sheet, problem.row or 1, problem.column or "A"), []).append(problem)
    for (sheet, row, column), own in places.items():
        _mark(sheets[sheet], f"{column}{row}", own)


def _mark(sheet: "Worksheet", place: str, problems: Sequence[SurveyProblem]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    merged = next((str(area.coord) for area in sheet.merged_cells.ranges if place in area), place)
    cell = sheet[merged.partition(":")[0]]
    cell.fill = PatternFill("solid", fgColor=COLOUR)
    before = f"\n\n{cell.comment.text}" if cell.comment is not None else ""
    cell.comment = Comment(both(problems) + before, AUTHOR, height=180, width=360)


def both(problems: Sequence[SurveyProblem]) -> str:
    """Return problems as a comment's text, in the language of this run and then in the other."""
    first = language()
    second = ENGLISH if first == CHINESE else CHINESE
    texts = [in_language(wanted, lambda: "\n".join(map(_line, problems))) for wanted in (first, second)]
    return _NOT_IN_XML.sub("", "\n\n".join(texts))


def _line(problem: SurveyProblem) -> str:
    suggestion = problem.suggestion()
    if not suggestion:
        return problem.problem()
    return translate(_("{problem} -> {suggestion}"), problem=problem.problem(), suggestion=suggestion)


def in_language(wanted: str, make: Callable[[], str]) -> str:
    """Return a text made in another language, without changing the context's own."""

    def run() -> str:
        set_language(wanted)
        return make()

    return copy_context().run(run)
