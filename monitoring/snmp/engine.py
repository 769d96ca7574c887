"""The asyncio engine: one large-buffered UDP socket, a callback a datagram, one exchange in flight per device.

Promises: a dead, slow or mad agent delays nobody else and is over by `Options.longest`; datagrams that do not belong
(wrong address, wrong id, garbage, replays) are counted in `dropped` and change nothing; a request lost on the way is
repeated. What waits in the socket is read before anything is held for lost, so that our own slowness is no timeout.
Several questions to one address are asked one after the other.
"""

import asyncio
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress

from countynet.errors import CountyError
from monitoring.snmp import trouble
from monitoring.snmp.community import Community, CommunitySession
from monitoring.snmp.exchange import Exchange, Options
from monitoring.snmp.learned import Manner
from monitoring.snmp.message import number_of
from monitoring.snmp.seam import Answer, Question, Target
from monitoring.snmp.session import Conversation, Replayed, Session
from monitoring.snmp.usm import Credentials

_BUFFER = 8 << 20
_RCVBUFFORCE = 33
"""Linux: beyond the limit of ordinary users, when we are root; the default drops replies (facts.md)"""
_BATCH = 128
"""datagrams read before others get their turn"""
_TICK = 0.05
_QUIET = 0.1
"""seconds of silence after which an exchange no longer counts as answering"""
_MOST = 16
"""times the window: what may be in flight, silent ones included; and batches read before timeouts are judged"""

Address = tuple[str, int]
Secret = Credentials | Community


class _Round:
    """One question to many: what came, and how many are still to come."""

    def __init__(self, question: Question, targets: int, each: Callable[[Answer], None] | None) -> None:
        self.question, self._left, self._each = question, targets, each
        self.answers: dict[str, Answer] = {}
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._end()

    def take(self, answer: Answer) -> None:
        """Take one device's answer."""
        if self._each is None:
            self.answers[answer.target.device] = answer
        else:
            self._each(answer)
        self._left -= 1
        self._end()

    def _end(self) -> None:
        if not self._left and not self.done.done():
            self.done.set_result(None)


class Engine:
    """A `Poller` over SNMP v2c and v3. Create it within a running loop, in the network namespace it is to ask from.

    `secret` is what opens the agents: one for all, or a function of the device's name.
    """

    def __init__(self, secret: Secret | Callable[[str], Secret], options: Options | None = None) -> None:
        self.options = options or Options()
        self.dropped = 0
        self.manners: dict[Address, Manner] = {}
        self._secret_of = (lambda _device: secret) if isinstance(secret, Credentials | Community) else secret
        self._loop = asyncio.get_running_loop()
        self._sessions: dict[Address, tuple[Secret, Conversation]] = {}
        self._flying: dict[Address, tuple[Exchange, _Round]] = {}
        self._orders: deque[tuple[Target, _Round]] = deque()
        self._behind: dict[Address, deque[tuple[Target, _Round]]] = {}
        self._busy, self._forms = 0, 0
        self._socket = _open_socket()
        self._loop.add_reader(self._socket, self._readable)
        self._timer: asyncio.TimerHandle | None = None

    def close(self) -> None:
        """Let go of the socket; what is asked ends with an error."""
        self._loop.remove_reader(self._socket)
        self._socket.close()
        if self._timer is not None:
            self._timer.cancel()
        waiting = [*self._orders, *(order for behind in self._behind.values() for order in behind)]
        self._orders.clear()
        self._behind.clear()
        for exchange, _round in list(self._flying.values()):
            exchange.end(trouble.CLOSED)
        for target, round_ in waiting:
            round_.take(Answer(target, error=trouble.CLOSED))

    async def ask(
        self, targets: Iterable[Target], question: Question, each: Callable[[Answer], None] | None = None
    ) -> dict[str, Answer]:
        """Return an answer per device; every one has an `error` or is whole.

        With `each`, an answer is handed over as soon as it is there and is not kept: then nothing is returned.
        """
        asked = sorted(targets, key=self._was_silent)
        round_ = _Round(question, len(asked), each)
        self._orders.extend((target, round_) for target in asked)
        self._fill()
        await round_.done
        return round_.answers

    def manner_of(self, target: Target) -> Manner:
        """Return what is learned of a device's agent."""
        return self.manners.setdefault((target.address, target.port), Manner())

    def ended(self, exchange: Exchange) -> None:
        """Take an exchange out of flight and let the next one start; exchanges call this once."""
        _exchange, round_ = self._flying.pop(exchange.address)
        self._release(exchange)
        behind = self._behind.get(exchange.address)
        if behind:
            self._start(*behind.popleft())
        else:
            self._behind.pop(exchange.address, None)
        round_.take(exchange.answer)
        self._fill()

    def send(self, datagram: bytes, address: Address) -> None:
        """Send one datagram; what the kernel refuses counts as lost, and the exchange will try again."""
        try:
            self._socket.sendto(datagram, address)
        except OSError:
            self.dropped += 1

    def _was_silent(self, target: Target) -> bool:
        manner = self.manners.get((target.address, target.port))
        return manner is not None and manner.silent

    def _fill(self) -> None:
        """Start what may start."""
        while self._orders and self._busy < self.options.window and len(self._flying) < _MOST * self.options.window:
            target, round_ = self._orders.popleft()
            address = (target.address, target.port)
            if address in self._flying:
                self._behind.setdefault(address, deque()).append((target, round_))
            else:
                self._start(target, round_)
        if self._timer is None and self._flying:
            self._timer = self._loop.call_later(_TICK, self._tick)

    def _start(self, target: Target, round_: _Round) -> None:
        session, manner = self._session_of(target), self.manner_of(target)
        exchange = Exchange(self, session, round_.question, Answer(target), manner, self._room)
        self._flying[exchange.address] = exchange, round_
        self._busy += exchange.counts
        if isinstance(session, CommunitySession) and session.version != "v2c":
            exchange.end(trouble.VERSION_1)
        else:
            exchange.start()

    def _session_of(self, target: Target) -> Conversation:
        """Return the conversation with an agent; a new one when it was given other credentials."""
        address, secret = (target.address, target.port), self._secret_of(target.device)
        known = self._sessions.get(address)
        if known is None or known[0] != secret:
            new = CommunitySession(secret) if isinstance(secret, Community) else Session(secret)
            known = self._sessions[address] = secret, new
        return known[1]

    def _room(self) -> bool:
        self._forms += self._forms < self.options.forms
        return self._forms < self.options.forms

    def _release(self, exchange: Exchange) -> None:
        self._busy -= exchange.counts
        exchange.counts = False

    def _count(self, exchange: Exchange) -> None:
        """Count one that was held for silent and answers: else ever more are asked at once while we are slow."""
        if exchange.heard and not exchange.over:
            exchange.counts = True
            self._busy += 1

    def _tick(self) -> None:
        """Let those that were silent for too long know; first read what came while we were busy."""
        for _turn in range(_MOST):
            if not self._readable():
                break
        now = time.monotonic()
        for exchange, _round in list(self._flying.values()):
            if exchange.counts and not exchange.heard and now - exchange.sent > _QUIET:
                self._release(exchange)
            if now >= exchange.due and not exchange.over:
                exchange.expired()
        self._timer = None
        self._fill()

    def _readable(self) -> bool:
        """Take what the socket holds; true when there may be more."""
        for _turn in range(_BATCH):
            try:
                data, address = self._socket.recvfrom(0xFFFF)
            except BlockingIOError:
                return False
            except OSError:  # an ICMP error for a datagram sent earlier; the exchange times out by itself
                continue
            flying = self._flying.get(address)
            try:
                if flying is None:
                    self._stray(data)
                elif not flying[0].received(data):
                    self.dropped += 1
                elif not flying[0].counts:
                    self._count(flying[0])
            except CountyError as error:
                self.dropped += 1
                if flying is not None:
                    flying[0].hint(trouble.CLOCK if isinstance(error, Replayed) else trouble.UNREADABLE)
        return True

    def _stray(self, data: bytes) -> None:
        """Drop what comes from an address that was not asked; who answers from another one is told so in its error."""
        self.dropped += 1
        number = number_of(data)
        for exchange, _round in self._flying.values():
            if exchange.expects(number):
                exchange.hint(trouble.OTHER_ADDRESS)


def _open_socket() -> socket.socket:
    result = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    result.setblocking(False)
    result.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    with suppress(PermissionError):
        result.setsockopt(socket.SOL_SOCKET, _RCVBUFFORCE, _BUFFER)
    result.bind(("", 0))
    return result
