"""One device's walk through a question, as a state machine without a clock: which GETBULK comes next, what came.

Promises: it ends. Every accepted answer either moves a column forward or finishes it; an agent whose names do not
increase, who answers nothing or whose table does not end is refused with `Astray`. A row's columns are asked side by
side, so that they are of one moment, as far as the agent's limit allows; below one row, its columns are asked in turns.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import cycle

from countynet.errors import CountyError
from monitoring.snmp import trouble
from monitoring.snmp.ber import oid, subidentifiers
from monitoring.snmp.dealing import dealing
from monitoring.snmp.learned import MOST, Habits
from monitoring.snmp.pdu import Varbind, bulk_body, varbinds
from monitoring.snmp.seam import Answer, Question, Value
from monitoring.snmp.step import Ask, Cursor, Meaning, Placed, Step, learn

UNKNOWN = 8
"""rows asked for while nobody knows how many there are; then as many as came already"""
MOST_ROWS = 50_000
"""of one column: no device of a county has more, an endless one has"""
encoded = lru_cache(maxsize=4096)(oid)


class Astray(CountyError):
    """The agent leads nowhere; the message says how."""


class Walk:
    """The state of one device's answer. `room` says whether one more form of an answer may be remembered."""

    def __init__(
        self,
        question: Question,
        answer: Answer,
        habits: Habits | None = None,
        most: int = MOST,
        room: Callable[[], bool] = lambda: True,
    ) -> None:
        self.question, self.answer = question, answer
        self.habits = habits or Habits()
        self._most, self._room = most, room
        self._scalars = tuple(encoded(scalar) for scalar in question.scalars)
        self._turn = 0
        self._went: list[Meaning] = []
        self._values: list[Value] = []
        self._enter(0)

    def next(self, most: int = MOST) -> Ask | None:
        """Return what to ask now, of at most so many variables, or None when all is answered."""
        cursor, habits, head = self._cursor, self.habits, len(self._scalars)
        if not cursor.columns:
            return None
        limit = min(habits.limit, self._most, most)
        expected = habits.rows[cursor.group] if habits.rows else -1
        step = habits.steps[self._turn] if self._turn < len(habits.steps) else None
        if step and step.limit == limit and step.expected == expected and step.cursor == cursor:
            return Ask(step.names, head, step.repetitions, step.body, cursor, limit, expected, step)
        self.settle()
        width = side_by_side(len(cursor.columns), limit, expected)
        repetitions = self._repetitions(limit // width, expected, width)
        names = self._scalars + cursor.names[:width]
        return Ask(names, head, repetitions, bulk_body(names, head, repetitions), cursor, limit, expected)

    def take(self, ask: Ask, data: bytes, start: int, stop: int) -> None:
        """Take the answer to an ask, whose variables stand between two places. Raises Astray, Malformed."""
        step = ask.step
        values = step.layout.read(data, start, stop) if step else None
        if step and values is not None:
            self._went.append(step.meaning)
            self._values += values
            self._go(step.following)
        else:
            self.settle()
            self._take_anew(ask, data, start, stop)
        self._turn += 1

    def settle(self) -> None:
        """Put what came in forms that were known into the answer: to be called before it is read, also at the end."""
        if self._went:
            went, known = tuple(self._went), self.habits.dealing
            if known is None or known.meanings != went:
                known = self.habits.dealing = dealing(self.question, went)
            known.deal(self.answer, self._values)
            self._went, self._values = [], []

    def _take_anew(self, ask: Ask, data: bytes, start: int, stop: int) -> None:
        binds, before = varbinds(data, start, stop), set(self.answer.stamps)
        placed, following = self.accept(ask, binds)
        if self._whole(binds[: ask.non_repeaters]):
            numbered = bool(ask.non_repeaters) and isinstance(binds[0].value, int)
            rows = dict.fromkeys(p.row for p in placed) if numbered else ()
            dated = [row for row in rows if row not in before]
            self._keep(lambda: learn(ask, data, start, stop, placed, dated, following))

    def accept(self, ask: Ask, binds: Sequence[Varbind]) -> tuple[list[Placed], Cursor]:
        """Take an answer's variables; return those that count and where the walk goes. Raises Astray."""
        cursor, width = ask.cursor, ask.width
        uptime = self._take_scalars(binds[: ask.non_repeaters])
        placed, names, finished = self._sort(ask, binds)
        if uptime is not None:
            stamp = self.answer.stamps.setdefault
            for found in placed:
                stamp(found.row, uptime)
        if not placed and not finished:
            raise Astray(trouble.EMPTY)
        if len(finished) < width and len(binds) < ask.non_repeaters + width * ask.max_repetitions:
            self.habits.cut(len(binds) - ask.non_repeaters)
        going = [n for n in range(len(cursor.columns)) if n not in finished]
        following = Cursor(cursor.group, tuple(cursor.columns[n] for n in going), tuple(names[n] for n in going))
        self._go(following)
        return placed, following

    def _sort(self, ask: Ask, binds: Sequence[Varbind]) -> tuple[list[Placed], list[bytes], set[int]]:
        """Put an answer's values into their columns; return where they went, the last names, and what is finished."""
        head, columns = ask.non_repeaters, ask.cursor.columns
        names, finished, placed = list(ask.cursor.names), set[int](), list[Placed]()
        prefixes, rows, make = self._prefixes, self._rows, tuple.__new__
        for number, (position, (name, value)) in enumerate(
            zip(cycle(range(ask.width)), binds[head:], strict=False), head
        ):
            if position in finished:
                continue
            column, last = columns[position], names[position]
            if value is not None and not (name[:-1] == last[:-1] and name[-1:] > last[-1:]) and not later(name, last):
                raise Astray(trouble.ASTRAY)
            prefix = prefixes[column]
            if value is None or not name.startswith(prefix) or len(name) == len(prefix):
                finished.add(position)
                continue
            row = name[len(prefix) :]
            rows[column][row] = value
            names[position] = name
            placed.append(make(Placed, (number, column, row)))
        if placed and max(map(len, rows)) > MOST_ROWS:
            raise Astray(trouble.ENDLESS)
        return placed, names, finished

    def rows(self) -> tuple[int, ...]:
        """Return how many rows each group had, for the next walk."""
        return tuple(len(self.answer.columns.get(group[0], ())) if group else 0 for group in self.question.groups)

    def _repetitions(self, most: int, expected: int, width: int) -> int:
        there = min(len(self._rows[column]) for column in self._cursor.columns[:width])
        missing = max(UNKNOWN, there) if expected < 0 else expected + 1 - there
        return max(1, min(most, missing))

    def _go(self, cursor: Cursor) -> None:
        if cursor.columns:
            self._cursor = cursor
        else:
            self._enter(cursor.group + 1)

    def _enter(self, group: int) -> None:
        """Begin a group, or the next one that has columns."""
        groups = self.question.groups
        while group < len(groups) and not groups[group]:
            group += 1
        names = groups[group] if group < len(groups) else ()
        self._prefixes = tuple(encoded(name) for name in names)
        self._rows = [self.answer.columns.setdefault(name, {}) for name in names]
        self._cursor = Cursor(group, tuple(range(len(names))), self._prefixes)

    def _keep(self, step: Callable[[], Step]) -> None:
        """Remember what the present datagram looked like, if there is room."""
        steps = self.habits.steps
        if self._turn < len(steps):
            steps[self._turn] = step()
        elif self._turn == len(steps) and self._room():
            steps.append(step())

    def _whole(self, binds: Sequence[Varbind]) -> bool:
        """Tell whether every scalar was answered by itself, not by what comes after it."""
        there = zip(binds, self._scalars, strict=False)
        return len(binds) == len(self._scalars) and all(b.value is not None and b.name.startswith(s) for b, s in there)

    def _take_scalars(self, binds: Sequence[Varbind]) -> int | None:
        for name, variable in zip(self.question.scalars, binds, strict=False):
            if variable.value is not None and variable.name.startswith(encoded(name)):
                self.answer.scalars[name] = variable.value
        first = self.answer.scalars.get(self.question.scalars[0]) if self.question.scalars else None
        return first if isinstance(first, int) else None


@lru_cache(maxsize=4096)
def side_by_side(columns: int, limit: int, rows: int) -> int:
    """Return how many of some columns are asked side by side when an answer holds `limit` variables.

    All, if that many fit; but the last quarter may come apart where that saves datagrams: what needs no date of its own
    (names, speeds) stands last in a question. Of 20 columns, 57 variables an answer and 50 rows, 19 and 1 take 18
    datagrams, 20 take 26.
    """
    if columns >= limit or rows < 0:
        return min(columns, limit)
    choices = range(columns, columns - max(1, columns // 4), -1)
    return min(choices, key=lambda width: _datagrams(width, limit, rows) + _datagrams(columns - width, limit, rows))


def _datagrams(width: int, limit: int, rows: int) -> int:
    return -(-(rows + 1) // (limit // width)) if width else 0


def later(one: bytes, other: bytes) -> bool:
    """Tell whether an encoded name comes after another."""
    if len(one) == len(other) and one[:-1] == other[:-1]:
        return one[-1] > other[-1]
    if len(one) > len(other) and one.startswith(other):
        return True
    return subidentifiers(one) > subidentifiers(other)
