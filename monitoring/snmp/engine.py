"""The asyncio engine: one large-buffered UDP socket, a callback a datagram, one exchange in flight per device.

Promises: a dead, slow or mad agent delays nobody else and is over by `Options.deadline`; datagrams that do not belong
(wrong address, wrong id, garbage, replays) are counted in `dropped` and change nothing; a request lost on the way is
repeated. It refuses to ask two things of one address at once (the second gets an error).
"""

import asyncio
import socket
from collections import deque
from collections.abc import Iterable
from contextlib import suppress

from countynet.errors import CountyError
from countynet.i18n import _
from monitoring.snmp.exchange import Exchange, Options
from monitoring.snmp.seam import Answer, Question, Target
from monitoring.snmp.session import Session
from monitoring.snmp.usm import Credentials

_BUFFER = 8 << 20
_RCVBUFFORCE = 33
"""Linux: beyond the limit of ordinary users, when we are root; the default drops replies (facts.md)"""
_BATCH = 128
"""datagrams read before others get their turn"""


class Engine:
    """A `Poller` over SNMPv3. Create it within a running loop, in the network namespace it is to ask from."""

    def __init__(self, credentials: Credentials, options: Options | None = None) -> None:
        self.options = options or Options()
        self.dropped = 0
        self._credentials = credentials
        self._loop = asyncio.get_running_loop()
        self._sessions: dict[tuple[str, int], Session] = {}
        self._rows: dict[tuple[tuple[str, int], Question], tuple[int, ...]] = {}
        self._flying: dict[tuple[str, int], Exchange] = {}
        self._waiting: deque[Exchange] = deque()
        self._socket = _open_socket()
        self._loop.add_reader(self._socket, self._readable)

    def close(self) -> None:
        """Let go of the socket; exchanges in flight end with an error."""
        self._loop.remove_reader(self._socket)
        self._socket.close()
        for exchange in [*self._flying.values(), *self._waiting]:
            exchange.end(_("the poller was closed"))

    async def ask(self, targets: Iterable[Target], question: Question) -> dict[str, Answer]:
        """Return an answer per device; every one has an `error` or is whole."""
        exchanges = [self._begin(target, question) for target in targets]
        await asyncio.gather(*(exchange.done for exchange in exchanges))
        return {exchange.answer.target.device: exchange.answer for exchange in exchanges}

    def _begin(self, target: Target, question: Question) -> Exchange:
        address = (target.address, target.port)
        session = self._sessions.setdefault(address, Session(self._credentials))
        rows = self._rows.get((address, question), ())
        exchange = Exchange(self, address, session, question, Answer(target), rows)
        if address in self._flying or any(waiting.address == address for waiting in self._waiting):
            exchange.end(_("the agent is being asked already"))
        elif len(self._flying) >= self.options.window:
            self._waiting.append(exchange)
        else:
            self._flying[address] = exchange
            exchange.start()
        return exchange

    def ended(self, exchange: Exchange) -> None:
        """Take an exchange out of flight and let the next one start; exchanges call this once."""
        if self._flying.get(exchange.address) is not exchange:
            return
        del self._flying[exchange.address]
        if not exchange.answer.error:
            self._rows[exchange.address, exchange.walk.question] = exchange.walk.rows()
        if self._waiting:
            following = self._waiting.popleft()
            self._flying[following.address] = following
            following.start()

    def send(self, datagram: bytes, address: tuple[str, int]) -> None:
        """Send one datagram; what the kernel refuses counts as lost, and the exchange will try again."""
        try:
            self._socket.sendto(datagram, address)
        except OSError:
            self.dropped += 1

    def later(self, seconds: float, exchange: Exchange) -> asyncio.TimerHandle:
        """Call the exchange's `expired` after a time."""
        return self._loop.call_later(seconds, exchange.expired)

    def _readable(self) -> None:
        for _turn in range(_BATCH):
            try:
                data, address = self._socket.recvfrom(0xFFFF)
            except BlockingIOError:
                return
            except OSError:  # an ICMP error for a datagram sent earlier; the exchange times out by itself
                continue
            exchange = self._flying.get(address)
            try:
                if exchange is None or not exchange.received(data):
                    self.dropped += 1
            except CountyError:
                self.dropped += 1


def _open_socket() -> socket.socket:
    result = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    result.setblocking(False)
    result.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    with suppress(PermissionError):
        result.setsockopt(socket.SOL_SOCKET, _RCVBUFFORCE, _BUFFER)
    result.bind(("", 0))
    return result
