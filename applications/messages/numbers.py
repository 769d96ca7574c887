"""Which numbers there are, and which of them may be texted. Pure.

A number is given as a Chinese mobile number (11 digits that begin with 13 to 19, with or without 86, 0086, +86; spaces
and hyphens between) or in E.164 (`+`, country code, 8 to 15 digits, ITU-T E.164 6.2); it is kept in E.164. A rule is a
list of beginnings in E.164: without an allowed beginning nothing is sent, a refused one goes before it.
"""

import re
from collections.abc import Sequence

_CHINESE = re.compile(r"(?:\+86|0086|86)?(1[3-9]\d{9})")
_WORLD = re.compile(r"\+[1-9]\d{7,14}")
_LOOKS_CHINESE = re.compile(r"\+86")
BEGINNING = re.compile(r"\+\d{0,15}")


def normal(given: str) -> str | None:
    """Return a number in E.164, None when it is none that can be texted."""
    bare = re.sub(r"[\s\-()（）]", "", given.strip())
    if not bare.isascii():
        return None
    if chinese := _CHINESE.fullmatch(bare):
        return f"+86{chinese[1]}"
    return bare if _WORLD.fullmatch(bare) and not _LOOKS_CHINESE.match(bare) else None


def permitted(number: str, allowed: Sequence[str], refused: Sequence[str] = ()) -> bool:
    """Whether a rule lets a number be texted."""
    return number.startswith(tuple(allowed)) and not number.startswith(tuple(refused))


def masked(number: str) -> str:
    """Return a number as it is shown to who may not see it: the four digits before the last four hidden."""
    return f"{number[:-8]}****{number[-4:]}" if len(number) > 8 else "****"
