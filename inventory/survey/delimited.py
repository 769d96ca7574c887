"""Reads a CSV file as spreadsheet programs write it, guessing encoding and delimiter from what a survey must contain.

WPS and Excel in a Chinese Windows save CSV as GB18030, Excel's "Unicode text" is UTF-16 with tabs, LibreOffice writes
UTF-8. An encoding is believed only when the whole file decodes strictly; the delimiter is the one that yields the most
known headers. Nothing is replaced: a file that fits no encoding is refused.
"""

import csv
from collections.abc import Iterator
from io import StringIO

from countynet.i18n import _
from inventory.survey import limits
from inventory.survey.columns import header
from inventory.survey.grid import Book, Cell, Sheet
from inventory.survey.limits import refuse, too_much
from inventory.survey.problems import Unreadable

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_DELIMITERS = (",", ";", "\t", "|", "，")
_HEAD = 60
"""lines in which the header is looked for"""


def read_table(file: str, data: bytes) -> Book:
    """Return a CSV file as a book of one sheet. Raises Unreadable for what is no text or past a limit."""
    text = decode(data)
    delimiter, text = _delimiter(text)
    _refuse_open_quote(text, delimiter)
    cells: dict[tuple[int, int], Cell] = {}
    for row, values in enumerate(_rows(text, delimiter), 1):
        _within(row, len(values), len(cells))
        for column, value in enumerate(values, 1):
            if value.strip():
                cells[row, column] = Cell(row, column, value[: limits.TEXT])
    return Book(file, (Sheet("", cells),), table=True)


def _within(row: int, columns: int, cells: int) -> None:
    if row > limits.ROWS:
        message = _("it has something in row {found}; the limit is {limit} rows")
        raise too_much(message, found=row, limit=limits.ROWS)
    if columns > limits.COLUMNS:
        message = _("it has something in column {found}; the limit is {limit} columns")
        raise too_much(message, found=columns, limit=limits.COLUMNS)
    if cells > limits.CELLS:
        raise too_much(_("it has more cells than the limit of {limit}"), limit=limits.CELLS)


def decode(data: bytes) -> str:
    """Return a file's text. Raises Unreadable when it is in no encoding that spreadsheet programs write here."""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    for encoding in (marked,) if marked else (*_bare_utf_16(data), "utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\x00" not in text:
            return text
    raise refuse(_("its text is in no encoding that we know (UTF-8, UTF-16, GB18030)"), limits.AS_XLSX)


def _bare_utf_16(data: bytes) -> tuple[str, ...]:
    """Return the UTF-16 that a file without a mark may be: every other byte of its commas and digits is zero."""
    head = data[:2000]
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if max(odd, even) * 20 < len(head):
        return ()
    return ("utf-16-le",) if odd > even else ("utf-16-be",)


def _delimiter(text: str) -> tuple[str, str]:
    """Return the delimiter and the text without Excel's line `sep=;`."""
    first, _line, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[4], rest
    head = "\n".join(text.splitlines()[:_HEAD])
    return max(_DELIMITERS, key=lambda sign: _known(head, sign)), text


def _known(head: str, delimiter: str) -> int:
    """Return how many known headers the best line has with a delimiter."""
    try:
        return max((sum(header(value) is not None for value in row) for row in _rows(head, delimiter)), default=0)
    except Unreadable:
        return 0


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise refuse(_("it is no proper CSV file: {reason}"), limits.AS_XLSX, reason=str(error)) from error


def _refuse_open_quote(text: str, delimiter: str) -> None:
    """Raise Unreadable for a quotation mark that is never closed: it would swallow all rows below it."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for _row in reader:
            begins = reader.line_num + 1
    except csv.Error as error:
        if "unexpected end" in str(error):
            message = _("a quotation mark in line {line} is never closed")
            raise refuse(message, _("close it, or save the file as .xlsx"), line=begins) from error
