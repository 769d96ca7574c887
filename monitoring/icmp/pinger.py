"""Rounds of echo requests from one raw socket: who answered the round, how fast, and whether we could send at all.

Promises: an answer counts for the round that asked, and only in time; a duplicate or a stranger's answer changes
nothing. A round trip ends when the kernel took the answer in (SO_TIMESTAMPNS, socket(7)), not when we came to read it,
so that a busy process does not make lines look slow. It needs CAP_NET_RAW (root). Create it within a running loop, in
the network namespace to ask from.
"""

import asyncio
import secrets
import socket
import struct
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from countynet.errors import MissingCapability
from countynet.i18n import _
from monitoring.icmp.packet import read_reply, request

_BUFFER = 1 << 20
_BATCH = 1024
"""more than a round, so that a late timer does not judge a round whose answers wait in the socket"""


@dataclass
class Round:
    """One request to every address. `sent` is how many the kernel took."""

    sequence: int
    asked: frozenset[str]
    sent: int = 0
    sent_at: dict[str, float] = field(default_factory=dict)
    milliseconds: dict[str, float] = field(default_factory=dict)
    """the round trip of those who answered, by address"""


_STAMPED = 35
"""SO_TIMESTAMPNS, and the kind of the message that carries the stamp (asm-generic/socket.h)"""
_STAMP = struct.Struct("qq")


class Pinger:
    """Sends rounds."""

    def __init__(self) -> None:
        self._identifier = secrets.randbits(16)
        self._sequence = secrets.randbits(16)
        self._open: dict[int, Round] = {}
        self._loop = asyncio.get_running_loop()
        try:
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        except PermissionError as error:
            raise MissingCapability(_("ping needs a raw socket: run it as root (CAP_NET_RAW)")) from error
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self._socket.setsockopt(socket.SOL_SOCKET, _STAMPED, 1)
        self._loop.add_reader(self._socket, self._readable)

    def close(self) -> None:
        """Let go of the socket."""
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def send(self, addresses: Iterable[str]) -> Round:
        """Send one request to each address now; hand the round to `finish` when its time is up."""
        self._sequence = (self._sequence + 1) & 0xFFFF
        result = Round(self._sequence, frozenset(addresses))
        packet = request(self._identifier, self._sequence)
        self._open[self._sequence] = result
        for address in result.asked:
            now = time.time()
            try:
                self._socket.sendto(packet, (address, 0))
            except OSError:  # no route, no link, a full queue: not sent, and `sent` says so
                continue
            result.sent_at[address] = now
            result.sent += 1
        return result

    def finish(self, ended: Round) -> None:
        """Take no more answers to a round."""
        self._open.pop(ended.sequence, None)

    def _readable(self) -> None:
        for _turn in range(_BATCH):
            try:
                packet, told, _flags, (address, _port) = self._socket.recvmsg(2048, 64)
            except OSError:
                return
            reply = read_reply(packet)
            if reply is None or reply.identifier != self._identifier:
                continue
            asked = self._open.get(reply.sequence)
            if asked is not None and address in asked.sent_at and address not in asked.milliseconds:
                asked.milliseconds[address] = max(0.0, (_arrived(told) - asked.sent_at[address]) * 1000)


def _arrived(told: Sequence[tuple[int, int, bytes]]) -> float:
    """Return when the kernel took a packet in, by the clock of the wall; now when it does not say."""
    for level, kind, data in told:
        if (level, kind) == (socket.SOL_SOCKET, _STAMPED) and len(data) >= _STAMP.size:
            seconds, nanoseconds = _STAMP.unpack_from(data)
            return float(seconds) + float(nanoseconds) / 1e9
    return time.time()
