"""IPv6 as packets of the proof: gaps are found with a packet, what reaches its own segment only is none."""

from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Interface, IPv6Network

import pytest

from inventory import subset
from inventory.deviceconfig import DeviceConfig, FilterRule, NatRule, PacketFilter, StaticRoute6
from inventory.model import County
from tests.unit.topology.reach.planted import change, each, first, interface
from topology.reach.bridged import bridged_by_both
from topology.reach.change import Differ, State
from topology.reach.family import V4, V6, seen
from topology.reach.findings import Finding, Proof, Verdict
from topology.reach.fragments import leaks
from topology.reach.grid.prover import GridProver
from topology.reach.judge import Prover
from topology.reach.verdict import prove

Configs = dict[str, DeviceConfig]
ONE, TWO, CORE = "cpe-001", "cpe-002", "core-1"
U1, U2 = "unit:u001", "unit:u002"
THREE = (ONE, TWO, CORE)
ALL6 = IPv6Network("2001:db8::/32")


@pytest.fixture(scope="module")
def small(county: County) -> County:
    """Two units on fiber whose CPEs stand at the first core, and four on ADSL."""
    return subset(county, 6)


@pytest.fixture(scope="module")
def few(small: County, configs: Configs) -> Configs:
    return {device.name: configs[device.name] for device in small.devices}


def addressed(configs: Configs, device: str, name: str, address: str) -> Configs:
    return interface(configs, device, name, addresses6=(IPv6Interface(address),))


def routed(configs: Configs, device: str, *routes: tuple[str, str]) -> Configs:
    found = tuple(StaticRoute6(prefix=IPv6Network(to), next_hop=IPv6Address(by)) for to, by in routes)
    return change(configs, device, forwarding6=True, routes6=found)


def routing(configs: Configs) -> Configs:
    """Give both CPEs and their core IPv6 addresses and routes; what their filters say stands."""
    for number, cpe in ((1, ONE), (2, TWO)):
        configs = addressed(configs, cpe, "lan0", f"2001:db8:{number}::1/64")
        configs = addressed(configs, cpe, "wan0", f"2001:db8:ff{number}::2/64")
        configs = addressed(configs, CORE, f"v10{number}", f"2001:db8:ff{number}::1/64")
        configs = routed(configs, cpe, ("::/0", f"2001:db8:ff{number}::1"))
    return routed(configs, CORE, *((f"2001:db8:{n}::/64", f"2001:db8:ff{n}::2") for n in (1, 2)))


def gap(configs: Configs) -> Configs:
    return each([*THREE], "forward", first(name="six", sources6=(ALL6,)))(routing(configs))


def access_lists(county: County, *devices: str) -> County:
    """Return the county with devices of a platform whose access lists judge IPv4 alone."""
    found = [d.model_copy(update={"platform": "cisco_ios"}) if d.name in devices else d for d in county.devices]
    return County(**{name: getattr(county, name) for name in County.model_fields} | {"devices": tuple(found)})


def six(proof: Proof) -> list[Finding]:
    return [f for f in proof.findings if f.family == "ipv6"]


def test_an_ipv6_gap_is_found_with_a_packet_and_its_way(small: County, few: Configs) -> None:
    proof = prove(small, gap(few))
    assert proof.verdicts[f"{U1} > {U2}"] is Verdict.OPEN
    found = next(f for f in six(proof) if (f.source, f.target) == (U1, U2))
    assert "2001:db8:" in found.packet
    assert [step.device for step in found.path] == [ONE, CORE, TWO]
    assert {step.rule for step in found.path} == {"six"}
    before = prove(small, few)
    assert [f for f in proof.findings if f.family == "ipv4"] == [*before.findings], "IPv4 is as it was"
    assert proof.families["ipv4"] == before.families["ipv4"]
    assert before.families["ipv6"].get(Verdict.OPEN, 0) == 0
    assert proof.families["ipv6"][Verdict.OPEN] > 0


def test_filters_of_both_families_hold_ipv6_back_and_access_lists_of_ipv4_let_it_by(
    small: County, few: Configs
) -> None:
    """The same routing, once on nftables' `inet`, once on a platform whose lists are of IPv4."""
    assert six(prove(small, routing(few))) == []
    vendors = access_lists(small, *THREE)
    found = [f for f in six(prove(vendors, routing(few))) if (f.source, f.target) == (U1, U2)]
    assert [[step.hook for step in f.path] for f in found] == [["", "", ""]], "no filter is asked on its way"
    held = PacketFilter(hook="forward", default="drop", stateless=True)
    closed = change(routing(few), CORE, filters6=(held,))
    assert [f for f in six(prove(vendors, closed)) if (f.source, f.target) == (U1, U2)] == []


def test_without_a_route_ipv6_gets_no_further_than_connected_networks(small: County, few: Configs) -> None:
    found = prove(small, change(gap(few), CORE, routes6=()))
    assert {(f.source, f.target) for f in six(found)} & {(U1, U2), (U2, U1)} == set()
    silent = change(gap(few), CORE, forwarding6=False)
    assert {(f.source, f.target) for f in six(prove(small, silent))} & {(U1, U2), (U2, U1)} == set()


def test_whoever_sends_claims_any_source_and_forwarding_needs_no_address_of_his(small: County, few: Configs) -> None:
    rule = first(name="forged", sources6=(IPv6Network("2001:db8:abcd::/48"),))
    found = next(f for f in six(prove(small, each([*THREE], "forward", rule)(routing(few)))) if f.target == U2)
    assert "2001:db8:abcd:" in found.packet


def test_a_link_local_source_is_forwarded_by_nobody(small: County, few: Configs) -> None:
    rule = first(name="local", sources6=(IPv6Network("fe80::/10"),))
    assert six(prove(small, each([*THREE], "forward", rule)(routing(few)))) == []


def test_a_link_local_next_hop_is_whoever_stands_there(small: County, few: Configs) -> None:
    hop = StaticRoute6(prefix=IPv6Network("::/0"), next_hop=IPv6Address("fe80::1"), interface="wan0")
    configs = change(gap(few), ONE, routes6=(hop,))
    found = next(f for f in six(prove(small, configs)) if (f.source, f.target) == (U1, U2))
    assert [step.device for step in found.path] == [ONE, CORE, TWO]


def test_what_a_device_takes_of_ipv6_is_open_to_its_own_segment_only(small: County, few: Configs) -> None:
    """Link-local addresses and multicast: no neighbour further on gets at them."""
    ping = first(name="ping", protocol="icmpv6", icmp_echo_only=True, in_interfaces=("lan0",))
    found = six(prove(small, each([ONE], "input", ping)(few)))
    assert [(f.source, f.target, f.verdict) for f in found] == [(U1, "devices", Verdict.OPEN)]
    assert found[0].packet.startswith("icmpv6 ")
    assert found[0].packet.endswith("echo-request")


def test_a_port_of_a_linux_switch_takes_ipv6_by_itself(small: County, few: Configs) -> None:
    """The kernel sees what Open vSwitch takes from a port, and has a link-local address there."""
    cable = next(c for c in small.cables if "srv-infra" in (c.a.node, c.b.node))
    port = cable.b.port if cable.a.node == "srv-infra" else cable.a.port
    ping = first(name="ping", protocol="icmpv6", icmp_echo_only=True, in_interfaces=(port,))
    found = six(prove(small, each(["sw-dc"], "input", ping)(few)))
    assert [(f.source, f.target) for f in found] == [("zone:server", "devices"), ("devices", "devices")]
    assert found[0].path[0].into == port


def test_a_router_takes_the_anycast_address_of_its_link_from_afar(small: County, few: Configs) -> None:
    """RFC 4291, 2.6.1; a host may have it as well."""
    to = IPv6Network("2001:db8:2::/128")
    configs = each([*THREE], "forward", first(name="six", destinations6=(to,)))(routing(few))
    configs = each([TWO], "input", first(name="any-router", destinations6=(to,)))(configs)
    found = {(f.source, f.target) for f in six(prove(small, configs))}
    assert {(U1, "devices"), (U1, U2)} <= found


def neighbours(configs: Configs) -> Configs:
    return each([*THREE], "input", first(name="nd", protocol="icmpv6", discovery_only=True))(configs)


HARMLESS: dict[str, Callable[[Configs], Configs]] = {
    "an address on one leg, forwarding off": lambda c: addressed(c, ONE, "lan0", "2001:db8:1::1/64"),
    "forwarding without an address": lambda c: change(c, CORE, forwarding6=True),
    "neighbour discovery": neighbours,
    "addresses, routes and filters of both families": lambda c: neighbours(routing(c)),
    "a deny of IPv6": each([CORE], "forward", first(action="drop", name="six", sources6=(ALL6,))),
    "a rule of IPv6 that no packet meets": each([CORE], "forward", first(name="six", sources6=(ALL6,))),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_change_of_ipv6_is_not_named(small: County, few: Configs, name: str) -> None:
    before = prove(small, few)
    after = prove(small, HARMLESS[name](few))
    assert (after.findings, after.verdicts) == (before.findings, before.verdicts)


def test_a_plan_that_opens_ipv6_says_so_with_a_packet_and_one_that_shuts_it_too(small: County, few: Configs) -> None:
    differ = Differ(small, State(few, {}))
    opened = [s for s in differ.compare(State(gap(few), {})).opens if (s.source, s.target) == (U1, U2)]
    assert [(s.family, s.allowed, len(s.path)) for s in opened] == [("ipv6", False, 3)]
    assert {(s.source, s.allowed) for s in differ.compare(State(routing(few), {})).opens} == {("devices", True)}
    back = Differ(small, State(gap(few), {})).compare(State(few, {}))
    assert {s.family for s in back.closes} == {"ipv6"}
    assert not back.opens


def test_a_failure_is_judged_for_ipv6_too(small: County, few: Configs) -> None:
    prover = Prover(small, gap(few), {})
    whole, left = prover.proof(), prover.without([CORE])
    assert whole.verdicts[f"{U1} > {U2}"] is Verdict.OPEN
    assert six(left) == []
    assert left.families.keys() == {"ipv4", "ipv6"}


def test_a_terminal_on_two_nets_exposes_what_ipv6_gets_at_through_it(small: County, few: Configs) -> None:
    whole = bridged_by_both(small, Prover(small, few, {}), ["u001"])
    found = bridged_by_both(small, Prover(small, gap(few), {}), ["u001"])
    more = {(one.source, one.through, one.target, one.beyond) for one in found.exposed} - {
        (one.source, one.through, one.target, one.beyond) for one in whole.exposed
    }
    assert more == {("zone:internet", U1, U2, True)}
    assert {*found.comes} - {*whole.comes} == {U2}


def test_later_fragments_of_ipv6_get_by_a_list_that_lets_a_port_pass(small: County, few: Configs) -> None:
    """RFC 8200, 4.5: they have no ports either."""
    web = FilterRule.model_validate(
        {"action": "accept", "name": "web", "destinations6": ["2001:db8:2::10/128"], "protocol": "tcp", "ports": [443]}
    )
    lists = (PacketFilter(hook="forward", default="drop", rules=(web,), stateless=True),)
    configs = routing(few)
    for device in THREE:
        configs = change(configs, device, filters6=lists)
    found = leaks(access_lists(small, *THREE), configs, {})
    (leak,) = (one for one in found if (one.source, one.target) == (U1, U2))
    assert leak.packet.startswith("tcp ")
    assert "2001:db8:2::10" in leak.packet


def test_the_grid_finds_the_gap_by_itself(small: County, few: Configs) -> None:
    first_, second = Prover(small, gap(few), {}).proof(), GridProver(small, gap(few), {}).proof()
    assert second.verdicts == first_.verdicts
    assert {(f.source, f.target, f.verdict) for f in six(second)} == {
        (f.source, f.target, f.verdict) for f in six(first_)
    }


def test_a_line_that_nobody_understood_is_unknown_once_for_both_families(small: County, few: Configs) -> None:
    proof = Prover(small, few, {ONE: ("7: ipv6 mobile router",)}).proof()
    assert proof.verdicts[f"{U1} > {U2}"] is Verdict.UNKNOWN
    assert len([f for f in proof.findings if (f.source, f.target) == (U1, U2)]) == 1


def _rule(**fields: object) -> FilterRule:
    return FilterRule.model_validate({"action": "accept", "name": "x", **fields})


def test_a_view_holds_what_packets_of_its_family_meet() -> None:
    four, six_ = _rule(sources=["10.0.0.0/8"]), _rule(sources6=["2001:db8::/32"])
    both, ping = _rule(protocol="tcp"), _rule(protocol="icmp", icmp_echo_only=True)
    inside = {"kind": "source", "name": "four", "interface": "e0", "sources": ["10.0.0.0/8"]}
    nat = (NatRule(kind="source", name="all", interface="e0"), NatRule.model_validate(inside))
    config = DeviceConfig(
        hostname="x", forwarding=True,
        filters=(PacketFilter(hook="forward", default="drop", rules=(four, six_, both, ping)),), nat=nat,
    )  # fmt: skip
    assert seen(V4, config, "linux").filters[0].rules == (four, both, ping)
    view = seen(V6, config, "linux")
    assert [rule.sources for rule in view.filters[0].rules] == [(ALL6,), ()]
    assert [rule.name for rule in view.nat] == ["all"], "a masquerade of `inet` hides IPv6, too"
    assert not view.forwarding
    assert seen(V6, config, "huawei_vrp").filters == ()
    plain = config.model_copy(update={"filters": ()})
    assert seen(V4, plain, "linux") is plain
