"""Versions compared as their makers count them. Pure.

A version is cut into numbers and words: `9.2p1` is 9, 2, p, 1; `V200R005C00SPC500` is V, 200, R, 5, C, 0, SPC, 500;
`15.2(4)E7` is 15, 2, 4, E, 7. Numbers are compared as numbers, words by their letters, a word is below a number, and of
two that begin alike the longer is the later: 8.4 < 8.4.4 < 8.5, 17.9.4 < 17.9.4a. IOS has trains: 15.2(4)M is neither
before nor after 15.2(2)E, so versions with different trains are never in one range. Huawei counts patches (SPH) beside
releases (SPC): one of each cannot be compared either.
"""

import re

_PART = re.compile(r"\d+|[A-Za-z]+")
_TRAIN = re.compile(r"\d+\.\d+\(\w+\)([A-Z]+)")
_PATCH = re.compile(r"V\d+R\d+.*?(SPC|SPH)", re.I)
Key = tuple[tuple[int, int, str], ...]


def key(version: str) -> Key:
    """Return what a version is sorted by."""
    return tuple((1, int(p), "") if p.isdigit() else (0, 0, p.upper()) for p in _PART.findall(version))


def comparable(one: str, other: str) -> bool:
    """Tell whether one of two versions can be said to be the later."""
    for kind in (_TRAIN, _PATCH):
        a, b = kind.match(one), kind.match(other)
        if a and b and a[1].upper() != b[1].upper():
            return False
    return bool(key(one)) and bool(key(other))


def below(version: str, limit: str) -> bool:
    """Tell whether a version is before a limit."""
    return comparable(version, limit) and key(version) < key(limit)


def at_least(version: str, limit: str) -> bool:
    """Tell whether a version is a limit or later."""
    return comparable(version, limit) and key(version) >= key(limit)
