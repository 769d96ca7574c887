"""Checks that every platform makes: what a command line takes as a text, a number, a secret. Pure.

A text that a device would cut, quote or take for a question is refused before it is written; a secret is never told.
"""

import re
from collections.abc import Iterable, Iterator

from countynet.errors import Problem
from countynet.i18n import _

UNFIT = _("this platform cannot hold {value!r} here")
RANGE = _("this platform takes {low} to {high} here, not {value}")
CLASH = _("this platform cannot hold these settings together")
_PRINTABLE = r"[!#->@-~]{%d,%d}"
"""printable ASCII without spaces, quotes and question marks, which a command line gives another meaning"""


def texts(fields: Iterable[tuple[str, str]], limit: int, without: str = "") -> Iterator[Problem]:
    """Yield a problem for each (where, text) that is beyond `limit` bytes of UTF-8 or has what may not stand in it."""
    for where, text in fields:
        clean = text.isprintable() and text == text.strip() and not set(text) & {"?", *without}
        if not clean or len(text.encode()) > limit:
            yield Problem(UNFIT, {"value": text}, where=where)


def match(pattern: str, where: str, text: str) -> Iterator[Problem]:
    """Yield a problem if a text is not of a pattern."""
    if not re.fullmatch(pattern, text, re.ASCII):
        yield Problem(UNFIT, {"value": text}, where=where)


def within(low: int, high: int, where: str, value: int) -> Iterator[Problem]:
    """Yield a problem if a number is beyond its limits."""
    if not low <= value <= high:
        yield Problem(RANGE, {"low": low, "high": high, "value": value}, where=where)


def secret(where: str, value: str, low: int, high: int, without: Iterable[str] = ()) -> Iterator[Problem]:
    """Yield a problem, without the value, if a secret is not of `low` to `high` letters or is one of the words."""
    if not re.fullmatch(_PRINTABLE % (low, high), value) or value in without:
        yield Problem(UNFIT, {"value": "********"}, where=where)
