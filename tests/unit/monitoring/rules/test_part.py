"""The rules over a county's database: alarms open and close with their events, a window mutes, and the status tells."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet import clock
from countynet.db import reading, transaction
from countynet.settings import Settings
from countynet.vocabulary import LineState
from inventory import load_county
from inventory.model import County
from monitoring.alarms.show import document
from monitoring.alarms.store import open_alarms
from monitoring.capability.quantity import Condition, Quantity
from monitoring.capability.store import SensorRow
from monitoring.receive.store import TrapRow, keep
from monitoring.rules import status
from monitoring.rules.load import read
from monitoring.rules.part import RulePart
from monitoring.series.sqlite import SqliteSeries
from monitoring.state.store import DeviceRow
from monitoring.windows.store import WindowCover, WorkWindow

NOW = 1_795_000_000.0
COUNTY: County = load_county(Path(__file__).parents[4] / "inventory" / "example")
OWN = b"""
rules:
  - {name: cpu, lasting: 0, clearing: 0}
  - {name: power-supply, lasting: 0, clearing: 0}
"""


@pytest.fixture
def part(settings: Settings, database: Engine) -> RulePart:
    return RulePart(settings, database, SqliteSeries(settings.state / "series"), COUNTY, read(COUNTY, OWN))


def device(database: Engine, name: str, cpu: float, state: LineState = LineState.UP) -> None:
    now = clock.now()
    row = DeviceRow(device=name, state=state, since=now, cause="", snmp_error="", loss=0.0, rtt_ms=1.0, cpu=cpu)
    row.polled = now
    with transaction(database) as session:
        session.merge(row)


def texts(database: Engine) -> list[str]:
    with reading(database) as session:
        return [str(document(alarm)["text"]) for alarm in open_alarms(session)]


def test_an_alarm_opens_and_closes_with_its_sentence(part: RulePart, database: Engine, settings: Settings) -> None:
    device(database, "core-1", 99)
    device(database, "core-2", 99, LineState.SHADOWED)
    part.turn(NOW)
    assert texts(database) == ["The processors of core-1 have been at 99 % for 0 s"]
    found = status.read(settings)
    assert found is not None
    assert (found.open, found.watched["cpu"]) == ({"cpu": 1}, 2)
    device(database, "core-1", 5)
    part.turn(NOW + 15)
    assert texts(database) == []


def test_a_restart_takes_over_what_is_open(part: RulePart, database: Engine, settings: Settings) -> None:
    device(database, "core-1", 99)
    part.turn(NOW)
    again = RulePart(settings, database, part.series, COUNTY, part.rules)
    again.turn(NOW + 15)
    assert len(texts(database)) == 1
    device(database, "core-1", 5)
    again.turn(NOW + 30)
    assert texts(database) == []


def test_a_window_mutes_and_what_is_wrong_at_its_end_alarms_then(part: RulePart, database: Engine) -> None:
    device(database, "core-1", 99)
    now = clock.now()
    with transaction(database) as session:
        start, end = now - timedelta(hours=1), now + timedelta(hours=1)
        window = WorkWindow(devices=["core-1"], start=start, end=end, reason="r", login="center", removed=None)
        session.add(window)
        session.flush()
        session.add(WindowCover(window=window.id, device="core-1", unit="", start=start, end=end))
        from countynet.events import record

        record(session, "window.announced", "center", "window:1", {})
    part.turn(NOW)
    assert texts(database) == []
    with transaction(database) as session:
        session.query(WindowCover).delete()
    part.turn(NOW + 15)
    assert len(texts(database)) == 1


def test_a_sensors_condition_and_a_storm_of_traps_are_readings(part: RulePart, database: Engine) -> None:
    device(database, "agg-1", 5)
    now = clock.now()
    sensor = SensorRow(
        device="agg-1", quantity=Quantity.POWER_SUPPLY, name="PSU 2", value=3.0, since=now, seen=now, said="failed"
    )
    sensor.condition = Condition.FAILED
    trap = TrapRow(
        device="agg-1",
        trap="1.3.6.1.6.3.1.1.5.3",
        name="linkDown",
        part="7",
        count=40,
        first=now,
        last=now,
        variables=[],
    )
    with transaction(database) as session:
        session.add(sensor)
        keep(session, [trap])
    part.turn(now.timestamp())
    assert sorted(texts(database)) == [
        "7 of agg-1 told 40 times within ten minutes that it went up or down",
        "The power supply PSU 2 of agg-1 failed",
    ]
