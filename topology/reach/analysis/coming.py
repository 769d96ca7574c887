"""What routes alone can bring to a filter: the widest sets that hold whatever fails and whatever other filters do.

A rule is called never-matching by routes only where no state of the network brings it a packet, so everything that
cannot be told counts as possible: sources are never believed but for what a tunnel's selectors let out, OSPF may send
anything by any of its interfaces, somebody may plug in where no device of ours stands or where hosts are. What is left
to prove with: addresses that no static route, link or tunnel of the device in front sends here, packets for the device
itself in a forward filter, and others in an input filter. Pure but for the space's own store.
"""

from collections.abc import Callable, Collection, Iterable
from functools import cache
from ipaddress import IPv4Address, IPv4Network

from inventory.deviceconfig import DeviceConfig, Interface
from topology.reach.analysis.chain import LIST
from topology.reach.analysis.plane import Plane, View
from topology.reach.network import Network
from topology.reach.space import Set

ANY_LINK = tuple(IPv4Network(n) for n in ("224.0.0.0/4", "255.255.255.255/32"))
"""what is sent on a link without a route"""


Way = Callable[[str, str], Set]
"""what comes in or leaves by an interface: device, interface"""


class Coming:
    """What can come to and leave the devices of a network by routes."""

    def __init__(self, plane: Plane, network: Network, dark: Collection[str]) -> None:
        """`dark`: devices with lines that nobody understood; from them everything may come."""
        self._plane, self._space, self._network, self._dark = plane, plane.space, network, frozenset(dark)
        self._links = self._space.targets(ANY_LINK)
        self.enters = cache(self._enters)
        self.leaves = cache(self._leaves)

    def at(self, view: View) -> Set:
        """Return the packets of a chain's universe that can come to it."""
        chain, plane = view.chain, self._plane
        config = self._network.configs[chain.device]
        if chain.device in self._dark:
            return view.universe
        found = view.universe
        if chain.hook != "output":
            found = found & (plane.ipv6 | self._each(view, "i", chain.interface, self.enters))
        if chain.hook == "forward":
            leaving = self._each(view, "o", "", self.leaves) & ~self.own(chain.device)
            return found & (plane.ipv6 | leaving) if config.forwarding else found & plane.ipv6
        if chain.hook == "output":
            return found & (plane.ipv6 | self._each(view, "o", "", self.leaves))
        own = self.own(chain.device) | self._links | self._broadcasts(config)
        onward = self._space.union(self.leaves(chain.device, i) for i in view.names[1:]) if config.forwarding else own
        return found & (plane.ipv6 | own | (onward if chain.hook == LIST else plane.nothing))

    def _each(self, view: View, field: str, one: str, by: Way) -> Set:
        """Return what comes or leaves by each interface, or by one."""
        if one:
            return by(view.chain.device, one)
        names = enumerate(view.names[1:], 1)
        return self._space.union(self._plane.number(field, n) & by(view.chain.device, name) for n, name in names)

    @cache  # noqa: B019 - lives as long as one analysis
    def own(self, device: str) -> Set:
        """Return the packets that are for a device itself."""
        items = self._network.configs[device].interfaces
        addresses = {a.ip for i in items for a in i.addresses} | {v.address.ip for i in items for v in i.vrrp}
        return self._space.targets(map(IPv4Network, sorted(addresses)))

    def _broadcasts(self, config: DeviceConfig) -> Set:
        ends = {a.network.broadcast_address for i in config.interfaces for a in i.addresses}
        return self._space.targets(map(IPv4Network, sorted(ends)))

    def _enters(self, device: str, into: str) -> Set:
        """Return what can come in by an interface, as the filters see it: after translation of its destination."""
        space, config = self._space, self._network.configs[device]
        if any(r.kind == "destination" and r.interface in ("", into) for r in config.nat):
            return space.everything
        if config.tunnels and into == self._network.tunnel(device):
            ends = self._network.tunnels.get(device, ())
            return space.union(space.sources(e.remote) & space.targets(e.local) for e in ends)
        domain = self._network.of.get((device, into))
        others = [r for r in domain.routed if r.device != device] if domain and not domain.places else []
        if not others or any(r.device in self._dark for r in others):
            return space.everything
        return self._links | space.union(self.leaves(r.device, r.interface.name) for r in others)

    def _leaves(self, device: str, out: str) -> Set:
        """Return what can leave by an interface."""
        space, config = self._space, self._network.configs[device]
        if config.tunnels and out == self._network.tunnel(device):
            return space.targets(p for end in self._network.tunnels.get(device, ()) for p in end.remote)
        item = next((i for i in config.interfaces if i.name == out), None)
        if item is None or (item.ospf and not item.ospf.passive) or config.bgp or config.policy_routes:
            return space.everything
        if not item.addresses:
            return space.nothing
        if any(route.next_hop and not _linked(route.next_hop, config.interfaces) for route in config.routes):
            return space.everything
        here = [a.network for a in item.addresses]
        routed = [r.prefix for r in config.routes if r.next_hop and _linked(r.next_hop, [item])]
        routed += [route.prefix for group in item.vrrp for route in group.routes]
        return self._links | space.targets([*here, *routed])


def _linked(address: IPv4Address, items: Iterable[Interface]) -> bool:
    return any(address in a.network for item in items for a in item.addresses)
