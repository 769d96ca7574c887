"""What passes through devices, by every way that routes have or may come to have: the ground of what is needed where.

OSPF is taken at its widest: what it learned may go to any neighbour of the device, for some failure makes any of them
the best. Connected networks, static routes and tunnels are as configured. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from inventory.model import County
from topology.reach.allowed import Allowed
from topology.reach.arrivals import Arrivals
from topology.reach.engine import Engine
from topology.reach.network import DEVICES, Network
from topology.reach.routes import Hop, Table
from topology.reach.space import Set, Space

NEIGHBOURS = ("ospf", "vrrp")
"""protocols of neighbours on a link"""


class Passing:
    """First packets of all places on their way."""

    def __init__(self, county: County, network: Network, space: Space) -> None:
        self._network, self._space = network, space
        self.allowed = Allowed(county, network, space)
        bare = {name: config.model_copy(update={"filters": ()}) for name, config in network.configs.items()}
        self._free, self._filtered = (_engine(n, space) for n in (replace(network, configs=bare), network))

    @cached_property
    def arrivals(self) -> dict[str, Arrivals]:
        """Where packets of each place come and arrive, with all filters as they are."""
        return {place: self._filtered.run(place) for place in self._network.places}

    @cached_property
    def open(self) -> dict[str, Set]:
        """By source what arrives anywhere beyond the policy; sources of which nothing does are left out."""
        found = {}
        for source, arrivals in self.arrivals.items():
            beyond = self._space.union(p & ~self.allowed.between(source, t) for t, p in arrivals.at.items())
            if beyond != self._space.nothing:
                found[source] = beyond
        return found

    @cached_property
    def allowed_from(self) -> dict[str, Set]:
        """By source, devices too, the first packets that the policy lets it send anywhere."""
        places = tuple(self._network.places)
        found = {s: self._space.union(self.allowed.between(s, t) for t in (*places, DEVICES) if s != t) for s in places}
        devices = (packets for t in places for _rule, packets in self.allowed.rules(DEVICES, t))
        return found | {DEVICES: self._space.union(devices)}

    @cached_property
    def needed(self) -> Set:
        """The first packets that may go from anywhere to anywhere."""
        return self._space.union(self.allowed_from.values())

    @cached_property
    def _coming(self) -> Mapping[tuple[str, str], Set]:
        """By device and interface what is needed of first packets that routes alone bring: all places at once."""
        found: dict[tuple[str, str], Set] = {}
        waiting: dict[tuple[str, str], Set] = {}
        for place, domains in self._network.places.items():
            for routed in (routed for domain in domains for routed in domain.routed):
                port, wanted = (routed.device, routed.interface.name), self.allowed_from[place]
                waiting[port] = waiting.get(port, self._space.nothing) | wanted
        while waiting:
            (device, into), packets = waiting.popitem()
            known = found.get((device, into), self._space.nothing)
            fresh = packets & ~known
            if fresh != self._space.nothing:
                found[device, into] = known | fresh
                for port, further in self._onward(device, fresh & ~self._free.own(device)):
                    waiting[port] = waiting.get(port, self._space.nothing) | further
        return found

    def _onward(self, device: str, packets: Set) -> Iterator[tuple[tuple[str, str], Set]]:
        """Yield where packets that a device passes on come in next."""
        drawn = packets & self._free.into_tunnels(device)
        for end in self._network.tunnels.get(device, ()) if drawn != self._space.nothing else ():
            carried = drawn & self._space.sources(end.local) & self._space.targets(end.remote)
            if end.peer and carried != self._space.nothing:
                yield (end.peer, self._network.tunnel(end.peer)), carried
        for hop, taken in self._free.ways(device):
            leaving = packets & ~drawn & taken
            if leaving != self._space.nothing and (device, hop.interface) in self._network.of:
                for routed in self._network.of[device, hop.interface].routed:
                    if routed.device != device and (hop.next is None or hop.next in routed.own):
                        yield (routed.device, routed.interface.name), leaving

    def coming(self, device: str, into: str) -> Set:
        """Return the needed first packets that come in by an interface to be passed on; devices' own may come by any.

        What neighbours say to each other on a link is passed on by nobody.
        """
        found = self._coming.get((device, into), self._space.nothing) | self.allowed_from[DEVICES]
        return found & ~self._space.union(map(self._space.protocol, NEIGHBOURS))

    def ends(self, device: str, out: str) -> bool:
        """Whether packets that leave by an interface can be at a place there."""
        domain = self._network.of.get((device, out))
        return domain is not None and bool(domain.places)

    def ways(self, device: str) -> dict[str, Set]:
        """Return by interface what a device's routes, and its tunnels, send out by it."""
        drawn, found = self._free.into_tunnels(device), dict[str, Set]()
        for hop, packets in self._free.ways(device):
            found[hop.interface] = found.get(hop.interface, self._space.nothing) | (packets & ~drawn)
        if drawn != self._space.nothing:
            found[self._network.tunnel(device)] = drawn
        return found


def _engine(network: Network, space: Space) -> Engine:
    engine = Engine(network, space)
    engine.tables = {name: _widest(network, name, table) for name, table in engine.tables.items()}
    return engine


def _widest(network: Network, device: str, table: Table) -> Table:
    """Return a routing table in which what OSPF or BGP learned goes to any neighbour, and where else it went."""
    neighbours = _neighbours(network, device)
    return {p: _sorted(neighbours | {*hops}) if neighbours & {*hops} else hops for p, hops in table.items()}


def _sorted(hops: Iterable[Hop]) -> tuple[Hop, ...]:
    return tuple(sorted(hops, key=lambda hop: (hop.interface, int(hop.next or 0))))


def _neighbours(network: Network, device: str) -> set[Hop]:
    config = network.configs[device]
    speaking = {i.name for i in config.interfaces if i.ospf and not i.ospf.passive} if config.ospf else set()
    peers = {
        Hop(item.name, peer.address)
        for item in config.interfaces
        for peer in (config.bgp.neighbors if config.bgp else ())
        if (device, item.name) in network.of and any(peer.address in a.network for a in item.addresses)
    }
    return peers | {
        Hop(name, other.interface.addresses[0].ip)
        for name in speaking
        if (domain := network.of.get((device, name)))
        for other in domain.routed
        if other.device != device and other.interface.ospf and not other.interface.ospf.passive
    }
