"""Where log messages come in: UDP (RFC 5426), TCP (RFC 6587) and TLS (RFC 5425), all into one bounded queue.

Promises: no sender delays another; a stream that promises too much is closed, and so is one that was silent for an
hour; of one address at most `MOST_OF_ONE` connections are open, of all at most `MOST`. What the queue has no room for
is dropped and counted. Whoever sends over TLS must be vouched for when the county names its authorities.
"""

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from countynet import clock
from monitoring.receive.senders import Senders
from monitoring.receive.syslog.framing import Frames, TooLong
from monitoring.receive.syslog.keep import Line
from monitoring.receive.syslog.parse import parse

MOST, MOST_OF_ONE = 600, 20
"""connections"""
QUEUE = 20_000
"""messages that wait to be written: some 20 seconds of a storm"""
_BATCH = 256
_IDLE = 3600.0


@dataclass
class Tally:
    """What came."""

    received: Counter[str] = field(default_factory=Counter)
    """by transport"""
    malformed: int = 0
    """streams that were closed because they promised too much"""
    dropped: int = 0
    connections: Counter[str] = field(default_factory=Counter)
    """open ones, by address"""
    refused: int = 0


@dataclass
class Intake:
    """The queue, and how a message gets into it."""

    senders: Senders
    now: Callable[[], datetime] = clock.now
    tally: Tally = field(default_factory=Tally)
    waiting: list[Line] = field(default_factory=list)

    def take(self, data: bytes, address: str, transport: str) -> None:
        """Take one message."""
        arrived, device = self.now(), self.senders.of(address)
        self.tally.received[transport] += 1
        if len(self.waiting) >= QUEUE:
            self.tally.dropped += 1
            return
        said = parse(data, arrived)
        if not device:
            self.senders.strange(address, arrived.timestamp(), said.text)
        line = Line(
            arrived, device, address, transport, said.facility, said.severity, said.at, said.host, said.app, said.text,
            said.whole,
        )  # fmt: skip
        self.waiting.append(line)

    def drain(self) -> list[Line]:
        """Return and forget what waits."""
        found, self.waiting = self.waiting, []
        return found

    def give_back(self, lines: list[Line]) -> None:
        """Take back what could not be written; the newest go when there is no room."""
        both = lines + self.waiting
        self.tally.dropped += max(0, len(both) - QUEUE)
        self.waiting = both[:QUEUE]


def read_datagrams(from_: socket.socket, intake: Intake) -> None:
    """Take what waits in a UDP socket."""
    for _turn in range(_BATCH):
        try:
            data, (address, _port) = from_.recvfrom(0xFFFF)
        except OSError:
            return
        intake.take(data, address, "udp")


async def serve(intake: Intake, address: str, port: int, tls: ssl.SSLContext | None) -> asyncio.Server:
    """Listen for streams. Raises OSError when the port cannot be had."""
    transport = "tls" if tls else "tcp"

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _stream(reader, writer, intake, transport)

    return await asyncio.start_server(one, address, port, ssl=tls, limit=1 << 17, backlog=128)


async def _stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, intake: Intake, transport: str) -> None:
    peer, open_ = str(writer.get_extra_info("peername")[0]), intake.tally.connections
    if open_[peer] >= MOST_OF_ONE or open_.total() >= MOST:
        intake.tally.refused += 1
        writer.close()
        return
    open_[peer] += 1
    try:
        await _messages(reader, intake, peer, transport)
    finally:
        open_[peer] -= 1
        open_ += Counter()
        writer.close()


async def _messages(reader: asyncio.StreamReader, intake: Intake, peer: str, transport: str) -> None:
    frames = Frames()
    try:
        while data := await asyncio.wait_for(reader.read(1 << 16), _IDLE):
            for frame in frames.take(data):
                intake.take(frame, peer, transport)
        if rest := frames.rest():
            intake.take(rest, peer, transport)
    except TooLong:
        intake.tally.malformed += 1
    except (OSError, TimeoutError, ssl.SSLError):
        return


def context(certificate: Path, key: Path | None, authorities: Path | None) -> ssl.SSLContext:
    """Return how TLS is spoken: 1.2 and later, senders vouched for when authorities are given. Raises OSError."""
    result = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    result.minimum_version = ssl.TLSVersion.TLSv1_2
    result.load_cert_chain(certificate, key)
    if authorities is not None:
        result.load_verify_locations(authorities)
        result.verify_mode = ssl.CERT_REQUIRED
    return result
