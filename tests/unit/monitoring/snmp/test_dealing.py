"""Values that came as before are dealt out in one go: the answer has to be what an asker without memory gets."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.snmp import exchange
from monitoring.snmp.learned import Manner
from tests.unit.monitoring.snmp.test_exchange import Clock, Line
from tests.unit.monitoring.test_snmp_walk import LOADS, NAMES, SPEEDS, UPTIME, Agent, table

DRAWN = st.tuples(st.integers(1, 60), st.sampled_from((NAMES, SPEEDS)), st.integers(1, 300), st.integers(1, 1 << 34))


def polled(clock: Clock, agent: Agent, manner: Manner, losing: int = 0) -> Line:
    """Ask once; the so manieth request is lost, so that it is asked again smaller."""
    line = Line(clock, manner=manner)
    line.agent = agent
    while not line.over:
        clock.seconds += 0.01
        if losing and len(line.sent) == losing:
            line.exchange.expired()
        assert line.exchange.received(line.reply())
    return line


@settings(max_examples=25)
@given(changes=st.lists(DRAWN, max_size=3), losing=st.integers(0, 4), rows=st.integers(1, 50))
def test_what_is_remembered_gives_the_same_answer_as_asking_anew(
    changes: list[tuple[int, str, int, int]], losing: int, rows: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange, "time", clock := Clock())
        manner, objects = Manner(), table(rows) | {f"{LOADS}.1": 5}
        for _poll in range(2):
            polled(clock, Agent(objects), manner)
        for row, column, length, number in changes:
            objects[f"{column}.{row}"] = b"x" * (length % 40) if column == NAMES else number
        agent = Agent(objects)
        agent.uptime = 1_700
        told, anew = (polled(clock, agent, known, losing).exchange.answer for known in (manner, Manner()))
    assert (told.error, told.columns, told.scalars) == (anew.error, anew.columns, anew.scalars)
    assert told.stamps == anew.stamps == dict.fromkeys(told.stamps, 1_700)
    assert told.scalars == {UPTIME: 1_700}


def test_an_answer_that_breaks_off_has_what_came_until_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "time", clock := Clock())
    manner, agent = Manner(), Agent(table(50) | {f"{LOADS}.1": 5})
    for _poll in range(2):
        polled(clock, agent, manner)
    line = Line(clock, manner=manner)
    line.agent = agent
    assert line.exchange.received(line.reply())
    line.exchange.end("broken")
    answer = line.exchange.answer
    assert answer.error == "broken"
    assert 0 < len(answer.columns[NAMES]) < 50
    assert answer.stamps.keys() == answer.columns[NAMES].keys()
