"""What each device routes, worked out a second time: OSPF from a matrix of distances rather than by Dijkstra's way.

Written after RFC 2328 and what FRR installs, not after `topology.reach.routes`, whose tables it is held against. The
distance between all routers is the fixpoint of min-plus over their links; a way to a router is each link whose cost and
remaining distance make up the whole. Connected before static before OSPF by administrative distance; equals are joined;
a route of OSPF from outside (type 2) goes by its metric first, by the distance of who announces it then; what is inside
goes before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import product

import numpy as np
from numpy.typing import NDArray

from inventory.deviceconfig import DeviceConfig, Interface
from topology.reach.family import out_of
from topology.reach.network import Network
from topology.reach.routes import DEFAULT, OSPF_DISTANCE, Hop, Table
from topology.reach.steady import Masters, led, masters

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
    """Return every device's routing table."""
    leaders = masters(network)
    ospf = _Ospf(network, leaders)
    found = {}
    for name, config in network.configs.items():
        offers: dict[IPv4Network, list[_Offer]] = {}
        own = (*_connected(network, config, name), *_static(network, config, name), *_led(network, name, leaders))
        for prefix, offer in (*own, *ospf.of(name)):
            offers.setdefault(prefix, []).append(offer)
        found[name] = {prefix: _best(some) for prefix, some in offers.items()}
    return found


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
    def __init__(self, network: Network, leaders: Masters) -> None:
        self.network, self.leaders = network, leaders
        self.names = [name for name, config in network.configs.items() if config.ospf]
        self.number = {name: n for n, name in enumerate(self.names)}
        self.links = [*self._links()]
        self.distance = self._distances()

    def _links(self) -> Iterator[_Link]:
        for domain in self.network.domains:
            on = [(r.device, r.interface, r.interface.ospf) for r in domain.routed if r.device in self.number]
            for (one, mine, speaks), (other, theirs, hears) in product(on, on):
                if not speaks or not hears or speaks.passive or hears.passive or one == other:
                    continue
                if speaks.area == hears.area:
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
                yield prefix, (OSPF_DISTANCE, 0, frozenset(_best(offers)))

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
                nearer = {DEFAULT, *(prefix for prefix, _offer in _connected(self.network, config, name))}
                routes = _static(self.network, config, name)
                yield from ((prefix, item.metric) for prefix, _offer in routes if prefix not in nearer)
            else:
                speaking = (i for i in config.interfaces if not i.ospf and i.enabled)
                yield from ((address.network, item.metric) for i in speaking for address in i.addresses)
