"""The probes of the example county: few, one for every class, each with what the proof says of it."""

from collections import defaultdict
from ipaddress import IPv4Address, IPv4Network

import pytest

from inventory import subset
from inventory.deviceconfig import DeviceConfig, FilterRule, SwitchPort
from inventory.intent import intent
from inventory.intent.placeholders import placeholders
from inventory.model import County
from topology.confirm.classes.candidates import Candidates
from topology.confirm.classes.claims import Claim, Probe
from topology.confirm.classes.derive import Derived, derive
from topology.confirm.classes.elements import Meaning, kind, pairs, roles
from topology.confirm.classes.posts import gates, posts
from topology.reach.allowed import Allowed
from topology.reach.arrivals import Arrivals
from topology.reach.engine import Engine
from topology.reach.family import is_six
from topology.reach.network import DEVICES, network
from topology.reach.space import PROTOCOLS, Space

PLANTED = FilterRule(action="accept", name="planted", in_interfaces=("lan0",))


def _configs(county: County) -> dict[str, DeviceConfig]:
    return intent(county, placeholders())


def _opened(configs: dict[str, DeviceConfig], device: str, hook: str) -> dict[str, DeviceConfig]:
    """Return configurations where a device lets its unit through a hook."""
    chains = tuple(
        chain.model_copy(update={"rules": (PLANTED, *chain.rules)}) if chain.hook == hook else chain
        for chain in configs[device].filters
    )
    return {**configs, device: configs[device].model_copy(update={"filters": chains})}


def test_fewer_than_a_thousand_packets_cover_every_class(derived: Derived) -> None:
    assert len(derived.probes) < 1000
    assert derived.classes > len(derived.probes)
    assert derived.silent == ()


def test_every_unit_is_tried_both_ways_and_reaches_what_it_may(county: County, derived: Derived) -> None:
    sent, meant = defaultdict[str, set[Claim]](set), defaultdict[str, set[Claim]](set)
    for probe in derived.probes:
        sent[probe.source].add(probe.claim)
        for unit in county.units:
            if probe.packet.target in unit.lan:
                meant[f"unit:{unit.id}"].add(probe.claim)
    units = [f"unit:{unit.id}" for unit in county.units]
    assert all(sent[unit] >= {Claim.ARRIVES, Claim.DROPPED} for unit in units)
    assert all(Claim.DROPPED in meant[unit] for unit in units)


def test_every_rule_of_a_units_own_router_that_a_packet_can_meet_is_tried(county: County, derived: Derived) -> None:
    tried = {(s.device, s.hook, s.rule) for p in derived.probes for b in p.branches for s in b.steps[:1]}
    wanted = [("forward", "unit-to-unit"), ("forward", "unit-to-network"), ("forward", ""), ("input", ""),
              ("input", "lan-gateway"), ("forward", "lan-out")]  # fmt: skip
    missing = [(cpe.name, *rule) for cpe in county.cpe_by_unit.values() for rule in wanted]
    assert [one for one in missing if one not in tried] == []


def test_every_place_but_the_operators_asks_who_shares_its_segment(county: County, derived: Derived) -> None:
    asked = [probe.source for probe in derived.probes if probe.wide is not None and not is_six(probe.packet.source)]
    assert sorted(asked) == sorted(set(derived.engine.network.places) - {"operator"})
    assert {probe.wide for probe in derived.probes if probe.wide is not None} == {frozenset()}


def test_ipv6_is_tried_at_every_kind_of_place_and_on_its_segment(derived: Derived) -> None:
    """The example tells devices no IPv6: it gets into no device and past none, and this few packets say."""
    six = [probe for probe in derived.probes if is_six(probe.packet.source)]
    kinds = {kind(place) for place in derived.engine.network.places}
    assert {kind(probe.source) for probe in six if probe.wide is not None} == kinds - {"operator"}
    ends = {(kind(p.source), step.hook, step.rule, step.action) for p in six for b in p.branches for step in b.steps}
    assert ends == {(one, hook, "", "drop") for one in kinds for hook in ("input", "")}, "no rule lets it in or by"
    assert len(derived.probes) < 1000


def test_two_places_on_one_segment_have_to_see_each_other(county: County) -> None:
    small = subset(county, 4)
    configs = _configs(small)
    port = next(c.b if c.b.node == "sw-dc" else c.a for c in small.cables if "city-1" in (c.a.node, c.b.node)).port
    items = tuple(
        item.model_copy(update={"switchport": SwitchPort(mode="access", access=40)}) if item.name == port else item
        for item in configs["sw-dc"].interfaces
    )
    configs["sw-dc"] = configs["sw-dc"].model_copy(update={"interfaces": items})
    found = derive(small, configs, 7)
    assert {p.source: p.wide for p in found.probes if p.wide} == {"zone:internet": frozenset({"zone:city"})}
    assert found.silent == ("zone:city",), "its own router is not there"


def test_all_protocols_are_sent(derived: Derived) -> None:
    assert {probe.packet.protocol for probe in derived.probes} == set(PROTOCOLS.values())


def test_what_the_interpreter_says_of_each_packet_is_what_the_engine_says(derived: Derived) -> None:
    engine, arrivals = derived.engine, dict[str, Arrivals]()
    for probe in derived.probes:
        if probe.wide is not None:
            continue
        if probe.source not in arrivals:
            arrivals[probe.source] = engine.run(probe.source)
        if probe.claim is Claim.ARRIVES and not _published(engine, probe):
            for place in probe.arrives_at:
                assert engine.space.holds(arrivals[probe.source].at[place], probe.packet), probe
        if (
            probe.claim is Claim.DROPPED
            and probe.source != DEVICES
            and len(probe.gate.devices) == _entries(engine, probe.source)
        ):
            found = [p for p, s in arrivals[probe.source].at.items() if engine.space.holds(s, probe.packet)]
            assert found == [], probe


def _entries(engine: Engine, place: str) -> int:
    return len({routed.device for domain in engine.network.places[place] for routed in domain.routed})


def _published(engine: Engine, probe: Probe) -> bool:
    """Return whether a packet is for an address that is translated: the engine notes it as it is then."""
    rules = [rule for config in engine.network.configs.values() for rule in config.nat]
    return any(probe.packet.target in network for rule in rules for network in rule.destinations)


def test_each_can_be_sent_by_the_post_that_it_is_given_to(derived: Derived) -> None:
    configs = derived.engine.network.configs.values()
    own = {a.ip for config in configs for item in config.interfaces for a in item.addresses}
    for probe in derived.probes:
        assert probe.gate.via in probe.gate.post.computer.address.network
        if probe.source == DEVICES:
            assert probe.packet.source == probe.gate.post.address
        else:
            assert probe.packet.source not in own, "no router takes a packet from its own address"
        assert not probe.packet.source.is_multicast
        assert probe.packet.source not in IPv4Network("0.0.0.0/8")


def test_a_packet_of_a_zone_is_handed_to_its_master_and_to_each_of_the_pair(derived: Derived) -> None:
    used = {(str(p.gate.via), p.gate.devices) for p in derived.probes if p.source == "zone:city"}
    assert used == {
        ("10.200.0.2", frozenset({"fw-1", "fw-2"})),
        ("10.200.0.3", frozenset({"fw-1"})),
        ("10.200.0.4", frozenset({"fw-2"})),
    }


def test_devices_send_what_they_may_and_what_not(derived: Derived) -> None:
    sent = [probe for probe in derived.probes if probe.source == DEVICES]
    assert {Claim.ARRIVES, Claim.DROPPED} <= {probe.claim for probe in sent}
    logs = [p for p in sent if "zone:server" in p.arrives_at and p.packet.protocol == 17]
    assert any(p.gate.post.node.startswith("cpe-") for p in logs)
    assert {p.branches[0].steps[0].device for p in sent} == {p.gate.post.node for p in sent}


def test_another_run_asks_the_same_from_other_ports(county: County) -> None:
    small = subset(county, 4)
    one, other = (derive(small, _configs(small), run) for run in (7, 8))
    assert (one.classes, len(one.probes)) == (other.classes, len(other.probes))
    ports = [{p.packet.from_port for p in d.probes if p.packet.protocol in (6, 17)} for d in (one, other)]
    assert ports[0] != ports[1]


@pytest.mark.parametrize(("hook", "target"), [("input", DEVICES), ("forward", "operator")])
def test_what_the_proof_finds_open_is_among_the_probes(county: County, hook: str, target: str) -> None:
    small = subset(county, 6)
    configs = _opened(_configs(small), "cpe-025", hook)
    engine = Engine(network(small, configs), Space())
    made = Candidates(small, engine, Allowed(small, engine.network, engine.space), posts(small), 9)
    candidates = [*made.all()]
    meaning = Meaning(engine.network, roles(small), pairs(engine.network))
    (found,) = [one for one in candidates if one.opens == ("unit:u025", target)]
    assert ("open", "unit:u025", target) in meaning.elements(found.probe, found.opens)
    assert [(s.device, s.rule) for s in found.probe.branches[0].steps] == [("cpe-025", "planted")]


def test_a_place_without_a_computer_is_named(county: County) -> None:
    small = subset(county, 4)
    mute = small.model_copy(update={"hosts": tuple(h for h in small.hosts if h.zone.value != "city")})
    assert "zone:city" not in posts(mute)


def test_the_operators_net_has_a_gate_for_each_line(county: County) -> None:
    small = subset(county, 6)
    found = gates(network(small, _configs(small)), "operator", posts(small)["operator"])
    assert {(g.post.node, str(g.via)) for g in found} == {
        ("operator:hub0", "198.51.100.2"), ("operator:d025", "100.64.25.2"), ("operator:d026", "100.64.26.2"),
        ("operator:d027", "100.64.27.2"), ("operator:d029", "100.64.29.2"),
    }  # fmt: skip
    assert all(g.post.address != IPv4Address(g.via) for g in found)


def test_where_no_router_is_known_nothing_can_be_sent(county: County) -> None:
    small = subset(county, 4)
    configs = _configs(small)
    del configs["cpe-001"]
    found = derive(small, configs, 7)
    assert found.silent == ("unit:u001",)
    assert derive(small, {}, 7).probes == ()


def test_no_packet_has_the_other_familys_icmp(derived: Derived) -> None:
    """Userspace IPsec looks into packets and drops one of IPv4 that says it is ICMPv6: no class of the proof's."""
    said = {(is_six(probe.packet.source), probe.packet.protocol) for probe in derived.probes}
    assert {(False, PROTOCOLS["icmpv6"]), (True, PROTOCOLS["icmp"])} & said == set()
