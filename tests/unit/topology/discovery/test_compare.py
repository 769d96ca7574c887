"""Cables that are as intended, exchanged, pulled out, or about which nobody can say anything."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.model import Endpoint
from tests.unit.topology.discovery.hearing import Announce, address, by_name, chassis, evidence, seeing, swapped
from tests.unit.topology.small_county import small_county
from topology.discovery.compare import CableState, Comparison, compare
from topology.discovery.evidence import (
    CHASSIS_ADDRESS,
    CHASSIS_LOCAL,
    CHASSIS_MAC,
    PORT_LOCAL,
    PORT_MAC,
    Evidence,
    Heard,
    Port,
    Sighting,
)
from topology.discovery.identity import End, canonical

COUNTY = small_county()
BETWEEN = tuple(c for c in COUNTY.cables if {c.a.node, c.b.node} <= COUNTY.device_by_name.keys())
TWO = (BETWEEN[0].id, BETWEEN[1].id)
TERMINALS = {t.name: t for unit in COUNTY.units for t in unit.terminals}


def states(found: Comparison) -> dict[str, CableState]:
    return {finding.cable: finding.state for finding in found.cables if finding.cable in {c.id for c in BETWEEN}}


def nameless(end: Endpoint, mac: str, _port_mac: str) -> Heard:
    """A device that never says its name."""
    return Heard("", CHASSIS_MAC, mac, PORT_LOCAL, end.port, "")


def by_port_address(end: Endpoint, mac: str, port_mac: str) -> Heard:
    """netdisco#1339: the port id is a hardware address, and no link was drawn."""
    return Heard("", CHASSIS_LOCAL, "some board", PORT_MAC, port_mac, "")


def by_management_address(end: Endpoint, mac: str, port_mac: str) -> Heard:
    said = str(COUNTY.device_by_name[end.node].management)
    return Heard("", CHASSIS_ADDRESS, said, PORT_LOCAL, "7", end.port, addresses=(said,))


def fully_qualified(end: Endpoint, mac: str, port_mac: str) -> Heard:
    return Heard("", CHASSIS_LOCAL, "x", PORT_LOCAL, end.port.upper(), "", f"{end.node}.net.example.gov.cn")


@pytest.mark.parametrize("announce", [by_name, nameless, by_port_address, by_management_address, fully_qualified])
def test_a_county_as_intended_is_confirmed_however_it_announces_itself(announce: Announce) -> None:
    found = compare(COUNTY, evidence(COUNTY, announce=announce))
    assert set(states(found).values()) == {CableState.CONFIRMED}
    assert (found.extra, found.unknown) == ((), ())


@pytest.mark.parametrize("announce", [by_name, nameless, by_port_address])
def test_two_exchanged_cables_are_named_with_what_is_at_both_ends(announce: Announce) -> None:
    found = compare(COUNTY, evidence(COUNTY, swapped(COUNTY, *TWO), announce))
    different = {cable for cable, state in states(found).items() if state is CableState.DIFFERENT}
    assert different == set(TWO)
    one = next(f for f in found.cables if f.cable == TWO[0])
    assert one.a.heard == (End(BETWEEN[1].b.node, BETWEEN[1].b.port),)
    assert one.b.heard == (End(BETWEEN[1].a.node, BETWEEN[1].a.port),)


def test_a_cable_in_the_right_device_but_the_wrong_port_is_different() -> None:
    cable = next(c for c in BETWEEN if len(COUNTY.device_by_name[c.b.node].ports) > 2)
    used = {end.port for c in COUNTY.cables for end in (c.a, c.b) if end.node == cable.b.node}
    free = next((p for p in COUNTY.device_by_name[cable.b.node].ports if p not in used), None)
    if free is None:
        other = next(c for c in BETWEEN if cable.b.node in (c.a.node, c.b.node) and c.id != cable.id)
        free = (other.a if other.a.node == cable.b.node else other.b).port
    moved = cable.model_copy(update={"b": Endpoint(node=cable.b.node, port=free)})
    cables = [moved if c.id == cable.id else c for c in COUNTY.cables]
    assert states(compare(COUNTY, evidence(COUNTY, cables)))[cable.id] is CableState.DIFFERENT


def test_a_cable_that_is_not_there_is_missing_when_both_ends_would_hear_it() -> None:
    cables = [c for c in COUNTY.cables if c.id != TWO[0]]
    found = states(compare(COUNTY, evidence(COUNTY, cables)))
    assert found[TWO[0]] is CableState.MISSING
    assert found[TWO[1]] is CableState.CONFIRMED


def test_a_silent_device_proves_nothing_but_what_others_hear_counts() -> None:
    name = BETWEEN[0].b.node
    found = states(compare(COUNTY, evidence(COUNTY, silent=[name])))
    assert set(found.values()) == {CableState.CONFIRMED}
    gone = [c for c in COUNTY.cables if c.id != TWO[0]]
    assert states(compare(COUNTY, evidence(COUNTY, gone, silent=[name])))[TWO[0]] is CableState.UNKNOWN
    assert set(states(compare(COUNTY, Evidence({}))).values()) == {CableState.UNKNOWN}


def test_a_port_that_is_down_misses_its_cable() -> None:
    name, port = BETWEEN[0].a.node, BETWEEN[0].a.port
    gone = evidence(COUNTY, [c for c in COUNTY.cables if c.id != TWO[0]], silent=[BETWEEN[0].b.node])
    dark = replace(gone.devices[name], ports=(Port(port, up=False),))
    found = compare(COUNTY, Evidence({**gone.devices, name: dark}))
    assert states(found)[TWO[0]] is CableState.MISSING


def test_somebody_unknown_in_a_cables_place_is_a_difference_and_is_named() -> None:
    """A switch that a unit bought itself, put between."""
    stranger = Heard(
        BETWEEN[0].a.port, CHASSIS_MAC, "d8:0d:17:00:00:01", PORT_LOCAL, "Port 1", "", "TL-SG108", ("192.168.0.1",)
    )
    cables = [c for c in COUNTY.cables if c.id != TWO[0]]
    found = evidence(COUNTY, cables)
    name = BETWEEN[0].a.node
    changed = replace(found.devices[name], heard=(*found.devices[name].heard, stranger))
    compared = compare(COUNTY, Evidence({**found.devices, name: changed}))
    assert states(compared)[TWO[0]] is CableState.DIFFERENT
    (unknown,) = compared.unknown
    assert (unknown.device, unknown.port, unknown.called, unknown.addresses) == (
        name, BETWEEN[0].a.port, "TL-SG108", ("192.168.0.1",),
    )  # fmt: skip


def test_a_link_that_the_inventory_does_not_have() -> None:
    known = {(end.node, end.port) for c in COUNTY.cables for end in (c.a, c.b)}
    idle = [Endpoint(node=d.name, port=p) for d in COUNTY.devices for p in d.ports if (d.name, p) not in known]
    if len({end.node for end in idle}) < 2:
        device = COUNTY.devices[0]
        county = COUNTY.model_copy(
            update={
                "devices": tuple(
                    d.model_copy(update={"ports": (*d.ports, "spare9")}) if d in COUNTY.devices[:2] else d
                    for d in COUNTY.devices
                )
            }
        )
        a, b = (Endpoint(node=d.name, port="spare9") for d in (device, COUNTY.devices[1]))
    else:
        county, a = COUNTY, idle[0]
        b = next(end for end in idle if end.node != a.node)
    extra = COUNTY.cables[0].model_copy(update={"id": "nobody-wrote-this", "a": a, "b": b})
    found = compare(county, evidence(county, [*county.cables, extra]))
    assert [(str(e.a), str(e.b)) for e in found.extra] in (
        [(f"{a.node}:{a.port}", f"{b.node}:{b.port}")],
        [(f"{b.node}:{b.port}", f"{a.node}:{a.port}")],
    )
    assert found.count(CableState.DIFFERENT) == 0


def test_a_terminal_is_found_by_its_hardware_address() -> None:
    cable = next(c for c in COUNTY.cables if {c.a.node, c.b.node} & TERMINALS.keys())
    leaf, port = (cable.a, cable.b) if cable.a.node in TERMINALS else (cable.b, cable.a)
    unit = COUNTY.unit_by_terminal[leaf.node]
    mac = "00:1e:c9:5a:00:19"
    units = tuple(
        u.model_copy(
            update={
                "terminals": tuple(
                    t.model_copy(update={"mac": mac if t.name == leaf.node else None}) for t in u.terminals
                )
            }
        )
        if u.id == unit.id
        else u
        for u in COUNTY.units
    )
    county = COUNTY.model_copy(update={"units": units})
    plain = evidence(county)
    there = seeing(plain, port.node, Sighting(port.port, mac, "arp", address="10.0.0.9"))
    assert next(f for f in compare(county, there).cables if f.cable == cable.id).state is CableState.CONFIRMED
    elsewhere = next(d for d in county.devices if d.name != port.node and d.unit is not None)
    moved = seeing(plain, elsewhere.name, Sighting(elsewhere.ports[0], mac, "fdb"))
    other = [f for f in compare(county, moved).cables if str(f.a.end) == f"{elsewhere.name}:{elsewhere.ports[0]}"
             or str(f.b.end) == f"{elsewhere.name}:{elsewhere.ports[0]}"]  # fmt: skip
    assert all(f.state is CableState.DIFFERENT for f in other if {f.a.end.node, f.b.end.node} & TERMINALS.keys())
    assert next(f for f in compare(county, moved).cables if f.cable == cable.id).state is not CableState.CONFIRMED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gi0/1", "GigabitEthernet0/1"),
        ("GE0/0/1", "GigabitEthernet0/0/1"),
        ("XGE1/0/1", "XGigabitEthernet1/0/1"),
        ("Te1/1", "TenGigabitEthernet 1/1"),
        ("Ten-GigabitEthernet1/0/1", "XGE1/0/1"),
        ("gei-0/2/0/1", "GE0/2/0/1"),
        ("Eth-Trunk4", "eth-trunk4"),
        ("Po1", "Port-channel1"),
    ],
)
def test_names_of_one_port(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Gi0/1", "Gi0/11"), ("Gi0/1", "Te0/1"), ("p01", "p1"), ("x-core1", "x-core2")]
)
def test_names_of_two_ports(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@settings(max_examples=30)
@given(st.lists(st.sampled_from(range(len(BETWEEN))), min_size=2, max_size=2, unique=True), st.booleans())
def test_whatever_two_cables_are_exchanged_just_these_are_named(pair: list[int], heard_once: bool) -> None:
    """Unless both lead to the same two devices by ports that nobody names, which cannot be here."""
    one, other = BETWEEN[pair[0]].id, BETWEEN[pair[1]].id
    found = compare(COUNTY, evidence(COUNTY, swapped(COUNTY, one, other), by_name if heard_once else nameless))
    assert {c for c, s in states(found).items() if s is not CableState.CONFIRMED} == {one, other}
    assert chassis(COUNTY, COUNTY.devices[0].name) != address(COUNTY, BETWEEN[0].a)
