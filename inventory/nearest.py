"""The names that a mistyped one may have meant: those that differ in zeros alone (`cpe-7`, `cpe-007`), then the likest.

A refusal names few, so that whoever typed can take one of them; nothing is ever chosen for anybody. Pure.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches

SHOWN = 3
LIKE = 0.7
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Return at most three names near one, the likest first; none when nothing is near."""
    found = list(known)
    same = [each for each in found if _plain(each) == _plain(name)]
    return list(dict.fromkeys([*same, *get_close_matches(name, found, n=SHOWN, cutoff=LIKE)]))[:SHOWN]


def _plain(name: str) -> str:
    """Return a name without what people leave out: leading zeros of its numbers, the sign between its parts, case."""
    return _ZEROS.sub("", name.casefold().replace("_", "-"))
