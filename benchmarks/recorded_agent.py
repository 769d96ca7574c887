"""Recorded agents over the wire: one process answers SNMP v2c for each of them at a loopback address of its own.

    python -m benchmarks.recorded_agent PORT

Agent number n (in the order of `agents`) is at 127.20.(n / 250).(n % 250 + 1). Values go out in the type in which they
were recorded, even where that is wrong (a Counter32 beyond 32 bits); what snmpsim lets grow (`numeric`, a `rate` a
second) grows. An answer holds what fits 1,400 octets, as agents do; a single value that does not fit is tooBig. Only
the tables that somebody asks about are served. It knows one community, answers nobody else, and is not for networks.
"""

import bz2
import selectors
import socket
import sys
import time
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from benchmarks.recorded import SHARED, recordings
from monitoring.snmp import ber, pdu

COMMUNITY = "public"
_MOST = 1400
_TAGS = {"2": 2, "4": 4, "5": 5, "6": 6, "64": 0x40, "65": 0x41, "66": 0x42, "67": 0x43, "68": 0x44, "70": 0x46}
_SIGNED, _NUMBERS = (2,), (2, 0x41, 0x42, 0x43, 0x46)
_END_OF_VIEW = b"\x82\x00"
_TOO_BIG = 1


class Variable(NamedTuple):
    """A name, and what it is worth; `rate` in units a second where it grows."""

    name: tuple[int, ...]
    encoded: bytes
    tag: int
    content: bytes
    number: int = 0
    rate: float = 0.0

    def bound(self, seconds: float) -> bytes:
        """Return name and value as they go out so many seconds after the agent began."""
        content = _number(self.tag, self.number + int(self.rate * seconds)) if self.rate else self.content
        return ber.sequence(ber.encode(ber.OID, self.encoded), ber.encode(self.tag, content))


def agents() -> list[Path]:
    """Return every recording, in the order of their addresses."""
    return [*recordings(), *recordings(SHARED)]


def address(number: int) -> str:
    """Return where agent number n is."""
    return f"127.20.{number // 250}.{number % 250 + 1}"


def read(path: Path, roots: Iterable[str]) -> list[Variable]:
    """Return what a recording holds below some names, in order; lines that say nothing are left out."""
    raw, below = path.read_bytes(), tuple(f"{root}." for root in roots)
    lines = (bz2.decompress(raw) if path.suffix == ".bz2" else raw).decode("latin-1").splitlines()
    found = (_variable(line) for line in lines if line.startswith(below))
    return sorted((variable for variable in found if variable is not None), key=lambda variable: variable.name)


def _variable(line: str) -> Variable | None:
    parts = line.split("|", 2)
    if len(parts) != 3:
        return None
    name, (kind, _colon, variation), said = parts[0], parts[1].partition(":"), parts[2]
    tag = _TAGS.get(kind.removesuffix("x"))
    try:
        numbers, encoded = tuple(int(part) for part in name.split(".")), ber.oid(name)
        if tag is None:
            return None
        if variation == "numeric":
            told = dict(pair.partition("=")[::2] for pair in said.split(","))
            number, rate = int(told.get("initial", 0)), float(told.get("rate", 0))
            return Variable(numbers, encoded, tag, _number(tag, number), number, rate)
        return Variable(numbers, encoded, tag, _content(tag, kind, said))
    except ValueError:
        return None


def _content(tag: int, kind: str, said: str) -> bytes:
    if tag in _NUMBERS:
        return _number(tag, int(said or 0))
    if kind.endswith("x"):
        return bytes.fromhex(said)
    if tag == ber.OID:
        return ber.oid(said)
    if tag == 0x40:
        return bytes(int(part) for part in said.split("."))
    return said.encode("latin-1")


def _number(tag: int, value: int) -> bytes:
    signed = tag in _SIGNED or value < 0
    size = (value.bit_length() + 8) // 8
    return value.to_bytes(size, "big", signed=signed)


class Agent:
    """One recorded device."""

    def __init__(self, variables: list[Variable]) -> None:
        self._variables, self._names = variables, [variable.name for variable in variables]
        self._began = time.monotonic()

    def answer(self, data: bytes) -> bytes | None:
        """Return the answer to a GETBULK of version 2c, None to anything else. Raises Malformed."""
        start, _end = ber.expect(data, 0, ber.SEQUENCE)
        version, at = ber.read_integer(data, start)
        community, after = ber.read_octets(data, at)
        if version != 1 or community != COMMUNITY.encode() or data[after] != pdu.GET_BULK:
            return None
        body, _end = ber.element(data, after)
        number, at = ber.read_integer(data, body)
        once, at = ber.read_integer(data, at)
        rows, at = ber.read_integer(data, at)
        names = [ber.subidentifiers(bind.name) for bind in pdu.varbinds(data, *ber.element(data, at))]
        bound = self._bulk(names[:once], names[once:], rows)
        status = 0 if bound or not names else _TOO_BIG
        said = ber.integer(number) + ber.integer(status) + ber.integer(0) + ber.sequence(*bound)
        return ber.sequence(data[start:after], ber.encode(pdu.RESPONSE, said))

    def _bulk(self, once: list[tuple[int, ...]], repeated: list[tuple[int, ...]], rows: int) -> list[bytes]:
        """Return as many variables as fit (RFC 3416, 4.2.3)."""
        found, size = list[bytes](), 0
        for turn in range(1 + rows):
            for position, name in enumerate(once if turn == 0 else repeated):
                following, bound = self._after(name)
                if turn:
                    repeated[position] = following
                size += len(bound)
                if size > _MOST:
                    return found
                found.append(bound)
        return found

    def _after(self, asked: tuple[int, ...]) -> tuple[tuple[int, ...], bytes]:
        name = (asked[0] // 40, asked[0] % 40, *asked[1:])
        place = bisect_right(self._names, name)
        if place < len(self._variables):
            found = self._variables[place]
            first, second, *rest = found.name
            return (first * 40 + second, *rest), found.bound(time.monotonic() - self._began)
        dotted = ".".join(map(str, name))
        return asked, ber.sequence(ber.encode(ber.OID, ber.oid(dotted)), _END_OF_VIEW)


def serve(port: int) -> None:
    """Answer for ever."""
    from benchmarks.recordings import everything

    waiting, tables = selectors.DefaultSelector(), everything()
    for number, path in enumerate(agents()):
        listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listening.bind((address(number), port))
        waiting.register(listening, selectors.EVENT_READ, (listening, Agent(read(path, tables))))
    print("ready", flush=True)
    while True:
        for key, _events in waiting.select():
            listening, agent = key.data
            data, sender = listening.recvfrom(4096)
            try:
                answer = agent.answer(data)
            except ber.Malformed:
                continue
            if answer:
                listening.sendto(answer, sender)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
