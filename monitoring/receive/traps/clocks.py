"""Each sender's clock, so that a recorded message cannot be played again (RFC 3414 section 3.2 step 7b). Pure.

Invariants: a message is fresh when its (boots, time) is not behind the sender's by more than 150 s, counted on as time
goes by; what a device says when it is polled is believed whatever was known, since that answers a question of ours and
no recording does; the very same message within the window is a repetition. How many clocks and messages are remembered
is bounded: the oldest goes first.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

WINDOW = 150.0
"""seconds (RFC 3414 section 2.2.3)"""
LAST_BOOT = 0x7FFFFFFF
"""an engine that counts no further is to be set up anew; nothing of it is believed"""
MOST_ENGINES = 20_000
MOST_MESSAGES = 50_000


class Judgement(Enum):
    """What a message's clock says of it."""

    FRESH = "fresh"
    NEW = "new"
    """of an engine that nobody polled yet: believed, and worth a poll"""
    OLD = "old"
    REPEATED = "repeated"


@dataclass(frozen=True)
class Clock:
    """An engine's clock: how often it started, and when by our clock it last did (seconds)."""

    boots: int
    started: float

    def time(self, now: float) -> float:
        """Return what the engine's snmpEngineTime should be."""
        return now - self.started


@dataclass
class Clocks:
    """The clocks of all senders by engine id."""

    known: OrderedDict[bytes, Clock] = field(default_factory=OrderedDict)
    _seen: OrderedDict[bytes, float] = field(default_factory=OrderedDict)

    def judge(self, engine: bytes, boots: int, time: int, mark: bytes, now: float) -> Judgement:
        """Judge an authentic message; `mark` is its authentication code. What is fresh moves the clock on."""
        if boots >= LAST_BOOT:
            return Judgement.OLD
        clock = self.known.get(engine)
        if clock is not None and self._behind(clock, boots, time, now):
            return Judgement.OLD
        if self.repeated(mark, now):
            return Judgement.REPEATED
        if clock is None or boots > clock.boots or time > clock.time(now):
            self.learn(engine, boots, time, now)
        return Judgement.NEW if clock is None else Judgement.FRESH

    def repeated(self, mark: bytes, now: float) -> bool:
        """Tell whether something was seen within the window already, and remember it."""
        while self._seen and next(iter(self._seen.values())) < now - 2 * WINDOW:
            self._seen.popitem(last=False)
        if mark in self._seen:
            return True
        self._seen[mark] = now
        if len(self._seen) > MOST_MESSAGES:
            self._seen.popitem(last=False)
        return False

    def learn(self, engine: bytes, boots: int, time: int, now: float) -> None:
        """Take an engine's clock as it is, as when it was polled."""
        self.known[engine] = Clock(boots, now - time)
        self.known.move_to_end(engine)
        while len(self.known) > MOST_ENGINES:
            self.known.popitem(last=False)

    def document(self) -> dict[str, list[float]]:
        """Return what is to survive a restart."""
        return {engine.hex(): [clock.boots, clock.started] for engine, clock in self.known.items()}

    @classmethod
    def of(cls, document: Mapping[str, list[float]]) -> "Clocks":
        """Return the clocks of a document; what cannot be read is left out."""
        found = cls()
        for engine, pair in list(document.items())[-MOST_ENGINES:]:
            if isinstance(pair, list) and len(pair) == 2:
                found.known[bytes.fromhex(engine)] = Clock(int(pair[0]), float(pair[1]))
        return found

    @staticmethod
    def _behind(clock: Clock, boots: int, time: int, now: float) -> bool:
        return boots < clock.boots or (boots == clock.boots and time < clock.time(now) - WINDOW)
