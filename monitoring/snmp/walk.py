"""One device's walk through a question, as a pure state machine: which GETBULK comes next, and what an answer means.

Promises: it ends. Every accepted answer either moves a column forward or finishes it; an agent whose names do not
increase, or who answers nothing, is refused with `Astray`. At most `VARIABLES` variables are asked at once so that an
answer fits one unfragmented datagram.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import cycle
from typing import NamedTuple

from countynet.errors import CountyError
from countynet.i18n import _
from monitoring.snmp.ber import oid, subidentifiers
from monitoring.snmp.pdu import Varbind
from monitoring.snmp.seam import Answer, Question, Value

VARIABLES = 52
FIRST = 8
"""rows asked for at a time while nobody knows how many there are"""
encoded = lru_cache(maxsize=1024)(oid)


class Astray(CountyError):
    """The agent leads nowhere: names that do not increase, or an empty answer."""


class Ask(NamedTuple):
    """The next GETBULK."""

    names: tuple[bytes, ...]
    non_repeaters: int
    max_repetitions: int


@dataclass
class _Column:
    prefix: bytes
    last: bytes
    rows: dict[bytes, Value]
    finished: bool = False

    def take(self, name: bytes, value: Value | None) -> bool:
        """Take the next variable; false when it is beyond the column, Astray when it leads back."""
        if value is not None and not later(name, self.last):
            raise Astray(_("the agent's names do not increase"))
        size = len(self.prefix)
        if value is None or len(name) <= size or not name.startswith(self.prefix):
            self.finished = True
            return False
        self.rows[name[size:]] = value
        self.last = name
        return True


class Walk:
    """The state of one device's answer. `rows` is how many rows each group had last time, to ask for no more."""

    def __init__(self, question: Question, answer: Answer, rows: Sequence[int] = ()) -> None:
        self.question, self.answer = question, answer
        self._known = iter(rows)
        self._expected = 0
        self._limit = VARIABLES
        self._groups = iter(question.groups)
        self._active: list[_Column] = []
        self._next_group()

    def next(self) -> Ask | None:
        """Return what to ask now, or None when all is answered."""
        if not self._active:
            return None
        scalars = tuple(encoded(scalar) for scalar in self.question.scalars)
        names = scalars + tuple(column.last for column in self._active)
        return Ask(names, len(scalars), self._repetitions())

    def accept(self, varbinds: tuple[Varbind, ...]) -> None:
        """Take the variables of an answer to the last `next`; Astray when they lead nowhere."""
        head = len(self.question.scalars)
        uptime = self._take_scalars(varbinds[:head])
        moved = False
        for column, (name, value) in zip(cycle(self._active), varbinds[head:], strict=False):
            if not column.finished:
                moved = True
                if column.take(name, value) and uptime is not None:
                    self.answer.stamps.setdefault(name[len(column.prefix) :], uptime)
        if not moved:
            raise Astray(_("the agent answers without the values asked for"))
        self._active = [column for column in self._active if not column.finished]
        if not self._active:
            self._next_group()

    def rows(self) -> tuple[int, ...]:
        """Return how many rows each group had, for the next walk."""
        return tuple(len(self.answer.columns.get(group[0], ())) if group else 0 for group in self.question.groups)

    def shrink(self) -> bool:
        """Ask for half as much (the agent said tooBig); false when a single row is too big already."""
        if self._repetitions() <= 1:
            return False
        self._limit = len(self._active) * (self._repetitions() // 2)
        return True

    def _repetitions(self) -> int:
        most = max(1, self._limit // len(self._active))
        if self._expected < 0:
            return min(most, FIRST)
        missing = self._expected + 1 - min(len(column.rows) for column in self._active)
        return max(1, min(most, missing))

    def _next_group(self) -> None:
        for group in self._groups:
            self._expected = next(self._known, -1)
            self._active = [
                _Column(encoded(name), encoded(name), self.answer.columns.setdefault(name, {})) for name in group
            ]
            if self._active:
                return

    def _take_scalars(self, varbinds: tuple[Varbind, ...]) -> int | None:
        for name, variable in zip(self.question.scalars, varbinds, strict=False):
            if variable.value is not None and variable.name.startswith(encoded(name)):
                self.answer.scalars[name] = variable.value
        first = self.answer.scalars.get(self.question.scalars[0]) if self.question.scalars else None
        return first if isinstance(first, int) else None


def later(one: bytes, other: bytes) -> bool:
    """Tell whether an encoded name comes after another."""
    if len(one) == len(other) and one[:-1] == other[:-1]:
        return one[-1] > other[-1]
    if len(one) > len(other) and one.startswith(other):
        return True
    return subidentifiers(one) > subidentifiers(other)
