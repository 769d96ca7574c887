"""One device's conversation: sends what the walk wants, judges what comes, repeats, gives up.

Invariants: `done` is resolved exactly once; a datagram counts only if its message id and request id are those of one of
the tries of the present request; the agent's clock is synchronised and its engine rediscovered at most `LESSONS` times.
"""

import asyncio
import itertools
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from countynet.i18n import _
from monitoring.snmp.pdu import NO_ERROR, TOO_BIG, Pdu, get_bulk
from monitoring.snmp.seam import Answer, Question
from monitoring.snmp.session import Incoming, Kind, Session
from monitoring.snmp.walk import Astray, Walk

LESSONS = 4
_ids = itertools.count(secrets.randbelow(1 << 30))


@dataclass(frozen=True)
class Options:
    """How patient the engine is; times in seconds."""

    timeout: float = 1.0
    retries: int = 2
    deadline: float = 8.0
    window: int = 256
    """devices asked at the same time"""


class Carrier(Protocol):
    """What an exchange needs of the engine."""

    options: Options

    def send(self, datagram: bytes, address: tuple[str, int]) -> None:
        """Send one datagram."""
        ...

    def later(self, seconds: float, exchange: "Exchange") -> asyncio.TimerHandle:
        """Call `expired` after a time."""
        ...

    def ended(self, exchange: "Exchange") -> None:
        """Learn that the exchange is over."""
        ...


class Exchange:
    """A walk on its way."""

    def __init__(
        self,
        carrier: Carrier,
        address: tuple[str, int],
        session: Session,
        question: Question,
        answer: Answer,
        rows: Sequence[int],
    ) -> None:
        self.address, self.answer = address, answer
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._carrier, self._session = carrier, session
        self.walk = Walk(question, answer, rows)
        self._tries: set[int] = set()
        self._lessons, self._hint = 0, ""
        self._started = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Send the first request."""
        self._started = time.monotonic()
        self._proceed()

    def received(self, data: bytes) -> bool:
        """Take a datagram from the device's address; false when it does not belong here, Malformed when it is none."""
        incoming = self._session.receive(data)
        if incoming.message_id not in self._tries:
            return False
        if incoming.kind in (Kind.HINT, Kind.STRANGER):
            self._heed(incoming)
        elif incoming.kind is Kind.LEARNED:
            self._learned()
        elif incoming.pdu is not None:
            return self._answered(incoming.pdu)
        return True

    def expired(self) -> None:
        """Repeat the request, or give up when it was repeated enough."""
        if len(self._tries) > self._carrier.options.retries:
            self._session.forget()
            self.end(self._hint or _("no answer"))
        elif self._late():
            self.end(_("the agent is too slow"))
        else:
            self._send()

    def end(self, error: str) -> None:
        """Finish, well (empty error) or not."""
        if self.done.done():
            return
        if self._timer is not None:
            self._timer.cancel()
        self.answer.error = error
        self.answer.seconds = time.monotonic() - self._started if self._started else 0.0
        self.done.set_result(None)
        self._carrier.ended(self)

    def _proceed(self) -> None:
        self._tries.clear()
        if self.walk.next() is None:
            self.end("")
        elif self._late():
            self.end(_("the agent is too slow"))
        else:
            self._send()

    def _send(self) -> None:
        ask = self.walk.next()
        assert ask is not None
        number = next(_ids) & 0x7FFFFFFF
        self._tries.add(number)
        pdu = get_bulk(number, ask.names, ask.non_repeaters, ask.max_repetitions)
        self.answer.datagrams += 1
        self._carrier.send(self._session.request(number, pdu), self.address)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._carrier.later(self._carrier.options.timeout, self)

    def _answered(self, pdu: Pdu) -> bool:
        if pdu.request_id not in self._tries:
            return False
        if pdu.error_status == TOO_BIG:
            return self._shrink()
        if pdu.error_status != NO_ERROR:
            self.end(_("the agent reports an error in the question"))
            return True
        try:
            self.walk.accept(pdu.varbinds)
        except Astray as error:
            self.end(error.message)
            return True
        self._proceed()
        return True

    def _shrink(self) -> bool:
        if self.walk.shrink():
            self._proceed()
        else:
            self.end(_("a single row is too big for the agent"))
        return True

    def _learned(self) -> None:
        self._lessons += 1
        if self._lessons > LESSONS:
            self.end(self._hint or _("the agent's clock does not agree"))
        else:
            self._proceed()

    def _heed(self, incoming: Incoming) -> None:
        self._hint = incoming.hint or self._hint
        if incoming.kind is Kind.STRANGER and self._lessons < LESSONS:
            self._lessons += 1
            self._session.forget()
            self._proceed()

    def _late(self) -> bool:
        return time.monotonic() - self._started > self._carrier.options.deadline
