"""What each device routes: connected networks, static routes and OSPF, as FRR computes them from the configurations.

OSPFv2 (RFC 2328): shortest paths over point-to-point and broadcast links with equal cost kept, stub networks, external
routes of type 2 with their metric, a default route where one is originated. Several areas are `topology.reach.areas`,
BGP is `topology.reach.with_bgp`. Administrative distance: connected 0, static as configured, OSPF 110. Every neighbour
is taken as up; what fails is left out of the configurations before. Pure.
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network
from itertools import permutations
from typing import NamedTuple

from topology.reach.adjacent import adjacent
from topology.reach.family import out_of
from topology.reach.longest import Longest
from topology.reach.network import Network
from topology.reach.preferences import overruled
from topology.reach.sayers import BySayers, by_sayers, nearest
from topology.reach.steady import Masters, led, masters

OSPF_DISTANCE = 110
DEFAULT = IPv4Network("0.0.0.0/0")


class Hop(NamedTuple):
    """Where a packet goes next: an interface and a router there, or nobody (the destination itself is on the link)."""

    interface: str
    next: IPv4Address | None = None


Hops = tuple[Hop, ...]
Table = dict[IPv4Network, Hops]
"""a prefix to its ways out; none means that it is discarded"""
Best = dict[IPv4Network, tuple[tuple[int, int], set[Hop]]]
"""a prefix to its rank, which begins with the administrative distance, and its ways out"""


@dataclass(frozen=True)
class Routing:
    """The routes of a network."""

    tables: dict[str, Table]
    """while nothing fails, and whoever is outside does what is expected"""
    wide: dict[str, Table]
    """with all ways that somebody outside may make up, too"""
    doubts: Mapping[str, str] = field(default_factory=dict)
    """by device: what of its routes no configuration decides"""


def tables(network: Network) -> dict[str, Table]:
    """Return every device's routing table while nothing fails."""
    return routing(network).tables


def routing(network: Network, earlier: Network | None = None) -> Routing:
    """Return the routes of every device; `earlier`: a network whose routes are known, of which those stand that may."""
    if any(config.bgp for config in network.configs.values()):
        from topology.reach.with_bgp import with_bgp

        return with_bgp(network)
    told = inside(network, earlier=earlier)
    known: Inside | None = earlier.kept.get("inside") if earlier else None
    before: dict[str, Table] = earlier.kept.get("tables", {}) if earlier else {}
    found = {
        name: before[name] if known and name in before and known.routes.get(name) is best else flat(best)
        for name, best in told.routes.items()
    }
    network.kept["inside"], network.kept["tables"] = told, found
    return Routing(found, found, told.doubts)


Costs = dict[str, dict[IPv4Network, int]]
"""by router: the metric of each route of OSPF"""


@dataclass(frozen=True)
class Inside:
    """The routes that are not of BGP."""

    routes: dict[str, Best]
    costs: Costs
    """the metrics of those of OSPF"""
    doubts: dict[str, str]
    """by device: what of them no configuration decides"""
    stood_on: object = None
    """what OSPF was worked out from; None: it was not without areas, so it is worked out anew"""


def inside(
    network: Network,
    beaten: Mapping[str, Collection[IPv4Network]] | None = None,
    earlier: Network | None = None,
) -> Inside:
    """Return the routes that are not of BGP, with their distances.

    `beaten`: by router, static routes that are not in use as BGP has a better one, so that OSPF does not take them in.
    `earlier`: a network before an edit; the routes of a device stand if OSPF and what it itself is told do.
    """
    leaders = masters(network)
    ospf, areas = _Ospf(network, leaders, beaten or {}), _has_areas(network)
    known: Inside | None = earlier.kept.get("inside") if earlier and not beaten else None
    stands = known is not None and not areas and known.stood_on == ospf.stands_on()
    heard = {} if stands else ospf.by_areas() if areas else ospf.all()
    found: dict[str, Best] = {}
    for name in network.configs:
        spoken = stands or network.configs[name].ospf is None
        if known and spoken and earlier and _told_alike(earlier, network, name):
            found[name] = known.routes[name]
            continue
        found[name] = _better(_own(network, name, leaders), ospf.of(name) if stands else heard.get(name, {}))
    costs = known.costs if known and stands else ospf.costs
    stood_on = None if areas or beaten else ospf.stands_on()
    return Inside(found, costs, ospf.doubts | overruled(network, costs), stood_on)


def _told_alike(old: Network, new: Network, name: str) -> bool:
    """Return whether what a device routes by itself is as it was: by what it is told, and by which links are up."""
    if old.configs.get(name) is not new.configs[name] or old.ports.get(name) != new.ports.get(name):
        return False
    grouped = any(item.vrrp for item in new.configs[name].interfaces)
    return not grouped or [*led(old, name, masters(old))] == [*led(new, name, masters(new))]


def _has_areas(network: Network) -> bool:
    """Return whether areas have to be told apart."""
    speaking = [config for config in network.configs.values() if config.ospf]
    areas = {i.ospf.area for config in speaking for i in config.interfaces if i.ospf}
    return len(areas) > 1 or any(c.ospf and (c.ospf.ranges or c.ospf.stubs or c.ospf.nssas) for c in speaking)


def flat(best: Best) -> Table:
    """Return routes without their distances."""
    told: dict[int, Hops] = {}
    for _rank, hops in best.values():  # of a hundred prefixes with one way they are the same object
        if id(hops) not in told:
            told[id(hops)] = tuple(sorted(hops, key=_order))
    return {prefix: told[id(hops)] for prefix, (_rank, hops) in best.items()}


def either(network: Network, tables: Mapping[str, Table]) -> dict[str, Table]:
    """Return routing tables with the routes of each master on every member as well, beside what it has instead.

    Isolation has to hold whoever is master.
    """
    return {name: _as_master(network, name, table) for name, table in tables.items()}


def _as_master(network: Network, device: str, table: Table) -> Table:
    led_here = [
        (Hop(item.name, route.next_hop), route.prefix)
        for item in network.configs[device].interfaces
        if item.vrrp and (device, item.name) in network.of
        for group in item.vrrp
        for route in group.routes
    ]
    if not led_here:
        return table
    longest, more = Longest(table), {}
    for hop, prefix in led_here:
        instead = longest.over(prefix)
        more[prefix] = tuple(sorted({*(table[instead] if instead else ()), hop}, key=_order))
    return {**table, **more}


def _order(hop: Hop) -> tuple[str, int]:
    return hop.interface, int(hop.next or 0)


def _offer(best: Best, prefix: IPv4Network, rank: tuple[int, int], hops: Iterable[Hop]) -> None:
    """Keep a route if none is better; equals are joined."""
    held = best.get(prefix)
    if held is None or rank < held[0]:
        best[prefix] = (rank, set(hops))
    elif rank == held[0]:
        held[1].update(hops)


def _better(own: Best, heard: Best) -> Best:
    """Return the better of what a device is told and what it hears, by prefix; equals are joined."""
    best = dict(heard)
    for prefix, (rank, hops) in own.items():
        held = best.get(prefix, (rank, hops))
        if rank <= held[0]:
            best[prefix] = rank, hops | held[1] if rank == held[0] else hops
    return best


def _own(network: Network, name: str, leaders: Masters) -> Best:
    best: Best = {}
    config = network.configs[name]
    for item in config.interfaces:
        for address in item.addresses if (name, item.name) in network.of else ():
            _offer(best, address.network, (0, 0), [Hop(item.name)])
    connected = dict(best)
    for route in config.routes:
        if route.next_hop is None:
            _offer(best, route.prefix, (route.distance, 0), ())
            continue
        if (out := out_of(route)) and (name, out) in network.of:
            _offer(best, route.prefix, (route.distance, 0), [Hop(out, route.next_hop)])
        link = max((p for p in connected if route.next_hop in p), key=lambda p: p.prefixlen, default=None)
        if link is not None and not out:
            hops = [Hop(through.interface, route.next_hop) for through in connected[link][1]]
            _offer(best, route.prefix, (route.distance, 0), hops)
    for interface, led_route in led(network, name, leaders):
        _offer(best, led_route.prefix, (0, 1), [Hop(interface, led_route.next_hop)])
    return best


class _Ospf:
    """The shortest paths of all devices that speak OSPF."""

    def __init__(self, network: Network, leaders: Masters, beaten: Mapping[str, Collection[IPv4Network]]) -> None:
        self._network, self._leaders, self._beaten = network, leaders, beaten
        self.costs: Costs = {}
        self.doubts: dict[str, str] = {}
        """by router: why nobody knows what OSPF makes of it"""
        self._links: dict[str, list[tuple[int, str, Hop]]] = defaultdict(list)
        for domain in network.domains:
            speakers = [r for r in domain.routed if r.interface.ospf and network.configs[r.device].ospf]
            active = [(r, r.interface.ospf) for r in speakers if r.interface.ospf and not r.interface.ospf.passive]
            for (one, mine), (other, theirs) in permutations(active, 2):
                if adjacent(mine, theirs):
                    hop = Hop(one.interface.name, other.interface.addresses[0].ip)
                    self._links[one.device].append((mine.cost, other.device, hop))

    def all(self) -> dict[str, Best]:
        """Return the routes of all speakers."""
        return {name: self.of(name) for name in self._stubs_of}

    def of(self, name: str) -> Best:
        """Return the routes of one router; none if it does not speak."""
        return self._routes(name) if name in self._stubs_of else {}

    def stands_on(self) -> tuple[object, ...]:
        """Return all that the routes hang on, where there are no areas."""
        return dict(self._links), self._stubs_of, self._outside_of

    @cached_property
    def _stubs_of(self) -> dict[str, list[tuple[IPv4Network, int]]]:
        return {name: list(self._stubs(name)) for name, config in self._network.configs.items() if config.ospf}

    @cached_property
    def _outside_of(self) -> dict[str, list[tuple[IPv4Network, int]]]:
        return {name: list(self._external(name)) for name in self._stubs_of}

    @cached_property
    def _stubs_by(self) -> BySayers:
        return by_sayers(self._stubs_of)

    @cached_property
    def _outside_by(self) -> BySayers:
        return by_sayers(self._outside_of)

    def by_areas(self) -> dict[str, Best]:
        """Return the routes of all speakers, of each area by itself and over the borders between them."""
        from topology.reach.areas import Areas
        from topology.reach.nssa import Outside

        speakers = [name for name, config in self._network.configs.items() if config.ospf]
        areas = Areas(self._network)
        outside = Outside(self._network, areas, {name: list(self._external(name)) for name in speakers})
        found: dict[str, Best] = {}
        for name in speakers:
            ways, outer = areas.inside(name), outside.routes(name)
            own = {prefix for prefix, _cost in self._stubs(name)}
            inner = {p: hops for p, (_c, hops) in ways.items() if isinstance(p, IPv4Network)}
            known = {p: hops for p, (_r, hops) in outer.items()} | dict.fromkeys(areas.discards(name), frozenset[Hop]())
            best = {p: hops for p, hops in (known | inner).items() if p not in own}
            found[name] = {p: ((OSPF_DISTANCE, 0), set(hops)) for p, hops in best.items()}
            far = {p: rank[0] for p, (rank, _hops) in outer.items()}
            self.costs[name] = far | {p: cost for p, (cost, _hops) in ways.items() if isinstance(p, IPv4Network)}
        self.doubts = outside.doubts
        return found

    def _stubs(self, name: str) -> Iterable[tuple[IPv4Network, int]]:
        for item in self._network.configs[name].interfaces:
            if item.ospf and item.enabled:
                yield from ((address.network, item.ospf.cost) for address in item.addresses)

    def _external(self, name: str) -> Iterable[tuple[IPv4Network, int]]:
        config = self._network.configs[name]
        if config.ospf is None:
            return
        if config.ospf.default_metric is not None:
            yield DEFAULT, config.ospf.default_metric
        for item in config.ospf.redistribute:
            if item.source == "vrrp":
                yield from (
                    (route.prefix, item.metric) for _interface, route in led(self._network, name, self._leaders)
                )
            elif item.source == "static":
                linked = self._connected(name)
                alive = (r for r in config.routes if r.next_hop is None or any(r.next_hop in n for n in linked))
                nearer = {DEFAULT, *linked, *self._beaten.get(name, ())}
                yield from ((r.prefix, item.metric) for r in alive if r.prefix not in nearer)
            else:
                speaking = (i for i in config.interfaces if i.enabled and not i.ospf)
                yield from ((a.network, item.metric) for i in speaking for a in i.addresses)

    def _connected(self, name: str) -> set[IPv4Network]:
        """Return the networks on which a router's static routes can find their next hop: only such are announced."""
        up = (i for i in self._network.configs[name].interfaces if (name, i.name) in self._network.of)
        return {address.network for item in up for address in item.addresses}

    def _routes(self, root: str) -> Best:
        reached, best, costs = self._paths(root), Best(), self.costs.setdefault(root, {})
        reached.pop(root)
        for said, outer in ((self._outside_by, True), (self._stubs_by, False)):  # of a prefix in both, the later counts
            for sayers, prefixes in said.items():
                if found := nearest(sayers, reached, outer=outer):
                    best |= dict.fromkeys(prefixes, ((OSPF_DISTANCE, 0), found.hops))
                    costs |= dict.fromkeys(prefixes, found.cost)
        for prefix, _cost in self._stubs_of[root]:
            best.pop(prefix, None)
            costs.pop(prefix, None)
        return best

    def _paths(self, root: str) -> dict[str, tuple[int, set[Hop]]]:
        """Return the cost and the first hops to every router."""
        found: dict[str, tuple[int, set[Hop]]] = {root: (0, set())}
        queue = [(0, root)]
        while queue:
            cost, name = heapq.heappop(queue)
            if cost > found[name][0]:
                continue
            for more, other, hop in self._links[name]:
                through = {hop} if name == root else found[name][1]
                held = found.get(other)
                if held is None or cost + more < held[0]:
                    found[other] = (cost + more, set(through))
                    heapq.heappush(queue, (cost + more, other))
                elif cost + more == held[0]:
                    held[1].update(through)
        return found
