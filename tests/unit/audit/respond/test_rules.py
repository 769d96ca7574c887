"""What must not be cut for a finding, and what else would be: named, and named back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from audit.terminals.model import Confidence, Evidence, Finding, Kind
from audit.terminals.respond import edits, rules
from audit.terminals.respond.model import How
from countynet.errors import Conflict, Problem
from countynet.surroundings import Table
from countynet.vocabulary import Severity
from inventory.model import Cable, Confinement, County, Endpoint, HeldPort
from inventory.record import Drop, Put
from tests.unit.topology.small_county import small_county

STRANGER, OTHER = "02:00:00:00:00:99", "02:00:00:00:00:98"


def county() -> County:
    found = small_county()
    plan = found.plan.model_copy(update={"confinement": Confinement(vlan=3900, prefix="172.30.0.0/23")})
    return found.model_copy(update={"plan": plan})


def finding(device: str = "cpe-001", port: str = "lan0", mac: str = STRANGER, unit: str = "u001") -> Finding:
    seen = Evidence(Table.FDB, device, port, "seen", mac=mac)
    return Finding(
        Kind.UNKNOWN, device, port, "x", "y", Severity.MAJOR, Confidence.CERTAIN, (seen,), unit=unit, mac=mac, number=7
    )


def refused(about: Finding, how: How, cut: Sequence[str] = (), also: Sequence[str] = ()) -> list[Problem]:
    return list(rules.refused(county(), about, how, "nobody knows it", cut, also))


def test_who_else_is_at_the_port_is_named_by_the_inventory_and_by_what_was_seen() -> None:
    beside = finding(mac=OTHER)
    elsewhere = finding(device="cpe-002", mac="02:00:00:00:00:97")
    assert rules.also_cut(county(), finding(), [finding(), beside, elsewhere]) == ("pc-001", OTHER)
    assert rules.also_cut(county(), finding(port="lan1"), []) == ()
    own = replace(finding(), kind=Kind.MOVED, terminal="pc-001")
    assert rules.also_cut(county(), own, []) == ()


@pytest.mark.parametrize("how", [How.QUARANTINE, How.PORT_DOWN])
def test_others_are_cut_only_when_they_are_named_and_nobody_is_named_who_is_not_there(how: How) -> None:
    (problem,) = refused(finding(), how, ("pc-001", OTHER), (OTHER,))
    assert problem.values["names"] == "pc-001"
    assert not refused(finding(), how, ("pc-001",), ("pc-001",))
    (problem,) = refused(finding(port="lan1"), how, (), ("pc-002",))
    assert problem.values["names"] == "pc-002"


@pytest.mark.parametrize(("device", "port"), [("cpe-001", "wan0"), ("cpe-025", "dsl0")])
def test_the_way_to_a_device_is_never_held_and_the_unit_behind_it_is_named(device: str, port: str) -> None:
    (problem,) = refused(finding(device, port), How.PORT_DOWN)
    assert problem.values["units"] == f"u{device[4:]}"


def test_the_uplink_of_a_switch_is_never_held_and_all_units_behind_it_are_named() -> None:
    found = county()
    switch = next(d for d in found.devices if d.role.value == "building")
    ends = [end for c in found.cables for end in (c.a, c.b) if end.node == switch.name]
    for end in ends:
        (problem,) = refused(finding(switch.name, end.port), How.QUARANTINE)
        assert "u001" in str(problem.values["units"])


def test_a_port_that_there_is_not_no_reason_and_a_warning_to_nobody_are_refused() -> None:
    assert refused(finding(port="lan9"), How.PORT_DOWN)
    assert list(rules.refused(county(), finding(port="lan1"), How.PORT_DOWN, " x ", (), ()))
    assert refused(finding(unit=""), How.WARN)
    assert not refused(finding(port="wan0"), How.WARN)
    plain = small_county()
    assert list(rules.refused(plain, finding(port="lan1"), How.QUARANTINE, "nobody knows it", (), ()))


def test_a_port_is_held_once_by_one_entry_and_released_by_dropping_it() -> None:
    name, (made,) = edits.hold(county(), finding(), How.PORT_DOWN, "why", "amy", date(2026, 11, 26), 3)
    assert isinstance(made, Put)
    held = HeldPort.model_validate({k: v for k, v in made.item.items() if v is not None})
    assert (held.id, held.how, held.finding, held.emergency) == (name, "down", 7, 3)
    there = county().model_copy(update={"held_ports": (held,)})
    with pytest.raises(Conflict):
        edits.hold(there, finding(mac=OTHER), How.QUARANTINE, "why", "amy", date(2026, 11, 26), None)
    assert edits.release(there, name) == (Drop("held_ports", name),)
    assert edits.release(county(), name) == ()


def test_a_cable_to_another_device_on_a_lan_port_is_an_uplink_too() -> None:
    cable = Cable(
        id="odd", a=Endpoint(node="cpe-001", port="lan1"), b=Endpoint(node="cpe-002", port="lan1"), kind="copper"
    )
    odd = county().model_copy(update={"cables": (*county().cables, cable)})
    assert list(rules.refused(odd, finding(port="lan1"), How.PORT_DOWN, "nobody knows it", (), ()))
