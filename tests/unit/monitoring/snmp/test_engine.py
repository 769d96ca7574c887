"""How many devices the engine asks at once, without a network: what comes is what the test gives."""

import asyncio
import os
from collections import deque

import pytest
from pydantic import SecretStr

from monitoring.snmp import ber, engine, exchange, pdu
from monitoring.snmp.community import Community
from monitoring.snmp.engine import Address, Engine
from monitoring.snmp.exchange import Options
from monitoring.snmp.seam import Target
from tests.unit.monitoring.snmp.test_exchange import Clock
from tests.unit.monitoring.test_snmp_walk import QUESTION, UPTIME

TARGETS = [Target(f"cpe-{n}", f"192.0.2.{n}") for n in range(1, 31)]


class Wire:
    """In place of the socket."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, Address]] = []
        self.came: deque[tuple[bytes, Address]] = deque()
        self._ends = os.pipe()

    def fileno(self) -> int:
        return self._ends[0]

    def sendto(self, datagram: bytes, address: Address) -> None:
        self.sent.append((datagram, address))

    def recvfrom(self, _size: int) -> tuple[bytes, Address]:
        if not self.came:
            raise BlockingIOError
        return self.came.popleft()

    def close(self) -> None:
        for end in self._ends:
            os.close(end)

    def asked(self) -> set[Address]:
        """The devices that were asked so far."""
        return {address for _datagram, address in self.sent}

    def too_big(self, datagram: bytes, address: Address) -> None:
        """Have a device answer that it heard, so that it is asked again."""
        start, _end = ber.element(datagram, 0)
        _community, at = ber.read_octets(datagram, ber.read_integer(datagram, start)[1])
        number, _at = ber.read_integer(datagram, ber.element(datagram, at)[0])
        bind = ber.sequence(ber.encode(ber.OID, ber.oid(UPTIME)), b"\x05\x00")
        body = ber.integer(number) + ber.integer(pdu.TOO_BIG) + ber.integer(0) + ber.sequence(bind)
        answer = ber.sequence(ber.integer(1), ber.encode(ber.OCTETS, b"secret"), ber.encode(pdu.RESPONSE, body))
        self.came.append((answer, address))


def test_who_answers_late_counts_again_so_that_our_slowness_asks_no_more_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wire, clock = Wire(), Clock()
    monkeypatch.setattr(engine, "_open_socket", lambda: wire)
    for module in (engine, exchange):
        monkeypatch.setattr(module, "time", clock)

    async def rounds() -> list[int]:
        asking = Engine(Community(SecretStr("secret")), Options(window=4))
        task = asyncio.ensure_future(asking.ask(TARGETS, QUESTION))
        await asyncio.sleep(0)
        found = [len(wire.asked())]
        clock.seconds += 0.2
        asking._tick()  # nobody answered within a tenth of a second: four more may be asked
        found.append(len(wire.asked()))
        for datagram, address in wire.sent[:4]:
            wire.too_big(datagram, address)
        for _turn in range(3):
            clock.seconds += 0.2
            asking._tick()
            found.append(len(wire.asked()))
        asking.close()
        assert all(answer.error for answer in (await task).values())
        return found

    assert asyncio.run(rounds()) == [4, 8, 8, 8, 8]
