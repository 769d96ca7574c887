"""Agents that answer fast: one process plays any number of devices, on every loopback address, for `benchmarks.poll`.

It answers SNMP v2c and v3 (authPriv, SHA-256, AES-128) over a table of interfaces whose counters go on each second, so
that no answer is like the last. What a request's variables are answered with is worked out once a second and used for
every device; only ids, engine, encryption and code are its own. Addresses of 127.9/16 are dead. Not for networks: it
checks no authentication code.

    python -m benchmarks.replay_agent PORT INTERFACES
"""

import secrets
import socket
import struct
import sys
import time
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from pydantic import SecretStr

from benchmarks.questions import COLUMNS, UPTIME
from monitoring.snmp import ber, message, pdu, usm

COMMUNITY = "public"
CREDENTIALS = usm.Credentials("bench", SecretStr("authpass123"), SecretStr("privpass123"))
DEAD = b"\x7f\x09"
_PKTINFO = 8
_RCVBUFFORCE, _SNDBUFFORCE = 33, 32
_BUFFER = 8 << 20
_MOST = 1240
"""octets of an answer's variables: with a header of version 3 it passes unfragmented"""


class Variable(NamedTuple):
    """An object, and its value as encoded."""

    numbers: tuple[int, ...]
    encoded: bytes


def table(interfaces: int, now: int) -> list[Variable]:
    """Return all objects in order, as they are at a moment (seconds)."""
    objects = {f"{UPTIME}.0": ber.encode(0x43, _unsigned(1_000_000_00 + now * 100))}
    for position, (column, kind) in enumerate(COLUMNS):
        for row in range(1, interfaces + 1):
            objects[f"{column}.{row}"] = _value(kind, row, position, now)
    objects["1.3.6.1.6.3.15.1.1.1.0"] = ber.encode(0x41, b"\x05")
    names = {ber.subidentifiers(ber.oid(name)): (ber.oid(name), value) for name, value in objects.items()}
    return [
        Variable(numbers, ber.sequence(ber.encode(ber.OID, names[numbers][0]), names[numbers][1]))
        for numbers in sorted(names)
    ]


def _value(kind: int, row: int, position: int, now: int) -> bytes:
    if kind == ber.OCTETS:
        return ber.encode(kind, f"GE0/0/{row}".encode())
    if kind == ber.INTEGER:
        return ber.integer(1 + (row % 7 == 0))
    if kind == 0x46:
        return ber.encode(kind, _unsigned(10**11 * row + now * 1_234_567 * (position + 1)))
    if kind == 0x41:
        return ber.encode(kind, _unsigned(1_000_000 * row + now * row))
    return ber.encode(kind, _unsigned(1000))


def _unsigned(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


class Agent:
    """All devices."""

    def __init__(self, interfaces: int) -> None:
        self._interfaces = interfaces
        self._second = 0
        self._table: list[Variable] = []
        self._numbers: list[tuple[int, ...]] = []
        self._answers: dict[bytes, bytes] = {}
        self._salt = secrets.randbits(64)
        self._began = time.monotonic()

    def answer(self, data: bytes, address: bytes) -> bytes | None:
        """Return what the device at an address answers to a datagram."""
        self._go_on()
        start, _end = ber.expect(data, 0, ber.SEQUENCE)
        version, at = ber.read_integer(data, start)
        if version == 3:
            return self._answer_v3(data, address)
        _community, after = ber.read_octets(data, at)
        return ber.sequence(data[start:after], self._respond(data, after))

    def _answer_v3(self, data: bytes, address: bytes) -> bytes:
        head = message.header(data)
        engine, clock = b"\x80\x00\x1f\x88\x04bench" + address, int(time.monotonic() - self._began) + 1000
        stamp = message.Stamp(engine, 1, clock)
        if head.engine_id != engine:
            return _report(head, stamp, "1.3.6.1.6.3.15.1.1.4.0", None)
        keys = _keys(engine)
        if abs(head.time - clock) > 100 or head.boots != 1:
            return _report(head, stamp, "1.3.6.1.6.3.15.1.1.2.0", keys)
        clear, at = message.opened(data, head, keys)
        self._salt = (self._salt + 1) & 0xFFFFFFFFFFFFFFFF
        salt = self._salt.to_bytes(8, "big")
        return _sealer(engine).request(head.message_id, 1, clock, salt, self._respond(clear, at))

    def _respond(self, data: bytes, at: int) -> bytes:
        kind = data[at]
        start, end = ber.element(data, at)
        _number, body_at = ber.read_integer(data, start)
        body = data[body_at:end]
        found = self._answers.get(body)
        if found is None:
            found = self._answers[body] = self._work_out(kind, body)
        return ber.encode(pdu.RESPONSE, data[start:body_at] + found)

    def _work_out(self, kind: int, body: bytes) -> bytes:
        once, at = ber.read_integer(body, 0)
        rows, at = ber.read_integer(body, at)
        start, stop = ber.element(body, at)
        names = [ber.subidentifiers(bind.name) for bind in pdu.varbinds(body, start, stop)]
        if kind != pdu.GET_BULK:
            once, rows = len(names), 0
        found, size = [], 0
        for numbers in names[:once]:
            found.append(self._after(numbers, kind == pdu.GET)[1])
        repeated = names[once:]
        for _row in range(min(rows, 200)):
            for number, numbers in enumerate(repeated):
                repeated[number], encoded = self._after(numbers, False)
                size += len(encoded)
                if size > _MOST:
                    break
                found.append(encoded)
        return ber.integer(0) + ber.integer(0) + ber.sequence(*found)

    def _after(self, numbers: tuple[int, ...], exact: bool) -> tuple[tuple[int, ...], bytes]:
        place = bisect_right(self._numbers, numbers) - exact
        if place < len(self._table) and (not exact or self._numbers[place] == numbers):
            return self._table[place]
        name = ".".join(str(number) for number in (numbers[0] // 40, numbers[0] % 40, *numbers[1:]))
        return numbers, ber.sequence(ber.encode(ber.OID, ber.oid(name)), b"\x82\x00")

    def _go_on(self) -> None:
        now = int(time.monotonic())
        if now != self._second:
            self._second = now
            self._table = table(self._interfaces, now)
            self._numbers = [variable.numbers for variable in self._table]
            self._answers.clear()


@lru_cache(maxsize=20_000)
def _keys(engine: bytes) -> usm.Keys:
    return usm.keys_for(CREDENTIALS, engine)


@lru_cache(maxsize=20_000)
def _sealer(engine: bytes) -> message.Sealer:
    return message.Sealer(engine, b"bench", _keys(engine), reportable=False)


def _report(head: message.Header, stamp: message.Stamp, name: str, keys: usm.Keys | None) -> bytes:
    bound = ber.sequence(ber.sequence(ber.encode(ber.OID, ber.oid(name)), b"\x41\x01\x05"))
    inner = ber.encode(pdu.REPORT, ber.integer(0) + ber.integer(0) + ber.integer(0) + bound)
    opened = keys and usm.Keys(keys.auth, keys.auth_key, None, keys.mac_length)
    sealer = message.Sealer(stamp.engine_id, head.user, opened or usm.Keys("SHA-256", b"", None), reportable=False)
    return sealer.request(head.message_id, stamp.boots, stamp.time, b"", inner)


def serve(port: int, interfaces: int) -> None:
    """Answer for ever."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for option in (_RCVBUFFORCE, _SNDBUFFORCE):
        listening.setsockopt(socket.SOL_SOCKET, option, _BUFFER)
    listening.setsockopt(socket.IPPROTO_IP, _PKTINFO, 1)
    listening.bind(("0.0.0.0", port))
    agent = Agent(interfaces)
    print("ready", flush=True)
    while True:
        data, ancillary, _flags, sender = listening.recvmsg(4096, 64)
        address = ancillary[0][2][8:12]
        if address.startswith(DEAD):
            continue
        answer = agent.answer(data, address)
        if answer:
            source = struct.pack("@i4s4s", 0, address, bytes(4))
            listening.sendmsg([answer], [(socket.IPPROTO_IP, _PKTINFO, source)], 0, sender)


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
