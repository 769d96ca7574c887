"""A recorded agent's answers as octets, read by an exchange, are what the recording holds; without a socket."""

import asyncio
from collections import deque

import pytest
from pydantic import SecretStr

from benchmarks.recorded import RecordedPoller, Recording, find
from benchmarks.recorded_agent import COMMUNITY, Agent, read
from monitoring.snmp.community import Community, CommunitySession
from monitoring.snmp.exchange import Exchange, Options
from monitoring.snmp.learned import Manner
from monitoring.snmp.questions import FULL
from monitoring.snmp.seam import Answer
from tests.unit.monitoring.capability.agents import TARGET, recorded

pytestmark = recorded
TABLES = ("1.3.6.1.2.1.1", "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1", "1.3.6.1.2.1.25.3.3.1")


class Wire:
    """Carries an exchange's requests to an agent and its answers back."""

    def __init__(self, agent: Agent) -> None:
        self.options, self.over, self._agent = Options(), False, agent
        self._sent: deque[bytes] = deque()
        self.exchange = Exchange(
            self, CommunitySession(Community(SecretStr(COMMUNITY))), FULL, Answer(TARGET), Manner()
        )

    def send(self, datagram: bytes, address: tuple[str, int]) -> None:
        self._sent.append(datagram)

    def ended(self, exchange: Exchange) -> None:
        self.over = True

    def run(self) -> Answer:
        self.exchange.start()
        while not self.over:
            answered = self._agent.answer(self._sent.popleft())
            assert answered is not None
            assert len(answered) < 1500
            assert self.exchange.received(answered)
        return self.exchange.answer


@pytest.mark.parametrize("name", ["cisco-unmarked-0", "topsec-ngfw4000-uf", "unknown-001"])
def test_what_is_read_over_the_wire_is_what_was_recorded(name: str) -> None:
    path = find(name)
    wired = Wire(Agent(read(path, TABLES))).run()
    seam = asyncio.run(RecordedPoller({TARGET.device: Recording(path, TABLES)}).ask([TARGET], FULL))[TARGET.device]
    assert wired.error == ""
    assert {c: rows for c, rows in wired.columns.items() if rows} == {
        c: rows for c, rows in seam.columns.items() if rows
    }
