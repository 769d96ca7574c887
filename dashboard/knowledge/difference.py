"""What a version changed in the one before it, word by word; Chinese, without spaces, character by character. Pure.

By difflib (Ratcliff and Obershelp); texts are at most some thousand characters.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

from countynet.i18n import translate
from monitoring.knowledge.model import AUDIENCES, Text, Version, changes

_TOKEN = re.compile(r"[A-Za-z0-9_.:/-]+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """A stretch of text: as before, gone, or new."""

    kind: Literal["same", "gone", "new"]
    text: str


@dataclass(frozen=True)
class Changed:
    """A version, and what it changed in the one before: by field, word by word; nothing for the first."""

    version: Version
    changes: Mapping[str, tuple[Piece, ...]]


def compared(versions: Sequence[Version]) -> tuple[Changed, ...]:
    """Return versions, newest first, each with what it changed."""
    pairs = zip_longest(versions, versions[1:])
    return tuple(Changed(now, _between(old, now) if old else {}) for now, old in pairs)


def pieces(before: str, after: str) -> Iterator[Piece]:
    """Yield a text with what left it and what came into it."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[a:b]))
            continue
        if a < b:
            yield Piece("gone", "".join(old[a:b]))
        if c < d:
            yield Piece("new", "".join(new[c:d]))


def _between(old: Version, now: Version) -> dict[str, tuple[Piece, ...]]:
    names = changes(old.text, now.text)
    return {name: tuple(pieces(_shown(old.text, name), _shown(now.text, name))) for name in names}


def _shown(text: Text, name: str) -> str:
    return translate(AUDIENCES[text.audience]) if name == "audience" else str(getattr(text, name))
