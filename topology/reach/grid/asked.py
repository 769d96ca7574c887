"""What a policy asks of a space, learned by asking it once with a space that only listens.

So whatever the policy comes to speak of is on the grid, and nobody keeps a second list of it.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network
from typing import Any, cast

from inventory.model import County
from topology.reach.allowed6 import allowed
from topology.reach.grid.services import Service
from topology.reach.network import DEVICES, Network
from topology.reach.space import Space

Networks = tuple[IPv4Network, ...]


class Asked:
    """A space of one set, itself, that remembers which networks and services it was asked for."""

    def __init__(self) -> None:
        self.destinations = set[Networks]()
        self.sources_of = set[Networks]()
        self.services = set[Service]()
        self.nothing = self.everything = self.echo = self.ack = self.discovery = self
        self.services |= {Service(echo=True), Service(ack=True), Service(discovery=True)}

    def _itself(self, _other: object = None) -> "Asked":
        return self

    __and__ = __or__ = __sub__ = _itself
    __invert__ = _itself

    def prefix(self, side: str, network: IPv4Network) -> "Asked":
        """Remember a network."""
        (self.destinations if side == "d" else self.sources_of).add((network,))
        return self

    def targets(self, networks: Iterable[IPv4Network]) -> "Asked":
        """Remember destinations."""
        self.destinations.add(tuple(networks))
        return self

    def sources(self, networks: Iterable[IPv4Network]) -> "Asked":
        """Remember sources."""
        self.sources_of.add(tuple(networks))
        return self

    def union(self, sets: Iterable[Any]) -> "Asked":
        """Ask for all of them."""
        for _one in sets:
            pass
        return self

    def protocol(self, name: str) -> "Asked":
        """Remember a protocol."""
        self.services.add(Service(name))
        return self

    def to_ports(self, ports: tuple[int, ...]) -> "Asked":
        """Remember ports."""
        self.services.add(Service(ports=ports))
        return self

    def from_ports(self, ports: tuple[int, ...]) -> "Asked":
        """Remember source ports."""
        self.services.add(Service(source_ports=ports))
        return self


def asked(county: County, network: Network) -> Asked:
    """Return what the policy of a county asks for, of any pair of places, and what taken devices may pass for."""
    listening = Asked()
    policy = allowed(county, network, cast(Space, listening))
    places = (*network.places, DEVICES)
    links = {a.network for config in network.configs.values() for item in config.interfaces for a in item.addresses}
    for source in places:
        policy.at(source, "s")
        policy.at(source, "d")
        for target in places:
            policy.between(source, target)
        policy.principles.believed(source)
    for prefix in (*links, *(transit.prefix for transit in county.plan.transits)):
        listening.sources([prefix])
    _ = policy.owed
    return listening
