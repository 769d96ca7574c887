"""Where a walk stands, what it asks next, and what that datagram looked like the last time."""

from collections.abc import Sequence
from typing import NamedTuple

from monitoring.snmp.layout import Layout
from monitoring.snmp.seam import Answer, Value


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


class Step(NamedTuple):
    """One datagram of a walk as it went before: what was asked, the answer's form, and what it meant."""

    cursor: Cursor
    limit: int
    expected: int
    names: tuple[bytes, ...]
    repetitions: int
    body: bytes
    layout: Layout
    columns: tuple[int, ...]
    """by value: its column"""
    rows: tuple[bytes, ...]
    """by value: its row"""
    dated: tuple[bytes, ...]
    """the rows that this datagram was the first to bring"""
    following: Cursor

    def put(
        self, answer: Answer, columns: Sequence[dict[bytes, Value]], scalars: Sequence[str], values: list[Value]
    ) -> None:
        """Put an answer's values where they belong."""
        head = len(scalars)
        if head:
            answer.scalars.update(zip(scalars, values, strict=False))
            if self.dated and isinstance(values[0], int):
                answer.stamps.update(dict.fromkeys(self.dated, values[0]))
        into = [columns[number] for number in self.columns]
        for rows, row, value in zip(into, self.rows, values[head:], strict=True):
            rows[row] = value


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
    return Step(
        ask.cursor,
        ask.limit,
        ask.expected,
        ask.names,
        ask.max_repetitions,
        ask.body,
        layout,
        tuple(p.column for p in placed),
        tuple(p.row for p in placed),
        tuple(dated),
        following,
    )
