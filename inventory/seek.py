"""Finds a unit by what a person types while a telephone is at their ear: part of its name, its initials, its id. Pure.

`gaj` is 公安局: the initials of Pinyin, by the standard itself: GB 2312 (1980) orders its 3,755 common characters by
Pinyin, so the code of a character says its letter. A rarer character stands for any letter, one with several readings
for each of those that names of units use. What is asked is never run as a pattern.
"""

from bisect import bisect_right
from collections.abc import Iterable

from inventory.model import Unit

_FIRST = (
    (0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"), (0xB7A2, "f"), (0xB8C1, "g"),
    (0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"), (0xC0AC, "l"), (0xC2E8, "m"), (0xC4C3, "n"), (0xC5B6, "o"),
    (0xC5BE, "p"), (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"), (0xCBFA, "t"), (0xCDDA, "w"), (0xCEF4, "x"),
    (0xD1B9, "y"), (0xD4D1, "z"),
)  # fmt: skip
"""GB 2312, level 1: the first character of each letter"""
_LAST = 0xD7F9
_STARTS = [code for code, _letter in _FIRST]
_READINGS = {"长": "cz", "行": "xh", "重": "zc", "乐": "ly", "会": "hk", "调": "dt", "单": "ds", "厦": "sx", "参": "cs"}
ANY = "·"


def initials(name: str) -> tuple[str, ...]:
    """Return, for each character of a name, the letters that may stand for it; `ANY` for every letter."""
    return tuple(_letters(character) for character in name.lower())


def _letters(character: str) -> str:
    if character.isascii():
        return character
    if character in _READINGS:
        return _READINGS[character]
    code = int.from_bytes(character.encode("gb2312", "ignore"), "big")
    return _FIRST[bisect_right(_STARTS, code) - 1][1] if _STARTS[0] <= code <= _LAST else ANY


def fits(asked: str, name: str) -> bool:
    """Tell whether what was typed is a piece of a name or of its initials."""
    wanted = asked.lower()
    if wanted in name.lower():
        return True
    known = initials(name)
    starts = range(len(known) - len(wanted) + 1)
    return wanted.isascii() and any(
        all(letter in known[at + n] or (known[at + n] == ANY and letter.isalpha()) for n, letter in enumerate(wanted))
        for at in starts
    )


def loosely(asked: str, name: str) -> bool:
    """Tell whether what was typed are characters, or initials, of a name in their order: 交警 is 交通警察大队."""
    letters = iter(initials(name))
    characters = iter(name.lower())
    if all(any(letter == one for one in characters) for letter in asked.lower()):
        return True
    return asked.isascii() and all(any(letter in one for one in letters) for letter in asked.lower())


def seek(units: Iterable[Unit], asked: str) -> tuple[Unit, ...]:
    """Return the units that fit what was typed, in their order: an id alone names one; nothing typed finds nothing.

    Only when no name holds what was typed in one piece, names that have it in this order are found.
    """
    words, known = asked.split(), tuple(units)
    if not words:
        return ()
    exact = [unit for unit in known if words[0].lower() == unit.id]
    if exact:
        return tuple(exact)
    close = tuple(u for u in known if all(fits(word, u.name) or fits(word, u.name_en) for word in words))
    return close or tuple(u for u in known if all(len(word) > 1 and loosely(word, u.name) for word in words))
