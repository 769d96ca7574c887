"""What the poller wrote down, handed to who judges terminals: fresh rows, neighbours, devices' own addresses."""

from datetime import timedelta
from pathlib import Path

import pytest

from countynet import clock
from countynet.db import open_database
from countynet.settings import Settings
from countynet.surroundings import Table
from monitoring.sighting import keep
from monitoring.sighting.surroundings import read
from tests.unit.topology.small_county import small_county
from topology.discovery.evidence import CHASSIS_MAC, Device, Heard, Port, Sighting

COUNTY = small_county()
MAC, OWN, FAR = "00:1e:c9:00:00:01", "00:e0:fc:00:00:01", "d8:0d:17:00:00:01"


def test_agents_rows_are_handed_over_while_they_are_fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(county=tmp_path, language="en")
    engine = open_database(settings)
    said = Device(
        "cpe-001",
        ports=(Port("lan0", OWN, True),),
        heard=(Heard("lan0", CHASSIS_MAC, FAR, 7, "1", "port 1", "TL-SG108", ("192.168.0.1",)),),
        seen=(Sighting("lan0", MAC, "arp", "10.21.1.66"), Sighting("lan1", MAC, "fdb", vlan=2)),
    )
    keep.around(engine, COUNTY, [said], {"cpe-002": "no answer"})
    found = read(settings, engine, ["cpe-001", "cpe-002"])
    assert {(r.table, r.port, r.mac, r.address, r.vlan, r.name) for r in found.rows} == {
        (Table.ARP, "lan0", MAC, "10.21.1.66", None, ""),
        (Table.FDB, "lan1", MAC, "", 2, ""),
        (Table.LLDP, "lan0", FAR, "192.168.0.1", None, "TL-SG108"),
    }
    assert all(row.first and row.last for row in found.rows if row.table is not Table.LLDP)
    assert found.own == {OWN: "cpe-001:lan0"}
    assert found.asked == {("cpe-001", table) for table in (Table.ARP, Table.FDB, Table.LLDP)}
    assert read(settings, engine, ["core-1"]).rows == ()
    later = clock.now() + timedelta(minutes=17)
    monkeypatch.setattr(clock, "now", lambda: later)
    old = read(settings, engine, ["cpe-001"])
    assert (old.rows, old.asked) == ((), frozenset())
