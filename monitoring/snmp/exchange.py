"""One device's conversation: sends what the walk wants, judges what comes, repeats, gives up.

Invariants: it ends exactly once; a datagram counts only if its message id and request id are those of one of
the tries of the present request; the agent's clock is synchronised and its engine rediscovered at most `LESSONS` times.
A repeated request asks for less, the last for one variable: perhaps the answer was what did not come through. Any
error of the agent's is taken for "too big" first: net-snmp says genErr when an answer does not fit our message size.
"""

import itertools
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from monitoring.snmp import trouble
from monitoring.snmp.learned import MOST, Manner
from monitoring.snmp.pdu import NO_ERROR, TOO_BIG
from monitoring.snmp.seam import Answer, Question
from monitoring.snmp.session import Conversation, Incoming, Kind
from monitoring.snmp.step import Ask
from monitoring.snmp.walk import Astray, Walk

LESSONS = 4
EARNED = 0.01
"""seconds that each value adds to the deadline: a big device may take longer, a slow drip may not"""
_SMALLEST = 1 << 24
_ids = itertools.count(secrets.randbelow(1 << 30))


@dataclass(frozen=True)
class Options:
    """How patient the engine is; times in seconds."""

    timeout: float = 1.0
    """of an agent whose round trips nobody knows"""
    least: float = 0.5
    """of an agent whose round trips are short"""
    retries: int = 2
    deadline: float = 8.0
    longest: float = 12.0
    """however many values came"""
    window: int = 256
    """devices that answer at the same time; those that are silent do not count"""
    forms: int = 8000
    """datagrams whose form is remembered, of all devices together: 6 KB each"""


class _Try(NamedTuple):
    """A request that was sent."""

    sent: float
    ask: Ask

    @property
    def variables(self) -> int:
        """How many variables it asks for."""
        return self.ask.width * self.ask.max_repetitions


class Carrier(Protocol):
    """What an exchange needs of the engine."""

    options: Options

    def send(self, datagram: bytes, address: tuple[str, int]) -> None:
        """Send one datagram."""
        ...

    def ended(self, exchange: "Exchange") -> None:
        """Learn that the exchange is over."""
        ...


class Exchange:
    """A walk on its way. `due` is when the engine is to call `expired`."""

    def __init__(
        self,
        carrier: Carrier,
        session: Conversation,
        question: Question,
        answer: Answer,
        manner: Manner,
        room: Callable[[], bool] = lambda: True,
    ) -> None:
        self.address, self.answer, self.manner = (answer.target.address, answer.target.port), answer, manner
        self.over = False
        self.due, self.sent, self.heard = 0.0, 0.0, 0
        self.counts = not manner.silent
        """whether it counts as answering, for the window"""
        self._carrier, self._session = carrier, session
        self._habits = manner.of(question)
        self._allowed = self._habits.limit, self._habits.ceiling
        self.walk = Walk(question, answer, self._habits, manner.most, room)
        self._tries: dict[int, _Try] = {}
        self._lessons, self._told, self._hint = 0, "", ""
        self._resting = False
        self._started = 0.0

    def start(self) -> None:
        """Send the first request."""
        self._started = time.monotonic()
        self._proceed()

    def received(self, data: bytes) -> bool:
        """Take a datagram from the device's address; false when it does not belong here, Malformed when it is none."""
        incoming = self._session.receive(data, self._tries)
        tried = self._tries.get(incoming.message_id)
        if tried is None:
            self.hint(trouble.OTHER_QUESTION)
            return False
        if incoming.head is not None:
            return self._answered(incoming, tried, len(data))
        self.heard += 1
        if incoming.kind is Kind.LEARNED:
            self._learned()
        else:
            self._heed(incoming)
        return True

    def hint(self, error: str) -> None:
        """Note why there may be no answer; the first reason stands, and what the agent says itself goes before it."""
        self._hint = self._hint or error

    def expects(self, number: int) -> bool:
        """Whether a message or request id is one of the present request's."""
        return number in self._tries

    def expired(self) -> None:
        """Repeat the request, or give up when it was repeated enough; after a rest, go on."""
        if self._resting:
            self._resting = False
            self._send()
        elif len(self._tries) > self._retries():
            self._give_up()
        elif self._late():
            self.end(trouble.SLOW)
        else:
            last = len(self._tries) >= self._carrier.options.retries
            self._send(most=1 if last else max(1, self._habits.limit // 2))

    def _retries(self) -> int:
        """Return how often a request is repeated: who was silent is not waited for, who answered just now is there."""
        retries = self._carrier.options.retries
        if self.heard:
            return retries + 1
        return min(1, retries) if self.manner.silent else retries

    def end(self, error: str) -> None:
        """Finish, well (empty error) or not."""
        if self.over:
            return
        answer = self.answer
        self.walk.settle()
        answer.error, answer.boots = error, self._session.boots
        answer.seconds = time.monotonic() - self._started if self._started else 0.0
        if self._started:
            self.manner.silent = error == trouble.NO_ANSWER and not self.heard
        if not error:
            self._habits.ended(self.walk.rows())
        self.over = True
        self._carrier.ended(self)

    def _give_up(self) -> None:
        self._session.forget()
        self.end(self._told or self._hint or trouble.NO_ANSWER)

    def _proceed(self) -> None:
        self._tries.clear()
        ask = self.walk.next()
        if ask is None:
            self.end("")
        elif self._late():
            self.end(trouble.SLOW)
        elif self.manner.rest and self.heard:
            self._resting = True
            now = time.monotonic()
            self.due = now + min(1.0, (now - self.sent) * self.manner.rest)
        else:
            self._send(ask)

    def _send(self, ask: Ask | None = None, most: int = MOST) -> None:
        ask = ask or self.walk.next(most)
        assert ask is not None
        options, number = self._carrier.options, next(_ids) % (0x7FFFFFFF - _SMALLEST) + _SMALLEST
        self.sent = time.monotonic()
        self.due = self.sent + self.manner.trip.timeout(options.timeout, options.least) * 1.5 ** len(self._tries)
        self._tries[number] = _Try(self.sent, ask)
        self.answer.datagrams += 1
        self._carrier.send(self._session.request(number, ask.body), self.address)

    def _answered(self, incoming: Incoming, tried: _Try, octets: int) -> bool:
        head = incoming.head
        assert head is not None
        if head.request_id != incoming.message_id:
            self.hint(trouble.OTHER_QUESTION)
            return False
        if head.error_status == NO_ERROR:
            try:
                self.walk.take(tried.ask, incoming.data, head.start, head.stop)
            except Astray as error:
                self.end(error.message)
                return True
            variables = tried.variables
            self._habits.came(octets, variables)
            self._habits.answered(variables, self._lost(tried) if len(self._tries) > 1 else 0)
        self.heard += 1
        took = time.monotonic() - tried.sent
        self.manner.trip.add(took)
        self.answer.busy += took
        if head.error_status == NO_ERROR or self._habits.too_much():
            self._proceed()
        elif head.error_status == TOO_BIG:
            self.end(trouble.TOO_BIG)
        else:  # refused down to a single variable: it was not the size
            self._habits.limit, self._habits.ceiling = self._allowed
            self.end(trouble.REFUSED)
        return True

    def _lost(self, answered: _Try) -> int:
        """Return the variables of the largest request before this one that was not answered, 0 when it is the first."""
        return max((tried.variables for tried in self._tries.values() if tried.sent < answered.sent), default=0)

    def _learned(self) -> None:
        self._lessons += 1
        if self._lessons > LESSONS:
            self.end(self._told or trouble.CLOCK)
        else:
            self._proceed()

    def _heed(self, incoming: Incoming) -> None:
        self._told = incoming.hint or self._told
        if incoming.kind is Kind.STRANGER and self._lessons < LESSONS:
            self._lessons += 1
            self._session.forget()
            self._proceed()

    def _late(self) -> bool:
        options, lasted = self._carrier.options, time.monotonic() - self._started
        if lasted <= options.deadline:
            return False
        self.walk.settle()
        return lasted > min(options.longest, options.deadline + EARNED * self.answer.values)
