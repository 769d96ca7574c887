"""Lets every packet loose at a place and says where it arrives: one fixpoint per source over exact packet sets.

Whoever sits at a place may send any header to any router on its broadcast domain. Every equal-cost path, every member
of a VRRP group and every way into a tunnel is taken at once; a path that only a failure makes the best is found by a
proof without what failed.
Packets that reach a device itself arrive at the place `devices`; as a source that place is all devices at once, each
with its own addresses (`pivot`). What goes out translated is noted as it was before its source was replaced. A network
is of one family (`family`): IPv6 is let loose in a network of its own. There, a device takes what is sent to any
link-local address on its segment, as its own is not told, and a route to a link-local next hop goes to every router and
every place on the segment.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from ipaddress import IPv4Address
from typing import Any

from topology.reach import filters, pivot, proxies, steering, wires
from topology.reach.arrivals import Arrivals, remembered
from topology.reach.family import V4, host, is_local, routers_anycast, speaks
from topology.reach.network import DEVICES, OPERATOR, Domain, Network, Routed, forger, own_addresses
from topology.reach.routes import Hop, Routing, Table, either, routing
from topology.reach.space import Set, Space
from topology.reach.steady import Masters, lent, masters

LINK_LOCAL_MULTICAST, NEVER_FORWARDED = V4.taken[0], V4.never


class Engine:
    """The proof's engine for one network."""

    def __init__(
        self,
        network: Network,
        space: Space,
        *,
        answers: bool = False,
        earlier: "Engine | None" = None,
        routes: dict[str, Table] | None = None,
    ) -> None:
        """`answers`: let loose what filters with state take for answers, as if each had the session to it.

        `earlier`: the engine of the same space before an edit; what it worked out of devices that are as they were
        stands. `routes`: take these routing tables; without, those with every member of a group as its master, too.
        """
        self.network, self.space, self.answers = network, space, answers
        same = routes is None and earlier is not None and earlier.network.of is network.of
        self.routing: Routing = (
            earlier.routing if earlier and same else Routing(routes, routes) if routes else routing(network)
        )
        self.routes: dict[str, Table] = self.routing.tables
        """the routing tables while nothing fails"""
        self.doubts = wires.doubts(network) | {**self.routing.doubts}
        self.tables: dict[str, Table] = (
            earlier.tables if earlier and same else routes or either(network, self.routing.wide)
        )
        self.steady = routes is not None
        self.earlier = earlier
        self.edited = frozenset(network.configs) if earlier is None else edited(earlier, self)
        self.memory: dict[tuple[object, ...], Any] = {}
        self.compiled: dict[int, filters.Compiled] = earlier.compiled if earlier else {}
        self.never = space.targets(network.family.never) | space.sources(network.family.never_from)
        self.taken = space.targets(network.family.taken)

    def run(self, source: str, within: Set = None) -> Arrivals:
        """Return where packets from a place arrive; of `within` only, if that is given."""
        return Run(self, source, self.space.possible if within is None else within & self.space.possible).arrivals()

    def _known(self, device: str) -> "Engine | None":
        """Return the engine that knows a device's links and routes as they are, None if there is none."""
        joined = self.earlier is not None and self.earlier.tables is self.tables
        return self.earlier if joined or device not in self.edited else None

    @remembered
    def own(self, device: str) -> Set:
        """Return the packets that are for a device itself."""
        if known := self._known(device):
            return known.own(device)
        return self.space.targets(map(host, own_addresses(self.network.configs[device])))

    @remembered
    def anycast(self, device: str) -> Set:
        """Return the packets that a device takes as any router of its links, and that may go on nonetheless."""
        return self.space.targets(map(host, routers_anycast(self.network.configs[device])))

    @remembered
    def lent(self, device: str) -> Set:
        """Return the packets to virtual addresses of a device that another is master of."""
        return self.space.targets(map(host, lent(self.network, device, self.masters)))

    @cached_property
    def masters(self) -> Masters:
        """Who is master of each virtual address while nothing fails."""
        return masters(self.network)

    @remembered
    def sent_from(self, device: str) -> Set:
        """Return the packets whose source is a device itself."""
        if known := self._known(device):
            return known.sent_from(device)
        config, family = self.network.configs[device], self.network.family
        local = family.local if any(speaks(family, item) for item in config.interfaces) else ()
        return self.space.sources([*map(host, own_addresses(config)), *local])

    @remembered
    def ways(self, device: str) -> tuple[tuple[Hop, Set], ...]:
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

    @remembered
    def alike(self, device: str, hook: str) -> tuple[tuple[Set, list[tuple[Hop, Set]]], ...]:
        """Return a device's ways out in groups that its filter does not tell apart, with all packets of each group."""
        compiled = filters.compiled_of(self.space, self.network.configs[device], hook, self.compiled)
        groups: dict[tuple[int, ...], list[tuple[Hop, Set]]] = {}
        for hop, taken in self.ways(device):
            groups.setdefault(compiled.signature(hop.interface) if compiled else (), []).append((hop, taken))
        return tuple((self.space.union(taken for _hop, taken in ways), ways) for ways in groups.values())

    @remembered
    def steered(self, device: str, into: str) -> steering.Steered:
        """Return where what comes in by an interface goes by the device's policy routes."""
        return steering.steered(self, device, into)

    @remembered
    def permitted(self, device: str, hook: str, into: str, out: str) -> Set:
        """Return what a device's filter on a hook lets pass between two interfaces; "" is none."""
        config, known = self.network.configs[device], self.compiled
        return filters.permitted(self.space, config, hook, into, out, answers=self.answers, known=known)

    def first_address(self, device: str, interface: str) -> IPv4Address | None:
        """Return the first address of an interface."""
        found = next((i for i in self.network.configs[device].interfaces if i.name == interface), None)
        return found.addresses[0].ip if found and found.addresses else None

    @remembered
    def answering(self, number: int) -> tuple[tuple[Set, str, str], ...]:
        """Return what each router on a domain answers at, with its name and interface there."""
        routed = self.network.domains[number].routed
        return tuple((self.space.targets(map(host, r.own)), r.device, r.interface.name) for r in routed)

    @remembered
    def selected(self, device: str) -> tuple[tuple[Set, str, str], ...]:
        """Return what each tunnel of a device carries by the selectors of both ends, its peer and interface there."""
        space, network, found = self.space, self.network, []
        for end in network.tunnels.get(device, ()):
            carried = space.sources(end.local) & space.targets(end.remote)
            for other in (o for o in network.tunnels.get(end.peer, ()) if o.peer == device):
                let = carried & space.sources(other.remote) & space.targets(other.local)
                found.append((let, end.peer, network.tunnel(end.peer)))
        return tuple(found)

    @remembered
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
    switched = [domain.members for domain in network.domains if device in domain.carriers]
    others = lent(network, device, engine.masters)
    answered = proxies.seen(engine, device)
    return config, engine.tables[device], network.tunnels.get(device), links, switched, others, answered


class Run:
    """One fixpoint."""

    def __init__(self, engine: Engine, source: str, within: Set) -> None:
        self.engine, self.source, self.space, self.within = engine, source, engine.space, within
        self.rewritten = nothing = engine.space.nothing
        self.seen: defaultdict[tuple[str, str], Set] = defaultdict(lambda: nothing)
        self.at: defaultdict[str, Set] = defaultdict(lambda: nothing)
        self.devices: defaultdict[str, Set] = defaultdict(lambda: nothing)
        self.queue: dict[tuple[str, str], Set] = {}
        self.domains: set[int] = set()

    def arrivals(self) -> Arrivals:
        """Let everything loose and return where it arrives."""
        if self.source == DEVICES:
            self._pivot()
        device, network = forger(self.source), self.engine.network
        for domain in (*network.entered(self.source), *network.held.get(device, ())):
            self.domains.add(domain.number)
            if device or self.source in domain.leaps:
                self._arrive(domain, self.within)
            for routed in (r for r in domain.routed if r.device != device):
                self._enter(routed.device, routed.interface.name, self.within)
        for peer, into, packets in pivot.forged(self.engine, device):
            self._enter(peer, into, packets & self.within)
        self.flow()
        found = self.at | ({DEVICES: self.space.union(self.devices.values())} if self.devices else {})
        passed = frozenset(device for device, _into in self.seen)
        carried = frozenset(d for number in self.domains for d in network.domains[number].carriers)
        passed = frozenset(network.configs) if self.source == DEVICES else passed
        return Arrivals(self.source, dict(found), dict(self.devices), passed, dict(self.seen), carried, self.rewritten)

    def flow(self) -> None:
        """Follow what is loose until it has arrived or is dropped everywhere."""
        while self.queue:
            place = next(iter(self.queue))  # the first, so that what comes to a device by many ways is taken together
            self._through(*place, self.queue.pop(place))

    def let(self, device: str, hook: str, into: str, out: str, packets: Set) -> Set:
        """Return what of some packets a filter of a device lets pass."""
        return packets & self.engine.permitted(device, hook, into, out)

    def _pivot(self) -> None:
        """Let loose what devices send themselves."""
        for device, domain, everything in pivot.sent(self.engine):
            packets = everything & self.within
            for routed in domain.routed:
                if routed.device != device:
                    self._enter(routed.device, routed.interface.name, packets)
            self._arrive(domain, packets)
        for device, packets in pivot.tunnelled(self.engine):
            self._carry(device, packets & self.within)
        for peer, into, packets in pivot.wired(self.engine):
            self._enter(peer, into, packets & self.within)

    def _translated(self, device: str, kind: str, interface: str, packets: Set) -> Set:
        config = self.engine.network.configs[device]
        if not config.nat:
            return packets
        own = lambda name: self.engine.first_address(device, name)  # noqa: E731
        found = self.space.nothing
        for taken, after, _address in filters.translations(self.space, config, kind, interface, packets, own):
            packets, found = packets & ~taken, found | after
            self.rewritten = self.rewritten | taken | after
        return packets | found

    def _enter(self, device: str, into: str, packets: Set) -> None:
        fresh = packets & ~self.seen.get((device, into), self.space.nothing)
        if fresh != self.space.nothing:
            self.seen[device, into] = self.seen[device, into] | fresh
            self.queue[device, into] = self.queue.get((device, into), self.space.nothing) | fresh

    def _through(self, device: str, into: str, packets: Set) -> None:
        engine, config = self.engine, self.engine.network.configs[device]
        packets = self._translated(device, "destination", into, packets)
        mine, kept = self._mine(device)
        taken = packets & mine
        if taken != self.space.nothing:
            taken = self.let(device, "input", into, "", taken)
        if taken != self.space.nothing:
            self.devices[device] = self.devices[device] | taken
        onward = packets & ~kept & ~engine.never
        if config.forwarding and onward != self.space.nothing:
            self._forward(
                device, into, steering.sent_on(self, device, into, onward) if config.policy_routes else onward
            )

    def _mine(self, device: str) -> tuple[Set, Set]:
        """Return what a device may take for itself, and what of it it never sends on: a standby does."""
        mine = self.engine.own(device)
        return mine | self.engine.taken | self.engine.anycast(device), mine & ~self.engine.lent(device)

    def _forward(self, device: str, into: str, packets: Set, hook: str = "forward") -> None:
        engine = self.engine
        drawn = packets & engine.into_tunnels(device)
        if drawn != self.space.nothing:
            self._carry(device, self.let(device, hook, into, engine.network.tunnel(device), drawn))
            packets = packets & ~drawn
        for together, ways in engine.alike(device, hook):
            leaving = packets & together
            if leaving != self.space.nothing:
                leaving = self.let(device, hook, into, ways[0][0].interface, leaving)
            for hop, taken in ways if leaving != self.space.nothing else ():
                if (part := leaving & taken) != self.space.nothing:
                    self.leave(device, hop, part)

    def _carry(self, device: str, packets: Set) -> None:
        """Take packets through a device's tunnels."""
        for selected, peer, tunnel in self.engine.selected(device):
            if (carried := packets & selected) != self.space.nothing:
                self._enter(peer, tunnel, carried)

    def leave(self, device: str, hop: Hop, packets: Set) -> None:
        """Send packets out by a way, to whoever has its next hop, or their own address, on the link."""
        after = self._translated(device, "source", hop.interface, packets)
        domain = self.engine.network.of[device, hop.interface]
        self.domains.add(domain.number)
        over = wires.carried(self.engine, device, hop.interface, after)
        for name, into, answered in (*proxies.taken(self.engine, device, hop, after), *over):
            self._enter(name, into, answered)
        owners = [r for r in domain.routed if hop.next in r.own and r.device != device] if hop.next else []
        if hop.next and is_local(hop.next):
            owners = [r for r in domain.routed if r.device != device]
            self._arrive(domain, packets)
        for routed in self._speaking(domain, hop.next, owners):
            self._enter(routed.device, routed.interface.name, after)
        if owners:
            return
        if hop.next and OPERATOR not in domain.places:
            self._arrive(domain, packets)
            return
        held = self.space.nothing
        for target, name, interface in self._answering(domain):
            if name != device:
                held = held | target
                self._enter(name, interface, after & target)
        self._arrive(domain, packets & ~held)

    def _speaking(self, _domain: Domain, _address: IPv4Address | None, owners: list[Routed]) -> list[Routed]:
        """Return who of an address's owners may take what is sent to it: all of them, whoever is master."""
        return owners

    def _answering(self, domain: Domain) -> Iterable[tuple[Set, str, str]]:
        """Return what each router on a domain may take as its own, with its name and interface there."""
        return self.engine.answering(domain.number)

    def _arrive(self, domain: Domain, packets: Set) -> None:
        if packets != self.space.nothing:
            for place in domain.places:
                if place != self.source:
                    self.at[place] = self.at[place] | packets
