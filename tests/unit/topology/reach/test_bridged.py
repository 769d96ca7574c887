"""A terminal on two nets exposes what its unit may and nothing else; where a guard is gone, it says what more."""

import re
from collections.abc import Mapping
from ipaddress import IPv4Address

import pytest

from countynet.errors import BadInput
from inventory.intent import intent
from inventory.model import County
from inventory.subset import only_units
from tests.unit.inventory.conftest import secrets
from tests.unit.topology.reach.planted import CORES, FIREWALLS, LANS, SERVERS, Configs, each, first, without
from topology.reach.bridged import Bridged, bridged, nets
from topology.reach.engine import Engine
from topology.reach.judge import Judge, Prover
from topology.reach.network import network
from topology.reach.show_bridged import bridged_lines
from topology.reach.space import PROTOCOLS, Packet, Space
from topology.reach.walk import reaches

UNITS = ("u001", "u003", "u007", "u030", "u031")


@pytest.fixture(scope="module")
def small(county: County) -> County:
    return only_units(county, UNITS)


@pytest.fixture(scope="module")
def smaller(small: County) -> Configs:
    return intent(small, secrets)


def look(county: County, configs: Configs, *units: str, unparsed: Mapping[str, list[str]] | None = None) -> Bridged:
    judge: Judge = Prover(county, configs, unparsed or {}).judge()
    return bridged(county, judge, judge.rows(), units)


def packet_of(text: str) -> Packet:
    match = re.fullmatch(r"(\S+) ([\d.]+)(?::(\d+))? > ([\d.]+)(?::(\d+))?( ack)?( echo-request)?", text)
    assert match, text
    ports = int(match[5] or 0), int(match[3] or 0)
    numbers = IPv4Address(match[2]), IPv4Address(match[4]), PROTOCOLS[match[1]]
    return Packet(*numbers, *ports, bool(match[7]), bool(match[6]))


def test_the_internet_gets_what_the_unit_may_and_nothing_else(small: County, smaller: Configs) -> None:
    found = look(small, smaller, "u001")
    assert found.good
    assert {(e.source, e.target): e.rules for e in found.exposed} == {
        ("zone:internet", "zone:server"): ("units-server",),
        ("zone:internet", "zone:public"): ("units-public",),
        ("zone:internet", "devices"): (),
    }
    assert (found.comes, found.lines) == ((), ())


def test_each_packet_goes_through_or_ends_as_it_says(small: County, smaller: Configs) -> None:
    found = look(small, smaller, "u030", "u007")
    engine = Engine(network(small, smaller), Space())
    for exposed in found.exposed:
        assert reaches(engine, exposed.through, exposed.target, packet_of(exposed.packet)), exposed
    assert {guard.stranger for guard in found.guards} == {True, False}
    for guard in found.guards:
        assert not reaches(engine, guard.through, guard.targets[0], packet_of(guard.packet)), guard
        assert guard.path[-1].action == "drop"


def test_the_guards_of_a_unit_are_its_cpe_and_the_firewall(small: County, smaller: Configs) -> None:
    found = look(small, smaller, "u001")
    ends = {(g.path[-1].device, g.path[-1].rule) for g in found.guards if not g.stranger}
    assert ends == {("cpe-001", "unit-to-unit"), ("cpe-001", "unit-to-network"), ("fw-1", "")}
    strangers = [g for g in found.guards if g.stranger]
    assert {g.path[-1].device for g in strangers} == {"cpe-001"}, "his own address ends at the first device"


def test_where_the_cpe_lets_any_address_out_the_next_guard_is_named(small: County, smaller: Configs) -> None:
    found = look(small, each(["cpe-001"], "forward", first())(smaller), "u001")
    strangers = {target: g.path[-1].device for g in found.guards if g.stranger for target in g.targets}
    assert strangers["zone:server"] in CORES


def test_a_hole_of_the_unit_is_exposed_beyond_the_policy(small: County, smaller: Configs) -> None:
    wide = first(sources=LANS, destinations=SERVERS, in_interfaces=("core0", "core1"))
    found = look(small, each(FIREWALLS, "forward", wide)(smaller), "u001")
    assert not found.good
    assert {e.target for e in found.exposed if e.beyond} == {"zone:server"}


def test_what_may_come_to_the_unit_leaves_by_the_terminal(small: County, smaller: Configs) -> None:
    opened = each(FIREWALLS, "forward", first(destinations=LANS, in_interfaces=("srv0",)))(smaller)
    found = look(small, each(["cpe-001"], "forward", first(destinations=LANS))(opened), "u001")
    assert found.comes == ("zone:server",)
    assert not found.good


def test_a_line_that_nobody_understood_leaves_it_unsure(small: County, smaller: Configs) -> None:
    found = look(small, smaller, "u001", unparsed={"cpe-001": ["12: strange"]})
    assert found.lines == ("cpe-001: 12: strange",)
    assert not found.good


def test_a_unit_of_more_rights_lends_them(small: County, smaller: Configs) -> None:
    less = each(FIREWALLS, "forward", without("units-server"))
    assert "zone:server" not in {e.target for e in look(small, less(smaller), "u001").exposed}


def test_no_such_unit_is_refused(small: County) -> None:
    with pytest.raises(BadInput):
        nets(small, ["u001", "u999"])


def test_it_is_said_in_lines(small: County, smaller: Configs) -> None:
    text = "\n".join(bridged_lines(look(small, smaller, "u001")))
    assert "unit:u001, zone:internet" in text
    assert "units-server" in text
    assert "unit-to-unit" in text
