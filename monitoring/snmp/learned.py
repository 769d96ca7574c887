"""What is learned of an agent: how much fits one answer, how long it takes, how it answered last time. Pure.

`Habits` are of one question to one agent. How many variables are asked at once begins moderately, grows while whole
answers stay well below what passes unfragmented, and shrinks on tooBig, on an answer that was cut, and when requests
come through only after they were repeated smaller. `ceiling` remembers what was too much, so that growing does not try
it again at every poll; it is lifted by half after a quiet while.

A line that loses is no agent that cannot: a size that came through before is doubted only after `_SURELY` losses
without one that came through. Else a loss of 5 % taught us in minutes to ask for one variable at a time, which needs
fifty times as many datagrams, which are lost too: the agent then seemed silent for as long as the loss lasted.

`Trip` estimates the time of an answer as RFC 6298 does for TCP. Every try has an id of its own, so the round trip is
exact even when a request was repeated (Karn's ambiguity does not arise).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zlib import crc32

from monitoring.snmp.dealing import Dealing
from monitoring.snmp.message import MESSAGE_SIZE
from monitoring.snmp.seam import Question
from monitoring.snmp.step import Step

FIRST = 26
"""variables asked for of an agent that nobody knows"""
MOST = 128
_ROOM = 0.8
"""of MESSAGE_SIZE: the largest answer below which more is asked next time"""
_LITTLE = 0.5
"""of MESSAGE_SIZE: an answer below which more is asked at once"""
_GROWTH = 1.5
_QUIET = 100
"""polls without trouble after which a ceiling is tried again"""
_SUSPICIONS, _SURELY = 2, 8
"""how many requests in a row come through only smaller until the size is to blame: one never answered, one that was"""
SLOWEST = 5.0
"""seconds: the longest timeout"""
_GRANULARITY = 0.1


@dataclass
class Trip:
    """Round trips, in seconds."""

    smoothed: float = 0.0
    variation: float = 0.0

    def add(self, seconds: float) -> None:
        """Take one measured round trip (RFC 6298, 2.2 and 2.3)."""
        if not self.smoothed:
            self.smoothed, self.variation = seconds, seconds / 2
            return
        self.variation += (abs(self.smoothed - seconds) - self.variation) / 4
        self.smoothed += (seconds - self.smoothed) / 8

    def timeout(self, first: float, least: float) -> float:
        """Return how long to wait; `first` while nothing is known."""
        if not self.smoothed:
            return first
        return min(SLOWEST, max(least, self.smoothed + max(_GRANULARITY, 4 * self.variation)))


@dataclass
class Habits:
    """How an agent answers one question."""

    limit: int = FIRST
    """variables asked for at once"""
    ceiling: int = MOST
    rows: tuple[int, ...] = ()
    """by group: how many it had last time"""
    steps: list[Step] = field(default_factory=list)
    dealing: Dealing | None = None
    """where the values of the last walk belonged, as far as it went as before"""
    quiet: int = 0
    suspected: int = 0
    """how many requests in a row came through only when they were repeated smaller"""
    doubted: int = 0
    """variables of the smallest of them"""
    passed: int = 0
    """variables of the largest request that was answered at once"""
    largest: int = 0
    """octets of the largest answer of this poll"""

    def came(self, octets: int, asked: int) -> None:
        """Note the size of an answer to so many variables: too much does not pass unfragmented, little may be more."""
        self.largest = max(self.largest, octets)
        if octets > MESSAGE_SIZE and self.limit > 1:
            self._at_most(max(1, self.limit * MESSAGE_SIZE // octets))
        elif octets < _LITTLE * MESSAGE_SIZE and 2 * asked > self.limit:
            self.limit = min(self.ceiling, max(self.limit, round(self.limit * _GROWTH)))

    def too_much(self) -> bool:
        """Ask for half from now on; false when it is a single variable already."""
        if self.limit <= 1:
            return False
        self._at_most(self.limit // 2)
        return True

    def answered(self, asked: int, lost: int = 0) -> None:
        """A request for so many variables was answered, after one for `lost` was not; 0 when none was lost."""
        if lost <= asked:
            self.passed = max(self.passed, asked)
            if asked >= self.doubted:
                self.suspected = self.doubted = 0
            return
        self.suspected += 1
        self.doubted = min(self.doubted or lost, lost)
        if self.suspected >= (_SURELY if lost <= self.passed else _SUSPICIONS):
            self.suspected = self.doubted = self.passed = 0
            self.too_much()

    def cut(self, variables: int) -> None:
        """The agent answered only so many variables of more: ask for no more."""
        if 0 < variables < self.limit:
            self._at_most(variables)

    def ended(self, rows: tuple[int, ...]) -> None:
        """A poll went well: grow when there is room."""
        self.rows = rows
        self.quiet += 1
        if self.quiet >= _QUIET:
            self.quiet, self.ceiling = 0, min(MOST, self.ceiling + max(1, self.ceiling // 2))
        if self.largest and self.largest < _ROOM * MESSAGE_SIZE:
            wanted = self.limit * min(_GROWTH, 0.95 * MESSAGE_SIZE / self.largest)
            self.limit = min(self.ceiling, max(self.limit, int(wanted)))
        self.largest = 0

    def _at_most(self, variables: int) -> None:
        self.limit = self.ceiling = variables
        self.quiet = 0


@dataclass
class Manner:
    """Everything known of one agent."""

    trip: Trip = field(default_factory=Trip)
    habits: dict[Question, Habits] = field(default_factory=dict)
    before: dict[str, tuple[int, int]] = field(default_factory=dict)
    """limit and ceiling of questions that a poller before us asked, by `key_of`"""
    silent: bool = False
    """it answered nothing at all last time, so it is asked twice only until it does"""
    rest: float = 0.0
    """pause after each answer, in times of how long that answer took: gentleness"""
    most: int = MOST
    """variables asked for at once, for gentleness"""

    def of(self, question: Question) -> Habits:
        """Return how it answers a question."""
        habits = self.habits.get(question)
        if habits is None:
            habits = self.habits[question] = Habits(*self.before.get(key_of(question), (FIRST, MOST)))
        return habits


def key_of(question: Question) -> str:
    """Return a short name of a question, the same in every process."""
    return f"{crc32(repr(question).encode()):08x}"


def kept(manner: Manner) -> dict[str, object]:
    """Return what outlives a restart, as a document."""
    asked = manner.before | {key_of(question): (h.limit, h.ceiling) for question, h in manner.habits.items()}
    trip = [round(manner.trip.smoothed, 3), round(manner.trip.variation, 3)]
    return {"trip": trip, "asked": {key: list(pair) for key, pair in asked.items()}}


def restored(document: Mapping[str, object]) -> Manner:
    """Return what a poller before us kept; what has another form is left alone."""
    manner, asked = Manner(), document.get("asked")
    if trip := _pair(document.get("trip")):
        manner.trip = Trip(*trip)
    for key, value in asked.items() if isinstance(asked, dict) else ():
        if pair := _pair(value):
            limit, ceiling = (min(MOST, max(1, int(number))) for number in pair)
            manner.before[str(key)] = min(limit, ceiling), ceiling
    return manner


def _pair(value: object) -> tuple[float, float] | None:
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(n, int | float) and n >= 0 for n in value):
        return None
    return float(value[0]), float(value[1])
