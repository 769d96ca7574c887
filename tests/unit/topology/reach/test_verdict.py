"""The example county is proven; every planted hole is found with a packet that goes through, no harmless change is."""

import re
from ipaddress import IPv4Address

import pytest

from inventory.deviceconfig import DeviceConfig
from inventory.intent import intent
from inventory.model import County
from inventory.subset import only_units
from tests.unit.inventory.mixed_county import secrets
from tests.unit.topology.reach.planted import (
    FIREWALLS,
    HARMLESS,
    HOLES,
    INSIDE,
    LANS,
    SERVERS,
    STEERED,
    by_cost,
    each,
    first,
    without,
)
from topology.reach.engine import Engine
from topology.reach.judge import Prover
from topology.reach.network import network
from topology.reach.space import PROTOCOLS, Packet, Space
from topology.reach.verdict import Finding, Proof, Verdict, prove
from topology.reach.walk import Step, reaches, walk

Configs = dict[str, DeviceConfig]
UNITS = ("u001", "u002", "u003", "u007", "u025", "u030", "u031", "u060")


@pytest.fixture(scope="module")
def small(county: County) -> County:
    """Return the county with few units: every kind of line, and both sides of every hole."""
    return only_units(county, UNITS)


@pytest.fixture(scope="module")
def smaller(small: County) -> Configs:
    return intent(small, secrets)


@pytest.fixture(scope="module")
def before(small: County, smaller: Configs) -> Engine:
    return Engine(network(small, smaller), Space())


def test_every_pair_of_the_example_is_isolated_or_only_as_allowed(proof: Proof) -> None:
    assert proof.findings == ()
    assert proof.places[-1] == "devices"
    assert len(proof.verdicts) == len(proof.places) * (len(proof.places) - 1) + 1, "devices send to each other, too"
    assert proof.verdicts["unit:u001 > unit:u002"] is Verdict.ISOLATED
    assert proof.verdicts["unit:u001 > zone:server"] is Verdict.ALLOWED
    assert proof.verdicts["zone:internet > zone:server"] is Verdict.ISOLATED


def _packet(text: str) -> Packet:
    """Return a packet from its words."""
    match = re.fullmatch(r"(?:protocol )?(\S+) ([\d.]+)(?::(\d+))? > ([\d.]+)(?::(\d+))?( ack)?( echo-request)?", text)
    assert match, text
    number = PROTOCOLS.get(match[1]) or int(match[1])
    ports = int(match[5] or 0), int(match[3] or 0)
    return Packet(IPv4Address(match[2]), IPv4Address(match[4]), number, *ports, bool(match[7]), bool(match[6]))


@pytest.mark.parametrize("name", [*HOLES, *STEERED])
def test_a_planted_hole_is_found_with_a_packet_that_goes_through(
    small: County, smaller: Configs, before: Engine, name: str
) -> None:
    planted, source, target = (HOLES | STEERED)[name]
    changed = planted(smaller)
    proof = prove(small, changed)
    found = next(f for f in proof.findings if {f.source, f.target} == {source, target} and f.verdict is Verdict.OPEN)
    if found.shared:
        return
    assert (found.source, found.target) == (source, target)
    assert found.path[-1].action == "accept"
    assert _goes(Engine(network(small, changed), Space()), found)
    assert not _goes(before, found), "it went through before"


def _goes(engine: Engine, found: Finding) -> bool:
    packet = _packet(found.packet)
    return reaches(engine, found.source, found.target, packet) or any(
        step.action == "accept" and step.rule == "planted" for step in _translated(engine, found, packet)
    )


def _translated(engine: Engine, found: Finding, packet: Packet) -> tuple[Step, ...]:
    steps = walk(engine, found.source, found.target, packet)
    return steps if steps and steps[-1].action == "accept" else ()


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_change_is_not_named(small: County, smaller: Configs, name: str) -> None:
    assert prove(small, HARMLESS[name](smaller)).findings == ()


def test_a_line_that_nobody_understands_makes_its_pairs_unknown(small: County, smaller: Configs) -> None:
    proof = prove(small, smaller, {"cpe-001": ["12: strange"]})
    assert proof.verdicts["unit:u001 > unit:u002"] is Verdict.UNKNOWN
    assert proof.verdicts["unit:u003 > zone:server"] is not Verdict.UNKNOWN
    assert any("cpe-001: 12: strange" in finding.lines for finding in proof.findings)


def test_a_device_without_a_configuration_makes_everything_unknown(small: County, smaller: Configs) -> None:
    proof = prove(small, {name: config for name, config in smaller.items() if name != "cpe-060"})
    assert proof.count(Verdict.ISOLATED) == proof.count(Verdict.BLOCKED) == 0
    assert proof.count(Verdict.UNKNOWN) > 0


def test_a_hole_that_only_a_failure_opens_is_found_without_what_failed(small: County, smaller: Configs) -> None:
    wide = first(sources=LANS, destinations=SERVERS, in_interfaces=INSIDE)
    changed = each(["fw-2"], "forward", wide)(smaller)
    assert prove(small, changed).findings == ()
    opened = [f for f in prove(small, changed, down=["fw-1"]).findings if f.verdict is Verdict.OPEN]
    assert ("unit:u001", "zone:server") in {(f.source, f.target) for f in opened}


def test_a_dead_aggregation_cuts_off_its_units_and_nobody_else(county: County, configs: Configs) -> None:
    proof = prove(county, configs, down=["agg-1"])
    cut = {f.source for f in proof.findings if f.source.startswith("unit:")}
    assert 0 < len(cut) < 24
    assert {f.verdict for f in proof.findings} == {Verdict.BLOCKED}, "nothing opens"


@pytest.fixture(scope="module")
def prover(county: County, configs: Configs) -> Prover:
    return Prover(county, configs, {})


@pytest.mark.parametrize(
    "down",
    ["fw-1", "cable-fw-1-srv0", "cable-fw-1-inet0", "cable-agg-1-up1", "cable-core-2-vpn-hub"],
)
def test_no_failure_that_leaves_a_way_loses_a_pair(prover: Prover, down: str) -> None:
    """First packets and answers move to the other firewall or core together, and devices cut off inside are reached."""
    assert prover.without([down]).findings == ()


@pytest.mark.parametrize("down", ["core-1", "core-2", "cable-core-1-fw-1"])
def test_a_firewall_cut_off_inside_loses_its_own_answers_of_the_servers_and_nobody_else_anything(
    prover: Prover, configs: Configs, down: str
) -> None:
    """It asks on the segment itself from its management address; who is to answer has no such session."""
    (found,) = prover.without([down]).findings
    assert (found.source, found.target, found.verdict, found.answer) == (
        "devices",
        "zone:server",
        Verdict.BLOCKED,
        True,
    )
    own = {str(configs[name].source) for name in ("fw-1", "fw-2")}
    assert found.packet is not None
    assert str(found.packet).split(" > ")[1].rsplit(":", 1)[0] in own


def test_cores_that_lose_each_other_lose_management_behind_the_second_alone(prover: Prover) -> None:
    found = prover.without(["cable-core-1-core-2"]).findings
    assert {(f.source, f.target) for f in found} == {("zone:management", "devices"), ("devices", "zone:server")}


def test_where_routes_do_not_follow_the_master_a_lost_leg_loses_answers(small: County) -> None:
    """First packets go to the first firewall by cost, answers to the second: no session is there."""
    found = prove(small, intent(by_cost(small), secrets), down=["cable-fw-1-city0"])
    lost = [f for f in found.findings if f.verdict is Verdict.BLOCKED and f.answer]
    assert ("unit:u001", "zone:server") in {(f.source, f.target) for f in lost}
    assert {f.path[-1].device for f in lost if f.source.startswith("unit:")} == {"fw-2"}


def test_what_the_policy_allows_and_a_rule_drops_is_blocked(small: County, smaller: Configs) -> None:
    proof = prove(small, each(FIREWALLS, "forward", without("portal-city"))(smaller))
    found = [(f.source, f.target, f.verdict) for f in proof.findings]
    assert found == [("zone:server", "zone:city", Verdict.BLOCKED)]
    assert proof.findings[0].path[-1].action == "drop"
