"""Where addresses were seen is kept; a stranger is one event for each port, for ever; discovery reads what is fresh."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from countynet import clock
from countynet.db import open_database, reading
from countynet.events import Event, verify
from countynet.settings import Settings
from inventory import names
from monitoring.sighting import keep, store
from monitoring.sighting.discover import discover
from tests.unit.topology.discovery.hearing import evidence, seeing, swapped
from tests.unit.topology.small_county import small_county
from topology.discovery.compare import CableState
from topology.discovery.evidence import Evidence, Sighting

START = datetime(2026, 11, 26, 8, tzinfo=UTC)
COUNTY = small_county()
CPE = COUNTY.cpe_by_unit["u001"]
LAN = names.lan_ports(CPE)[0]
NEW = "a4:5e:60:c1:22:33"
BETWEEN = [c.id for c in COUNTY.cables if {c.a.node, c.b.node} <= COUNTY.device_by_name.keys()]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    at(monkeypatch, 0)
    engine = open_database(Settings(county=tmp_path / "county", language="en"))
    yield engine
    engine.dispose()


def at(monkeypatch: pytest.MonkeyPatch, minutes: float) -> None:
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(minutes=minutes))


def look(engine: Engine, found: Evidence, silent: dict[str, str] | None = None) -> int:
    """Keep what devices said; return how many strangers were told."""
    gone = silent or {}
    return len(keep.around(engine, COUNTY, [d for d in found.devices.values() if d.name not in gone], gone))


def events(engine: Engine) -> list[Event]:
    with reading(engine) as session:
        assert verify(session) == ()
        return list(session.scalars(select(Event).where(Event.tag.like("sighting.%")).order_by(Event.id)))


def test_a_stranger_is_one_event_for_each_port(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    there = seeing(evidence(COUNTY), CPE.name, Sighting(LAN, NEW, "arp", address="10.99.0.7"))
    assert look(database, there) == 1
    at(monkeypatch, 5)
    assert look(database, there) == 0
    at(monkeypatch, 60 * 24 * 30)
    assert look(database, there) == 0
    other = COUNTY.cpe_by_unit["u002"]
    moved = seeing(evidence(COUNTY), other.name, Sighting(names.lan_ports(other)[0], NEW, "fdb"))
    assert look(database, moved) == 1
    first, second = events(database)
    assert (first.tag, first.subject, first.data["mac"], first.data["port"], first.data["address"]) == (
        "sighting.stranger", f"device:{CPE.name}", NEW, LAN, "10.99.0.7",
    )  # fmt: skip
    assert second.subject == f"device:{other.name}"
    with reading(database) as session:
        seen = store.where(session, NEW)
    assert [(row.device, row.by, row.first) for row in seen if row.device == CPE.name] == [(CPE.name, "arp", START)]


def test_what_devices_said_comes_back_as_they_said_it(database: Engine) -> None:
    found = seeing(evidence(COUNTY), CPE.name, Sighting(LAN, NEW, "fdb", vlan=7))
    look(database, found)
    with reading(database) as session:
        assert store.evidence(session, clock.now()) == found


def test_discovery_names_exchanged_cables_and_forgets_them_when_they_are_right(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(database, evidence(COUNTY, swapped(COUNTY, BETWEEN[0], BETWEEN[1])))
    with reading(database) as session:
        found = discover(session, COUNTY, clock.now())
    assert {f.cable for f in found.comparison.cables if f.state is CableState.DIFFERENT} == set(BETWEEN[:2])
    assert found.document()["cables"] == {"confirmed": len(BETWEEN) - 2, "different": 2, "missing": 0, "unknown": 10}
    assert not found.good
    at(monkeypatch, 5)
    look(database, evidence(COUNTY))
    with reading(database) as session:
        found = discover(session, COUNTY, clock.now())
    assert found.comparison.count(CableState.DIFFERENT) == 0
    assert found.comparison.count(CableState.CONFIRMED) == len(BETWEEN)


def test_what_is_old_is_not_said_any_more(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    look(database, evidence(COUNTY))
    at(monkeypatch, 20)
    look(database, Evidence({}), {device.name: "no answer" for device in COUNTY.devices})
    with reading(database) as session:
        found = discover(session, COUNTY, clock.now())
        row = session.get_one(store.AroundRow, CPE.name)
    assert (found.asked, row.error) == (0, "no answer")
    assert {f.state for f in found.comparison.cables} == {CableState.UNKNOWN}
