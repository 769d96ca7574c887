"""The walk against an agent made of a table: whole answers, cut ones, and nonsense."""

from collections.abc import Mapping

import pytest

from monitoring.snmp.ber import oid, subidentifiers
from monitoring.snmp.learned import Habits
from monitoring.snmp.pdu import Varbind
from monitoring.snmp.seam import Answer, Question, Target
from monitoring.snmp.step import Ask
from monitoring.snmp.walk import Astray, Walk, later

VARIABLES = 52
UPTIME = "1.3.6.1.2.1.1.3"
NAMES, SPEEDS, LOADS = "1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.31.1.1.1.15", "1.3.6.1.2.1.25.3.3.1.2"
QUESTION = Question((UPTIME,), ((NAMES, SPEEDS), (LOADS,)))


class Agent:
    """Answers GETBULK from a table of object identifiers, as RFC 3416 section 4.2.3 says."""

    def __init__(self, objects: Mapping[str, int | bytes]) -> None:
        self.objects = sorted((subidentifiers(oid(name)), oid(name), value) for name, value in objects.items())
        self.uptime = 1000
        self.asked: list[Ask] = []

    def answer(self, ask: Ask) -> tuple[Varbind, ...]:
        self.asked.append(ask)
        self.uptime += 1
        found = [self.following(name) for name in ask.names[: ask.non_repeaters]]
        current = list(ask.names[ask.non_repeaters :])
        for _repetition in range(ask.max_repetitions):
            row = [self.following(name) for name in current]
            found += row
            current = [variable.name for variable in row]
        return tuple(found)

    def following(self, name: bytes) -> Varbind:
        if name == oid(UPTIME):
            return Varbind(oid(UPTIME + ".0"), self.uptime)
        after = subidentifiers(name)
        for numbers, encoded, value in self.objects:
            if numbers > after:
                return Varbind(encoded, value)
        return Varbind(name, None)


def table(rows: int, start: int = 1) -> dict[str, int | bytes]:
    objects: dict[str, int | bytes] = {}
    for row in range(start, start + rows):
        objects |= {f"{NAMES}.{row}": b"port%d" % row, f"{SPEEDS}.{row}": row, "1.3.6.1.2.1.92.1": 1}
    return objects


def walk(agent: Agent, rows: tuple[int, ...] = (), keep: int | None = None) -> Answer:
    """Walk to the end; the agent's answers are cut to `keep` variables."""
    answer = Answer(Target("a", "192.0.2.1"))
    state = Walk(QUESTION, answer, Habits(VARIABLES, rows=rows))
    while (ask := state.next()) is not None:
        assert len(agent.asked) < 1000
        state.accept(ask, agent.answer(ask)[:keep])
    return answer


def names(answer: Answer) -> list[int]:
    return [subidentifiers(row)[0] for row in answer.columns[NAMES]]


@pytest.mark.parametrize("rows", [0, 1, 2, 5, 26, 127, 130, 300])
@pytest.mark.parametrize("expected", [0, 1, 26, 300])
def test_every_row_of_every_column_in_order(rows: int, expected: int) -> None:
    agent = Agent(table(rows) | {f"{LOADS}.196608": 42})
    answer = walk(agent, (expected, 1))
    assert names(answer) == list(range(1, rows + 1))
    assert len(answer.columns[SPEEDS]) == rows
    assert list(answer.columns[LOADS].values()) == [42]
    assert set(answer.stamps) >= set(answer.columns[NAMES])
    assert all((len(ask.names) - 1) * ask.max_repetitions <= VARIABLES for ask in agent.asked)


def test_a_large_index_comes_after_a_small_one() -> None:
    """Encoded, 16384 (81 80 00) is below 16383 (ff 7f): octets alone would call this a loop."""
    answer = walk(Agent(table(4, 16382)))
    assert names(answer) == [16382, 16383, 16384, 16385]
    assert later(oid("1.3.16384")[1:], oid("1.3.16383")[1:])
    assert not later(oid("1.3.16383")[1:], oid("1.3.16384")[1:])


@pytest.mark.parametrize("keep", [2, 3, 4, 5, 8])
def test_an_agent_that_cuts_its_answers_anywhere(keep: int) -> None:
    answer = walk(Agent(table(9) | {f"{LOADS}.1": 1}), keep=keep)
    assert names(answer) == list(range(1, 10))
    assert len(answer.columns[SPEEDS]) == 9


def test_one_datagram_for_a_small_device_once_its_size_is_known() -> None:
    agent = Agent(table(5))
    walk(agent, rows=(5, 0))
    assert [ask.max_repetitions for ask in agent.asked] == [6, 1]  # the interfaces, and no processors


def test_uptime_is_that_of_the_datagram_which_brought_the_row() -> None:
    answer = walk(Agent(table(60)))
    assert answer.stamps[bytes((1,))] == 1001
    assert answer.stamps[bytes((60,))] > 1001


def test_columns_of_different_length() -> None:
    objects = table(40)
    del objects[f"{SPEEDS}.17"]
    answer = walk(Agent(objects))
    assert len(answer.columns[NAMES]) == 40
    assert len(answer.columns[SPEEDS]) == 39


def first_ask() -> tuple[Walk, Ask]:
    state = Walk(QUESTION, Answer(Target("a", "192.0.2.1")))
    ask = state.next()
    assert ask is not None
    return state, ask


def bind(name: str, value: int | bytes | None = 1) -> Varbind:
    return Varbind(oid(name), value)


@pytest.mark.parametrize(
    "varbinds",
    [
        (),
        (bind(f"{UPTIME}.0"),),
        (bind(f"{UPTIME}.0"), bind(f"{NAMES}.5"), bind(f"{SPEEDS}.5"), bind(f"{NAMES}.5"), bind(f"{SPEEDS}.6")),
        (bind(f"{UPTIME}.0"), bind(f"{NAMES}.5"), bind(f"{SPEEDS}.5"), bind(f"{NAMES}.4"), bind(f"{SPEEDS}.6")),
        (bind(f"{UPTIME}.0"), bind(NAMES), bind(SPEEDS)),
        (bind(f"{UPTIME}.0"), bind(f"{NAMES}.5"), bind(f"{SPEEDS}.5"), bind(f"{UPTIME}.0")),
    ],
    ids=["empty", "scalar only", "the same again", "backwards", "without an instance", "before the column"],
)
def test_nonsense_ends_the_walk(varbinds: tuple[Varbind, ...]) -> None:
    state, ask = first_ask()
    with pytest.raises(Astray):
        state.accept(ask, varbinds)


def test_too_big_halves_down_to_a_single_variable() -> None:
    state, ask = first_ask()
    sizes = [ask.width * ask.max_repetitions]
    while state.habits.too_much():
        following = state.next()
        assert following is not None
        sizes.append(following.width * following.max_repetitions)
    assert sizes[-1] == 1
    assert sizes == sorted(set(sizes), reverse=True)
