"""What is kept of sensors: the last value, since when a state is what it is, and what is gone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet import clock
from countynet.db import open_database, reading
from countynet.settings import Settings
from monitoring.capability import keep, store
from monitoring.capability.model import Capability
from monitoring.capability.names import Entity, Names
from monitoring.capability.probe import Sensed
from monitoring.capability.quantity import EACH_CYCLE, Condition, Quantity
from monitoring.capability.read import Reading

START = datetime(2026, 11, 26, 8, tzinfo=UTC)
LIGHT = Reading("core-1", Quantity.RX_POWER, "xge1", -5.0, "xge1", object="A::rx")
TUNNEL = Reading("core-1", Quantity.TUNNEL, "IKE 7", 1.0, condition=Condition.OK, word="active")
HEAT = Reading("core-1", Quantity.TEMPERATURE, "board", 40.0)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(Settings(county=tmp_path / "county", language="en"))
    keep.capabilities(engine, [Capability("core-1", "huawei", at=START)])
    yield engine
    engine.dispose()


def at(monkeypatch: pytest.MonkeyPatch, minutes: float) -> None:
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(minutes=minutes))


def say(engine: Engine, *readings: Reading, asked: frozenset[Quantity] = frozenset(Quantity)) -> None:
    keep.sensed(engine, {"core-1": Sensed(readings, asked=asked)})


def rows(engine: Engine) -> dict[Quantity, store.SensorRow]:
    with reading(engine) as session:
        return {row.quantity: row for row in store.sensors(session, "core-1")}


def test_a_value_is_replaced_and_keeps_since_when(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 0)
    say(database, LIGHT)
    at(monkeypatch, 1)
    say(database, replace(LIGHT, value=-7.5))
    row = rows(database)[Quantity.RX_POWER]
    assert (row.value, row.interface, row.unit, row.object) == (-7.5, "xge1", "dBm", "A::rx")
    assert (row.since, row.seen) == (START, START + timedelta(minutes=1))


def test_a_module_that_is_pulled_out_is_forgotten_a_tunnel_that_is_gone_has_failed(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 0)
    say(database, LIGHT, TUNNEL)
    at(monkeypatch, 1)
    say(database)
    found = rows(database)
    assert list(found) == [Quantity.TUNNEL]
    tunnel = found[Quantity.TUNNEL]
    assert (tunnel.condition, tunnel.said, tunnel.since) == (Condition.FAILED, "gone", START + timedelta(minutes=1))
    at(monkeypatch, 2)
    say(database)
    assert rows(database)[Quantity.TUNNEL].since == START + timedelta(minutes=1)
    at(monkeypatch, 3)
    say(database, TUNNEL)
    assert (rows(database)[Quantity.TUNNEL].condition, rows(database)[Quantity.TUNNEL].said) == (Condition.OK, "active")
    at(monkeypatch, 4)
    say(database)
    at(monkeypatch, 4 + 25 * 60)
    say(database)
    assert rows(database) == {}


def test_what_was_not_asked_about_is_not_gone(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 0)
    say(database, LIGHT, HEAT)
    at(monkeypatch, 1)
    say(database, LIGHT, asked=EACH_CYCLE)
    assert set(rows(database)) == {Quantity.RX_POWER, Quantity.TEMPERATURE}


def test_a_failed_answer_changes_no_sensor_and_says_why(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 0)
    say(database, LIGHT)
    at(monkeypatch, 1)
    keep.sensed(database, {"core-1": Sensed(error="the agent is too slow")})
    assert rows(database)[Quantity.RX_POWER].seen == START
    with reading(database) as session:
        row = session.get_one(store.CapabilityRow, "core-1")
    assert (row.read, row.read_error) == (START, "the agent is too slow")


def test_what_is_known_of_a_device_outlives_a_restart_of_ours(database: Engine) -> None:
    whole = Capability(
        "agg-1",
        "h3c",
        "1.3.6.1.4.1.25506.1.1",
        "H3C",
        START,
        5.0,
        frozenset(("1.3.6.1",)),
        frozenset(("1.3.7.1",)),
        ("cpu 1.3.6.1",),
        Names({1: "Gi0/1"}, {3: Entity("module", "Gi0/1")}),
    )
    keep.capabilities(database, [whole])
    keep.capabilities(database, [Capability("agg-1", error="no answer")])
    with reading(database) as session:
        assert store.known(session, ["agg-1"]) == {"agg-1": replace(whole, error="no answer")}
    keep.forget(database, ["core-1"])
    with reading(database) as session:
        assert list(store.known(session)) == ["core-1"]


@pytest.mark.parametrize(
    ("hours", "uptime", "due"),
    [(1, 1_003_600.0, False), (1, 1_003_570.0, False), (1, 30.0, True), (25, 1_090_000.0, True), (1, None, False)],
)
def test_who_is_probed_again(hours: int, uptime: float | None, due: bool) -> None:
    known = Capability("core-1", at=START, uptime=1_000_000.0)
    assert known.due(START + timedelta(hours=hours), uptime) is due
    assert Capability("core-1").due(START, None)
