"""Telephone numbers as clerks write them, in the one notation of the inventory. Pure.

A number of the county's own area code may stand without it, or without its leading zero: within a county that means
one thing. Two numbers in a cell, an extension, a foreign area code without its zero or a missing digit are asked about.
"""

import re
from dataclasses import dataclass

from countynet.i18n import _
from inventory.model import TELEPHONE_PATTERN
from inventory.survey.problems import Advice, Unreadable

_BETWEEN = re.compile(r"[/、,;，；|]|或|和|\s{1,}")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|#|-)\s*(\d{1,5})$", re.IGNORECASE)
_SIGNS = re.compile(r"[\s\-–—―_()（）.·]")
_WORDS = re.compile(r"^(?:办公?|电话|手机|座机|tel|phone|mobile|联系电话|号码)[:：.]?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Notation:
    """How the county's own telephone numbers look: area code with its zero, digits after it, an example."""

    area: str
    local: int
    example: str

    @classmethod
    def of(cls, telephone: str) -> "Notation":
        """Return the notation that a county's duty desk shows; with a mobile there, no area code is known."""
        area, dash, local = telephone.partition("-")
        return cls(area, len(local), telephone) if dash else cls("", 0, telephone)


def telephone(text: str, notation: Notation) -> str:
    """Return a telephone number as the inventory writes it. Raises Unreadable with what would be right."""
    bare = _WORDS.sub("", text)
    whole = canonical(bare, notation)
    if whole:
        return whole
    several = [number for part in _BETWEEN.split(bare) if (number := canonical(part, notation))]
    if len(several) > 1:
        best = next((number for number in several if number.startswith("1")), several[0])
        raise _wrong(_("more than one number stands in one cell"), best)
    extension = _EXTENSION.search(bare)
    if extension and (number := canonical(bare[: extension.start()], notation)):
        raise _wrong(_("a number with an extension cannot be dialled by itself"), number)
    inside = [number for part in re.findall(r"[\d+][\d\s\-]{5,}\d", bare) if (number := canonical(part, notation))]
    raise _lacking(bare, notation, inside[0] if inside else "")


def canonical(text: str, notation: Notation) -> str:
    """Return a number in the inventory's notation, or "" when it is none or could be several."""
    digits = _SIGNS.sub("", text.strip())
    if not digits.isascii():
        return ""
    digits = re.sub(r"^(?:\+86|0086)", "", digits)
    if re.fullmatch(r"86(?:1\d{10}|0\d{9,11})", digits):
        digits = digits[2:]
    if re.fullmatch(r"0?1\d{10}", digits):
        return digits[-11:]
    if not digits.isdigit():
        return ""
    return _landline(text, digits, notation)


def _landline(text: str, digits: str, notation: Notation) -> str:
    area, local = notation.area, notation.local
    if area and len(digits) == local and digits[0] not in "01":
        return f"{area}-{digits}"
    if area and digits.startswith((area, area[1:])):
        rest = digits.removeprefix(area) if digits.startswith(area) else digits.removeprefix(area[1:])
        return f"{area}-{rest}" if len(rest) == local else ""
    shown = re.search(r"(0\d{2,3})\D+\d", text)
    width = len(shown[1]) if shown else 3 if re.match(r"0(?:10|2\d)", digits) else 4
    found = f"{digits[:width]}-{digits[width:]}"
    return found if digits.startswith("0") and re.fullmatch(TELEPHONE_PATTERN[1:-1], found) else ""


def _lacking(text: str, notation: Notation, inside: str) -> Unreadable:
    """Return what is wrong with a number that is none."""
    digits = _SIGNS.sub("", text)
    if inside and inside.replace("-", "") != digits:
        return _wrong(_("something else stands beside the number"), inside)
    if re.fullmatch(r"[2-9]\d{8,10}", digits) and canonical(f"0{digits}", notation):
        return _wrong(_("the leading zero of the area code is missing"), canonical(f"0{digits}", notation))
    if re.fullmatch(r"1\d{7,13}", digits):
        message = _("a mobile number has 11 digits, this has {count}")
        return Unreadable(Advice(message, {"count": len(digits)}, _("ask the unit for the whole number")))
    advice = Advice(
        _("this is no telephone number"), {}, _("a number such as {example}"), {"example": notation.example}
    )
    return Unreadable(advice)


def _wrong(message: str, suggestion: str) -> Unreadable:
    return Unreadable(Advice(message, {}, suggestion))
