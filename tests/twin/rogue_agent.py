"""Agents that misbehave on demand, made with our own codec, each on a loopback socket in a thread of its own.

Those of SNMP version 2c have "v2c" in their mode's name, the others speak version 3.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from monitoring.snmp import ber, message, pdu, usm
from monitoring.snmp.community import Community
from monitoring.snmp.questions import SYS_UPTIME
from tests.unit.monitoring.test_snmp_codec import CREDENTIALS

ENGINE = b"\x80\x00\x1f\x88\x04rogue"
KEYS = usm.keys_for(CREDENTIALS, ENGINE)
ROWS = 60
SALT = bytes(8)
GET_NEXT = 0xA1
COMMUNITY = Community(SecretStr("rogue-community"))


class Request:
    """A decoded GETBULK or GETNEXT."""

    def __init__(self, clear: bytes, at: int) -> None:
        self.kind = clear[at]
        at, _end = ber.element(clear, at)
        self.number, at = ber.read_integer(clear, at)
        self.non_repeaters, at = ber.read_integer(clear, at)
        self.repetitions, at = ber.read_integer(clear, at)
        start, end = ber.element(clear, at)
        self.names = [variable.name for variable in pdu.varbinds(clear, start, end)]
        if self.kind == GET_NEXT:
            self.non_repeaters, self.repetitions = sum(name == ber.oid(SYS_UPTIME) for name in self.names), 1


def sealed_request(data: bytes, head: message.Header) -> Request:
    """Return the request of a version 3 message."""
    hidden, _end = ber.read_octets(data, head.payload_at)
    clear = usm.decrypt(KEYS, head.boots, head.time, head.salt, hidden)
    at, _end = ber.expect(clear, 0, ber.SEQUENCE)
    for _skipped in range(2):
        _octets, at = ber.read_octets(clear, at)
    return Request(clear, at)


def rows(asked: Request) -> list[tuple[bytes, int]]:
    """Return the right answer: a counter in each of `ROWS` rows of whatever column is asked."""
    found = [(ber.oid(f"{SYS_UPTIME}.0"), 4711)]
    current = asked.names[asked.non_repeaters :]
    for _repetition in range(asked.repetitions):
        current = [following(name) for name in current]
        found += [(name, name[-1]) for name in current]
    return found


def following(name: bytes) -> bytes:
    """Return the next object after a column or one of its rows; past the last row, the next column's first."""
    size = next((size for size in range(len(name), 0, -1) if name[:size] in COLUMNS), 0)
    row = name[size] if len(name) > size else 0
    return name[:size] + bytes((row + 1,)) if size and row < ROWS else END


COLUMNS: set[bytes] = set()
END = ber.oid("1.3.6.1.2.1.99.1")


def counter(value: int) -> bytes:
    """Return a Counter64 of four octets, as no careful agent would encode it."""
    return ber.encode(0x46, value.to_bytes(4, "big"))


def respond(
    asked: Request,
    found: list[tuple[bytes, int]],
    number: int | None = None,
    status: int = 0,
    encoded: Callable[[int], bytes] = counter,
) -> bytes:
    """Return a response."""
    varbinds = ber.sequence(*(ber.sequence(ber.encode(ber.OID, n), encoded(v)) for n, v in found))
    body = ber.integer(asked.number if number is None else number) + ber.integer(status) + ber.integer(0) + varbinds
    return ber.encode(pdu.RESPONSE, body)


def plain(inner: bytes, community: bytes = b"rogue-community", version: int = 1) -> bytes:
    """Return a PDU as a message of version 2c."""
    return ber.sequence(ber.integer(version), ber.encode(ber.OCTETS, community), inner)


def seal(message_id: int, inner: bytes, boots: int = 1, clock: int = 1000) -> bytes:
    """Return a PDU as an authenticated and encrypted message."""
    return message.request(message_id, message.Stamp(ENGINE, boots, clock), b"countynet", KEYS, SALT, inner)


def report(message_id: int, name: str, sealed: bool = False) -> bytes:
    """Return a report, in clear or authenticated."""
    variable = ber.sequence(ber.encode(ber.OID, ber.oid(name)), b"\x41\x01\x05")
    inner = ber.encode(pdu.REPORT, ber.integer(0) + ber.integer(0) + ber.integer(0) + ber.sequence(variable))
    if sealed:
        return seal(message_id, inner, clock=1000)
    security = ber.sequence(ber.encode(4, ENGINE), ber.integer(1), ber.integer(1000), *[ber.encode(4, b"")] * 3)
    head = ber.sequence(ber.integer(message_id), ber.integer(65507), ber.encode(4, b"\0"), ber.integer(3))
    scoped = ber.sequence(ber.encode(4, ENGINE), ber.encode(4, b""), inner)
    return ber.sequence(ber.integer(3), head, ber.encode(4, security), scoped)


Answer = Callable[[Request, int, int], list[bytes]]
"""(request, message id, how many requests came before) -> datagrams"""


def right(asked: Request, message_id: int) -> bytes:
    """Return the right answer."""
    return seal(message_id, respond(asked, rows(asked)))


def cut(asked: Request, message_id: int) -> list[bytes]:
    """Return only a few variables."""
    return [seal(message_id, respond(asked, rows(asked)[:4]))]


def too_big(asked: Request, message_id: int) -> list[bytes]:
    """Return tooBig above one repetition."""
    if asked.repetitions > 1:
        return [seal(message_id, respond(asked, [], status=pdu.TOO_BIG))]
    return [right(asked, message_id)]


def backwards(asked: Request, message_id: int) -> list[bytes]:
    """Return names that lead back."""
    return [seal(message_id, respond(asked, [(n[:-1] + bytes((n[-1] % 5 + 1,)), v) for n, v in rows(asked)]))]


def drip(asked: Request, message_id: int) -> list[bytes]:
    """Return one value at a time, late."""
    time.sleep(0.15)
    return [seal(message_id, respond(asked, rows(asked)[: asked.non_repeaters + 1]))]


MODES: dict[str, Answer] = {
    "right": lambda r, m, n: [right(r, m)],
    "lost": lambda r, m, n: [] if n % 3 == 0 else [right(r, m)],
    "duplicate": lambda r, m, n: [right(r, m)] * 3,
    "garbage first": lambda r, m, n: [os.urandom(60), b"", b"\x30\x84\xff\xff\xff\xff", right(r, m)],
    "stale first": lambda r, m, n: [seal(m - 1, respond(r, rows(r), r.number - 1)), right(r, m)],
    "forged first": lambda r, m, n: [right(r, m)[:-1] + b"\0", report(m, "1.3.6.1.6.3.15.1.1.5.0"), right(r, m)],
    "stranger first": lambda r, m, n: [report(m, "1.3.6.1.6.3.15.1.1.4.0")] if n == 0 else [right(r, m)],
    "clock": lambda r, m, n: [report(m, "1.3.6.1.6.3.15.1.1.2.0", sealed=True)] if n == 0 else [right(r, m)],
    "cut": lambda r, m, n: cut(r, m),
    "too big": lambda r, m, n: too_big(r, m),
    "garbage": lambda r, m, n: [os.urandom(200)],
    "truncated": lambda r, m, n: [right(r, m)[:100]],
    "wrong id": lambda r, m, n: [seal(m, respond(r, rows(r), r.number + 1))],
    "wrong message": lambda r, m, n: [right(r, m + 1)],
    "same again": lambda r, m, n: [seal(m, respond(r, rows(r)[:3] * 2))],
    "backwards": lambda r, m, n: backwards(r, m),
    "nothing": lambda r, m, n: [seal(m, respond(r, []))],
    "error": lambda r, m, n: [seal(m, respond(r, [], status=5))],
    "always clock": lambda r, m, n: [report(m, "1.3.6.1.6.3.15.1.1.2.0", sealed=True)],
    "always stranger": lambda r, m, n: [report(m, "1.3.6.1.6.3.15.1.1.4.0")],
    "slow drip": lambda r, m, n: drip(r, m),
    "endless": lambda r, m, n: [seal(m, respond(r, endless(r)))],
    "report storm": lambda r, m, n: [report(m, "1.3.6.1.6.3.15.1.1.4.0")] * 40,
    "clock storm": lambda r, m, n: [report(m, "1.3.6.1.6.3.15.1.1.2.0", sealed=True)] * 40,
    "clock leaps": lambda r, m, n: [seal(m, respond(r, rows(r)), clock=1000 + 100_000 * (n + 1))],
    "clock goes back": lambda r, m, n: [seal(m, respond(r, rows(r)), clock=1000 - 400 * (n > 0))],
    "boots go back": lambda r, m, n: [seal(m, respond(r, rows(r)), boots=0)],
    "huge values": lambda r, m, n: [seal(m, respond(r, rows(r), encoded=lambda v: ber.encode(0x46, b"\xff" * 12)))],
    "full counters": lambda r, m, n: [seal(m, respond(r, rows(r), encoded=lambda v: ber.encode(0x41, b"\xff" * 4)))],
    "texts": lambda r, m, n: [seal(m, respond(r, rows(r), encoded=lambda v: ber.encode(ber.OCTETS, b"text")))],
    "unknown types": lambda r, m, n: [seal(m, respond(r, rows(r), encoded=lambda v: ber.encode(0x5F, b"x")))],
    "giant texts": lambda r, m, n: [seal(m, respond(r, rows(r)[:3], encoded=lambda v: ber.encode(4, b"x" * 20_000)))],
    "v2c right": lambda r, m, n: [plain(respond(r, rows(r)))],
    "v2c garbage": lambda r, m, n: [os.urandom(200)],
    "v2c wrong id": lambda r, m, n: [plain(respond(r, rows(r), r.number + 1))],
    "v2c other community": lambda r, m, n: [plain(respond(r, rows(r)), b"public")],
    "v2c other version": lambda r, m, n: [plain(respond(r, rows(r)), version=0)],
    "v2c other address": lambda r, m, n: elsewhere(plain(respond(r, rows(r))), r),
    "v2c no bulk": lambda r, m, n: [plain(respond(r, rows(r)) if r.kind != pdu.GET_BULK else respond(r, [], status=5))],
    "v2c drops the large": lambda r, m, n: [plain(respond(r, rows(r)))] if r.repetitions < 4 else [],
    "v2c silent": lambda r, m, n: [],
}


def endless(asked: Request) -> list[tuple[bytes, int]]:
    """Return names that increase for ever."""
    found = [(ber.oid(f"{SYS_UPTIME}.0"), 4711)]
    for name in asked.names[asked.non_repeaters :]:
        column = next(column for column in COLUMNS if name.startswith(column))
        row = ber.subidentifiers(name[len(column) :])[-1] if len(name) > len(column) else 0
        found.append((column + ber.oid(f"1.3.{row + 1}")[1:], 1))
    return found


def elsewhere(datagram: bytes, asked: Request) -> list[bytes]:
    """Send an answer from another address than the one that was asked."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.2", 0))
        other.sendto(datagram, ASKED_BY[asked.number])
    return []


ASKED_BY: dict[int, tuple[str, int]] = {}


@contextmanager
def agent(mode: str | Answer, columns: tuple[str, ...]) -> Iterator[int]:
    """Run an agent of a mode of MODES, or of one's own; yields its port on 127.0.0.1."""
    COLUMNS.update(ber.oid(column) for column in columns)
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.bind(("127.0.0.1", 0))
    listening.settimeout(0.1)
    over = threading.Event()
    thread = threading.Thread(target=_serve, args=(listening, MODES[mode] if isinstance(mode, str) else mode, over))
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        over.set()
        thread.join()
        listening.close()


def _serve(listening: socket.socket, answer: Answer, over: threading.Event) -> None:
    count = 0
    while not over.is_set():
        try:
            data, address = listening.recvfrom(65535)
        except TimeoutError:
            continue
        start, _end = ber.element(data, 0)
        version, at = ber.read_integer(data, start)
        message_id = 0
        if version == 3:
            head = message.header(data)
            message_id = head.message_id
            if not head.flags & message.AUTH:
                listening.sendto(report(message_id, "1.3.6.1.6.3.15.1.1.4.0"), address)
                continue
            asked = sealed_request(data, head)
        else:
            _community, at = ber.read_octets(data, at)
            asked = Request(data, at)
        ASKED_BY[asked.number] = address
        for datagram in answer(asked, message_id, count):
            listening.sendto(datagram, address)
        count += 1
