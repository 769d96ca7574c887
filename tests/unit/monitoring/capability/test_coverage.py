"""What is watched, what is not and why; read back by the commands as a person would."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet import clock
from countynet.db import open_database, reading, transaction
from countynet.settings import Settings
from countynet.vocabulary import Access, DeviceRole, LineState
from monitoring.capability import keep
from monitoring.capability.coverage import Seen, Watched, cabled, coverage, expected, sums
from monitoring.capability.library import library
from monitoring.capability.model import Capability
from monitoring.capability.probe import Sensed
from monitoring.capability.quantity import Condition, Quantity, Subject
from monitoring.capability.read import Reading
from monitoring.capability.show import covered, reading_text
from monitoring.capability.status import standing
from monitoring.capability.store import SensorRow, sensors
from monitoring.sighting import keep as sighting
from monitoring.state.store import DeviceRow
from tests.unit.topology.discovery.hearing import evidence
from tests.unit.topology.small_county import small_county

COUNTY = small_county()
CABLES = cabled(COUNTY)
NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
IF_TABLE, OPTICS = "1.3.6.1.2.1.2.2.1.8", "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.8"
HUAWEI = Capability("core-1", "huawei", "1.3.6.1.4.1.2011.1", at=NOW, present=frozenset((IF_TABLE, OPTICS)))


def of(seen: Seen, subject: Subject, device: str = "core-1") -> Watched:
    found = next(d for d in coverage(COUNTY, {device: seen}, library()) if d.device == device)
    return next(item.watched for item in found.items if item.subject is subject)


def test_every_reason_why_a_subject_is_not_watched() -> None:
    fine = Seen(polled=True, capability=HUAWEI, counts={Subject.CPU: 3})
    assert of(fine, Subject.CPU) is Watched.YES
    assert of(fine, Subject.OPTICS) is Watched.EMPTY
    assert of(fine, Subject.UPS) is Watched.ABSENT
    assert of(replace(fine, error="no answer"), Subject.CPU) is Watched.SILENT
    assert of(Seen(), Subject.CPU) is Watched.SILENT
    assert of(Seen(polled=True), Subject.CPU) is Watched.UNPROBED
    assert of(Seen(polled=True, capability=Capability("core-1")), Subject.CPU) is Watched.UNPROBED


def test_an_agent_that_may_say_nothing_but_its_name_refuses() -> None:
    bare = replace(HUAWEI, present=frozenset())
    assert of(Seen(polled=True, capability=bare), Subject.INTERFACES) is Watched.REFUSED
    told = replace(HUAWEI, refused=frozenset((OPTICS,)), present=frozenset((IF_TABLE,)))
    assert of(Seen(polled=True, capability=told), Subject.OPTICS) is Watched.REFUSED


def test_the_inventory_says_what_is_missed() -> None:
    adsl = next(c for c in COUNTY.circuits if c.access is Access.ADSL)
    behind_a_telephone_line = expected(COUNTY, COUNTY.cpe_by_unit[adsl.unit], CABLES)
    assert {Subject.DSL, Subject.TUNNELS} <= behind_a_telephone_line
    assert Subject.LLDP not in behind_a_telephone_line
    assert Subject.LLDP in expected(COUNTY, COUNTY.devices_in(DeviceRole.CORE)[0], CABLES)
    assert Subject.FDB in expected(COUNTY, COUNTY.devices_in(DeviceRole.BUILDING)[0], CABLES)
    assert Subject.DSL not in expected(COUNTY, COUNTY.devices_in(DeviceRole.CORE)[0], CABLES)
    assert Subject.UPS not in expected(COUNTY, COUNTY.devices_in(DeviceRole.CORE)[0], CABLES)


def test_the_sum_counts_gaps_by_reason() -> None:
    found = coverage(COUNTY, {"core-1": Seen(polled=True, capability=HUAWEI, counts={Subject.CPU: 3})}, library())
    cpu = next(s for s in sums(found) if s.subject is Subject.CPU)
    assert (cpu.watched, cpu.readings) == (1, 3)
    assert cpu.gaps == {Watched.SILENT: len(COUNTY.devices) - 1}


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    engine = open_database(Settings(county=tmp_path / "county", language="en"))
    with transaction(engine) as session:
        for device in COUNTY.devices:
            quiet = device.name == "sw-dc"
            session.add(
                DeviceRow(
                    device=device.name,
                    state=LineState.DOWN if quiet else LineState.UP,
                    cause="",
                    since=NOW,
                    polled=None if quiet else NOW,
                    snmp_error="no answer" if quiet else "",
                    cpu=7.0 if device.name == "agg-1" else None,
                    interfaces=4,
                )
            )
    keep.capabilities(engine, [HUAWEI])
    keep.sensed(
        engine,
        {
            "core-1": Sensed(
                (
                    Reading("core-1", Quantity.RX_POWER, "trunk1", -21.5, "trunk1"),
                    Reading("core-1", Quantity.FAN, "fan 1", 2.0, condition=Condition.FAILED, word="abnormal"),
                )
            )
        },
    )
    sighting.around(engine, COUNTY, [evidence(COUNTY).devices["core-1"]], {})
    yield engine
    engine.dispose()


def test_coverage_is_read_from_what_was_kept(database: Engine) -> None:
    with reading(database) as session:
        found = covered(session, COUNTY)
    core = {i.subject: i for i in next(d for d in found.devices if d.device == "core-1").items}
    assert (core[Subject.OPTICS].watched, core[Subject.OPTICS].count) == (Watched.YES, 1)
    assert (core[Subject.LLDP].watched, core[Subject.LLDP].count) == (Watched.YES, 4)
    assert core[Subject.INTERFACES].count == 4
    agg = {i.subject: i for i in next(d for d in found.devices if d.device == "agg-1").items}
    assert (agg[Subject.CPU].watched, agg[Subject.MEMORY].watched) == (Watched.YES, Watched.UNPROBED)
    document = json.loads(json.dumps(found.document()))
    assert document["gaps"] == found.gaps > 0
    silent = next(d for d in document["devices"] if d["device"] == "sw-dc")
    assert {s["watched"] for s in silent["subjects"]} == {"silent"}


def test_status_says_what_is_out_of_order(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with reading(database) as session:
        found = standing(session, COUNTY)
    document = json.loads(json.dumps(found.document()))
    assert document["devices"] == {"up": len(COUNTY.devices) - 1, "down": 1}
    assert (document["silent"], document["poll"]) == (["sw-dc"], {})
    assert [(s["device"], s["word"]) for s in document["out_of_order"]] == [("core-1", "abnormal")]
    monkeypatch.setenv("COUNTYNET_LANG", "en")
    text = "\n".join(found.lines())
    assert "core-1 fan 1: fan out of order (abnormal)" in text
    assert "Nothing was polled yet." in text


def test_readings_for_people(database: Engine) -> None:
    with reading(database) as session:
        light = next(row for row in sensors(session) if row.quantity is Quantity.RX_POWER)
    assert reading_text(light) == "-21.5 dBm"
    rate = SensorRow(quantity=Quantity.RATE_DOWN, value=7_616_000.0, condition=None, said="")
    assert reading_text(rate) == "7.62 Mbit/s"
