"""Lets every packet loose at a place and says where it arrives: one fixpoint per source over exact packet sets.

Whoever sits at a place may send any header to any router on its broadcast domain. Every equal-cost path, every member
of a VRRP group and every way into a tunnel is taken at once; a path that only a failure makes the best is found by a
proof without what failed.
Packets that reach a device itself arrive at the place `devices`. What goes out translated is noted as it was before its
source was replaced. IPv6 is forwarded by no device of the model: its only way is a shared broadcast domain.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv4Address, IPv4Network

from topology.reach import filters
from topology.reach.network import DEVICES, OPERATOR, Domain, Network
from topology.reach.routes import Hop, Table, tables
from topology.reach.space import Set, Space

LINK_LOCAL_MULTICAST = IPv4Network("224.0.0.0/24")
NEVER_FORWARDED = tuple(IPv4Network(n) for n in ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32"))


@dataclass(frozen=True)
class Arrivals:
    """Where packets of one source arrive."""

    source: str
    at: dict[str, Set]
    """by place"""
    devices: dict[str, Set]
    """what each device takes for itself"""
    passed: frozenset[str]
    """every device that any of the packets met: what the answer depends on"""
    met: Mapping[tuple[str, str], Set] = field(default_factory=dict)
    """by device and interface: what came in there, before any translation or filter of the device"""


class Engine:
    """The proof's engine for one network."""

    def __init__(
        self, network: Network, space: Space, *, answers: bool = False, earlier: "Engine | None" = None
    ) -> None:
        """`answers`: let loose answers, which filters with state let pass, rather than first packets.

        `earlier`: the engine of the same space before an edit; what it worked out of devices that are as they were
        stands.
        """
        self.network, self.space, self.answers = network, space, answers
        same = earlier is not None and earlier.network.of is network.of
        self.tables: dict[str, Table] = earlier.tables if earlier and same else tables(network)
        self.earlier = earlier
        self.edited = frozenset(network.configs) if earlier is None else edited(earlier, self)
        self.ways = cache(self._ways)
        self.permitted = cache(self._permitted)
        self.own = cache(self._own)
        self.never = space.targets(NEVER_FORWARDED)

    def run(self, source: str) -> Arrivals:
        """Return where packets from a place arrive."""
        return _Run(self, source).arrivals()

    def _known(self, device: str) -> "Engine | None":
        """Return the engine that knows a device as it is, None if there is none."""
        return None if device in self.edited else self.earlier

    def _own(self, device: str) -> Set:
        """Return the packets that are for a device itself."""
        if known := self._known(device):
            return known.own(device)
        addresses = {a.ip for i in self.network.configs[device].interfaces for a in i.addresses}
        addresses |= {v.address.ip for i in self.network.configs[device].interfaces for v in i.vrrp}
        return self.space.targets(map(IPv4Network, addresses))

    def _ways(self, device: str) -> tuple[tuple[Hop, Set], ...]:
        """Return a device's ways out with the packets that take each, by the longest prefix that fits."""
        if known := self._known(device):
            return known.ways(device)
        found: dict[Hop, Set] = {}
        rest = self.space.everything
        table = self.tables[device]
        for prefix in sorted(table, key=lambda p: -p.prefixlen):
            taken = self.space.prefix("d", prefix) & rest
            rest = rest & ~taken
            for hop in table[prefix]:
                found[hop] = found.get(hop, self.space.nothing) | taken
        return tuple(found.items())

    def _permitted(self, device: str, hook: str, into: str, out: str) -> Set:
        config = self.network.configs[device]
        if self.earlier and config is self.earlier.network.configs.get(device):
            return self.earlier.permitted(device, hook, into, out)
        return filters.permitted(self.space, config, hook, into, out, answers=self.answers)

    def first_address(self, device: str, interface: str) -> IPv4Address | None:
        """Return the first address of an interface."""
        found = next((i for i in self.network.configs[device].interfaces if i.name == interface), None)
        return found.addresses[0].ip if found and found.addresses else None

    @cache  # noqa: B019 - an engine lives as long as its proof
    def into_tunnels(self, device: str) -> Set:
        """Return the packets that a device's tunnels draw from its routing table: all but those for its own links."""
        if known := self._known(device):
            return known.into_tunnels(device)
        ends = self.network.tunnels.get(device, ())
        drawn = self.space.targets(p for end in ends for p in end.remote)
        links = (a.network for i in self.network.configs[device].interfaces for a in i.addresses)
        return drawn & ~self.space.targets(links)


def edited(before: Engine, after: Engine) -> frozenset[str]:
    """Return the devices that are not as they were: configuration, routes, tunnels or what is on their links."""
    if before.tables is after.tables:
        old, new = before.network.configs, after.network.configs
        return frozenset(name for name in new if old[name] is not new[name] and old[name] != new[name])
    return frozenset(
        name
        for name in {*before.network.configs, *after.network.configs}
        if _as_seen(before, name) != _as_seen(after, name)
    )


def _as_seen(engine: Engine, device: str) -> tuple[object, ...]:
    """Return everything on which it depends what a device does with a packet."""
    network = engine.network
    config = network.configs.get(device)
    if config is None:
        return ()
    links = [(i.name, network.around(device, i.name)) for i in config.interfaces if (device, i.name) in network.of]
    return config, engine.tables[device], network.tunnels.get(device), links


class _Run:
    """One fixpoint."""

    def __init__(self, engine: Engine, source: str) -> None:
        self.engine, self.source, self.space = engine, source, engine.space
        nothing = engine.space.nothing
        self.seen: defaultdict[tuple[str, str], Set] = defaultdict(lambda: nothing)
        self.at: defaultdict[str, Set] = defaultdict(lambda: nothing)
        self.devices: defaultdict[str, Set] = defaultdict(lambda: nothing)
        self.queue: dict[tuple[str, str], Set] = {}

    def arrivals(self) -> Arrivals:
        for domain in self.engine.network.places.get(self.source, ()):
            for routed in domain.routed:
                self._enter(routed.device, routed.interface.name, self.space.everything)
        while self.queue:
            place, packets = self.queue.popitem()
            self._through(*place, packets)
        found = dict(self.at)
        if self.devices:
            found[DEVICES] = self.space.union(self.devices.values())
        passed = frozenset(device for device, _into in self.seen)
        return Arrivals(self.source, found, dict(self.devices), passed, dict(self.seen))

    def _enter(self, device: str, into: str, packets: Set) -> None:
        fresh = packets & ~self.seen[device, into]
        if fresh != self.space.nothing:
            self.seen[device, into] = self.seen[device, into] | fresh
            self.queue[device, into] = self.queue.get((device, into), self.space.nothing) | fresh

    def _through(self, device: str, into: str, packets: Set) -> None:
        engine, config = self.engine, self.engine.network.configs[device]
        own = lambda name: engine.first_address(device, name)  # noqa: E731
        packets = filters.translated(self.space, config, "destination", into, packets, own)
        mine = engine.own(device)
        taken = packets & (mine | self.space.prefix("d", LINK_LOCAL_MULTICAST))
        taken = taken & engine.permitted(device, "input", into, "")
        if taken != self.space.nothing:
            self.devices[device] = self.devices[device] | taken
        onward = packets & ~mine & ~engine.never
        if config.forwarding and onward != self.space.nothing:
            self._forward(device, into, onward)

    def _forward(self, device: str, into: str, packets: Set) -> None:
        engine = self.engine
        drawn = packets & engine.into_tunnels(device)
        if drawn != self.space.nothing:
            self._tunnel(device, into, drawn)
        for hop, taken in engine.ways(device):
            leaving = packets & ~drawn & taken
            if leaving != self.space.nothing:
                leaving = leaving & engine.permitted(device, "forward", into, hop.interface)
            if leaving != self.space.nothing:
                self._leave(device, hop, leaving)

    def _tunnel(self, device: str, into: str, packets: Set) -> None:
        network, space = self.engine.network, self.space
        packets = packets & self.engine.permitted(device, "forward", into, network.tunnel(device))
        for end in network.tunnels[device]:
            carried = packets & space.sources(end.local) & space.targets(end.remote)
            for other in network.tunnels.get(end.peer, ()):
                if other.peer == device:
                    let = carried & space.sources(other.remote) & space.targets(other.local)
                    self._enter(end.peer, network.tunnel(end.peer), let)

    def _leave(self, device: str, hop: Hop, packets: Set) -> None:
        config = self.engine.network.configs[device]
        own = lambda name: self.engine.first_address(device, name)  # noqa: E731
        after = filters.translated(self.space, config, "source", hop.interface, packets, own)
        domain = self.engine.network.of[device, hop.interface]
        owners = [r for r in domain.routed if hop.next in r.own and r.device != device] if hop.next else []
        for routed in owners:
            self._enter(routed.device, routed.interface.name, after)
        if owners:
            return
        if hop.next and OPERATOR not in domain.places:
            self._arrive(domain, packets)
            return
        held = self.space.nothing
        for target, name, interface in self._answering(domain, device):
            held = held | target
            self._enter(name, interface, after & target)
        self._arrive(domain, packets & ~held)

    def _answering(self, domain: Domain, but: str) -> Iterator[tuple[Set, str, str]]:
        for routed in domain.routed:
            if routed.device != but:
                target = self.space.targets(map(IPv4Network, routed.own))
                yield target, routed.device, routed.interface.name

    def _arrive(self, domain: Domain, packets: Set) -> None:
        if packets != self.space.nothing:
            for place in domain.places:
                if place != self.source:
                    self.at[place] = self.at[place] | packets
