"""The poller's rounds: who is probed, who is read, what a refusing or replaced device does."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitoring.capability.asking import IDENTITY, SYS_OBJECT
from monitoring.capability.library import library
from monitoring.capability.model import Capability
from monitoring.capability.probe import probe
from monitoring.capability.quantity import EACH_CYCLE, Quantity
from monitoring.capability.senses import Senses, measured
from monitoring.snmp.ber import oid
from monitoring.snmp.questions import IF_NAME, SYS_UPTIME
from monitoring.snmp.seam import Answer, Question, Target, Value
from tests.unit.monitoring.capability.agents import row_of

CPU, MEMORY = "1.3.6.1.4.1.2011.5.25.31.1.1.1.1.5", "1.3.6.1.4.1.2011.5.25.31.1.1.1.1.7"
RX, HEAT = "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.8", "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.5"
VOLTAGE = "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.6"
NAME = "1.3.6.1.2.1.47.1.1.1.1.7"
TARGET = Target("agg-1", "10.0.0.1")


class Agent:
    """One honest device at the seam, that may refuse tables, be silent, or become another one."""

    def __init__(self) -> None:
        self.object_id, self.uptime = "1.3.6.1.4.1.2011.2.23.1", 100_000
        self.columns: dict[str, dict[str, Value]] = {
            CPU: {"9": 12},
            MEMORY: {"9": 40},
            RX: {"8": 500},
            HEAT: {"8": 30},
            VOLTAGE: {"8": 3300},
            NAME: {"9": b"board", "8": b"GE0/0/1"},
            IF_NAME: {"3": b"GE0/0/1"},
        }
        self.refused: set[str] = set()
        self.silent = False
        self.asked: list[Question] = []

    async def ask(
        self, targets: Iterable[Target], question: Question, each: Callable[[Answer], None] | None = None
    ) -> Mapping[str, Answer]:
        self.asked.append(question)
        return {target.device: self.said(target, question) for target in targets}

    def close(self) -> None:
        """Nothing is open."""

    def said(self, target: Target, question: Question) -> Answer:
        answer = Answer(target)
        columns = [column for group in question.groups for column in group]
        if self.silent or self.refused & {*question.scalars, *columns}:
            answer.error = "no answer" if self.silent else "the agent reports an error in the question"
            return answer
        answer.scalars = {SYS_UPTIME: self.uptime, SYS_OBJECT: oid(self.object_id)}
        for scalar in question.scalars:
            if self.columns.get(scalar):
                answer.scalars[scalar] = next(iter(self.columns[scalar].values()))
        for column in columns:
            answer.columns[column] = {row_of(row): value for row, value in self.columns.get(column, {}).items()}
        return answer


@pytest.fixture
def agent() -> Agent:
    return Agent()


def polled(agent: Agent) -> dict[str, Answer]:
    return {TARGET.device: agent.said(TARGET, IDENTITY)}


def probed(agent: Agent) -> Capability:
    return asyncio.run(probe(agent, [TARGET], library()))[TARGET.device]


def test_a_device_is_probed_once_and_then_read(agent: Agent) -> None:
    senses = Senses()
    first = asyncio.run(senses.probe(agent, polled(agent)))
    assert [c.error for c in first] == [""]
    assert asyncio.run(senses.probe(agent, polled(agent))) == []
    found = asyncio.run(senses.read(agent, polled(agent)))
    said = {(r.quantity, r.name): r.value for r in found[TARGET.device].readings}
    assert said[Quantity.CPU, "board"] == 12.0
    assert said[Quantity.RX_POWER, "GE0/0/1"] == pytest.approx(-3.01, abs=0.01)
    assert {m.gauge.kind for m in measured(found)} == {"cpu", "memory", "rx-power", "optic-temperature"}


def test_what_is_not_urgent_waits_for_the_minute(agent: Agent) -> None:
    senses = Senses()
    asyncio.run(senses.probe(agent, polled(agent)))
    asyncio.run(senses.read(agent, polled(agent)))
    found = asyncio.run(senses.read(agent, polled(agent)))[TARGET.device]
    assert {r.quantity for r in found.readings} == {Quantity.RX_POWER}
    assert found.asked == EACH_CYCLE
    senses.whole.clear()
    assert len(asyncio.run(senses.read(agent, polled(agent)))[TARGET.device].readings) == 4


def test_a_restarted_and_a_replaced_device_are_probed_again(agent: Agent) -> None:
    senses = Senses()
    asyncio.run(senses.probe(agent, polled(agent)))
    agent.uptime = 500
    assert len(asyncio.run(senses.probe(agent, polled(agent)))) == 1
    agent.object_id = "1.3.6.1.4.1.25506.1.1"
    asyncio.run(senses.read(agent, polled(agent)))
    (found,) = asyncio.run(senses.probe(agent, polled(agent)))
    assert found.platform == "h3c"


def test_a_refused_table_costs_only_itself(agent: Agent) -> None:
    agent.refused = {RX}
    found = probed(agent)
    assert (found.error, found.refused) == ("", frozenset({RX}))
    assert {CPU, MEMORY, HEAT} <= found.present


def test_a_silent_device_stops_nobody_and_says_so(agent: Agent) -> None:
    agent.silent = True
    found = probed(agent)
    assert (found.error, found.at) == ("no answer", None)
    senses = Senses()
    assert asyncio.run(senses.probe(agent, polled(agent))) == []
    assert asyncio.run(senses.read(agent, polled(agent))) == {}


def test_a_device_whose_probe_failed_is_left_alone_for_a_while(agent: Agent) -> None:
    senses, answered = Senses(), polled(agent)
    agent.silent = True
    assert [c.error for c in asyncio.run(senses.probe(agent, answered))] == ["no answer"]
    agent.silent = False
    assert asyncio.run(senses.probe(agent, answered)) == []
    senses.failed.clear()
    assert [c.error for c in asyncio.run(senses.probe(agent, answered))] == [""]


def test_a_device_that_tells_nothing_any_more_is_said_to_tell_nothing(agent: Agent) -> None:
    senses = Senses()
    for column in (CPU, MEMORY, RX, HEAT, VOLTAGE):
        del agent.columns[column]
    asyncio.run(senses.probe(agent, polled(agent)))
    found = asyncio.run(senses.read(agent, polled(agent)))
    assert (found[TARGET.device].readings, found[TARGET.device].error) == ((), "")
    assert found[TARGET.device].asked == frozenset(Quantity)


def test_one_that_falls_silent_in_the_middle_is_not_half_known(agent: Agent) -> None:
    class Dying(Agent):
        def said(self, target: Target, question: Question) -> Answer:
            self.silent = len(self.asked) > 3
            return super().said(target, question)

    found = probed(Dying())
    assert (found.error, found.at) == ("no answer", None)


def test_devices_that_are_alike_are_asked_together(agent: Agent) -> None:
    others = [Target(f"agg-{n}", f"10.0.0.{n}") for n in range(2, 22)]
    asyncio.run(probe(agent, [TARGET], library()))
    alone = len(agent.asked)
    agent.asked.clear()
    found = asyncio.run(probe(agent, [TARGET, *others], library()))
    assert len(agent.asked) == alone
    assert len(found) == 21
    some = found["agg-7"]
    assert replace(some, device="agg-1", at=None) == replace(found["agg-1"], at=None)
    assert some.at is not None
    assert some.at > datetime(2026, 1, 1, tzinfo=UTC)
