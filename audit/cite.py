"""Finds the lines of a fetched configuration that a finding rests on, with file and line number. Pure.

The text is the platform's canonical form: files one after another, each headed by `#### <path> <mode>`. Only texts with
their secrets struck out may come here.
"""

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from audit.model import Line

MOST = 24
"""lines cited for one point; the evidence store has the whole file"""
_HEAD = re.compile(r"^#### (?P<path>\S+)(?: [0-7]{3,4})?$")


class Pattern(NamedTuple):
    """Which lines speak of a matter: a shell pattern over the file's path, a regular expression over the line."""

    path: str
    words: str


def cite(text: str, patterns: Iterable[Pattern]) -> tuple[Line, ...]:
    """Return the lines that any pattern finds, in order, at most `MOST`."""
    wanted = [(p.path, re.compile(p.words)) for p in patterns]
    found = []
    for line in lines(text):
        if any(fnmatchcase(line.section, path) and words.search(line.text) for path, words in wanted):
            found.append(line)
            if len(found) == MOST:
                break
    return tuple(found)


def lines(text: str) -> Iterator[Line]:
    """Yield every line of a configuration with the file that it stands in and its number there."""
    section, number = "", 0
    for words in text.splitlines():
        head = _HEAD.match(words)
        if head:
            section, number = head["path"], 0
        else:
            number += 1
            yield Line(section=section, line=number, text=words)
