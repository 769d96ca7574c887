"""BGP from FRR's text: sessions, policies and the best path are as RFC 4271 and FRR's manual have them."""

from ipaddress import IPv4Address, IPv4Network

import pytest

from inventory.platforms.linux import frr, frr_tree
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import File
from inventory.routeconfig import PrefixRule
from topology.reach.bgp import Ground, Result, bgp
from topology.reach.bgp_policy import fits
from topology.reach.network import Domain, Network, Routed
from topology.reach.routes import Hop, flat, inside
from topology.reach.with_bgp import _taken

NET = IPv4Network("192.0.2.0/24")


def _network(**texts: str) -> Network:
    """Return routers with these texts; interfaces in one network are cabled."""
    configs = {}
    for name, text in texts.items():
        draft, lines = Draft(), tuple(text.splitlines())
        frr.parse({frr_tree.INTEGRATED: File("0644", lines)}, draft)
        assert not draft.unparsed, draft.unparsed
        configs[name] = draft.config()
    domains: dict[object, Domain] = {}
    of = {}
    for name, config in configs.items():
        for item in config.interfaces:
            key = (name, item.name) if item.kind == "loopback" else item.addresses[0].network
            of[name, item.name] = domains.setdefault(key, Domain(len(domains)))
            of[name, item.name].routed.append(Routed(name, item))
    return Network(configs=configs, platforms=dict.fromkeys(configs, "linux"), domains=tuple(domains.values()),
                   of=of, places={}, addresses={}, tunnels={})  # fmt: skip


def _computed(**texts: str) -> Result:
    """Return what routers with these texts believe."""
    network = _network(**texts)
    told = inside(network)
    base, costs = told.routes, told.costs
    found = {name: flat(best) for name, best in base.items()}
    return bgp(network, Ground(found, _taken(network, base, {}), costs))


def _router(number: int, links: dict[str, str], *lines: str, policy: str = "", networks: tuple[str, ...] = ()) -> str:
    """Return a router's text: its interfaces with addresses, its peers in `lines`."""
    ports = "".join(f"interface {port}\n ip address {address}\n" for port, address in links.items())
    inside = "".join(f" {line}\n" for line in (*lines, *(f"network {n}" for n in networks)))
    open_ = "" if "bgp ebgp-requires-policy" in lines else " no bgp ebgp-requires-policy\n"
    return f"{ports}router bgp {number}\n{open_}{inside}exit\n{policy}"


def _hops(result: Result, name: str, prefix: IPv4Network = NET) -> tuple[int, set[str]] | None:
    found = result.routes[name].get(prefix)
    return found and (found[0], {str(hop.next) for hop in found[1]})


ORIGIN = _router(
    65001, {"e0": "10.0.0.1/30", "e1": "10.0.0.5/30", "lan": "192.0.2.1/24"},
    "neighbor 10.0.0.2 remote-as 65002", "neighbor 10.0.0.6 remote-as 65003", networks=(str(NET),),
)  # fmt: skip


def test_a_neighbor_outside_learns_with_distance_20_and_tells_others_with_its_own_number() -> None:
    middle = _router(65002, {"e0": "10.0.0.2/30", "e2": "10.0.0.9/30"}, "neighbor 10.0.0.1 remote-as 65001",
                     "neighbor 10.0.0.10 remote-as 65003")  # fmt: skip
    third = _router(65003, {"e0": "10.0.0.10/30"}, "neighbor 10.0.0.9 remote-as 65002")
    result = _computed(a=ORIGIN, b=middle, c=third)
    assert result.settled
    assert result.routes["b"][NET] == (20, (Hop("e0", IPv4Address("10.0.0.1")),))
    assert result.best["c"][NET][0].as_path == (65002, 65001)
    assert NET not in result.routes["a"], "its own is nearer"


def test_a_session_needs_both_ends_and_the_right_numbers() -> None:
    wrong = _router(65009, {"e0": "10.0.0.2/30"}, "neighbor 10.0.0.1 remote-as 65001")
    silent = _router(65003, {"e1": "10.0.0.6/30"})
    result = _computed(a=ORIGIN, b=wrong, c=silent)
    assert result.routes["b"] == result.routes["c"] == {}


def test_the_shorter_way_wins_until_local_preference_says_otherwise() -> None:
    two = _router(65002, {"e0": "10.0.0.2/30", "e2": "10.0.0.9/30"}, "neighbor 10.0.0.1 remote-as 65001",
                  "neighbor 10.0.0.10 remote-as 65003")  # fmt: skip
    links = {"e1": "10.0.0.6/30", "e2": "10.0.0.10/30"}
    peers = ("neighbor 10.0.0.5 remote-as 65001", "neighbor 10.0.0.9 remote-as 65002")
    assert _hops(_computed(a=ORIGIN, b=two, c=_router(65003, links, *peers)), "c") == (20, {"10.0.0.5"})
    policy = "route-map up permit 10\n set local-preference 200\n"
    prefers = _router(65003, links, *peers, "neighbor 10.0.0.9 route-map up in", policy=policy)
    assert _hops(_computed(a=ORIGIN, b=two, c=prefers), "c") == (20, {"10.0.0.9"})


INSIDE = {
    "edge": _router(65003, {"e0": "10.0.0.6/30", "e1": "10.1.0.1/24"}, "neighbor 10.0.0.5 remote-as 65001",
                    "neighbor 10.1.0.2 remote-as 65003"),
    "next": _router(65003, {"e1": "10.1.0.2/24", "e2": "10.2.0.2/24"}, "neighbor 10.1.0.1 remote-as 65003",
                    "neighbor 10.2.0.3 remote-as 65003"),
    "last": _router(65003, {"e2": "10.2.0.3/24"}, "neighbor 10.2.0.2 remote-as 65003"),
}  # fmt: skip


def test_a_next_hop_that_nobody_routes_is_no_way_and_next_hop_self_mends_it() -> None:
    assert _hops(_computed(a=ORIGIN, **INSIDE), "next") is None
    mended = INSIDE | {"edge": INSIDE["edge"].replace("exit", " neighbor 10.1.0.2 next-hop-self\nexit")}
    result = _computed(a=ORIGIN, **mended)
    assert _hops(result, "next") == (200, {"10.1.0.1"})
    assert _hops(result, "last") is None, "what came from inside is not told inside"


def test_a_reflector_tells_its_clients_what_came_from_inside() -> None:
    texts = INSIDE | {
        "edge": INSIDE["edge"].replace("exit", " neighbor 10.1.0.2 next-hop-self\nexit"),
        "next": INSIDE["next"].replace("exit", " neighbor 10.2.0.3 route-reflector-client\nexit"),
        "last": INSIDE["last"].replace("router", "ip route 10.1.0.0/24 10.2.0.2\nrouter", 1),
    }
    assert _hops(_computed(a=ORIGIN, **texts), "last") == (200, {"10.2.0.2"}), "resolved by the static route"


def test_what_is_reflected_keeps_its_next_hop_and_who_it_came_from_unless_forced() -> None:
    """Seen of FRR 8.4: `next-hop-self` is for what came from outside; `force` is for all."""
    self_ = " neighbor 10.2.0.3 next-hop-self"
    texts = INSIDE | {
        "edge": INSIDE["edge"].replace("exit", " neighbor 10.1.0.2 next-hop-self\nexit"),
        "next": INSIDE["next"].replace("exit", f" neighbor 10.2.0.3 route-reflector-client\n{self_}\nexit"),
    }
    assert _hops(_computed(a=ORIGIN, **texts), "last") is None, "nobody routes the edge's address there"
    texts["next"] = texts["next"].replace(self_, f"{self_} force")
    result = _computed(a=ORIGIN, **texts)
    assert _hops(result, "last") == (200, {"10.2.0.2"})
    assert str(result.best["last"][NET][0].sender_id) == "10.1.0.1", "the edge's, not the reflector's"


def test_a_map_outwards_does_not_see_the_routers_own_number() -> None:
    policy = "bgp as-path access-list own seq 5 permit ^65001$\nroute-map m permit 10\n match as-path own\n"
    policy += " set metric 3\nroute-map m permit 20\n set as-path prepend 65050\n"
    origin = ORIGIN.replace("exit", " neighbor 10.0.0.6 route-map m out\nexit") + policy
    path = _computed(a=origin, c=_router(65003, {"e1": "10.0.0.6/30"}, "neighbor 10.0.0.5 remote-as 65001")).best["c"][
        NET
    ]
    assert (path[0].as_path, path[0].med) == ((65001, 65050), 0)


def test_equal_ways_are_used_together_only_as_far_as_allowed() -> None:
    def four(*lines: str) -> str:
        peers = ("neighbor 10.0.1.2 remote-as 65002", "neighbor 10.0.1.6 remote-as 65003")
        return _router(65004, {"e0": "10.0.1.1/30", "e1": "10.0.1.5/30"}, *peers, *lines)

    two = _router(65002, {"e0": "10.0.0.2/30", "e1": "10.0.1.2/30"}, "neighbor 10.0.0.1 remote-as 65001",
                  "neighbor 10.0.1.1 remote-as 65004")  # fmt: skip
    three = _router(65003, {"e0": "10.0.0.6/30", "e1": "10.0.1.6/30"}, "neighbor 10.0.0.5 remote-as 65001",
                    "neighbor 10.0.1.5 remote-as 65004")  # fmt: skip
    relaxed = "bgp bestpath as-path multipath-relax"
    assert _hops(_computed(a=ORIGIN, b=two, c=three, d=four()), "d") == (20, {"10.0.1.2"}), "the lower router id"
    assert _hops(_computed(a=ORIGIN, b=two, c=three, d=four("maximum-paths 2")), "d") == (20, {"10.0.1.2"})
    both = _computed(a=ORIGIN, b=two, c=three, d=four("maximum-paths 2", relaxed))
    assert _hops(both, "d") == (20, {"10.0.1.2", "10.0.1.6"})


def test_a_map_goes_on_with_what_it_set_and_denies_at_its_end() -> None:
    policy = """ip prefix-list some seq 5 permit 192.0.2.0/24
bgp community-list standard marked seq 5 permit 65003:1
route-map in permit 10
 match ip address prefix-list some
 on-match next
 set community 65003:1 additive
route-map in permit 20
 match community marked
 set metric 7
"""
    text = _router(65003, {"e1": "10.0.0.6/30"}, "neighbor 10.0.0.5 remote-as 65001",
                   "neighbor 10.0.0.5 route-map in in", policy=policy)  # fmt: skip
    path = _computed(a=ORIGIN, c=text).best["c"][NET][0]
    assert (path.communities, path.med) == (("65003:1",), 7)
    other = ORIGIN.replace("192.0.2", "198.51.100")
    assert _computed(a=other, c=text).best["c"] == {}


@pytest.mark.parametrize("community", ["no-export", "no-advertise"])
def test_what_is_not_to_be_exported_stays(community: str) -> None:
    origin = ORIGIN + f"route-map mark permit 10\n set community {community}\n"
    origin = origin.replace("exit", " neighbor 10.0.0.2 route-map mark out\nexit")
    middle = _router(65002, {"e0": "10.0.0.2/30", "e2": "10.0.0.9/30"}, "neighbor 10.0.0.1 remote-as 65001",
                     "neighbor 10.0.0.10 remote-as 65003")  # fmt: skip
    third = _router(65003, {"e0": "10.0.0.10/30"}, "neighbor 10.0.0.9 remote-as 65002")
    result = _computed(a=origin, b=middle, c=third)
    assert NET in result.routes["b"]
    assert NET not in result.routes["c"]


def test_without_a_policy_nothing_passes_where_one_is_required() -> None:
    third = _router(65003, {"e1": "10.0.0.6/30"}, "neighbor 10.0.0.5 remote-as 65001", "bgp ebgp-requires-policy")
    assert _computed(a=ORIGIN, c=third).best["c"] == {}
    let = third.replace("exit", " neighbor 10.0.0.5 route-map all in\nexit") + "route-map all permit 1\n"
    assert NET in _computed(a=ORIGIN, c=let).routes["c"]


def test_a_network_that_never_comes_to_rest_is_named() -> None:
    """Griffin and Wilfong's bad gadget: each of three prefers the way through the next over its own."""

    def one(number: int, links: dict[str, str], origin: str, after: str, before: str) -> str:
        policy = "route-map up permit 10\n match as-path direct\n set local-preference 200\nroute-map up permit 20\n"
        policy += "bgp as-path access-list direct seq 5 permit ^650.._65001$\n"
        peers = [f"neighbor {a} remote-as {n}" for a, n in (p.split() for p in (origin, after, before))]
        return _router(number, links, *peers, f"neighbor {after.split()[0]} route-map up in", policy=policy)

    origin = _router(65001, {"b": "10.0.0.1/30", "c": "10.0.0.5/30", "d": "10.0.0.9/30", "lan": "192.0.2.1/24"},
                     "neighbor 10.0.0.2 remote-as 65002", "neighbor 10.0.0.6 remote-as 65003",
                     "neighbor 10.0.0.10 remote-as 65004", networks=(str(NET),))  # fmt: skip
    b = one(65002, {"a": "10.0.0.2/30", "c": "10.1.0.1/30", "d": "10.1.0.10/30"}, "10.0.0.1 65001", "10.1.0.2 65003",
            "10.1.0.9 65004")  # fmt: skip
    c = one(65003, {"a": "10.0.0.6/30", "d": "10.1.0.5/30", "b": "10.1.0.2/30"}, "10.0.0.5 65001", "10.1.0.6 65004",
            "10.1.0.1 65002")  # fmt: skip
    d = one(65004, {"a": "10.0.0.10/30", "b": "10.1.0.9/30", "c": "10.1.0.6/30"}, "10.0.0.9 65001", "10.1.0.10 65002",
            "10.1.0.5 65003")  # fmt: skip
    assert not _computed(a=origin, b=b, c=c, d=d).settled
    assert _computed(a=origin, b=b, c=c, d=d.replace("preference 200", "preference 50")).settled


@pytest.mark.parametrize(
    ("least", "most", "lengths"), [(None, None, {8}), (16, None, {16, 32}), (None, 16, {8, 16}), (9, 31, {16})]
)
def test_a_prefix_list_means_lengths_as_ge_and_le_say(least: int | None, most: int | None, lengths: set[int]) -> None:
    entry = PrefixRule(order=5, permit=True, prefix=IPv4Network("10.0.0.0/8"), least=least, most=most)
    assert {n for n in (8, 16, 32) if fits(entry, IPv4Network(f"10.0.0.0/{n}"))} == lengths
    assert not fits(entry, IPv4Network("11.0.0.0/16"))
