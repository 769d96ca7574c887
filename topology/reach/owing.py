"""What has to arrive, and what somebody has to answer: the part of what is allowed that may not be held back. Pure.

Of two places that is what the policy says but for the network's own links and devices' addresses; of devices only what
the policy itself says of their management addresses, while they stand.
"""

from collections.abc import Mapping
from functools import cached_property

from inventory.model import County
from topology.reach.allowed import Allowed
from topology.reach.engine import Engine
from topology.reach.family import V4, host
from topology.reach.network import DEVICES, Network, own_addresses
from topology.reach.space import Set, Space

ONE_WAY = (162, 514)
"""the UDP ports of SNMP traps and syslog, which nobody answers"""


class Owing:
    """What is owed in one network; `routers`: by side, the packets of any device's address, if those are others."""

    def __init__(
        self, county: County, engine: Engine, allowed: Allowed, routers: Mapping[str, Set] | None = None
    ) -> None:
        self._space, self._network, self._allowed = engine.space, engine.network, allowed
        own = {a for config in engine.network.configs.values() for a in own_addresses(config)}
        here = [d.management for d in county.devices if d.name in engine.network.configs and d.management in own]
        self.routers = routers or of_routers(engine.network, engine.space)
        self.standing = {side: self._space.union(self._space.prefix(side, host(a)) for a in here) for side in "sd"}
        """by side, the packets of the management addresses of devices that stand and have them"""
        self.packets = allowed.owed & ~self.routers["d"] & ~engine.never

    def between(self, source: str, target: str, allowed: Set) -> Set:
        """Return the packets of a pair that have to arrive, of those that are allowed."""
        if source == target:
            return self._space.nothing
        if source == DEVICES:
            return self._allowed.said_of_devices(source, target) & self.standing["s"] & ~self.routers["d"]
        if target == DEVICES:
            return self._allowed.said_of_devices(source, target) & self.standing["d"] & ~self.routers["s"]
        return allowed & self.packets

    def answered(self, source: str, target: str) -> Set:
        """Return the packets of a pair whose answers somebody serves; of IPv6, all that a rule of the policy allows."""
        space = self._space
        if self._network.family is not V4:
            rules = self._allowed.rules(source, target) if source != target else ()
            return space.union(packets for _rule, packets in rules)
        if source == DEVICES:  # of those that send their own traffic from one address, wherever it leaves
            return self.between(source, target, space.nothing) & self._sent
        if target == DEVICES:  # what the policy says, and a unit's pings of its gateway
            pinged = space.protocol("icmp") & space.echo
            return (self._allowed.said_of_devices(source, target) | pinged) & ~self.routers["s"]
        return self.served

    @cached_property
    def _sent(self) -> Set:
        """The packets from the address that a device is told to send its own traffic from."""
        return self._space.sources(host(c.source) for c in self._network.configs.values() if c.source)

    @cached_property
    def served(self) -> Set:
        """The packets between places that are owed both ways."""
        return self.packets & self._space.turned(self.packets)


def of_routers(network: Network, space: Space) -> dict[str, Set]:
    """Return, by side, the packets of any device's address."""
    own = {a for config in network.configs.values() for a in own_addresses(config)}
    return {side: space.union(space.prefix(side, host(a)) for a in own) for side in "sd"}


def asked(space: Space, packets: Set) -> Set:
    """Return the packets that somebody answers: no routing protocol's, and from a port that clients send from."""
    high = space.union(space.bdd.var(f"r{n}") for n in range(6))
    udp = space.protocol("udp") & ~space.to_ports(ONE_WAY)
    return packets & (((space.protocol("tcp") | udp) & high) | (space.protocol(space.family.echo) & space.echo))
