"""The poller under care: a weak device whose processor our questions load, and one that pysnmp has to ask."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import select

from countynet.db import open_database, reading
from countynet.events import Event
from countynet.settings import Settings
from monitoring.agents import store
from monitoring.agents.care import LOADED, WELL
from monitoring.agents.poller import AgentPoller
from monitoring.agents.store import AgentState
from monitoring.snmp.ber import oid
from monitoring.snmp.exchange import Options
from monitoring.snmp.questions import CPU_LOAD, INTERFACES
from monitoring.snmp.seam import Answer, Target
from tests.twin.rogue_agent import COMMUNITY, Request, agent, plain, respond, rows

pytestmark = pytest.mark.twin
COLUMNS = tuple(column for group in INTERFACES.groups for column in group)
_LOAD, _NOBODY = oid(CPU_LOAD), AgentState("nobody")
SECONDS = 120.0
"""until when what has to come must have come, however slow the machine"""


class Weak:
    """A device whose processor takes its time for each value, and says what share of the last second it was busy."""

    def __init__(self, cost: float) -> None:
        self.cost, self.worked = cost, deque[tuple[float, float]](maxlen=400)

    def load(self) -> int:
        now = time.monotonic()
        busy = sum(max(0.0, min(end, now) - max(begin, now - 1)) for begin, end in self.worked)
        return min(100, round(100 * busy))

    def __call__(self, asked: Request, _message_id: int, _count: int) -> list[bytes]:
        load, began, found = self.load(), time.monotonic(), rows(asked)
        time.sleep(self.cost * len(found))
        self.worked.append((began, time.monotonic()))
        return [plain(respond(asked, [(n, load if n.startswith(_LOAD) else value) for n, value in found]))]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_database(Settings(county=tmp_path, language="en"))


async def until(poller: AgentPoller, target: Target, true: Callable[[Answer | None], bool]) -> None:
    """Poll a device in rounds until something is so."""
    began, answer = time.monotonic(), None
    while not true(answer):
        assert time.monotonic() - began < SECONDS
        answer = (await poller.ask([target], INTERFACES)).get(target.device)
        await asyncio.sleep(0.05)


def test_a_weak_device_is_spared_until_it_is_well_again_and_that_is_told(database: Database) -> None:
    weak = Weak(0.0005)

    async def work(port: int) -> list[int]:
        target, patient = Target("weak", "127.0.0.1", port), Options(timeout=20, deadline=60, longest=60)
        with closing(AgentPoller(lambda _device: COMMUNITY, database, 0.1, patient)) as poller:
            await until(poller, target, lambda _a: store.remembered(database).get("weak", _NOBODY).care.level > 0)
            loads: list[int] = []

            def well(_answer: Answer | None) -> bool:
                loads.append(weak.load())
                return min(loads) < WELL

            await until(poller, target, well)
            weak.cost = 0.0
            await until(poller, target, lambda _a: store.remembered(database)["weak"].care.level == 0)
            return loads

    with agent(weak, COLUMNS) as port:
        loads = asyncio.run(work(port))
    assert min(loads) < WELL
    with reading(database) as session:
        told = [event for event in session.scalars(select(Event).order_by(Event.id)) if event.subject == "device:weak"]
    assert [event.tag for event in told] == ["agent.spared", "agent.recovered"] * (len(told) // 2)
    assert LOADED in told[0].body


def test_what_was_learned_of_an_agent_outlives_the_poller(database: Database) -> None:
    async def poll(port: int) -> int:
        with closing(AgentPoller(lambda _d: COMMUNITY, database, 0.2, Options(timeout=20))) as poller:
            answer = (await poller.ask([Target("a", "127.0.0.1", port)], INTERFACES))["a"]
            assert answer.error == ""
            return answer.datagrams

    with agent("v2c right", COLUMNS) as port:
        first, second = asyncio.run(poll(port)), asyncio.run(poll(port))
    assert second < first
    assert store.remembered(database)["a"].manner["asked"]


def test_who_is_taken_over_is_kept_named_and_told_once(database: Database) -> None:
    async def work(port: int) -> None:
        with closing(AgentPoller(lambda _d: COMMUNITY, database, 0.2)) as poller:
            for _round in range(2):
                answer = (await poller.ask([Target("odd", "127.0.0.1", port)], INTERFACES))["odd"]
                assert (answer.by, answer.error) == ("pysnmp", "")

    with agent("v2c no bulk", COLUMNS) as port:
        asyncio.run(work(port))
    with reading(database) as session:
        (row,) = store.peculiar(session)
        tags = [event.tag for event in session.scalars(select(Event))]
    assert (row.device, row.taken_by) == ("odd", "pysnmp")
    assert tags == ["agent.taken-over"]
