"""Peers of BGP that are not ours: what they may make a router route, and what holds them back."""

from ipaddress import IPv4Address, IPv4Network
from types import SimpleNamespace
from typing import Any, cast

import pytest

from countynet.vocabulary import ZoneName
from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from topology.reach import routes
from topology.reach.grid.routes import Routes
from topology.reach.network import Network, network
from topology.reach.routes import Hop, Routing

STRANGER = "203.0.113.9"
"""a peer on the segment of the edge where a place is"""
ANY, FAR, LAN = IPv4Network("0.0.0.0/0"), IPv4Network("8.8.0.0/16"), IPv4Network("10.1.0.0/24")
OUT = Hop("out", IPv4Address(STRANGER))


def port(name: str, address: str) -> dict[str, Any]:
    return {"name": name, "addresses": [address]}


def made(edge: dict[str, Any], *, more: dict[str, Any] | None = None, place: bool = True) -> Network:
    """Return an edge with a LAN and a segment outside, and a router behind it."""
    outer = [port("out", "203.0.113.1/24"), port("in", "10.0.0.1/30"), port("lan", "10.1.0.1/24")]
    inner = [port("in", "10.0.0.2/30"), port("lan", "10.2.0.1/24")]
    base = {"forwarding": True}
    configs = {
        "edge": DeviceConfig.model_validate({"hostname": "edge", "interfaces": outer, "bgp": edge, **base}),
        "inner": DeviceConfig.model_validate({"hostname": "inner", "interfaces": inner, **base, **(more or {})}),
    }
    joined = [(("edge", "in"), ("inner", "in")), *([(("edge", "out"), ("host", "eth0"))] if place else [])]
    cables = [
        SimpleNamespace(id=str(n), a=SimpleNamespace(node=a, port=p), b=SimpleNamespace(node=b, port=q))
        for n, ((a, p), (b, q)) in enumerate(joined)
    ]
    devices = [SimpleNamespace(name=name, platform="linux", management=IPv4Address(1)) for name in configs]
    hosts = [SimpleNamespace(name="host", zone=ZoneName.INTERNET)]
    plan = SimpleNamespace(tunnels=IPv4Network("192.0.2.0/24"))
    nothing: dict[str, Any] = {"circuits": [], "units": [], "zones": [], "cpe_by_unit": {}}
    stub: Any = SimpleNamespace(devices=[], cables=cables, hosts=hosts, plan=plan, **nothing)
    found = network(cast(County, stub), configs)
    assert devices
    return Network(**{**vars(found), "platforms": dict.fromkeys(configs, "linux")})


def told(found: Network) -> Routing:
    """Return the routes, on which both computations agree."""
    one, other = routes.routing(found), Routes(found)
    assert (one.tables, one.wide, dict(one.doubts)) == (other.expected, other.wide, other.doubts)
    return one


def speaks(policies: dict[str, Any] | None = None, **peer: Any) -> dict[str, Any]:
    peers = [{"address": STRANGER, "remote_as": 65002, **peer}]
    return {"number": 65001, "neighbors": peers, "compare_router_id": True, "policies": policies or {}}


def listed(*rules: tuple[bool, str, int | None]) -> dict[str, Any]:
    entries = [
        {"order": n, "permit": p, "prefix": prefix, "most": most} for n, (p, prefix, most) in enumerate(rules, 1)
    ]
    return {"prefix_lists": [{"name": "IN", "rules": entries}]}


EVERYTHING = speaks(listed((True, "0.0.0.0/0", 32)), list_in="IN")


def test_a_peer_that_may_say_anything_may_have_every_packet_but_its_own_segment_s() -> None:
    found = told(made(EVERYTHING))
    assert OUT in found.wide["edge"][ANY]
    assert OUT in found.wide["edge"][LAN], "a narrower prefix goes before the link"
    assert Hop("lan") in found.wide["edge"][LAN], "nobody has to say so"
    assert found.tables["edge"][ANY] == (OUT,), "what has no other route is expected to go there"
    assert found.tables["edge"][LAN] == (Hop("lan"),)


def test_a_peer_may_name_any_next_hop_on_the_links_unless_a_map_sets_one() -> None:
    assert Hop("in", IPv4Address("10.0.0.2")) in told(made(EVERYTHING)).wide["edge"][ANY]
    put = {"maps": [{"name": "M", "entries": [{"order": 1, "permit": True, "sets": [["next-hop", "peer-address"]]}]}]}
    assert told(made(speaks(put, map_in="M"))).wide["edge"][ANY] == (OUT,)


@pytest.mark.parametrize(
    ("rules", "open_", "held"),
    [
        ([(True, "8.8.0.0/16", None)], FAR, ANY),
        ([(False, "10.0.0.0/8", 32), (True, "0.0.0.0/0", 32)], ANY, LAN),
        ([(True, "0.0.0.0/0", None)], ANY, LAN),
        ([(True, "10.1.0.0/24", None), (True, "8.8.0.0/16", 32)], FAR, LAN),
    ],
)
def test_what_a_list_lets_not_in_goes_no_other_way(
    rules: list[tuple[bool, str, int | None]], open_: IPv4Network, held: IPv4Network
) -> None:
    found = told(made(speaks(listed(*rules), list_in="IN"))).wide["edge"]
    assert OUT in found[open_]
    assert OUT not in found.get(held, ())


def test_what_a_map_asks_of_communities_is_the_peers_to_choose_and_what_it_denies_for_sure_is_not() -> None:
    marks = {"community_lists": [{"name": "C", "rules": [{"permit": True, "communities": ["65002:1"]}]}]}
    asked = {"order": 1, "permit": True, "matches": [["community", "C"]]}
    marked = {**listed((True, "0.0.0.0/0", 32)), **marks}
    assert (
        OUT in told(made(speaks({**marked, "maps": [{"name": "M", "entries": [asked]}]}, map_in="M"))).wide["edge"][ANY]
    )
    first = {"order": 1, "permit": False, "matches": [["prefix-list", "IN"]]}
    rest = {"order": 2, "permit": True}
    maybe = {**first, "matches": [["prefix-list", "IN"], ["community", "C"]]}
    for entry, passes in ((first, False), (maybe, True)):
        policy = {**marked, "maps": [{"name": "M", "entries": [entry, rest]}]}
        assert (OUT in told(made(speaks(policy, map_in="M"))).wide["edge"].get(ANY, ())) is passes


def test_without_a_policy_a_peer_is_not_heard_where_one_is_required() -> None:
    found = told(made(speaks()))
    assert found.wide == found.tables
    assert OUT in told(made(speaks() | {"requires_policy": False})).wide["edge"][ANY]


def test_where_nobody_can_sit_there_is_no_peer() -> None:
    """So a neighbour of ours that fails is no stranger."""
    found = told(made(EVERYTHING, place=False))
    assert found.wide == found.tables


def test_a_silent_peer_is_none() -> None:
    found = told(made(EVERYTHING | {"neighbors": [{**EVERYTHING["neighbors"][0], "active": False}]}))
    assert found.wide == found.tables


@pytest.mark.parametrize("self_", [True, False])
def test_routers_of_ours_tell_each_other_what_comes_from_outside(self_: bool) -> None:
    inside = {"address": "10.0.0.2", "remote_as": 65001, "next_hop_self": self_}
    both = EVERYTHING | {"neighbors": [*EVERYTHING["neighbors"], inside]}
    back = {"number": 65001, "neighbors": [{"address": "10.0.0.1", "remote_as": 65001}], "compare_router_id": True}
    found = told(made(both, more={"bgp": back}))
    assert Hop("in", IPv4Address("10.0.0.1")) in found.wide["inner"][ANY]
    deaf = back | listed_in(both)
    assert Hop("in", IPv4Address("10.0.0.1")) not in told(made(both, more={"bgp": deaf})).wide["inner"].get(ANY, ())


def listed_in(_both: dict[str, Any]) -> dict[str, Any]:
    peers = [{"address": "10.0.0.1", "remote_as": 65001, "list_in": "IN"}]
    return {"neighbors": peers, "policies": listed((False, "0.0.0.0/0", 32))}


def test_a_next_hop_that_a_narrower_prefix_covers_is_led_astray() -> None:
    static = [{"prefix": "9.9.9.0/24", "next_hop": "10.0.0.2"}]
    found = made(speaks(listed((True, "10.0.0.2/32", None)), list_in="IN"))
    edge = found.configs["edge"].model_copy(update={"routes": DeviceConfig.model_validate(
        {"hostname": "x", "routes": static}
    ).routes})  # fmt: skip
    wide = told(Network(**{**vars(found), "configs": {**found.configs, "edge": edge}})).wide["edge"]
    assert OUT in wide[IPv4Network("9.9.9.0/24")]
