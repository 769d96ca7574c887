"""Hints through the broker, and whose turn it is to look around: with a broker of a few lines."""

import queue
import time
from types import SimpleNamespace
from typing import Any

import pytest
from redis.exceptions import ConnectionError as Away

from monitoring.poller import write
from monitoring.poller.samples import Neighbour
from monitoring.poller.watch import Pace
from monitoring.scale import around
from monitoring.scale.hints import Telling, heard
from monitoring.scale.portions import Portion
from monitoring.snmp.seam import Answer, Target


class Broker:
    """Lists and marks, as Redis has them."""

    def __init__(self) -> None:
        self.lists: dict[str, list[str]] = {}
        self.marks: set[str] = set()
        self.away = False
        self.came: queue.Queue[str] = queue.Queue()

    def pipeline(self, transaction: bool) -> Any:
        return Pipe(self)

    def blpop(self, names: list[str], timeout: int) -> tuple[str, str] | None:
        waiting = self.lists.get(names[0], [])
        return (names[0], waiting.pop(0)) if waiting else None

    def lpop(self, name: str, count: int) -> list[str] | None:
        return self.lists.pop(name, None)

    def set(self, name: str, _value: str, nx: bool, px: int) -> bool:
        assert nx
        new = name not in self.marks
        self.marks.add(name)
        return new


class Pipe:
    def __init__(self, broker: Broker) -> None:
        self._broker, self._said = broker, list[tuple[str, str]]()

    def __enter__(self) -> "Pipe":
        return self

    def __exit__(self, *_error: object) -> None: ...

    def rpush(self, name: str, value: str) -> None:
        self._said.append((name, value))

    def ltrim(self, _name: str, first: int, _last: int) -> None:
        assert first < 0

    def expire(self, _name: str, seconds: int) -> None:
        assert seconds > 0

    def execute(self) -> None:
        for name, value in self._said:
            self._broker.came.put(value)
            if self._broker.away:
                raise Away
            self._broker.lists.setdefault(name, []).append(value)


def test_what_is_told_is_heard_once_and_of_its_county_only() -> None:
    broker: Any = Broker()
    tell = Telling(broker, "qinglan")
    for name in ("core-1", "core-1", "sw-admin"):
        tell(name)
    assert [broker.came.get(timeout=60) for _name in range(3)] == ["core-1", "core-1", "sw-admin"]
    assert heard(broker, "baiyun", 1) == frozenset()
    found, end = frozenset[str](), time.monotonic() + 60
    while found != {"core-1", "sw-admin"} and time.monotonic() < end:  # the last may be on its way still
        found |= heard(broker, "qinglan", 1)
    assert found == {"core-1", "sw-admin"}
    assert heard(broker, "qinglan", 1) == frozenset()


def test_a_broker_that_is_away_costs_the_hint_only() -> None:
    broker: Any = Broker()
    broker.away = True
    tell = Telling(broker, "qinglan")
    tell("core-1")
    assert broker.came.get(timeout=60) == "core-1"
    broker.away = False
    tell("core-2")
    assert broker.came.get(timeout=60) == "core-2"


def test_neighbours_are_asked_by_one_worker_in_a_minute_and_of_those_only_that_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[list[str]] = []
    kept: list[list[Neighbour]] = []
    monkeypatch.setattr(write, "neighbours", lambda _database, found: kept.append(found))

    def ask(_county: Any, _question: Any) -> dict[str, Answer]:
        asked.append(["core-1"])
        return {}

    broker = Broker()
    county: Any = SimpleNamespace(name="qinglan", database=None, senses=SimpleNamespace(known={}))
    crews: list[Any] = [SimpleNamespace(redis=broker, pace=Pace(), asker=SimpleNamespace(ask=ask)) for _n in range(2)]
    answers = {
        "core-1": Answer(Target("core-1", "10.0.0.1")),
        "dead": Answer(Target("dead", "10.0.0.2"), error="no answer"),
    }
    for crew in crews:
        around.look_around(crew, county, Portion("qinglan", 600, 0, ("core-1", "dead")), answers)
    assert (asked, kept) == ([["core-1"]], [[]])
    around.look_around(crews[0], county, Portion("qinglan", 600, 1, ("dead",)), {"dead": answers["dead"]})
    assert len(asked) == 1
