"""Reads an .xlsx workbook into sheets of cells, in one pass and within the limits.

Why not openpyxl, which writes our workbooks: it unrolls merged and linked ranges before anybody can look at them (one
line of XML costs all memory), it cannot tell a formula without a result from an empty cell in one reading, and it
refuses whole workbooks for a strange style (docs/decisions/034). Only values, merges and date formats are read: macros,
links, pictures and everything else are never looked at.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal

from countynet.i18n import _
from inventory.survey import limits
from inventory.survey.grid import Book, Cell, Kind, Merge, Sheet
from inventory.survey.limits import refuse, too_much
from inventory.survey.package import Package, scan, unescaped

_PLACE = re.compile(r"^\$?([A-Za-z]{1,3})\$?([0-9]{1,7})$")
_DATES = frozenset((*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)))
"""number formats that every spreadsheet program knows as dates and times"""
_DATE_SIGNS = re.compile(r"[ymdhs年月日]", re.IGNORECASE)
_NO_SIGNS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_SYSTEM = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}


def read_workbook(file: str, data: bytes) -> Book:
    """Return a workbook's sheets. Raises Unreadable for what is no workbook, damaged, or past a limit."""
    package = Package(data)
    main = package.main()
    listing = _Listing()
    scan(package.read(main), listing.start)
    links = package.links(main)
    parts = {kind: part for kind, part in links.values()}
    shared = _strings(package, parts.get("sharedStrings", ""))
    facts = Facts(shared, _date_styles(package, parts.get("styles", "")), listing.since_1904)
    sheets, room = [], Room()
    for name, hidden, link in listing.sheets:
        kind, part = links.get(link, ("", ""))
        if kind == "worksheet" and package.has(part):
            reader = _SheetReader(facts, room)
            scan(package.read(part), reader.start, reader.end, reader.text)
            sheets.append(Sheet(name, reader.cells, tuple(reader.merges), hidden))
    if not sheets:
        raise refuse(_("the workbook has no sheet"), _("send the survey form"))
    return Book(file, tuple(sheets))


@dataclass(frozen=True)
class Facts:
    """What all sheets of a workbook share."""

    strings: Sequence[str]
    date_styles: frozenset[int]
    since_1904: bool


@dataclass
class Room:
    """How much the sheets of a workbook have taken so far."""

    cells: int = 0
    elements: int = 0
    merged: int = 0

    def cell(self) -> None:
        """Count a cell that holds something. Raises Unreadable past the limit."""
        self.cells += 1
        if self.cells > limits.CELLS:
            raise too_much(_("it has more cells than the limit of {limit}"), limit=limits.CELLS)

    def element(self) -> None:
        """Count any cell, empty ones too. Raises Unreadable past twice the limit."""
        self.elements += 1
        if self.elements > 2 * limits.CELLS:
            raise too_much(_("it has more cells than the limit of {limit}"), limit=limits.CELLS)


@dataclass
class _Listing:
    """The sheets that a workbook lists."""

    sheets: list[tuple[str, bool, str]] = field(default_factory=list)
    since_1904: bool = False

    def start(self, tag: str, facts: Mapping[str, str]) -> None:
        if tag == "sheet":
            link = next((value for key, value in facts.items() if key.rpartition(":")[2] == "id"), "")
            self.sheets.append((facts.get("name", ""), facts.get("state", "visible") != "visible", link))
        elif tag == "workbookPr":
            self.since_1904 = facts.get("date1904", "0") in ("1", "true")


def _strings(package: Package, part: str) -> list[str]:
    """Return the texts that cells share; readings (phonetic) are left out."""
    texts: list[str] = []
    pieces: list[str] = []
    inside = [False, 0]

    def start(tag: str, _facts: Mapping[str, str]) -> None:
        inside[0] = tag == "t" and not inside[1]
        inside[1] += tag == "rPh"

    def end(tag: str) -> None:
        inside[0] = False
        inside[1] -= tag == "rPh"
        if tag == "si":
            texts.append(unescaped("".join(pieces)))
            pieces.clear()

    def text(piece: str) -> None:
        if inside[0]:
            pieces.append(piece)

    if part and package.has(part):
        scan(package.read(part), start, end, text)
    return texts


def _date_styles(package: Package, part: str) -> frozenset[int]:
    """Return the styles that show a number as a date."""
    dates, styles = set(_DATES), list[int]()
    inside = [False]

    def start(tag: str, facts: Mapping[str, str]) -> None:
        if tag == "numFmt" and _DATE_SIGNS.search(_NO_SIGNS.sub("", facts.get("formatCode", ""))):
            dates.add(int(facts.get("numFmtId", "0")))
        elif tag == "xf" and inside[0]:
            styles.append(int(facts.get("numFmtId", "0")))
        elif tag == "cellXfs":
            inside[0] = True

    def end(tag: str) -> None:
        if tag == "cellXfs":
            inside[0] = False

    if part and package.has(part):
        scan(package.read(part), start, end)
    return frozenset(index for index, number in enumerate(styles) if number in dates)


class _SheetReader:
    """Collects the cells and merges of one sheet while its XML passes by."""

    def __init__(self, facts: Facts, room: Room) -> None:
        self.cells: dict[tuple[int, int], Cell] = {}
        self.merges: list[Merge] = []
        self._facts, self._room = facts, room
        self._row = self._column = 0
        self._type, self._style = "n", 0
        self._pieces: dict[str, list[str]] = {}
        self._into: list[str] | None = None
        self._formula, self._reading = False, 0

    def start(self, tag: str, facts: Mapping[str, str]) -> None:
        """Take an opening tag."""
        if tag == "c":
            self._begin(facts)
        elif tag in ("v", "f", "t") and not self._reading:
            self._into = self._pieces.setdefault(tag, [])
        elif tag == "row":
            given = facts.get("r", "")
            self._row, self._column = int(given) if given.isdecimal() else self._row + 1, 0
        elif tag == "rPh":
            self._reading += 1
        elif tag == "mergeCell":
            self._merge(facts.get("ref", ""))

    def text(self, piece: str) -> None:
        """Take text between tags."""
        if self._into is not None:
            self._into.append(piece)

    def end(self, tag: str) -> None:
        """Take a closing tag."""
        if tag in ("v", "f", "t"):
            self._into = None
        elif tag == "rPh":
            self._reading -= 1
        elif tag == "c":
            self._keep()

    def _begin(self, facts: Mapping[str, str]) -> None:
        self._room.element()
        place = _PLACE.match(facts.get("r", ""))
        self._row, self._column = _place(place) if place else (self._row, self._column + 1)
        style = facts.get("s", "")
        self._type, self._style = facts.get("t", "n"), int(style) if style.isdecimal() else 0
        self._pieces, self._into = {}, None

    def _keep(self) -> None:
        raw = "".join(self._pieces.get("t" if self._type == "inlineStr" else "v", ()))
        kind: Kind
        if not raw and "f" in self._pieces and self._type != "str":
            text, kind = "=" + "".join(self._pieces["f"]), "formula"
        else:
            text, kind = self._value(raw)
        if not text.strip():
            return
        if self._row > limits.ROWS:
            message = _("it has something in row {found}; the limit is {limit} rows")
            raise too_much(message, found=self._row, limit=limits.ROWS)
        if self._column > limits.COLUMNS:
            message = _("it has something in column {found}; the limit is {limit} columns")
            raise too_much(message, found=self._column, limit=limits.COLUMNS)
        self._room.cell()
        self.cells[self._row, self._column] = Cell(self._row, self._column, text[: limits.TEXT], kind)

    def _value(self, raw: str) -> tuple[str, Kind]:
        if self._type == "s":
            index = int(raw) if raw.isdecimal() else -1
            return (self._facts.strings[index] if 0 <= index < len(self._facts.strings) else ""), "text"
        if self._type in ("str", "inlineStr"):
            return unescaped(raw), "text"
        if self._type == "b":
            return ("TRUE" if raw.strip() in ("1", "true") else "FALSE"), "bool"
        if self._type == "e":
            return raw, "error"
        if self._type == "d":
            return raw, "date"
        return self._number(raw)

    def _number(self, raw: str) -> tuple[str, Kind]:
        text = number_text(raw)
        if text is None:
            return raw, "text"
        if self._style in self._facts.date_styles:
            return date_text(float(text), self._facts.since_1904) or text, "date"
        return text, "number"

    def _merge(self, ref: str) -> None:
        first, _colon, last = ref.partition(":")
        corners = _PLACE.match(first), _PLACE.match(last or first)
        if corners[0] is None or corners[1] is None:
            return
        merge = Merge(*_place(corners[0]), *_place(corners[1]))
        height, width = min(merge.bottom, limits.ROWS) - merge.top, min(merge.right, limits.COLUMNS) - merge.left
        self._room.merged += max(1, (height + 1) * (width + 1))
        if self._room.merged > limits.MERGED_CELLS:
            raise too_much(_("it has more merged cells than the limit of {limit}"), limit=limits.MERGED_CELLS)
        self.merges.append(merge)


def _place(match: re.Match[str]) -> tuple[int, int]:
    column = 0
    for sign in match[1].upper():
        column = column * 26 + ord(sign) - 64
    return int(match[2]), column


def number_text(raw: str) -> str | None:
    """Return a number in plain digits, never with an exponent: 1.6990534565E+10 is 16990534565; None for no number."""
    try:
        value = float(raw)
    except ValueError:
        return None
    if value != value or abs(value) > 1e300:
        return None
    exact = Decimal(repr(value))
    return format(exact.to_integral_value() if exact == exact.to_integral_value() else exact, "f")


def date_text(serial: float, since_1904: bool = False) -> str:
    """Return what a date's serial number means in ISO notation; "" when it is no day that a calendar has."""
    try:
        moment = _SYSTEM[since_1904] + timedelta(days=serial)
    except OverflowError:
        return ""
    if serial < 1:
        return moment.time().isoformat("minutes")
    return moment.date().isoformat() if moment.time() == time() else moment.isoformat(" ", "minutes")
