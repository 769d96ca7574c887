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

from collections.abc import Iterable, Mapping
from functools import cached_property
from ipaddress import IPv4Address
from typing import Any

from topology.reach import filters, pivot, steering, taking, wires
from topology.reach.arrivals import Arrivals, remembered
from topology.reach.edited import edited, routed_alike
from topology.reach.family import V4, host, routers_anycast, speaks
from topology.reach.homes import Homes, homes
from topology.reach.instances import owner
from topology.reach.network import DEVICES, Domain, Network, forger, own_addresses
from topology.reach.routes import Hop, Routing, Table, either, routing
from topology.reach.run import Done, Known, Repeated, Run
from topology.reach.space import Set, Space
from topology.reach.steady import Masters, lent, masters
from topology.reach.treating import Parts, parts_of, sent_by

__all__ = ["LINK_LOCAL_MULTICAST", "NEVER_FORWARDED", "Engine", "Run", "edited"]
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
        notes: bool = False,
        sums: bool = True,
    ) -> None:
        """`answers`: let loose what filters with state take for answers, as if each had the session to it.

        `earlier`: the engine of the same space before an edit; what it worked out of devices that are as they were
        stands. `routes`: take these routing tables; without, those with every member of a group as its master, too.
        `notes`: note what devices do in runs of whole sources, so that they do it again after an edit of others.
        `sums`: say of all devices together what they take (`Arrivals.at` of DEVICES), besides what each takes.
        """
        self.network, self.space, self.answers = network, space, answers
        same = routes is None and earlier is not None and routed_alike(earlier.network, network)
        self.routing: Routing = (
            earlier.routing
            if earlier and same
            else Routing(routes, routes)
            if routes
            else routing(network, earlier.network if earlier else None)
        )
        self.routes: dict[str, Table] = self.routing.tables
        """the routing tables while nothing fails"""
        self.doubts = wires.doubts(network) | {**self.routing.doubts}
        self.tables: dict[str, Table] = (
            earlier.tables if earlier and same else routes or either(network, self.routing.wide)
        )
        """the routing tables that isolation is proven with; those that are as they were are the earlier objects"""
        if earlier and not same:
            self.tables = {name: _held(earlier.tables.get(name), table) for name, table in self.tables.items()}
        self.steady = routes is not None
        self.earlier = earlier
        self.sums = sums
        self.notes: bool = notes or (earlier is not None and earlier.notes)
        self.edited = frozenset(network.configs) if earlier is None else edited(earlier, self)
        self.memory: dict[tuple[object, ...], Any] = {}
        self.done: Done = {}
        """what became of packets of taken devices, and of all whole sources if it notes, where they came to a device"""
        self.compiled: dict[int, filters.Compiled] = {**earlier.compiled} if earlier else {}
        self.never = space.targets(network.family.never) | space.sources(network.family.never_from)
        self.taken = space.targets(network.family.taken)

    @cached_property
    def homes(self) -> Homes:
        """The senders that are each place's own."""
        old = self.earlier
        if old is not None and old.network.addresses is self.network.addresses:
            return old.homes
        return homes(self.space, self.network.addresses)

    def run(self, source: str, within: Set = None) -> Arrivals:
        """Return where packets from a place arrive; of `within` only, if that is given."""
        loose = self.space.possible if within is None else within & self.space.possible
        noted = forger(source) or (self.notes and within is None)
        return (Repeated if noted else Run)(self, source, loose).arrivals()

    def said(self, at: Mapping[str, Set]) -> Mapping[str, Set]:
        """Return by place what was found at it before an edit, but for what this engine does not say (`sums`)."""
        return at if self.sums else {place: packets for place, packets in at.items() if place != DEVICES}

    def did(self, device: str, key: tuple[Any, ...]) -> Known | None:
        """Return what a device did with packets, here or, if it is as it was, before an edit; None if nobody knows."""
        found, old = self.done.get(key), self.earlier
        if found is None and old is not None and device not in self.edited and old.answers == self.answers:
            return old.did(device, key)
        return found

    def further(self, found: Arrivals, more: Mapping[tuple[str, str], Set], sent: Set) -> Arrivals:
        """Return where packets of a source arrive when devices do more than before with some, and nothing less.

        `found`: where they arrived; `more`: by where they came in, those with which more is done; `sent`: of devices,
        what one sends that it did not.
        """
        run = (Repeated if forger(found.source) else Run)(self, found.source, self.space.possible)
        run.resume(found, more, sent & self.space.possible)
        return run.found()

    def met_by(self, source: str, met: Iterable[tuple[str, str]]) -> frozenset[str]:
        """Return the devices that packets of a source meet, by where they come in; those of devices begin at all."""
        return frozenset(map(owner, self.network.configs if source == DEVICES else (device for device, _into in met)))

    def _known(self, device: str) -> "Engine | None":
        """Return the engine that knows a device's links as they are, None if there is none."""
        joined = self.earlier is not None and self.earlier.network.of is self.network.of
        return self.earlier if joined or device not in self.edited else None

    def _routed(self, device: str) -> "Engine | None":
        """Return the engine that knows a device's routes as they are, None if there is none."""
        known = self.earlier is not None and self.earlier.tables.get(device) is self.tables[device]
        return self.earlier if known else None

    @remembered
    def told_alike(self, device: str) -> "Engine | None":
        """Return the engine before an edit if only what is on its links can differ for a device, None if there is none.

        Nothing that it is told does then, nor its routes, tunnels and what it lends.
        """
        old = self.earlier
        if old is None or old.answers != self.answers or device not in old.network.configs:
            return None
        told = old.network.configs[device] is self.network.configs[device] and old.tables[device] is self.tables[device]
        joined = old.network.joined.get(device, ()) == self.network.joined.get(device, ())
        return old if told and joined and old.lent(device) == self.lent(device) else None

    @remembered
    def own(self, device: str) -> Set:
        """Return the packets that are for a device itself."""
        if self.earlier and self.earlier.network.configs.get(device) is self.network.configs[device]:
            return self.earlier.own(device)
        return self.space.targets(map(host, own_addresses(self.network.configs[device])))

    @remembered
    def mine(self, device: str) -> tuple[Set, Set]:
        """Return what a device may take for itself, and what of it it never sends on."""
        own = self.own(device)
        return own | self.taken | self.anycast(device), own & ~self.lent(device)

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
        """Return the packets whose source is a device itself, in whatever instance."""
        if known := self._known(device):
            return known.sent_from(device)
        config, family = self.network.configs[device], self.network.family
        local = family.local if any(speaks(family, item) for item in config.interfaces) else ()
        return self.space.sources([*map(host, self.network.own(owner(device))), *local])

    @remembered
    def begun(self, number: int) -> pivot.Begun:
        """Return what devices send onto a domain, and who of those on it takes what of that."""
        domain = self.network.domains[number]
        if self.earlier and (old := self._stood(domain)) is not None:
            return self.earlier.begun(old.number)
        return pivot.begun(self, domain)

    def _stood(self, domain: Domain) -> Domain | None:
        """Return a domain before an edit if the same devices send there what they sent, None if not."""
        known, first = self.earlier, next(((r.device, r.interface.name) for r in domain.routed), None)
        old = known.network.of.get(first) if known and first and known.answers == self.answers else None
        if known is None or old is None or (old.members, old.carriers) != (domain.members, domain.carriers):
            return None
        there = {r.device for r in domain.routed} | domain.carriers
        return old if all(self._sends_alike(known, device, domain) for device in there & self.edited) else None

    def _sends_alike(self, known: "Engine", device: str, domain: Domain) -> bool:
        """Return whether a device sends onto a domain what it sent before."""
        if device not in known.network.configs or known.sent_from(device) != self.sent_from(device):
            return False
        here = (r.interface.name for r in domain.routed if r.device == device)
        return all(known.leaving(device, interface) == self.leaving(device, interface) for interface in here)

    @remembered
    def ways(self, device: str) -> tuple[tuple[Hop, Set], ...]:
        """Return a device's ways out with the packets that take each, by the longest prefix that fits."""
        if known := self._routed(device):
            return known.ways(device)
        old = self.earlier if self.earlier and device in self.earlier.tables else None
        return taking.ways(self.space, self.tables[device], (old.tables[device], old.ways(device)) if old else None)

    @remembered
    def leaving(self, device: str, interface: str) -> Set:
        """Return what a device sends by an interface, as it leaves: by its output filter, with translated sources."""
        old = self.earlier
        same = old and old.answers == self.answers and old.network.configs.get(device) is self.network.configs[device]
        if old and same and old.network.own(owner(device)) == self.network.own(owner(device)):
            return old.leaving(device, interface)
        packets = self.sent_from(device) & self.permitted(device, "output", "", interface)
        config = self.network.configs[device]
        if not any(rule.kind == "source" for rule in config.nat):
            return packets
        own = lambda name: self.first_address(device, name)  # noqa: E731
        return filters.translated(self.space, config, "source", interface, packets, own)

    @remembered
    def alike(self, device: str, hook: str) -> tuple[tuple[Set, list[tuple[Hop, Set]]], ...]:
        """Return a device's ways out in groups that its filter does not tell apart, with all packets of each group."""
        known = self._routed(device)
        if known and known.network.configs[device].filters is self.network.configs[device].filters:
            return known.alike(device, hook)
        compiled = filters.compiled_of(self.space, self.network.configs[device], hook, self.compiled)
        groups: dict[tuple[int, ...], list[tuple[Hop, Set]]] = {}
        for hop, taken in self.ways(device):
            groups.setdefault(compiled.signature(hop.interface) if compiled else (), []).append((hop, taken))
        return tuple((self.space.union(taken for _hop, taken in ways), ways) for ways in groups.values())

    @remembered
    def spoken(self, device: str, kind: str, interface: str) -> Set:
        """Return the packets that any translation of a kind speaks of at an interface of a device."""
        rules = filters.naming(self.network.configs[device], kind, interface)
        return self.space.union(filters.spoken_of(self.space, rule) for rule in rules)

    @remembered
    def handled(self, device: str, into: str) -> Set:
        """Return what of all packets a device does anything with when they come in by an interface.

        All of them where it steers by rules; all that it translates, as it does so before its filters are asked.
        """
        if known := self.told_alike(device):
            return known.handled(device, into)
        config = self.network.configs[device]
        if config.policy_routes:
            return self.space.everything
        passed = (self.permitted(device, "forward", into, out) for _packets, out in self._outs(device))
        onward = self._onward(device, *passed) if config.forwarding else self.space.nothing
        taken = self.mine(device)[0] & self.permitted(device, "input", into, "")
        return onward | taken | self.spoken(device, "destination", into)

    @remembered
    def _outs(self, device: str) -> list[tuple[Set, str]]:
        """Return what leaves a device by each group of ways that its filter does not tell apart, with one of them."""
        outs = [(together, ways[0][0].interface) for together, ways in self.alike(device, "forward")]
        drawn = self.into_tunnels(device)
        return outs + ([(drawn, self.network.tunnel(device))] if drawn != self.space.nothing else [])

    @remembered
    def _onward(self, device: str, *passed: Set) -> Set:
        """Return what a device sends on, by what its filter lets pass to each group of ways: many ports share it."""
        _mine, kept = self.mine(device)
        every = zip(self._outs(device), passed, strict=True)
        return self.space.union(packets & some for (packets, _out), some in every) & ~kept & ~self.never

    @remembered
    def parts(self, device: str) -> Parts:
        """Return what a device does with packets, whatever interface they come in by."""
        return parts_of(self, device)

    @remembered
    def sent_by(self, device: str) -> Parts:
        """Return what a device sends itself, by who gets it."""
        return sent_by(self, device)

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
        ends = network.joined.get(device, ())
        if self.earlier and self.earlier.network.joined.get(device, ()) == ends:
            return self.earlier.selected(device)
        for end, others in ends:
            carried = space.sources(end.local) & space.targets(end.remote)
            for other in others:
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


def _held(old: Table | None, new: Table) -> Table:
    """Return the old table if the new one is the same, so that it is known by itself."""
    return old if old is not None and (old is new or old == new) else new
