"""The SNMP engine against agents that misbehave: the right answer or a clear error, in bounded time, always.

All of them are asked at once, beside a good one: that none holds up another is part of what is shown.
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from monitoring.snmp.community import Community
from monitoring.snmp.engine import Engine
from monitoring.snmp.exchange import Options
from monitoring.snmp.handover import Handover
from monitoring.snmp.pysnmp_poller import NAME, PysnmpPoller
from monitoring.snmp.questions import HC_IN, HC_OUT, SYS_UPTIME
from monitoring.snmp.seam import Answer, Question, Target
from monitoring.snmp.usm import Credentials
from tests.twin.rogue_agent import COMMUNITY, MODES, ROWS, agent
from tests.unit.monitoring.test_snmp_codec import CREDENTIALS

pytestmark = pytest.mark.twin
QUESTION = Question((SYS_UPTIME,), ((HC_IN, HC_OUT),))
OPTIONS = Options(timeout=1, least=1, retries=2, deadline=16, longest=18)
UNREADABLE, OTHER, ASTRAY = (
    "the agent's answers cannot be read",
    "the agent answers what was not asked",
    "the agent's names do not increase",
)
CLOCK = "the agent's clock does not agree"
ERRORS = {
    "garbage": UNREADABLE,
    "truncated": UNREADABLE,
    "unknown types": UNREADABLE,
    "v2c garbage": UNREADABLE,
    "v2c other community": UNREADABLE,
    "v2c other version": UNREADABLE,
    "clock goes back": CLOCK,
    "boots go back": CLOCK,
    "wrong id": OTHER,
    "wrong message": OTHER,
    "v2c wrong id": OTHER,
    "v2c other address": "the agent answers from another address",
    "same again": ASTRAY,
    "backwards": ASTRAY,
    "nothing": "the agent answers without the values asked for",
    "error": "the agent reports an error in the question",
    "v2c no bulk": "the agent reports an error in the question",
    "always clock": CLOCK,
    "clock storm": CLOCK,
    "always stranger": "the agent's engine changed",
    "report storm": "the agent's engine changed",
    "slow drip": "the agent is too slow",
    "endless": "the agent is too slow",
    "v2c silent": "no answer",
}
VALUES = {"huge values": 2**96 - 1, "full counters": 2**32 - 1, "texts": b"text", "giant texts": b"x" * 20_000}


def secret_of(mode: str) -> Credentials | Community:
    return COMMUNITY if mode.startswith("v2c") else CREDENTIALS


@pytest.fixture(scope="module")
def targets() -> Iterator[list[Target]]:
    with ExitStack() as stack:
        yield [Target(mode, "127.0.0.1", stack.enter_context(agent(mode, QUESTION.groups[0]))) for mode in MODES]


@pytest.fixture(scope="module")
def asked(targets: list[Target]) -> tuple[dict[str, Answer], int]:
    """The answers of all, and how many datagrams were dropped."""

    async def work() -> tuple[dict[str, Answer], int]:
        with closing(Engine(secret_of, OPTIONS)) as engine:
            return await engine.ask(targets, QUESTION), engine.dropped

    return asyncio.run(work())


@pytest.mark.parametrize("mode", list(MODES))
def test_right_or_a_clear_error(mode: str, asked: tuple[dict[str, Answer], int]) -> None:
    answer = asked[0][mode]
    assert answer.error == ERRORS.get(mode, "")
    assert answer.seconds < 30
    if mode == "giant texts":
        assert answer.columns[HC_IN][b"\x01"] == b"x" * 20_000
    elif not answer.error:
        expected = {bytes((row,)): VALUES.get(mode, row) for row in range(1, ROWS + 1)}
        assert answer.columns == {HC_IN: expected, HC_OUT: expected}
        assert mode in VALUES or set(answer.stamps.values()) == {4711}


def test_what_does_not_belong_is_dropped_and_counted(asked: tuple[dict[str, Answer], int]) -> None:
    assert asked[1] > 30


def test_who_answers_no_getbulk_is_taken_over_by_pysnmp_and_named(targets: list[Target]) -> None:
    """And who answers nothing that can be read is not, nor is the dead."""
    by_mode = {target.device: target for target in targets}
    chosen = [by_mode[f"v2c {mode}"] for mode in ("no bulk", "garbage", "silent", "right")]

    async def work() -> tuple[dict[str, Answer], dict[str, Answer], list[str]]:
        other = PysnmpPoller(secret_of, deadline=40, timeout=2)
        with closing(Handover(Engine(secret_of, Options(timeout=3, retries=0)), other)) as poller:
            first = await poller.ask(chosen, QUESTION)
            return (
                first,
                await poller.ask(chosen[:1] + chosen[-1:], QUESTION),
                [target.device for target in poller.taken()],
            )

    first, second, taken = asyncio.run(work())
    assert taken == ["v2c no bulk"]
    for answers in (first, second):
        rescued = answers["v2c no bulk"]
        assert (rescued.by, rescued.why, rescued.error) == (NAME, ERRORS["v2c no bulk"], "")
        assert rescued.columns[HC_OUT] == {bytes((row,)): row for row in range(1, ROWS + 1)}
        assert answers["v2c right"].by == ""
    assert (first["v2c garbage"].error, first["v2c silent"].error) == (UNREADABLE, "no answer")
