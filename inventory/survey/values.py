"""Reads one cell as what its column asks. Pure.

What can be read in one way only is read: width, spaces, dashes, +86, digits that a spreadsheet made a number, a date's
serial number, any notation of a MAC address. What was lost, or could mean two things, raises `Unreadable` with the
value that would be right, where one can be told.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import TypeAlias, TypeVar

from countynet.i18n import _
from countynet.vocabulary import Access, UnitKind
from inventory.model import TELEPHONE_PATTERN
from inventory.survey import words
from inventory.survey.columns import Column, Kind
from inventory.survey.grid import Cell
from inventory.survey.problems import Advice, Unreadable
from inventory.survey.telephones import Notation, telephone
from inventory.survey.text import lines, name, plain
from inventory.survey.workbook import date_text, number_text

T = TypeVar("T")
Value: TypeAlias = str | int | float | bool | date | tuple[str, ...] | UnitKind | Access
EXACT_DIGITS = 15
"""a spreadsheet keeps no more digits of a number"""
_EXPONENT = re.compile(r"^\d(?:\.\d+)?E\+?\d{1,3}$", re.IGNORECASE | re.ASCII)
_MAC = re.compile(
    r"(?<![0-9a-z])(?:(?:[0-9a-f]{2}[:\-. ]?){5}[0-9a-f]{2}|(?:[0-9a-f]{4}[:\-. ]){2}[0-9a-f]{4})(?![0-9a-z])"
)
_DEGREES = re.compile(
    r"^(\d{1,3})[°度d](?:(\d{1,2}(?:\.\d+)?)['′’分m])?(?:(\d{1,2}(?:\.\d+)?)(?:[\"″”秒s]|''|′′|’’))?$"
)
_DATE = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+[\d:]+)?$")
_COUNT = re.compile(r"^(\d{1,6})(?:\.0+)?\s*(?:台|部|个|套)?$")
_SPLIT = re.compile(r"[\s,;、；，/]+")
LOST = _("the spreadsheet kept only a rounded number; digits are lost")
AS_TEXT = _("format the cell as text and type it again")


def read(column: Column, cell: Cell, notation: Notation) -> Value | None:
    """Return what a cell answers; None when it stands for no answer. Raises Unreadable with the advice."""
    if cell.kind == "error":
        raise wrong(_("the spreadsheet shows an error here"), _("type the value itself, not a formula"))
    if cell.kind == "formula":
        raise wrong(_("a formula whose result was not saved"), _("type the value itself, not a formula"))
    text = plain(cell.text)
    if text.lower() in words.BLANKS and column.kind != "yes":
        return None
    if cell.kind == "date" and column.kind != "date":
        raise wrong(_("the spreadsheet made a date of it"), AS_TEXT)
    return _READERS[column.kind](cell, notation)


def wrong(message: str, suggestion: str = "", **values: object) -> Unreadable:
    """Return the advice about one cell; the suggestion is a msgid or a value."""
    return Unreadable(Advice(message, values, suggestion))


def choice(text: str, known: Mapping[str, T], offered: Mapping[T, tuple[str, str]]) -> T:
    """Return what a word stands for. Raises Unreadable with the nearest word, or all of them."""
    short = "".join(text.split()).lower()
    found = known.get(short)
    if found is not None:
        return found
    near = get_close_matches(short, known, 1, 0.5) or [word for word in known if len(word) > 1 and word in short]
    if near:
        raise wrong(_("this is none of the possible answers"), offered[known[near[0]]][0])
    choices = ", ".join(f"{zh}/{en}" if zh.lower() != en else zh for zh, en in offered.values())
    advice = Advice(_("this is none of the possible answers"), {}, words.ANY_OF, {"choices": choices})
    raise Unreadable(advice)


def _name(cell: Cell, _notation: Notation) -> str:
    if cell.kind == "number":
        raise wrong(_("a number stands where a name is asked"), _("a name"))
    return name(cell.text)


def _person(cell: Cell, notation: Notation) -> str:
    found = _name(cell, notation)
    digits = re.search(r"[\d-]{7,}", found)
    if digits:
        only = found.replace(digits[0], "").strip(" ，、:")
        raise wrong(_("a name and a telephone number stand in one cell"), only or _("a name"))
    if len(re.split(r"[、，,;/]", found)) > 1:
        raise wrong(_("more than one person stands in one cell"), re.split(r"[、，,;/]", found)[0])
    if len(found) < 2:
        raise wrong(_("a name has at least two characters"), _("the whole name"))
    return found


def _id(cell: Cell, _notation: Notation) -> str:
    text = "".join(plain(cell.text).split()).lower()
    if text in words.NEW:
        return "new"
    number = re.fullmatch(r"u?0*(\d{1,5})", text)
    return f"u{int(number[1]):03d}" if number else text


def _telephone(cell: Cell, notation: Notation) -> str:
    text = exact(cell)
    found = telephone(text, notation)
    if not re.fullmatch(TELEPHONE_PATTERN[1:-1], found):
        raise wrong(_("this is no telephone number"), notation.example)
    return found


def exact(cell: Cell) -> str:
    """Return the digits of a cell that a spreadsheet may have made a number. Raises Unreadable where some are lost."""
    text = plain(cell.text)
    if _EXPONENT.fullmatch(text):
        mantissa, _e, power = text.upper().partition("E")
        digits = mantissa.replace(".", "")
        if len(digits) < int(power) + 1:
            raise wrong(LOST, AS_TEXT)
        return digits.ljust(int(power) + 1, "0") if len(digits) == int(power) + 1 else text
    whole = text.removesuffix(".0").removesuffix(".00")
    if cell.kind == "number" and len(whole) > EXACT_DIGITS:
        raise wrong(LOST, AS_TEXT)
    return whole if whole.isdecimal() else text


def _kind(cell: Cell, _notation: Notation) -> UnitKind:
    return choice(plain(cell.text), words.KINDS, words.KIND_NAMES)


def _access(cell: Cell, _notation: Notation) -> Access:
    return choice(plain(cell.text), words.ACCESSES, words.ACCESS_NAMES)


def _yes(cell: Cell, _notation: Notation) -> bool | None:
    text = plain(cell.text).lower()
    return None if text in words.BLANKS - {"无", "没有"} else choice(text, words.ANSWERS, words.YES_NO)


def _code(cell: Cell, _notation: Notation) -> str:
    return "".join(exact(cell).split())


def _seals(cell: Cell, notation: Notation) -> tuple[str, ...]:
    found = tuple(part for part in _SPLIT.split(exact(cell)) if part)
    for part in found:
        if not re.fullmatch(r"[0-9A-Za-z-]{4,32}", part):
            raise wrong(_("a seal's number has 4 to 32 digits and letters"), _("as registered, e.g. 3406090012345"))
    return found


def _serial(cell: Cell, _notation: Notation) -> str:
    bare = re.sub(r"[\s:.-]", "", exact(cell)).removeprefix("0x").removeprefix("0X").upper()
    if re.fullmatch(r"[0-9A-F]{4,40}", bare):
        return bare
    fixed = bare.replace("O", "0").replace("I", "1").replace("L", "1")
    near = fixed if re.fullmatch(r"[0-9A-F]{4,40}", fixed) else _("as the USB key shows it, e.g. 4A3F00C19B27")
    raise wrong(_("a certificate's serial has 4 to 40 digits 0-9 and A-F"), near)


def _macs(cell: Cell, _notation: Notation) -> tuple[str, ...]:
    if cell.kind == "number" or _EXPONENT.fullmatch(plain(cell.text)):
        digits = exact(cell).zfill(12)
        near = _pairs(digits) if len(digits) == 12 else AS_TEXT
        raise wrong(_("the spreadsheet made a number of a MAC address"), near)
    found = tuple(mac for line in lines(cell.text) for mac in _macs_of(line.lower()))
    for mac in found:
        if int(mac[:2], 16) & 1 or mac == "00:00:00:00:00:00":
            raise wrong(_("{mac} is no computer's address"), _("see the network card's properties"), mac=mac)
    return found


def _macs_of(line: str) -> list[str]:
    rest = _MAC.sub(" ", line)
    left = [word for word in _SPLIT.split(rest) if re.search(r"[0-9a-z]", word)]
    if left:
        fixed = line.replace("o", "0").replace("l", "1").replace("i", "1")
        near = _MAC.search(fixed) if not _SPLIT.split(_MAC.sub(" ", fixed))[0] else None
        digits = re.sub(r"[^0-9a-z]", "", line)
        hint = _pairs(re.sub("[^0-9a-f]", "", near[0])) if near else _("twelve digits 0-9 a-f, e.g. 00:1e:c9:5a:00:19")
        message = _("a MAC address has 12 digits 0-9 and a-f; this has {count} signs")
        raise wrong(message, hint, count=len(digits))
    return [_pairs(re.sub("[^0-9a-f]", "", found)) for found in _MAC.findall(line)]


def _pairs(digits: str) -> str:
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def _count(cell: Cell, _notation: Notation) -> int:
    text = plain(cell.text).replace("两", "2").replace("一", "1").replace("二", "2").replace("三", "3")
    found = _COUNT.fullmatch(text)
    if found is None or int(found[1]) > 1000:
        raise wrong(_("this is no number of computers"), _("a whole number, e.g. 1"))
    return int(found[1])


def _degrees(cell: Cell, most: int) -> float:
    text = "".join(plain(cell.text).split()).removesuffix("°").upper()
    text = re.sub(r"^(东经|北纬|经度|纬度|E|N|:)+|(E|N)$", "", text)
    try:
        value = float(text)
    except ValueError:
        value = _sexagesimal(text.lower())
    if not 0 <= value <= most:
        raise wrong(_("degrees lie between 0 and {most}"), _("degrees such as 118.2047 and 30.3612"), most=most)
    return round(value, 6)


def _sexagesimal(text: str) -> float:
    found = _DEGREES.fullmatch(text)
    if found is None:
        raise wrong(_("these are no degrees"), _("degrees such as 118.2047 and 30.3612"))
    whole, minutes, seconds = (float(part or 0) for part in found.groups())
    return whole + minutes / 60 + seconds / 3600


def _date(cell: Cell, _notation: Notation) -> date:
    text = plain(cell.text)
    if cell.kind == "number" or re.fullmatch(r"\d{5}(\.\d+)?", text):
        serial = float(number_text(text) or 0)
        text = date_text(serial) if 0 < serial < 100_000 else text
    found = _DATE.fullmatch(text) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError as error:
        raise wrong(_("there is no such day"), _("a date such as 2026-03-02")) from error
    if day is None or not 1990 <= day.year <= 2100:
        raise wrong(_("this is no date that means one day only"), _("a date such as 2026-03-02"))
    return day


_READERS: Mapping[Kind, Callable[[Cell, Notation], Value | None]] = {
    "id": _id,
    "name": _name,
    "english": lambda cell, _notation: plain(cell.text),
    "title": lambda cell, _notation: name(cell.text),
    "person": _person,
    "telephone": _telephone,
    "kind": _kind,
    "access": _access,
    "yes": _yes,
    "contract": _code,
    "seals": _seals,
    "serial": _serial,
    "macs": _macs,
    "count": _count,
    "longitude": lambda cell, _notation: _degrees(cell, 180),
    "latitude": lambda cell, _notation: _degrees(cell, 90),
    "date": _date,
}
