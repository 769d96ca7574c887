"""The traps of proofs on firewalls, each with the test that falls into it: facts.md names them.

Lines that nobody models are in `test_traps_unmodelled`, IPv6 in `test_ipv6`, fragments in `test_fragments`, proxy ARP
in `test_proxies`.
"""

from datetime import date
from ipaddress import IPv4Address, IPv4Network

import pytest

from inventory.deviceconfig import FilterRule, Interface, NatRule, PacketFilter, StaticRoute, SwitchPort
from inventory.intent import intent
from inventory.model import County, PolicyRule
from inventory.routeconfig import Bgp
from inventory.subset import only_units
from tests.unit.inventory.mixed_county import secrets
from tests.unit.topology.reach.planted import (
    CORES,
    FIREWALLS,
    HUB,
    INSIDE,
    LANS,
    SERVERS,
    Configs,
    both,
    by_cost,
    change,
    each,
    first,
    interface,
    spoken,
    steered,
    without,
)
from topology.reach.engine import Engine
from topology.reach.findings import Finding, Proof, Verdict
from topology.reach.judge import Prover
from topology.reach.network import DEVICES, FORGED, network
from topology.reach.show import lines
from topology.reach.space import PROTOCOLS, Packet, Space
from topology.reach.steady import gateways
from topology.reach.verdict import prove
from topology.reach.walk import branches
from topology.reach.walk_back import Walker

UNITS = ("u001", "u003", "u005", "u007", "u008", "u013", "u025", "u030", "u031")
ANY = IPv4Network("0.0.0.0/0")


@pytest.fixture(scope="module")
def small(county: County) -> County:
    return only_units(county, UNITS)


@pytest.fixture(scope="module")
def smaller(small: County) -> Configs:
    return intent(small, secrets)


def opened(proof: Proof) -> dict[tuple[str, str], Finding]:
    return {(f.source, f.target): f for f in proof.findings if f.verdict is Verdict.OPEN}


def test_the_smaller_county_is_proven(small: County, smaller: Configs) -> None:
    assert prove(small, smaller).findings == ()


def test_established_is_not_ignored_and_not_open(small: County, smaller: Configs) -> None:
    """First packets pass no `established`; where it is the only rule nothing new passes, answers do."""
    only = [FilterRule(action="accept", name="established", state="established")]
    closed = each(["cpe-001"], "forward", lambda _rules: only)(smaller)
    proof = prove(small, closed)
    assert opened(proof) == {}
    assert proof.verdicts["unit:u001 > zone:server"] is Verdict.BLOCKED
    lost = prove(small, each(["cpe-001"], "forward", without("established"))(smaller))
    assert {f.answer for f in lost.findings} == {True}


def test_without_state_established_lets_forged_segments_in(small: County, smaller: Configs) -> None:
    """A list that lets ACK through is open to whoever sets it: no session is asked for."""
    chains = (PacketFilter(hook="forward", default="drop", stateless=True, rules=(
        FilterRule(action="accept", name="ack", state="established", protocol="tcp"),
    )),)  # fmt: skip
    lists = change(
        smaller, "cpe-001", filters=(*(f for f in smaller["cpe-001"].filters if f.hook != "forward"), *chains)
    )
    found = opened(prove(small, each(FIREWALLS, "forward", first(destinations=LANS, in_interfaces=("srv0",)))(lists)))
    assert found["zone:server", "unit:u001"].packet.endswith(" ack")


def test_what_cannot_be_known_is_no_guard(small: County, smaller: Configs) -> None:
    """A hardware address is forged: neither does a drop by it hold, nor is an accept by it narrow."""
    by_mac = first(source_macs=("02:00:00:00:00:01",), destinations=SERVERS)
    planted = both(
        each(["cpe-001", *CORES], "forward", first(destinations=SERVERS)), each(FIREWALLS, "forward", by_mac)
    )
    assert ("unit:u001", "zone:server") in opened(prove(small, planted(smaller)))
    kept = first(action="drop", not_source_macs=("02:00:00:00:00:01",))
    still = both(planted, each(FIREWALLS, "forward", kept))
    assert ("unit:u001", "zone:server") in opened(prove(small, still(smaller)))


def nat_source(county: County) -> IPv4Address:
    """The address that browsing units are hidden behind."""
    return next(zone.gateway for zone in county.zones if zone.name.value == "internet")


def test_filters_stand_after_destination_and_before_source_translation(small: County, smaller: Configs) -> None:
    """The filter sees the private address of what is published, and the private source of what is hidden."""
    nat = NatRule(kind="destination", name="planted", interface="inet0", protocol="tcp", ports=(22,),
                  destinations=(IPv4Network("203.0.113.2"),), to=IPv4Address("10.1.0.11"))  # fmt: skip
    published = smaller
    for name in FIREWALLS:
        published = change(published, name, nat=(nat, *published[name].nat))
    by_public = first(destinations=(IPv4Network("203.0.113.2"),), in_interfaces=("inet0",))
    by_private = first(destinations=(IPv4Network("10.1.0.11"),), protocol="tcp", ports=(22,), in_interfaces=("inet0",))
    assert opened(prove(small, each(FIREWALLS, "forward", by_public)(published))) == {}
    assert ("zone:internet", "zone:server") in opened(prove(small, each(FIREWALLS, "forward", by_private)(published)))
    by_hidden = first(action="drop", sources=(IPv4Network(nat_source(small)),), out_interfaces=("inet0",))
    assert prove(small, each(FIREWALLS, "forward", by_hidden)(smaller)).findings == ()


def test_a_default_route_that_leaks_past_the_exit(small: County, smaller: Configs) -> None:
    """Routes lead all of a unit's traffic into the operator's net: a rule that lets it is open, else it is missed."""
    gateway = small.plan.hub_gateway
    halves = (StaticRoute(prefix=half, next_hop=gateway) for half in ANY.subnets())
    routes = (*halves, *smaller["vpn-hub"].routes)
    leaked = change(smaller, "vpn-hub", routes=routes)
    out = first(out_interfaces=("wan0",))
    found = opened(prove(small, each(HUB, "forward", out)(leaked)))
    assert ("unit:u030", "operator") in found
    blocked = {(f.source, f.target) for f in prove(small, leaked).findings if f.verdict is Verdict.BLOCKED}
    assert ("unit:u025", "zone:internet") in blocked, "what browses is lost at the hub"


def test_a_route_that_leaks_past_the_tunnel(small: County, smaller: Configs) -> None:
    """What no selector of the tunnel takes goes out in clear by the line: a rule that lets it is open."""
    out = first(in_interfaces=("lan0",), out_interfaces=("dsl0",))
    assert ("unit:u025", "operator") in opened(prove(small, each(["cpe-025"], "forward", out)(smaller)))


def test_policy_routing_past_the_firewall_that_filters(small: County) -> None:
    """No route leads over the second firewall while the first stands; a policy route of a core does."""
    smaller = intent(by_cost(small), secrets)
    wide = each(["fw-2"], "forward", first(sources=LANS, destinations=SERVERS, in_interfaces=INSIDE))(smaller)
    assert opened(prove(small, wide)) == {}
    past = {"interface": "v101", "next_hop": "10.254.0.10", "destination": SERVERS[0]}
    found = opened(prove(small, steered(wide, "core-2", **past)))  # type: ignore[arg-type]
    one = found["unit:u001", "zone:server"]
    assert [step.device for step in one.path] == ["cpe-001", "core-2", "fw-2"]
    assert not opened(prove(small, steered(smaller, "core-2", **past)))  # type: ignore[arg-type]
    asked = steered(wide, "core-2", source="10.21.3.0/24", **past)  # type: ignore[arg-type]
    harmless = opened(prove(small, asked))
    assert ("unit:u001", "zone:server") not in {pair for pair, one in harmless.items() if "10.21.1." in one.packet}


def test_policy_routing_is_of_the_interface_that_a_packet_came_in_by(small: County) -> None:
    smaller = intent(by_cost(small), secrets)
    wide = each(["fw-2"], "forward", first(sources=LANS, destinations=SERVERS, in_interfaces=INSIDE))(smaller)
    found = opened(prove(small, steered(wide, "core-2", "v102", "10.254.0.10", destination=SERVERS[0])))
    assert ("unit:u001", "zone:server") not in found


def test_policy_routing_to_a_next_hop_of_no_link_changes_nothing_on_linux(small: County, smaller: Configs) -> None:
    assert prove(small, steered(smaller, "core-2", "v101", "10.99.99.99", source="0.0.0.0/0")).findings == ()


def test_a_route_leaked_by_bgp_from_a_peer_that_is_not_ours(small: County, smaller: Configs) -> None:
    """The operator's router may announce anything that the hub lets in; then units' traffic goes to it, if let."""
    leaving = each(HUB, "forward", first(out_interfaces=("wan0",)))(smaller)
    units = {("unit:u025", "operator"), ("unit:u030", "operator")}
    found = opened(prove(small, spoken(leaving, "0.0.0.0/0")))
    assert units <= found.keys()
    assert [step.device for step in found["unit:u030", "operator"].path][-1] == "vpn-hub"
    assert not units & opened(prove(small, leaving)).keys(), "without a peer no route leads there"
    assert not units & opened(prove(small, spoken(leaving))).keys(), "RFC 8212: without a policy nothing is heard"
    assert prove(small, spoken(smaller, "0.0.0.0/0")).findings == (), "the filter holds whatever is announced"


def test_a_route_of_bgp_that_only_age_decides_is_unknown(small: County, smaller: Configs) -> None:
    """Two of our routers tell a third the same: its path hangs on what came first, unless it compares router ids."""

    def speaking(compare: bool) -> Configs:
        ends = {"core-1": ("10.254.0.5", 65010), "core-2": ("10.254.0.9", 65020)}
        hub = {"core-1": "10.254.0.13", "core-2": "10.254.0.17"}
        mine = {"core-1": "10.254.0.14", "core-2": "10.254.0.18"}
        told = smaller
        for name, (_address, number) in ends.items():
            peer = {"address": mine[name], "remote_as": 65001}
            net = [["192.0.2.0/24", ""]]
            fields = {"number": number, "neighbors": [peer], "networks": net, "import_check": False}
            told = change(told, name, bgp=Bgp.model_validate(fields | {"requires_policy": False}))
        peers = [{"address": hub[name], "remote_as": number} for name, (_address, number) in ends.items()]
        fields = {"number": 65001, "neighbors": peers, "requires_policy": False, "compare_router_id": compare}
        return change(told, "vpn-hub", bgp=Bgp.model_validate(fields))

    assert prove(small, speaking(compare=False)).count(Verdict.UNKNOWN) > 0
    sure = prove(small, speaking(compare=True))
    assert sure.count(Verdict.UNKNOWN) == 0


def test_devices_are_pivots_by_their_input(small: County, smaller: Configs) -> None:
    wide = each(["core-1"], "input", first(in_interfaces=("v101",)))
    found = opened(prove(small, wide(smaller)))
    assert (DEVICES, DEVICES) in found, "the CPE on that line gets at the core"
    assert found[DEVICES, DEVICES].path[-1].device == "core-1"


def test_devices_are_pivots_by_their_output(small: County, smaller: Configs) -> None:
    """Whoever holds the hub sends into the operator's net what its output filter lets out."""
    chains = tuple(f for f in smaller["vpn-hub"].filters if f.hook != "output")
    found = opened(prove(small, change(smaller, "vpn-hub", filters=chains)))
    assert set(found) == {(DEVICES, "operator")}
    assert [step.device for step in found[DEVICES, "operator"].path] == ["vpn-hub"]


def test_devices_are_pivots_for_who_holds_one(small: County, smaller: Configs) -> None:
    """A CPE that lets in what its own unit's core sends is open to who holds the core, though to no unit."""
    let_in = each(["cpe-001"], "forward", first(in_interfaces=("wan0",)))
    found = opened(prove(small, let_in(smaller)))
    assert (DEVICES, "unit:u001") in found
    assert not [pair for pair in found if pair[0] != DEVICES]


def test_packets_start_from_every_source_not_from_assigned_prefixes(small: County, smaller: Configs) -> None:
    to_servers = first(destinations=SERVERS)
    planted = both(
        each(["cpe-001", *CORES], "forward", to_servers),
        each(
            FIREWALLS,
            "forward",
            first(in_interfaces=INSIDE, destinations=SERVERS, sources=(IPv4Network("192.0.2.0/24"),)),
        ),
    )
    found = opened(prove(small, planted(smaller)))["unit:u001", "zone:server"]
    assert not found.packet.startswith("tcp 10.21.1."), "a forged source passes, another unit's or anybody's"


def test_multicast_is_never_forwarded_but_met_by_devices(small: County, smaller: Configs) -> None:
    """A filter that lets everything through forwards no multicast; link-local multicast is for the device itself."""
    judge = Prover(small, each(["cpe-001"], "forward", first())(smaller), {}).judge()
    space, arrivals = judge.space, judge.engine.run("unit:u001")
    multicast = space.prefix("d", IPv4Network("224.0.0.0/4"))
    assert all(packets & multicast == space.nothing for packets in arrivals.at.values())
    judge = Prover(small, each(["cpe-001"], "input", first())(smaller), {}).judge()
    taken = judge.engine.run("unit:u001").devices["cpe-001"] & judge.space.prefix("d", IPv4Network("224.0.0.0/24"))
    assert taken != judge.space.nothing


def _lines_shared(configs: Configs) -> Configs:
    """The port of one unit's line is in the VLAN of another's: their CPEs meet below the cores."""
    ports = [
        (name, item.name, item.switchport)
        for name, config in sorted(configs.items())
        for item in config.interfaces
        if item.enabled
        and item.switchport
        and item.switchport.mode == "access"
        and not name.startswith(("cpe", "sw-dc"))
    ]
    (name, port, _was), (_other, _port, wanted) = [p for p in ports if p[0] == ports[0][0]][:2]
    assert wanted
    return interface(configs, name, port, switchport=SwitchPort(mode="access", access=wanted.access))


def test_a_shared_vlan_joins_what_filters_part(small: County, smaller: Configs) -> None:
    before = Prover(small, smaller, {}).judge().network
    after = Prover(small, _lines_shared(smaller), {}).judge().network
    cpes = [{r.device for r in d.routed if r.device.startswith("cpe")} for d in after.domains]
    assert any(len(found) == 2 for found in cpes)
    assert not any(
        len({r.device for r in d.routed if r.device.startswith("cpe")}) == 2 for d in before.domains if not d.places
    )


def test_a_native_vlan_lets_a_second_tag_into_another_vlan(county: County, configs: Configs) -> None:
    """A web server behind two switches whose trunk has its VLAN native: it tags twice, and is among their management.

    The way is one way: nobody of the other VLAN sends into its own by it.
    """
    (cable,) = (c for c in county.cables if c.id == "cable-pub-1")
    elsewhere = cable.model_copy(update={"b": cable.b.model_copy(update={"node": "sw-justice", "port": "p90"})})
    cables = (*(c for c in county.cables if c is not cable), elsewhere)
    moved = county.model_copy(update={"cables": cables})
    trunk = SwitchPort(mode="trunk", trunk=(20, 93), native=20)
    port = Interface(name="p90", switchport=SwitchPort(mode="access", access=20))
    planted = interface(interface(configs, "sw-justice", "up1", switchport=trunk), "agg-3", "down1", switchport=trunk)
    planted = change(planted, "sw-justice", interfaces=(*planted["sw-justice"].interfaces, port))
    found = opened(prove(moved, planted))["zone:public", "devices"]
    assert [(s.hook, s.rule) for s in found.path[:1]] == [("native", "20 > 93")]
    assert found.path[-1].device in ("agg-3", *CORES)
    kept = SwitchPort(mode="trunk", trunk=(20, 93), native=None)
    tagged = interface(interface(planted, "sw-justice", "up1", switchport=kept), "agg-3", "down1", switchport=kept)
    assert ("zone:public", "devices") not in opened(prove(moved, tagged))


def test_a_device_is_a_pivot_and_forges_sources(small: County, smaller: Configs) -> None:
    """A CPE that is taken passes for another unit where the cores do not hold its line to its own addresses."""
    assert prove(small, smaller, forged=True).findings == ()
    unguarded = each(CORES, "forward", without("spoof-u001"))(smaller)
    assert prove(small, unguarded).findings == ()
    found = opened(prove(small, unguarded, forged=True))
    assert {f.forger for f in found.values()} == {"cpe-001"}
    one = found[DEVICES, "zone:server"]
    assert one.claims.startswith("unit:")
    assert one.claims != "unit:u001"
    assert [(s.device, s.hook) for s in one.path] == [("cpe-001", "forged"), ("core-1", "forward"), ("fw-1", "forward")]
    words = "\n".join(lines(one))
    assert "cpe-001" in words
    assert "10.21." in words


def test_a_taken_device_is_bound_by_no_filter_of_its_own(small: County, smaller: Configs) -> None:
    """Its output filter and its tunnel's own selectors are its to change; what the far end asks for holds."""
    space = Space()
    engine = Engine(network(small, smaller), space)
    sent = space.sources([IPv4Network("10.21.3.0/24")]) & space.targets(SERVERS)
    met = engine.run(FORGED + "cpe-030").met["vpn-hub", "ipsec0"]
    assert met & sent == space.nothing
    assert met & space.sources([small.unit_by_id["u030"].lan]) & space.targets(SERVERS) != space.nothing
    assert engine.run(FORGED + "cpe-001").met["core-1", "v101"] == space.everything


def test_vpn_client_to_client(small: County, smaller: Configs) -> None:
    lan_to_lan = first(sources=LANS, destinations=LANS)
    planted = both(each(HUB, "forward", lan_to_lan), each(["cpe-030", "cpe-031"], "forward", first(destinations=LANS)))
    assert ("unit:u030", "unit:u031") in opened(prove(small, planted(smaller)))


def test_a_path_of_equal_cost_that_misses_the_guard(small: County) -> None:
    """All equal paths are taken at once: one firewall of two that lets too much through is enough."""
    smaller = intent(by_cost(small), secrets)
    items = {
        i.name: i.model_copy(update={"ospf": i.ospf.model_copy(update={"cost": 10})}) if i.ospf else i
        for i in smaller["fw-2"].interfaces
    }
    even = change(smaller, "fw-2", interfaces=tuple(items.values()))
    wide = each(["fw-2"], "forward", first(sources=LANS, destinations=SERVERS, in_interfaces=INSIDE))
    assert opened(prove(small, wide(smaller))) == {}, "no path leads over the second while the first stands"
    assert ("unit:u030", "zone:server") in opened(prove(small, wide(even)))


def test_a_hole_that_only_a_failure_opens(small: County, smaller: Configs) -> None:
    wide = each(["fw-2"], "forward", first(sources=LANS, destinations=SERVERS, in_interfaces=INSIDE))(smaller)
    prover = Prover(small, wide, {})
    assert opened(prover.proof()) == {}
    assert ("unit:u001", "zone:server") in opened(prover.without(["fw-1"]))
    assert opened(prover.without(["core-2"])) == {}


def test_two_failures_together(small: County, smaller: Configs) -> None:
    prover = Prover(small, smaller, {})
    assert prover.without(["fw-1"]).count(Verdict.BLOCKED) == 0
    assert prover.without(["fw-1", "fw-2"]).count(Verdict.BLOCKED) > 0
    assert opened(prover.without(["fw-1", "core-1"])) == {}


def test_an_answer_by_the_firewall_that_has_no_session(small: County) -> None:
    """Failover states: who is master on one leg only gets answers that it knows nothing of."""
    smaller = intent(by_cost(small), secrets)
    groups = [i.vrrp for i in smaller["fw-1"].interfaces if i.name == "srv0"][0]
    lower = tuple(v.model_copy(update={"priority": 90}) for v in groups)
    found = prove(small, interface(smaller, "fw-1", "srv0", vrrp=lower)).findings
    assert {f.verdict for f in found} == {Verdict.BLOCKED}
    assert all(f.answer for f in found)


def test_a_line_that_nobody_understands_fails_the_proof_on_a_switch_too(small: County, smaller: Configs) -> None:
    """A switch routes nothing, yet a line of it can join two VLANs: all that it carries is unknown."""
    switch = small.device_by_name[
        next(c.a.node for c in small.cables if c.b.node == "cpe-001" and c.a.node != "u001-pc1")
    ]
    proof = prove(small, smaller, {switch.name: ["12: strange"]})
    assert proof.verdicts["unit:u001 > zone:server"] is Verdict.UNKNOWN
    assert proof.verdicts["unit:u001 > unit:u003"] is Verdict.UNKNOWN
    assert proof.verdicts["unit:u030 > zone:city"] is not Verdict.UNKNOWN


def _with_exception(county: County, last: date) -> County:
    rule = PolicyRule(
        id="repair", source="unit:u001", target="host:srv-infra", services=("ssh",), reason="维修", reason_en="repair",
        exception=True, expires_on=last, asked_by="somebody",
    )  # fmt: skip
    return county.model_copy(update={"policy": (*county.policy, rule)})


@pytest.mark.parametrize(("today", "named"), [(date(2026, 11, 26), ""), (date(2026, 11, 27), "repair")])
def test_an_expired_exception_is_a_hole_that_says_so(small: County, today: date, named: str) -> None:
    """Its last day is allowed; from the next on the rule that the device still has is open."""
    county = _with_exception(small, date(2026, 11, 26))
    proof = prove(county, intent(county, secrets), today=today)
    assert {f.expired for f in proof.findings} == ({named} if named else set())
    assert {f.target for f in proof.findings} == ({"zone:server"} if named else set())
    assert prove(county, intent(county, secrets)).findings == (), "without a day none is over"
    if named:
        found = opened(proof)["unit:u001", "zone:server"]
        assert found.path[-1].rule == "repair"
        assert ":22" in found.packet


def test_a_standby_sends_on_what_comes_for_its_master(small: County, smaller: Configs) -> None:
    """A neighbour on the segment hands the second firewall a packet for the first one's virtual address."""
    engine = Engine(network(small, smaller), Space())
    gateway = next(zone.gateway for zone in small.zones if zone.port == "srv0")
    ping = Packet(gateway + 20, gateway, PROTOCOLS["icmp"], 0, 0, True, False)
    standby = [b.steps for b in branches(engine, "zone:server", ping) if b.steps[0].device == "fw-2"]
    assert {steps[0].hook for steps in standby} == {"input", "forward"}, "a master takes it, a standby routes"
    master = [b.steps for b in branches(engine, "zone:server", ping) if b.steps[0].device == "fw-1"]
    assert {steps[0].hook for steps in master} == {"input"}
    steady = Engine(engine.network, engine.space, routes=engine.routes)
    (home,) = Walker(steady, gateways(small)).trips("zone:server", ping)
    assert [step.device for step in home.steps] == ["fw-1"]
