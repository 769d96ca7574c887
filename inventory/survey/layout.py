"""Finds the survey in a sheet: a table with one unit a row, or a form with labels beside their answers. Pure.

A table's header is a row that holds the unit's name and, right beside it, another known header; titles above it,
headings over a person's columns, a second header row in English and a header printed again on each page are
understood. In a form every answer stands right of its label, merged or not. What is neither says so by yielding
nothing. A row that shows how to fill the form, a total and a note are no units.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from inventory.survey import words
from inventory.survey.columns import BY_ID, HEADERS, Header, header
from inventory.survey.grid import Cell, Sheet
from inventory.survey.text import label, plain

_DEEP = 60
"""rows in which a header is looked for"""
LISTS = frozenset(("macs", "seal"))
"""columns whose answer may go on in the rows below a merged unit"""


@dataclass(frozen=True)
class Title:
    """What stands above or beside a column's answers."""

    column: int
    text: str
    row: int = 0
    """of a form's label; a table's answers stand in the unit's row"""


@dataclass
class Record:
    """What one unit answered: its cells by the survey's columns, and the row where it begins."""

    row: int
    cells: dict[str, list[Cell]] = field(default_factory=dict)
    titles: dict[str, Title] = field(default_factory=dict)
    """a form's labels; a table's stand in `Layout.titles`"""


@dataclass(frozen=True)
class Layout:
    """The survey in one sheet."""

    records: tuple[Record, ...]
    titles: Mapping[str, Title] = field(default_factory=dict)
    strange: tuple[Cell, ...] = ()
    """headers of a table that mean nothing to us"""
    twice: tuple[tuple[str, Cell], ...] = ()
    """headers of a table that ask the same as one before"""


def layout(sheet: Sheet) -> Layout | None:
    """Return the survey in a sheet, or None when there is none."""
    top = next((row for row, cells in sheet.within(1, _DEEP) if _is_header(sheet, cells)), None)
    if top is not None:
        return _table(sheet, top)
    records = tuple(_form(sheet))
    return Layout(records) if records else None


def _is_header(sheet: Sheet, cells: Sequence[Cell]) -> bool:
    known = {cell.column: header(cell.text) for cell in cells}
    names = [c for c, found in known.items() if found is not None and found.column in ("name", "id")]
    meant = {found.column or found.group or found.part for found in known.values() if found is not None}
    if not names or len(meant - {""}) < 2:
        return False
    return any(
        known.get(cell.column) is not None and known.get(sheet.merge(cell.row, cell.column).right + 1) is not None
        for cell in cells
    )


# --- a table ---------------------------------------------------------------------------------------------------------


def _table(sheet: Sheet, top: int) -> Layout:
    bottom = top
    while _goes_on(sheet, top, bottom + 1):
        bottom += 1
    first = top - 1 if _has_headings(sheet, top) else top
    columns, strange, twice = _columns(sheet, first, top, bottom)
    titles = {column: Title(place, _title(sheet, first, bottom, place)) for place, column in columns.items()}
    records = tuple(_records(sheet, bottom + 1, columns))
    return Layout(records, titles, strange, twice)


def _goes_on(sheet: Sheet, top: int, row: int) -> bool:
    """Whether a row below the header still belongs to it: every text in it is a header too."""
    cells = sheet.rows.get(row, ())
    own = [cell for cell in cells if sheet.merge(row, cell.column).top == row]
    return bool(own) and row - top < 3 and all(header(cell.text) is not None for cell in own)


def _has_headings(sheet: Sheet, top: int) -> bool:
    return any((found := header(cell.text)) is not None and found.group for cell in sheet.rows.get(top - 1, ()))


def _chain(sheet: Sheet, first: int, bottom: int, column: int) -> Iterator[Cell]:
    """Yield what stands above a column's answers, from top to bottom, merged cells once."""
    seen = set()
    for row in range(first, bottom + 1):
        cell = sheet.at(row, column)
        if cell is not None and (cell.row, cell.column) not in seen:
            seen.add((cell.row, cell.column))
            yield cell


def _title(sheet: Sheet, first: int, bottom: int, column: int) -> str:
    return " ".join(dict.fromkeys(plain(cell.text) for cell in _chain(sheet, first, bottom, column)))


def _columns(
    sheet: Sheet, first: int, top: int, bottom: int
) -> tuple[dict[int, str], tuple[Cell, ...], tuple[tuple[str, Cell], ...]]:
    """Return the survey's column at each place, the headers that mean nothing, and those that ask the same again."""
    places = sorted({cell.column for row in range(top, bottom + 1) for cell in sheet.rows.get(row, ())})
    columns: dict[int, str] = {}
    strange, twice, before = list[Cell](), list[tuple[str, Cell]](), ""
    for place in places:
        chain = list(_chain(sheet, first, bottom, place))
        found = [known for cell in chain if (known := header(cell.text)) is not None]
        column, before = _meaning(found, before)
        if column in columns.values():
            twice.append((column, chain[-1]))
        elif column:
            columns[place] = column
        elif not found and chain:
            strange.append(chain[-1])
    return columns, tuple(strange), tuple(twice)


def _meaning(found: Sequence[Header], before: str) -> tuple[str, str]:
    """Return the column that a chain of headers means, and the person that the next columns may belong to."""
    column, group = "", ""
    for known in found:
        group = known.group or group
        if known.column:
            column = known.column
        elif known.group:
            column = f"{known.group}.name"
        elif known.part:
            person = group or before or "officer"
            column = f"{person}.{known.part}" if f"{person}.{known.part}" in BY_ID else ""
    return column, (group or before)


def _records(sheet: Sheet, first: int, columns: Mapping[int, str]) -> Iterator[Record]:
    last: Record | None = None
    place = next((place for place, column in columns.items() if column == "name"), 0)
    for row, cells in sheet.within(first, max(sheet.rows, default=0)):
        mapped = [cell for cell in cells if cell.column in columns]
        if not mapped or is_no_unit(cells, sheet.at(row, place) if place else None):
            continue
        if last is not None and place and sheet.merge(row, place).top == last.row < row:
            _append(last, mapped, columns)
            continue
        last = Record(row)
        for column, answer in _across(sheet, row, columns):
            last.cells[column] = [answer]
        yield last


def _across(sheet: Sheet, row: int, columns: Mapping[int, str]) -> Iterator[tuple[str, Cell]]:
    """Yield a row's answers; one that is merged over several units below each other is the answer of each."""
    for place, column in columns.items():
        answer = sheet.at(row, place)
        if answer is not None and answer.column == place:
            yield column, answer


def _append(record: Record, cells: Sequence[Cell], columns: Mapping[int, str]) -> None:
    """Add the rows below a unit whose name is merged over them."""
    for cell in cells:
        record.cells.setdefault(columns[cell.column], []).append(cell)


def is_no_unit(cells: Sequence[Cell], name: Cell | None) -> bool:
    """Whether a row is an example, a total, a note, or the header printed again."""
    first = label(cells[0].text)
    named = label(name.text) if name is not None else first
    if first in words.TOTALS or named in words.TOTALS or (HEADERS.get(named) or Header()).column == "name":
        return True
    if any(start.startswith(words.EXAMPLES) for start in (first, named)):
        return True
    return len(cells) <= 2 and first.startswith(words.NOTES)


# --- a form ----------------------------------------------------------------------------------------------------------


def _form(sheet: Sheet) -> Iterator[Record]:
    """Yield the units of a form: a new one begins at each label of the unit's name."""
    record, person, used = Record(0), "", set[tuple[int, int]]()
    for cell in (cell for cells in sheet.rows.values() for cell in cells):
        known = header(cell.text) if (cell.row, cell.column) not in used else None
        if known is None or not (known.column or known.group or known.part):
            continue
        answer = _answer(sheet, cell, used)
        person = known.group or _heading(sheet, cell) or person
        column = known.column or _person_column(known, person, answer)
        if not column:
            continue
        if column == "name" and "name" in record.cells:
            yield record
            record = Record(0)
        record.titles.setdefault(column, Title(_beside(sheet, cell), plain(cell.text), cell.row))
        if answer is not None:
            used.add((answer.row, answer.column))
            record.cells.setdefault(column, []).append(answer)
        if column == "name":
            record.row = cell.row
    if record.row and ("name" in record.cells or len(record.cells) > 1):
        yield record


def _answer(sheet: Sheet, cell: Cell, used: set[tuple[int, int]]) -> Cell | None:
    """Return what stands right of a label; below it where labels stand side by side, as in a little table."""
    merge = sheet.merge(cell.row, cell.column)
    right, left = sheet.at(cell.row, _beside(sheet, cell)), sheet.at(cell.row, merge.left - 1)
    if _is_group(cell) or not (_is_label(right) or (right is None and _is_label(left) and _place(left) not in used)):
        return right
    below = sheet.at(merge.bottom + 1, merge.left)
    return None if _is_label(below) else below


def _beside(sheet: Sheet, cell: Cell) -> int:
    return sheet.merge(cell.row, cell.column).right + 1


def _place(cell: Cell | None) -> tuple[int, int] | None:
    return (cell.row, cell.column) if cell is not None else None


def _is_label(cell: Cell | None) -> bool:
    found = header(cell.text) if cell is not None else None
    return found is not None and bool(found.part or (found.column and not found.group))


def _is_group(cell: Cell) -> bool:
    found = header(cell.text)
    return found is not None and bool(found.group) and not found.column


def _person_column(known: Header, person: str, answer: Cell | None) -> str:
    """Return the column of a person's part; a heading before further labels is no label itself."""
    if known.part:
        column = f"{person or 'officer'}.{known.part}"
        return column if column in BY_ID else ""
    below = header(answer.text) if answer is not None else None
    return "" if below is not None and (below.part or below.column) else f"{known.group}.name"


def _heading(sheet: Sheet, cell: Cell) -> str:
    """Return the person whose heading stands left of a label in the same row, merged over several rows or not."""
    for column in range(cell.column - 1, 0, -1):
        left = sheet.at(cell.row, column)
        found = header(left.text) if left is not None else None
        if found is not None and found.group:
            return found.group
    return ""
