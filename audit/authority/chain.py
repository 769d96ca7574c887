"""Whether lines of the platform's journal follow from the one that was taken last. Pure.

Each line's hash takes in the hash before it (`applications/certificates/keeper/register.py`, the same reckoning).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FIRST = "0" * 64
WORDS = ("at", "actor", "action", "subject", "details", "hash")


class Unreadable(ValueError):
    """What came is no journal."""


@dataclass(frozen=True)
class Line:
    """One line of the journal; `details` is JSON."""

    id: int
    at: str
    actor: str
    action: str
    subject: str
    details: str
    hash: str


@dataclass(frozen=True)
class Taken:
    """What of the journal was taken last."""

    id: int = 0
    hash: str = FIRST
    at: str = ""


def read(told: object) -> tuple[Line, ...]:
    """Return the lines of the platform's answer. Raises Unreadable."""
    rows = told.get("lines") if isinstance(told, Mapping) else None
    if not isinstance(rows, list):
        raise Unreadable("no list of lines")
    return tuple(_line(row) for row in rows)


def _line(row: Any) -> Line:
    if not isinstance(row, Mapping) or type(row.get("id")) is not int:
        raise Unreadable("a line without its number")
    if not all(isinstance(row.get(word), str) for word in WORDS):
        raise Unreadable(f"line {row['id']} lacks words")
    return Line(row["id"], *(str(row[word]) for word in WORDS))


def linked(before: str, line: Line) -> str:
    """Return the hash that a line has after one with the hash `before`."""
    words = [before, line.at, line.actor, line.action, line.subject, line.details]
    return hashlib.sha256(json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def broken(last: Taken, lines: Sequence[Line]) -> int | None:
    """Return the number of the line where the chain breaks, None where it holds.

    `lines` begin with the one taken last, when one was: it has to be there still, with its hash.
    """
    if last.id and (not lines or (lines[0].id, lines[0].hash) != (last.id, last.hash)):
        return last.id
    before, number = last.hash, last.id
    for line in lines[1:] if last.id else lines:
        if line.id != number + 1 or line.hash != linked(before, line):
            return line.id
        before, number = line.hash, line.id
    return None
