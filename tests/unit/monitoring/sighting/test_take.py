"""LLDP, forwarding and ARP tables of devices that nobody here made, and the ways in which agents are odd."""

import asyncio
from functools import cache

import pytest

from benchmarks.recorded import RecordedPoller, Recording, find
from monitoring.capability.asking import TABLES
from monitoring.capability.model import Capability
from monitoring.capability.quantity import Subject
from monitoring.sighting import asking as q
from monitoring.sighting.take import device, mac
from monitoring.snmp.ber import oid
from monitoring.snmp.questions import IF_NAME
from tests.unit.monitoring.capability.agents import TARGET, answer, recorded
from topology.discovery.evidence import CHASSIS_MAC, PORT_MAC, PORT_NAME, Device, Heard, Sighting

EVERYTHING = Capability("here", present=frozenset(c for columns in TABLES.values() for c in columns))


@cache
def around(name: str, fdb: str = "vlan") -> Device:
    columns = set(EVERYTHING.present) - ({q.FDB_VLAN} if fdb == "bridge" else set())
    question = q.around(Capability("here", present=frozenset(columns)))
    asked = {column for group in question.groups for column in group} | set(question.scalars)
    agent = Recording(find(name), sorted({column.rpartition(".")[0] for column in asked}))
    return device(asyncio.run(RecordedPoller({TARGET.device: agent}).ask([TARGET], question))[TARGET.device])


@recorded
def test_an_arista_hears_its_twin_on_two_ports() -> None:
    found = around("arista-dcs-7150s-52-cl")
    assert [(h.port, h.name, h.port_id, h.addresses) for h in found.heard] == [
        ("Ethernet47", "ZJ-BP-Bak-Arista", "Ethernet23", ("172.16.229.22",)),
        ("Ethernet48", "ZJ-BP-Bak-Arista", "Ethernet24", ("172.16.229.22",)),
    ]
    assert "00:1c:73:b4:fd:69" in found.chassis
    assert sum(1 for s in found.seen if s.by == "fdb") == 26
    assert Sighting("Vlan80", "e8:39:35:10:5c:ed", "arp", address="10.252.1.101") in found.seen


@recorded
def test_a_procurve_calls_its_ports_by_number_and_hears_cards_that_are_only_addresses() -> None:
    found = around("hpe-procurve-516733-b21")
    card = found.heard[0]
    assert (card.port, card.port_kind, card.port_id) == ("8", PORT_MAC, "e8:39:35:1a:ca:99")
    assert {h.port_description for h in found.heard if h.name == "NWPU-CA-5548-01"} == {"Ethernet1/19"}


@recorded
def test_an_h3c_without_a_table_of_its_own_ports_is_heard_all_the_same() -> None:
    """netdisco#1339: LLDP can be read, and no link was drawn."""
    (heard,) = around("h3c-e528-1").heard
    assert (heard.port, heard.chassis_kind, heard.chassis) == (
        "GigabitEthernet1/0/24",
        CHASSIS_MAC,
        "38:91:d5:fb:74:2c",
    )


@recorded
def test_a_huawei_knows_forwarding_by_bridge_only() -> None:
    found = around("huawei-s5720", "bridge")
    assert sum(1 for s in found.seen if s.by == "fdb") == 48
    assert {s.port for s in found.seen if s.by == "fdb"} <= {p.name for p in found.ports}
    assert sum(1 for s in found.seen if s.by == "arp") == 49


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (bytes.fromhex("001ec95a0019"), "00:1e:c9:5a:00:19"),
        (b"00:1E:C9:5A:00:19", "00:1e:c9:5a:00:19"),
        (b"001e-c95a-0019", "00:1e:c9:5a:00:19"),
        (b"GigabitEthernet", ""),
        (b"", ""),
        (7, ""),
        (None, ""),
    ],
)
def test_hardware_addresses_however_written(said: bytes | int | None, written: str) -> None:
    assert mac(said) == written


def test_a_neighbour_on_a_port_that_nobody_has_is_left_out() -> None:
    said = answer(
        {IF_NAME: {"1": b"ge1"}, q.REMOTE_CHASSIS: {"0.99.1": b"\0\x1e\xc9Z\0\x19"}, q.CHASSIS_KIND: {"0.99.1": 4}}
    )
    assert device(said).heard == ()


def test_local_ports_are_known_by_what_the_device_calls_them_not_by_their_number() -> None:
    """LLDP's port 2 is the interface 1: some agents count as they like."""
    said = answer(
        {
            IF_NAME: {"1": b"ge1", "2": b"ge2"},
            q.LOCAL_ID: {"2": b"ge1"},
            q.LOCAL_KIND: {"2": PORT_NAME},
            q.REMOTE_CHASSIS: {"0.2.1": b"\0\x1e\xc9Z\0\x19"},
            q.CHASSIS_KIND: {"0.2.1": CHASSIS_MAC},
            q.REMOTE_PORT: {"0.2.1": b"wan0"},
            q.PORT_KIND: {"0.2.1": PORT_NAME},
            q.REMOTE_NAME: {"0.2.1": b"cpe-001"},
        }
    )
    assert device(said).heard == (Heard("ge1", CHASSIS_MAC, "00:1e:c9:5a:00:19", PORT_NAME, "wan0", "", "cpe-001"),)


def test_own_invalid_and_cut_entries_are_no_sightings() -> None:
    said = answer(
        {
            IF_NAME: {"5": b"ge5"},
            q.BRIDGE_PORT: {"1": 5},
            q.FDB_VLAN: {"10.0.30.201.90.0.25": 1, "10.0.30.201.90.0.26": 1, "10.0.30.201.90.0.27": 0, "10.0.30": 1},
            q.FDB_VLAN_STATUS: {"10.0.30.201.90.0.26": 4},
            q.ARP: {
                "5.10.0.0.9": b"\0\x1e\xc9Z\0\x19",
                "5.10.0.0.8": b"\0\x1e\xc9Z\0\x18",
                "9.10.0.0.7": b"\0\x1e\xc9Z\0\x17",
            },
            q.ARP_KIND: {"5.10.0.0.9": 3, "5.10.0.0.8": 2},
        }
    )
    assert device(said).seen == (
        Sighting("ge5", "00:1e:c9:5a:00:19", "fdb", vlan=10),
        Sighting("ge5", "00:1e:c9:5a:00:19", "arp", address="10.0.0.9"),
    )


def test_only_tables_that_a_device_has_are_asked_for() -> None:
    plain = q.around(Capability("here"))
    assert len(plain.groups) == 2
    lldp = q.around(Capability("here", present=frozenset(TABLES[Subject.LLDP])))
    assert any(q.REMOTE_CHASSIS in group for group in lldp.groups)
    assert oid("1.0.8802") == oid(q.REMOTE_CHASSIS)[: len(oid("1.0.8802"))]
