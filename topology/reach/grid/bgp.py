"""BGP, worked out a second time: routers send each other messages about single prefixes until nobody has news.

Written after RFC 4271 (9.1), 4456 and what FRR does, not after `topology.reach.bgp`: there all routers look at all of
their peers' best paths in rounds; here each keeps what each peer last told it, and tells on what changed, first come
first served. A network that goes on for ever ends after many messages.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network

from inventory.routeconfig import Aggregate, Bgp, Neighbor
from topology.reach.aggregates import strange
from topology.reach.grid.maps import Maps, Route
from topology.reach.network import Network
from topology.reach.routes import Hop, Table

MESSAGES = 50_000


@dataclass(frozen=True)
class Link:
    """One end's view of a session."""

    here: str
    there: str
    mine: IPv4Address
    theirs: IPv4Address
    peer: Neighbor
    external: bool


@dataclass
class Router:
    """A speaker: what it originates, what peers told it, what it uses."""

    name: str
    told: Bgp
    maps: Maps
    number: IPv4Address
    """its router id"""
    addresses: set[IPv4Address]
    links: list[Link] = field(default_factory=list)
    own: dict[IPv4Network, Route] = field(default_factory=dict)
    heard: dict[tuple[IPv4Network, IPv4Address], Route] = field(default_factory=dict)
    used: dict[IPv4Network, tuple[Route, ...]] = field(default_factory=dict)
    unreached: set[tuple[IPv4Network, IPv4Address]] = field(default_factory=set)
    """of what peers tell now, what it has no way to"""

    def over(self, prefix: IPv4Network) -> list[Aggregate]:
        """Return the aggregates that a prefix is a part of."""
        return [one for one in self.told.aggregates if one.prefix.supernet_of(prefix) and one.prefix != prefix]

    def whole(self, one: Aggregate) -> Route | None:
        """Return an aggregate as a route while a part of it is known."""
        known = [*self.own.values(), *self.heard.values()]
        parts = [route for route in known if one in self.over(route.prefix)]
        origin = 0 if one.origin == "igp" else max((route.origin for route in parts), default=0)
        return Route(one.prefix, origin=origin, weight=32768, whole=True) if parts else None

    def distance(self, *, external: bool) -> int:
        """Return the administrative distance of what peers of another system say, or of the own one."""
        return self.told.external_distance if external else self.told.internal_distance


Kinds = Mapping[str, Mapping[IPv4Network, str]]
Costs = Mapping[str, Mapping[IPv4Network, float]]


class Speakers:
    """All routers that speak BGP."""

    def __init__(self, network: Network, tables: Mapping[str, Table], kinds: Kinds, costs: Costs) -> None:
        """`kinds`: by router the routes of others in use, with where they are from; `costs`: OSPF's metrics."""
        self._network, self._tables, self._kinds, self._costs = network, tables, kinds, costs
        self.routers = {n: self._router(n, c.bgp) for n, c in network.configs.items() if c.bgp is not None}
        for router in self.routers.values():
            router.links = [*self._links(router)]
            router.own = {route.prefix: route for route in self._originated(router)}
        self.aged: set[str] = set()
        """routers where the age of a route decides"""
        self.done = self._talk()
        for router in self.routers.values():
            for prefix in [*router.used]:
                self._choose(router, prefix)

    def sure(self) -> bool:
        """Return whether all came to rest, in the same way whoever speaks first, and no two peers are one."""
        ends = [(link.here, link.theirs) for router in self.routers.values() for link in router.links]
        used = {name: {p: some for p, some in router.used.items() if some} for name, router in self.routers.items()}
        for router in self.routers.values():
            router.heard, router.used, router.unreached = {}, {}, set()
        done = self._talk(backwards=True) and self.done
        second = {name: {p: some for p, some in router.used.items() if some} for name, router in self.routers.items()}
        return done and used == second and len({*ends}) == len(ends)

    def strange(self) -> str:
        """Return why nobody knows what aggregates come to, '' where it is clear."""
        best = {name: {p: some for p, some in one.used.items() if some} for name, one in self.routers.items()}
        own = {name: one.own for name, one in self.routers.items()}
        lost = {name: {prefix for prefix, _peer in one.unreached} for name, one in self.routers.items()}
        return strange(self._network, self._tables, best, own, lost)

    def _router(self, name: str, told: Bgp) -> Router:
        items = self._network.configs[name].interfaces
        every = {a.ip for item in items for a in item.addresses}
        looped = {a.ip for i in items if i.kind == "loopback" for a in i.addresses if not a.ip.is_loopback}
        number = told.router_id or max(looped or every, default=IPv4Address(0))
        return Router(name, told, Maps(told.policies, told.number), number, every)

    def _links(self, one: Router) -> Iterator[Link]:
        for other in (r for r in self.routers.values() if r is not one):
            for peer in (p for p in one.told.neighbors if p.active and p.address in other.addresses):
                for back in (p for p in other.told.neighbors if p.active and p.address in one.addresses):
                    agreed = peer.remote_as == other.told.number and back.remote_as == one.told.number
                    calls = self._calls_as(one.name, peer, back.address), self._calls_as(other.name, back, peer.address)
                    external = one.told.number != other.told.number
                    if (
                        agreed
                        and any(calls)
                        and self._meets(one, peer, external)
                        and self._meets(other, back, external)
                    ):
                        yield Link(one.name, other.name, back.address, peer.address, peer, external)

    def _calls_as(self, name: str, peer: Neighbor, wanted: IPv4Address) -> bool:
        """Return whether a router that calls its peer does so from the address by which that one knows it."""
        if peer.source:
            return peer.source == wanted
        items = [i for i in self._network.configs[name].interfaces if i.enabled]
        near = [a.ip for i in items for a in i.addresses if peer.address in a.network]
        _prefix, hops = self.route(name, peer.address)
        out = {hop.interface for hop in hops}
        far = [a.ip for i in self._network.configs[name].interfaces if i.name in out for a in i.addresses]
        return wanted in (near or far)

    def _meets(self, one: Router, peer: Neighbor, external: bool) -> bool:
        if external and not peer.multihop:
            items = self._network.configs[one.name].interfaces
            return any(peer.address in a.network for i in items if i.enabled for a in i.addresses)
        return bool(self.route(one.name, peer.address)[1])

    def route(
        self, name: str, address: IPv4Address, but: IPv4Network | None = None
    ) -> tuple[IPv4Network | None, list[Hop]]:
        """Return a router's route to an address, and its ways out; `but` is looked past."""
        for length in range(32, -1, -1):
            prefix = IPv4Network((address, length), strict=False)
            if prefix != but and prefix in self._tables[name]:
                return prefix, [Hop(h.interface, h.next or address) for h in self._tables[name][prefix]]
        return None, []

    def way(self, name: str, route: Route) -> tuple[IPv4Network | None, list[Hop]]:
        """Return the ways to a route's next hop; not by the route itself."""
        if route.next_hop is None:
            return None, []
        return self.route(name, route.next_hop, None if route.prefix in self._kinds[name] else route.prefix)

    def _originated(self, router: Router) -> Iterator[Route]:
        found: dict[IPv4Network, Route] = {}
        kinds = self._kinds[router.name]
        said = [
            (p, name, 2) for source, name in router.told.redistribute for p, kind in kinds.items() if kind == source
        ]
        said += [(p, name, 0) for p, name in router.told.networks if p in kinds or not router.told.import_check]
        for prefix, name, origin in said:
            known = kinds.get(prefix) == "ospf"
            med = int(self._costs.get(router.name, {}).get(prefix, 0)) if known else 0
            route = router.maps.mapped(name, Route(prefix, origin=origin, weight=32768, med=med))
            if route is not None:
                found[prefix] = route
        yield from found.values()

    def _talk(self, *, backwards: bool = False) -> bool:
        """Let everybody say what it originates, and pass on what is new; return whether that comes to an end.

        `backwards`: the last news first.
        """
        news = deque(
            (name, prefix) for name, router in self.routers.items()
            for prefix in (*router.own, *(one.prefix for one in router.told.aggregates))
        )  # fmt: skip
        for _message in range(MESSAGES):
            if not news:
                return True
            name, prefix = news.pop() if backwards else news.popleft()
            router = self.routers[name]
            chosen = self._choose(router, prefix)
            if chosen == router.used.get(prefix, ()):
                continue
            router.used[prefix] = chosen
            for link in router.links:
                if self._say(router, link, prefix, chosen[0] if chosen else None):
                    wholes = self.routers[link.there].over(prefix)
                    news.extend((link.there, p) for p in (prefix, *(one.prefix for one in wholes)))
        return False

    def _say(self, router: Router, link: Link, prefix: IPv4Network, best: Route | None) -> bool:
        """Tell a peer the best route to a prefix, or that there is none; return whether that is news to it."""
        other = self.routers[link.there]
        back = next(
            (one for one in other.links if (one.there, one.theirs, one.mine) == (link.here, link.mine, link.theirs)),
            None,
        )
        if back is None:
            return False
        other.unreached.discard((prefix, back.theirs))
        told = None if best is None else self._taken(other, back, self._sent(router, link, best))
        key = (prefix, back.theirs)
        if other.heard.get(key) == told:
            return False
        if told is None:
            del other.heard[key]
        else:
            other.heard[key] = told
        return True

    def _sent(self, router: Router, link: Link, best: Route) -> Route | None:
        hidden = any(one.only for one in router.over(best.prefix))
        if best.peer == link.theirs or hidden or not self._passes_on(router, link, best):
            return None
        peer = link.peer
        if link.external and router.told.requires_policy and not peer.map_out and not peer.list_out:
            return None
        inner = not link.external
        reflected = inner and best.peer is not None and not best.external
        route = replace(best, weight=0, tag=0, whole=False)
        if link.external:
            route = replace(route, local_pref=100, clusters=(), med=0 if best.peer is not None else best.med)
        if link.external or best.next_hop is None or peer.next_hop_forced or (peer.next_hop_self and not reflected):
            route = replace(route, next_hop=link.mine)
        changed = router.maps.mapped(peer.map_out, router.maps.filtered(peer.list_out, route), link.mine)
        if changed is None:
            return None
        if not peer.communities:
            changed = replace(changed, communities=())
        if reflected:
            return replace(changed, clusters=(router.number, *changed.clusters), tag=0)
        path = changed.as_path if inner else (router.told.number, *changed.as_path)
        return replace(changed, as_path=path, originator=router.number, tag=0)

    def _passes_on(self, router: Router, link: Link, best: Route) -> bool:
        if "no-advertise" in best.communities or (link.external and "no-export" in best.communities):
            return False
        if link.external or best.external or best.peer is None:
            return True
        return link.peer.client or any(p.client and p.address == best.peer for p in router.told.neighbors)

    def _taken(self, router: Router, link: Link, route: Route | None) -> Route | None:
        """Return a route as a router takes it from a peer."""
        if route is None:
            return None
        looped = router.told.number in route.as_path or router.number in (*route.clusters, route.originator)
        peer = link.peer
        deaf = link.external and router.told.requires_policy and not peer.map_in and not peer.list_in
        if looped or deaf or route.next_hop in router.addresses:
            return None
        route = replace(route, peer=link.theirs, external=link.external)
        changed = router.maps.mapped(peer.map_in, router.maps.filtered(peer.list_in, route), link.theirs)
        if changed is not None and not self.way(router.name, changed)[1]:
            router.unreached.add((changed.prefix, link.theirs))
            return None
        return changed

    def _choose(self, router: Router, prefix: IPv4Network) -> tuple[Route, ...]:
        """Return what a router uses of all that it knows of a prefix, the best first."""
        known = [route for (p, _peer), route in router.heard.items() if p == prefix]
        known += [router.own[prefix]] if prefix in router.own else []
        wholes = (router.whole(one) for one in router.told.aggregates if one.prefix == prefix)
        known = [*(route for route in wholes if route), *known]
        if not known:
            return ()
        least = min(map(_rank, known))
        known = [route for route in known if _rank(route) == least]
        known = self._by_med(router, known)
        known = [route for route in known if route.external] or known
        costs = [self._metric(router, route) for route in known]
        known = [route for route, cost in zip(known, costs, strict=True) if cost == min(costs)]
        known.sort(key=lambda r: (_number(r.originator), len(r.clusters), _number(r.peer)))
        if router.told.clusters_first:
            known.sort(key=lambda r: len(r.clusters))
        best = known[0]
        if best.peer is None:
            return (best,)
        if best.external and not router.told.compare_router_id and self._differ(router, known):
            self.aged.add(router.name)
        most = router.told.several if best.external else router.told.several_inside
        alike = [r for r in known[1:] if router.told.relaxed or r.as_path == best.as_path]
        return (best, *sorted(alike, key=lambda r: _number(r.peer))[: most - 1])

    def _differ(self, router: Router, known: list[Route]) -> bool:
        """Return whether it matters which of equal routes is the best."""
        alike = len({(r.as_path, r.med, r.origin, r.communities) for r in known}) == 1
        all_used = len(known) <= router.told.several and all(link.external for link in router.links)
        return len(known) > 1 and not (alike and all_used)

    def _by_med(self, router: Router, known: list[Route]) -> list[Route]:
        least: dict[tuple[int, ...], int] = {}

        def of(route: Route) -> tuple[int, ...]:
            return () if router.told.compare_med else route.as_path[:1]

        for route in known:
            least[of(route)] = min(route.med, least.get(of(route), route.med))
        return [route for route in known if route.med == least[of(route)]]

    def _metric(self, router: Router, route: Route) -> float:
        prefix, _hops = self.way(router.name, route)
        known = prefix is not None and self._kinds[router.name].get(prefix) == "ospf"
        return self._costs.get(router.name, {}).get(prefix, 0) if known and prefix is not None else 0

    def routes(self, name: str) -> Iterator[tuple[IPv4Network, int, frozenset[Hop]]]:
        """Yield what a router routes by BGP: prefix, administrative distance, ways out."""
        router = self.routers.get(name)
        for prefix, chosen in router.used.items() if router else ():
            if router and chosen and chosen[0].whole:
                yield prefix, router.told.local_distance, frozenset()
            elif router and chosen and chosen[0].peer is not None:
                hops = frozenset(hop for route in chosen for hop in self.way(name, route)[1])
                if hops:
                    yield prefix, router.distance(external=chosen[0].external), hops


def _number(address: IPv4Address | None) -> int:
    return int(address) if address is not None else 0


def _rank(route: Route) -> tuple[int, int, bool, int, int]:
    """Return what decides first: the lower is better."""
    return -route.weight, -route.local_pref, route.peer is not None, len(route.as_path), route.origin
