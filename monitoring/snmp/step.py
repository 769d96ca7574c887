"""Where a walk stands, what it asks next, and what that datagram looked like the last time.

What is the same of all devices of a kind (names, rows, what a value means) is held once for all of them; only the form
of an answer, its values' lengths, is each device's own.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from monitoring.snmp.layout import Layout


class Cursor(NamedTuple):
    """Where a walk stands: which columns of a group go on, and behind which names."""

    group: int
    columns: tuple[int, ...] = ()
    names: tuple[bytes, ...] = ()


class Placed(NamedTuple):
    """A variable that counted: its number in the answer, its column's in the group, its row."""

    variable: int
    column: int
    row: bytes


class Meaning(NamedTuple):
    """What one datagram's values are, after the scalars that stand before them."""

    group: int
    columns: tuple[int, ...]
    """by value: its column"""
    rows: tuple[bytes, ...]
    """by value: its row"""
    dated: tuple[bytes, ...]
    """the rows that this datagram was the first to bring; none where the first scalar is no number"""


class Step(NamedTuple):
    """One datagram of a walk as it went before: what was asked, the answer's form, and what it meant."""

    cursor: Cursor
    limit: int
    expected: int
    names: tuple[bytes, ...]
    repetitions: int
    body: bytes
    layout: Layout
    meaning: Meaning
    following: Cursor


class Ask(NamedTuple):
    """The next GETBULK: the scalars once, and `max_repetitions` rows of some columns that go on."""

    names: tuple[bytes, ...]
    non_repeaters: int
    max_repetitions: int
    body: bytes
    cursor: Cursor
    limit: int
    expected: int
    step: Step | None = None

    @property
    def width(self) -> int:
        """How many columns are asked side by side."""
        return len(self.names) - self.non_repeaters


def learn(
    ask: Ask, data: bytes, start: int, stop: int, placed: Sequence[Placed], dated: Sequence[bytes], following: Cursor
) -> Step:
    """Return what an ask's answer, whose variables stand between two places, looked like."""
    layout = Layout(data, start, stop, [*range(ask.non_repeaters), *(p.variable for p in placed)])
    rows = tuple([_row(p.row) for p in placed])
    meaning = _meaning(Meaning(ask.cursor.group, tuple([p.column for p in placed]), rows, tuple(dated)))
    cursor, names = _cursor(ask.cursor), _names(ask.names)
    return Step(
        cursor, ask.limit, ask.expected, names, ask.max_repetitions, ask.body, layout, meaning, _cursor(following)
    )


@lru_cache(maxsize=1 << 16)
def _row(row: bytes) -> bytes:
    """Return the one row of these octets that everybody holds; so do the others below."""
    return row


@lru_cache(maxsize=1 << 12)
def _meaning(meaning: Meaning) -> Meaning:
    return meaning


@lru_cache(maxsize=1 << 12)
def _cursor(cursor: Cursor) -> Cursor:
    return cursor


@lru_cache(maxsize=1 << 12)
def _names(names: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return names
