"""BGP, policies, areas and policy routes of every shape that the Linux platform accepts."""

from ipaddress import IPv4Network
from typing import Any

from hypothesis import strategies as st

from inventory.routeconfig import (
    Aggregate,
    AreaRange,
    Bgp,
    CommunityList,
    CommunityRule,
    MapEntry,
    Neighbor,
    Nssa,
    PathList,
    PathRule,
    PolicyRoute,
    PrefixList,
    PrefixRule,
    RouteMap,
    RoutePolicies,
)
from tests.unit.inventory.platforms.strategies import addresses, networks, ports, several

NAMES = ("IN", "out-2", "a.b_c", "Permit")
numbers = st.integers(1, 4294967295)
communities = st.sampled_from(["65001:1", "0:0", "no-export", "no-advertise"])
some = st.lists(communities, min_size=1, max_size=2, unique=True)
SETS: dict[str, st.SearchStrategy[str]] = {
    "as-path prepend": st.sampled_from(["65001", "65001 65001", "last-as 3"]),
    "community": st.builds(lambda words, more: " ".join(words) + more, some, st.sampled_from(["", " additive"]))
    | st.just("none"),
    "next-hop": addresses.map(str) | st.just("peer-address"),
    "origin": st.sampled_from(["igp", "egp", "incomplete"]),
    "metric": st.sampled_from(["0", "+5", "-7", "900"]),
    "local-preference": st.integers(0, 999).map(str),
    "weight": st.integers(0, 999).map(str),
    "tag": st.integers(1, 999).map(str),
}


@st.composite
def _prefix_rules(draw: st.DrawFn) -> PrefixRule:
    prefix = IPv4Network(draw(networks()))
    low = draw(st.none() | st.integers(prefix.prefixlen, 32))
    high = draw(st.none() | st.integers(low if low is not None else prefix.prefixlen, 32))
    return PrefixRule(order=draw(numbers), permit=draw(st.booleans()), prefix=prefix, least=low, most=high)


@st.composite
def _entries(draw: st.DrawFn, known: dict[str, list[str]]) -> MapEntry:
    order, permit = draw(st.integers(1, 65000)), draw(st.booleans())
    taken = {kind: draw(st.booleans()) for kind, names in known.items() if names}
    chosen = [kind for kind, wanted in taken.items() if wanted]
    matches: list[Any] = [(kind, draw(st.sampled_from(known[kind]))) for kind in chosen]
    matches += [("metric", str(draw(st.integers(0, 99))))] if draw(st.booleans()) else []
    kinds = draw(st.lists(st.sampled_from(sorted(SETS)), max_size=3, unique=True))
    return MapEntry(
        order=order, permit=permit, matches=tuple(matches), sets=tuple((kind, draw(SETS[kind])) for kind in kinds),
        goes_on=order + draw(st.integers(1, 9)) if permit and draw(st.booleans()) else None,
    )  # fmt: skip


@st.composite
def policies(draw: st.DrawFn) -> RoutePolicies:
    def named(items: st.SearchStrategy[Any], key: Any = str) -> list[tuple[str, tuple[Any, ...]]]:
        names = draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))
        return [(name, draw(st.lists(items, min_size=1, max_size=3, unique_by=key).map(tuple))) for name in names]

    bearing = st.builds(CommunityRule, permit=st.booleans(), communities=some.map(tuple))
    paths = st.builds(PathRule, permit=st.booleans(), pattern=st.sampled_from(["^65001_", ".*", "_65002 [0-9]+$"]))
    lists = [PrefixList(name=n, rules=rules) for n, rules in named(_prefix_rules(), lambda r: r.order)]
    bearers = [CommunityList(name=n, rules=rules) for n, rules in named(bearing)]
    found = [PathList(name=n, rules=rules) for n, rules in named(paths)]
    known = {"prefix-list": [one.name for one in lists], "community": [one.name for one in bearers]}
    known["as-path"] = [one.name for one in found]
    maps = [RouteMap(name=n, entries=entries) for n, entries in named(_entries(known), lambda e: e.order)]
    return RoutePolicies(
        maps=tuple(maps), prefix_lists=tuple(lists), community_lists=tuple(bearers), path_lists=tuple(found)
    )  # fmt: skip


@st.composite
def bgps(draw: st.DrawFn) -> Bgp:
    held = draw(policies())
    maps = st.sampled_from(["", *(one.name for one in held.maps)])
    putting = {m.name for m in held.maps for e in m.entries for kind, _value in e.sets if kind == "next-hop"}
    own_maps = st.sampled_from(["", *(one.name for one in held.maps if one.name not in putting)])
    lists = st.sampled_from(["", *(one.name for one in held.prefix_lists)])
    number = draw(numbers)
    peers = st.builds(
        Neighbor,
        address=addresses, remote_as=numbers, map_in=maps, map_out=maps, list_in=lists, list_out=lists,
        next_hop_self=st.booleans(), next_hop_forced=st.booleans(), multihop=st.booleans(),
        source=st.none() | addresses, active=st.booleans(),
    )  # fmt: skip
    inside = st.builds(Neighbor, address=addresses, remote_as=st.just(number), client=st.booleans())
    return Bgp(
        number=number,
        router_id=draw(st.none() | addresses),
        neighbors=draw(several(peers | inside, unique=lambda n: n.address)),
        networks=draw(several(st.tuples(networks(), own_maps), unique=lambda n: n[0])),
        redistribute=draw(
            several(st.tuples(st.sampled_from(["connected", "static", "ospf"]), own_maps), unique=lambda r: r[0])
        ),
        aggregates=draw(
            several(st.builds(Aggregate, prefix=networks(), only=st.booleans()), unique=lambda one: one.prefix)
        ),
        several=draw(st.integers(1, 64)),
        several_inside=draw(st.integers(1, 64)),
        policies=held,
        **{name: draw(st.booleans()) for name in (
            "relaxed", "compare_med", "compare_router_id", "requires_policy", "import_check"
        )},
    )  # fmt: skip


area_ranges = several(
    st.builds(AreaRange, area=addresses, prefix=networks(), advertise=st.booleans()),
    unique=lambda r: (r.area, r.prefix),
)


@st.composite
def area_kinds(draw: st.DrawFn) -> dict[str, Any]:
    """Areas of other kinds than the usual one, as the fields of an OSPF process."""
    areas = draw(several(addresses.filter(lambda a: int(a) > 0)))
    stubs = [area for area in areas if draw(st.booleans())]
    nssas = [Nssa(area=area) for area in areas if area not in stubs]
    return {"stubs": stubs, "nssas": nssas, "closed": [area for area in areas if draw(st.booleans())]}


@st.composite
def _policy_routes(draw: st.DrawFn, names: list[str]) -> PolicyRoute:
    protocol = draw(st.sampled_from([None, "tcp", "udp"]))
    source = draw(st.none() | networks())
    empty = source is None and protocol is None
    return PolicyRoute(
        interface=draw(st.sampled_from(names)), order=draw(st.integers(1, 700)),
        source=source, destination=draw(networks() if empty else st.none() | networks()), protocol=protocol,
        next_hop=draw(st.none() | addresses),
    )  # fmt: skip


def policy_routes(names: list[str]) -> st.SearchStrategy[tuple[PolicyRoute, ...]]:
    """Policy routes at some of the named interfaces."""
    return several(_policy_routes(names), unique=lambda r: (r.interface, r.order)) if names else st.just(())


__all__ = ["area_kinds", "area_ranges", "bgps", "policy_routes", "ports"]
