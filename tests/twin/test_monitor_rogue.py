"""The SNMP engine against an agent that misbehaves: the right answer or a clear error, in bounded time, always."""

import asyncio
from contextlib import closing

import pytest

from monitoring.snmp.engine import Engine
from monitoring.snmp.exchange import Options
from monitoring.snmp.questions import HC_IN, HC_OUT, SYS_UPTIME
from monitoring.snmp.seam import Answer, Question, Target
from tests.twin.rogue_agent import MODES, ROWS, agent
from tests.unit.monitoring.test_snmp_codec import CREDENTIALS

pytestmark = pytest.mark.twin
QUESTION = Question((SYS_UPTIME,), ((HC_IN, HC_OUT),))
OPTIONS = Options(timeout=0.6, retries=2, deadline=4)
ERRORS = {
    "garbage": "the agent's answers cannot be read",
    "truncated": "the agent's answers cannot be read",
    "wrong id": "the agent answers what was not asked",
    "wrong message": "the agent answers what was not asked",
    "same again": "the agent's names do not increase",
    "backwards": "the agent's names do not increase",
    "nothing": "the agent answers without the values asked for",
    "error": "the agent reports an error in the question",
    "always clock": "the agent's clock does not agree",
    "always stranger": "the agent's engine changed",
    "slow drip": "the agent is too slow",
}


def ask(port: int) -> tuple[Answer, int]:
    """Ask the agent; return the answer and how many datagrams were dropped."""

    async def work() -> tuple[Answer, int]:
        with closing(Engine(CREDENTIALS, OPTIONS)) as engine:
            answers = await engine.ask([Target("rogue", "127.0.0.1", port)], QUESTION)
            return answers["rogue"], engine.dropped

    return asyncio.run(work())


@pytest.mark.parametrize("mode", list(MODES))
def test_right_or_a_clear_error(mode: str) -> None:
    with agent(mode, QUESTION.groups[0]) as port:
        answer, dropped = ask(port)
    assert answer.error == ERRORS.get(mode, "")
    assert answer.seconds < 8
    if not answer.error:
        expected = {bytes((row,)): row for row in range(1, ROWS + 1)}
        assert answer.columns == {HC_IN: expected, HC_OUT: expected}
        assert set(answer.stamps.values()) == {4711}
    if mode in ("duplicate", "garbage first", "stale first", "forged first"):
        assert dropped
