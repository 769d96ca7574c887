"""Keeps a spreadsheet program from taking a text for a formula. Pure.

Whoever types `=HYPERLINK(...)` into a survey must not run it on the machine of whoever opens the export. A text that a
program might take for a formula gets an apostrophe in front, which every program shows as text. What counts is the
first sign that is no space, quotation mark or invisible sign, in any width. Numbers are numbers and stay as they are.
"""

import unicodedata

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_PASSED = " \u3000\u00a0\"'`“”‘’「」『』"
Scalar = str | int | float | bool | None


def is_risky(text: str) -> bool:
    """Whether a spreadsheet program may take a text for a formula."""
    if text[:1] in ("\t", "\r", "\n"):
        return True
    for sign in text:
        if sign in _PASSED or unicodedata.category(sign) in ("Cf", "Cc", "Zs"):
            continue
        return unicodedata.normalize("NFKC", sign)[:1] in _STARTS
    return False


def neutral(value: Scalar) -> Scalar:
    """Return a value as it may stand in a cell."""
    return f"'{value}" if isinstance(value, str) and is_risky(value) else value
