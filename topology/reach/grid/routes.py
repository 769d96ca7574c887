"""What each device routes, worked out a second time: OSPF from a matrix of distances rather than by Dijkstra's way.

Written after RFC 2328 and what FRR installs, not after `topology.reach.routes`, whose tables it is held against. The
distance between all routers is the fixpoint of min-plus over their links; a way to a router is each link whose cost and
remaining distance make up the whole. Connected before static before OSPF by administrative distance; equals are joined;
a route of OSPF from outside (type 2) goes by its metric first, by the distance of who announces it then; what is inside
goes before it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import product

import numpy as np
from numpy.typing import NDArray

from inventory.deviceconfig import DeviceConfig, Interface
from topology.reach.family import out_of
from topology.reach.grid.areas import Borders, one_key
from topology.reach.grid.bgp import Speakers
from topology.reach.grid.nssa import Messages
from topology.reach.grid.outside import Outside
from topology.reach.network import Network
from topology.reach.preferences import PREFER, overruled
from topology.reach.routes import DEFAULT, OSPF_DISTANCE, Hop, Table
from topology.reach.steady import Masters, led, masters
from topology.reach.with_bgp import AGED, RESTLESS

FAR = float("inf")
_Distances = NDArray[np.float64]
_Offer = tuple[float, float, frozenset[Hop]]
"""what is compared first, what then, and the ways"""


@dataclass(frozen=True)
class _Link:
    start: int
    end: int
    cost: int
    hop: Hop


def tables(network: Network) -> dict[str, Table]:
    """Return every device's routing table while nothing fails."""
    return Routes(network).expected


class Routes:
    """All routes; those of BGP are worked out until they and all others fit."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.lost: dict[str, set[IPv4Network]] = {}
        """by router, the routes of others to which BGP has a better one"""
        found: dict[str, Table] = {}
        self.expected = self.wide = found
        self.doubts: dict[str, str] = {}
        """by device: what of its routes no configuration decides"""
        self.unsure: dict[str, str] = {}
        """by device: what OSPF leaves open"""
        outcome = self._settle()
        makers = {*network.platforms.values()} & {*PREFER}
        differing = self.unsure | (overruled(network, self._others()[1]) if makers else {})
        if outcome is None:
            self.doubts = differing
            return
        found, speakers, settled = outcome
        self.lost = {
            n: {p for p in table if p not in self._linked(n)} for n, table in found.items() if n in speakers.routers
        }
        second = self._settle()
        settled = settled and second is not None and second[0] == found and second[2]
        self.doubts = differing | self._doubts(speakers, settled=settled)
        outside = Outside(network, found, speakers)
        both = {name: outside.tables(name) for name in speakers.routers}
        self.wide = found | {name: one for name, (one, _usual) in both.items()}
        self.expected = found | {name: usual for name, (_one, usual) in both.items()}

    def _settle(self) -> tuple[dict[str, Table], Speakers, bool] | None:
        """Work all out until it fits, from what is `lost` at first; None where nobody speaks BGP."""
        network, found = self.network, dict[str, Table]()
        for _turn in range(20):
            offers, costs = self._others()
            before, lost = found, self.lost
            found = {name: {p: _best(some) for p, some in mine.items()} for name, mine in offers.items()}
            if not any(config.bgp for config in network.configs.values()):
                self.expected = self.wide = found
                return None
            speakers = Speakers(network, before or found, self._kinds(offers), costs)
            self.lost = {name: self._join(name, mine, speakers) for name, mine in offers.items()}
            found = {name: {p: _best(some) for p, some in mine.items()} for name, mine in offers.items()}
            settled = found == before and _some(self.lost) == _some(lost)
            if settled:
                break
        return found, speakers, settled

    def _doubts(self, speakers: Speakers, *, settled: bool) -> dict[str, str]:
        if odd := speakers.strange():
            return dict.fromkeys(speakers.routers, odd)
        if not (settled and speakers.sure()):
            return dict.fromkeys(speakers.routers, RESTLESS)
        return dict.fromkeys(speakers.routers if speakers.aged else (), AGED)

    def _others(self) -> tuple[dict[str, dict[IPv4Network, list[_Offer]]], dict[str, dict[IPv4Network, float]]]:
        leaders = masters(self.network)
        ospf = _Ospf(self.network, leaders, self.lost)
        found = {}
        for name, config in self.network.configs.items():
            offers: dict[IPv4Network, list[_Offer]] = {}
            own = (*_connected(self.network, config, name), *_static(self.network, config, name))
            for prefix, offer in (*own, *_led(self.network, name, leaders), *ospf.of(name)):
                offers.setdefault(prefix, []).append(offer)
            found[name] = offers
        self.unsure = dict(ospf.messages.doubts) if ospf.messages else {}
        return found, ospf.costs

    def _linked(self, name: str) -> set[IPv4Network]:
        items = (i for i in self.network.configs[name].interfaces if i.enabled)
        up = (i for i in items if (name, i.name) in self.network.of or i.kind == "loopback")
        return {address.network for item in up for address in item.addresses}

    def _kinds(self, offers: Mapping[str, Mapping[IPv4Network, list[_Offer]]]) -> dict[str, dict[IPv4Network, str]]:
        """Return the routes in use that are not of BGP, with where they are from."""
        found = {}
        for name, mine in offers.items():
            static = {(r.prefix, r.distance) for r in self.network.configs[name].routes}
            kinds = dict.fromkeys(self._linked(name), "connected")
            for prefix, some in mine.items():
                least = min(some, key=lambda offer: offer[:2])
                if prefix in kinds or prefix in self.lost.get(name, ()):
                    continue
                if (prefix, least[0]) in static:
                    kinds[prefix] = "static"
                elif least[0] == OSPF_DISTANCE:
                    kinds[prefix] = "ospf"
            found[name] = kinds
        return found

    def _join(self, name: str, mine: dict[IPv4Network, list[_Offer]], speakers: Speakers) -> set[IPv4Network]:
        """Add a router's routes of BGP; return the prefixes of which it had a worse route of others."""
        lost, linked = set(), self._linked(name)
        for prefix, distance, hops in speakers.routes(name):
            held = min((offer[:2] for offer in mine.get(prefix, ())), default=None)
            if prefix not in linked and (held is None or (distance, 0) < held):
                lost |= {prefix} if held is not None else set()
                mine[prefix] = [(distance, 0, hops)]
        return lost


def _some(lost: dict[str, set[IPv4Network]]) -> dict[str, set[IPv4Network]]:
    return {name: found for name, found in lost.items() if found}


def _best(offers: list[_Offer]) -> tuple[Hop, ...]:
    least = min(offer[:2] for offer in offers)
    hops = {hop for offer in offers if offer[:2] == least for hop in offer[2]}
    return tuple(sorted(hops, key=lambda h: (h.interface, int(h.next or 0))))


def _up(network: Network, name: str, config: DeviceConfig) -> Iterator[Interface]:
    return (item for item in config.interfaces if (name, item.name) in network.of)


def _connected(network: Network, config: DeviceConfig, name: str) -> Iterator[tuple[IPv4Network, _Offer]]:
    for item in _up(network, name, config):
        for address in item.addresses:
            yield address.network, (0, 0, frozenset({Hop(item.name)}))


def _static(network: Network, config: DeviceConfig, name: str) -> Iterator[tuple[IPv4Network, _Offer]]:
    for route in config.routes:
        if (
            out := out_of(route)
        ) and route.next_hop is not None:  # a route that names its way out needs no network there
            if (name, out) in network.of:
                yield route.prefix, (route.distance, 0, frozenset({Hop(out, route.next_hop)}))
            continue
        on = [
            (address.network.prefixlen, item.name)
            for item in _up(network, name, config)
            for address in item.addresses
            if route.next_hop is not None and route.next_hop in address.network
        ]
        if route.next_hop is None:
            yield route.prefix, (route.distance, 0, frozenset())
        elif on:
            longest = max(length for length, _name in on)
            hops = frozenset(Hop(item, route.next_hop) for length, item in on if length == longest)
            yield route.prefix, (route.distance, 0, hops)


def _led(network: Network, name: str, leaders: Masters) -> Iterator[tuple[IPv4Network, _Offer]]:
    for interface, route in led(network, name, leaders):
        yield route.prefix, (0, 1, frozenset({Hop(interface, route.next_hop)}))


class _Ospf:
    def __init__(self, network: Network, leaders: Masters, lost: Mapping[str, Collection[IPv4Network]]) -> None:
        self.network, self.leaders, self.lost = network, leaders, lost
        self.costs: dict[str, dict[IPv4Network, float]] = {}
        self.names = [name for name, config in network.configs.items() if config.ospf]
        self.number = {name: n for n, name in enumerate(self.names)}
        speaking = [config for config in network.configs.values() if config.ospf]
        apart = {i.ospf.area for config in speaking for i in config.interfaces if i.ospf}
        told = any(c.ospf and (c.ospf.ranges or c.ospf.stubs or c.ospf.nssas) for c in speaking)
        self.borders = Borders(network) if told or len(apart) > 1 else None
        self.links = [*self._links()] if self.borders is None else []
        self.distance = self._distances()
        self.messages: Messages | None = None

    def _links(self) -> Iterator[_Link]:
        for domain in self.network.domains:
            on = [(r.device, r.interface, r.interface.ospf) for r in domain.routed if r.device in self.number]
            for (one, mine, speaks), (other, theirs, hears) in product(on, on):
                if not speaks or not hears or speaks.passive or hears.passive or one == other:
                    continue
                if speaks.area == hears.area and one_key(speaks.key, hears.key):
                    hop = Hop(mine.name, theirs.addresses[0].ip)
                    yield _Link(self.number[one], self.number[other], speaks.cost, hop)

    def _distances(self) -> _Distances:
        found = np.full((len(self.names), len(self.names)), FAR)
        np.fill_diagonal(found, 0)
        for link in self.links:
            found[link.start, link.end] = min(found[link.start, link.end], link.cost)
        for middle in range(len(self.names)):
            found = np.minimum(found, found[:, middle, None] + found[None, middle, :])
        return found

    def _ways(self, root: int, end: int) -> frozenset[Hop]:
        """Return the first hops of all shortest ways from a router to another."""
        whole = self.distance[root, end]
        return frozenset(
            link.hop for link in self.links if link.start == root and link.cost + self.distance[link.end, end] == whole
        )

    def of(self, name: str) -> Iterator[tuple[IPv4Network, _Offer]]:
        """Yield the routes that a device has of OSPF."""
        if name not in self.number:
            return
        if self.borders is not None:
            yield from self._over_areas(name, self.borders)
            return
        costs = self.costs.setdefault(name, {})
        root = self.number[name]
        own = {a.network for i in self._inside(name) for a in i.addresses}
        inner, outer = dict[IPv4Network, list[_Offer]](), dict[IPv4Network, list[_Offer]]()
        for other, number in self.number.items():
            distance = float(self.distance[root, number])
            if other != name and distance < FAR:
                ways = self._ways(root, number)
                for item in self._inside(other):
                    for address in item.addresses:
                        cost = item.ospf.cost if item.ospf else 0
                        inner.setdefault(address.network, []).append((distance + cost, 0, ways))
                for prefix, metric in self._outside(other):
                    outer.setdefault(prefix, []).append((metric, distance, ways))
        for prefix, offers in {**outer, **inner}.items():
            if prefix not in own:
                costs[prefix] = min(offer[:2] for offer in offers)[0]
                yield prefix, (OSPF_DISTANCE, 0, frozenset(_best(offers)))

    def _over_areas(self, name: str, borders: Borders) -> Iterator[tuple[IPv4Network, _Offer]]:
        """Yield the routes of a device by areas: what they hold, what a border discards, what is outside."""
        own = {a.network for i in self._inside(name) for a in i.addresses}
        if self.messages is None:
            self.messages = Messages(self.network, borders, {other: [*self._outside(other)] for other in self.names})
        outer = self.messages.offers(name)
        costs = self.costs.setdefault(name, {})
        costs |= {prefix: min(offer[:2] for offer in offers)[0] for prefix, offers in outer.items()}
        found = {prefix: frozenset(_best(offers)) for prefix, offers in outer.items()}
        found |= dict.fromkeys(borders.discarded(name), frozenset())
        for prefix, (cost, hops) in borders.networks(name).items():
            costs[prefix], found[prefix] = cost, hops
        for prefix, hops in found.items():
            if prefix not in own:
                yield prefix, (OSPF_DISTANCE, 0, hops)

    def _inside(self, name: str) -> Iterator[Interface]:
        return (i for i in self.network.configs[name].interfaces if i.ospf and i.enabled)

    def _outside(self, name: str) -> Iterator[tuple[IPv4Network, int]]:
        """Yield what a router takes in from outside: routes that it has, and a default route if it originates one."""
        config = self.network.configs[name]
        if config.ospf is None:
            return
        if config.ospf.default_metric is not None:
            yield DEFAULT, config.ospf.default_metric
        for item in config.ospf.redistribute:
            if item.source == "vrrp":
                yield from ((prefix, item.metric) for prefix, _offer in _led(self.network, name, self.leaders))
            elif item.source == "static":
                nearer = {
                    DEFAULT,
                    *self.lost.get(name, ()),
                    *(prefix for prefix, _offer in _connected(self.network, config, name)),
                }
                routes = _static(self.network, config, name)
                yield from ((prefix, item.metric) for prefix, _offer in routes if prefix not in nearer)
            else:
                speaking = (i for i in config.interfaces if not i.ospf and i.enabled)
                yield from ((address.network, item.metric) for i in speaking for address in i.addresses)
