"""Where the values of a walk belong that went as before: they are dealt out column by column, in few calls of C.

Putting 1,000 values one by one into their columns costs as much as everything else that reading them costs. The values
of one column stand at the same distance from each other in nearly every walk, so that a slice takes them all. Pure.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import cast

from monitoring.snmp.seam import Answer, Question, Value
from monitoring.snmp.step import Meaning


class Dealing:
    """Deals the values of some datagrams of a question, which lie one behind the other, into an answer."""

    __slots__ = ("_columns", "_dated", "_dates", "_head", "_last", "_scalars", "meanings")

    def __init__(self, question: Question, meanings: tuple[Meaning, ...]) -> None:
        self.meanings = meanings
        self._scalars, self._head = question.scalars, len(question.scalars)
        places: dict[str, dict[bytes, int]] = {}
        dates: dict[bytes, int] = {}
        at = 0
        for meaning in meanings:
            self._last = at
            dates.update(dict.fromkeys(meaning.dated, at))
            names, at = question.groups[meaning.group], at + self._head
            for number, (column, row) in enumerate(zip(meaning.columns, meaning.rows, strict=True), at):
                places.setdefault(names[column], {})[row] = number
            at += len(meaning.rows)
        self._columns = [(name, _rows(tuple(found)), _picker([*found.values()])) for name, found in places.items()]
        self._dated, self._dates = tuple(dates), _picker([*dates.values()])

    def deal(self, answer: Answer, values: Sequence[Value]) -> None:
        """Put values, each datagram's scalars before its own, where they belong."""
        columns = answer.columns
        for name, rows, pick in self._columns:
            columns[name].update(zip(rows, pick(values), strict=True))
        answer.stamps.update(zip(self._dated, cast(Sequence[int], self._dates(values)), strict=True))
        answer.scalars.update(zip(self._scalars, values[self._last : self._last + self._head], strict=True))


@lru_cache(maxsize=128)
def dealing(question: Question, meanings: tuple[Meaning, ...]) -> Dealing:
    """Return where values of these meanings belong; the same for all devices of a kind."""
    return Dealing(question, meanings)


@lru_cache(maxsize=1 << 12)
def _rows(rows: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Return the one tuple of these rows that all columns hold."""
    return rows


def _picker(places: list[int]) -> Callable[[Sequence[Value]], Sequence[Value]]:
    """Return what takes the values at some places: a slice, where they stand at even distances."""
    if not places:
        return itemgetter(slice(0))
    distance = places[1] - places[0] if len(places) > 1 else 1
    if distance > 0 and places == [*range(places[0], places[-1] + 1, distance)]:
        return itemgetter(slice(places[0], places[-1] + 1, distance))
    return itemgetter(*places)
