"""One fixpoint of the engine: packets of one source on their way until they have arrived or are dropped everywhere."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import IPv4Address
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from topology.reach import filters, pivot, proxies, steering, wires
from topology.reach.arrivals import Arrivals, carried
from topology.reach.family import is_local
from topology.reach.network import DEVICES, OPERATOR, Domain, Routed, forger
from topology.reach.routes import Hop
from topology.reach.space import Set

if TYPE_CHECKING:
    from topology.reach.engine import Engine

Known = tuple[tuple[tuple[Any, ...], ...], tuple[tuple[int, Set], ...]]
"""what was done with packets, a method of a run with its arguments each, and what of them goes on by which ways"""
Done = dict[tuple[Any, ...], Known]
"""by device, where packets came in or the group of ways by which they leave, and these packets: what was done"""
TUNNELS = -1
"""stands for a device's tunnels among the groups of its ways out"""
Leaving = dict[int, Set]
"""by group of a device's ways out that its filter does not tell apart (`Engine.alike`), the packets that leave so"""


class Run:
    """One fixpoint."""

    OWNED = "owned"
    """under what an engine keeps what all routers on a domain answer at (`_answering`)"""

    def __init__(self, engine: "Engine", source: str, within: Set) -> None:
        self.engine, self.source, self.space, self.within = engine, source, engine.space, within
        self.rewritten = nothing = engine.space.nothing
        self.seen: defaultdict[tuple[str, str], Set] = defaultdict(lambda: nothing)
        self.at: defaultdict[str, Set] = defaultdict(lambda: nothing)
        self.devices: defaultdict[str, Set] = defaultdict(lambda: nothing)
        self.taken: list[Set] = []
        """what devices took for themselves, one after another"""
        self.queue: dict[str, dict[str, Set]] = {}
        """by device and where it came in, what it has not looked at yet"""
        self.crossed: set[tuple[str, str]] = set()

    def arrivals(self) -> Arrivals:
        """Let everything loose and return where it arrives."""
        if self.source == DEVICES:
            self._pivot()
        device, network = forger(self.source), self.engine.network
        for domain in (*network.entered(self.source), *network.held.get(device, ())):
            if device or self.source in domain.leaps:
                self._arrive(domain, self.within)
            for routed in (r for r in domain.routed if r.device != device):
                self._enter(routed.device, routed.interface.name, self.within)
        for peer, into, packets in pivot.forged(self.engine, device):
            self._enter(peer, into, packets & self.within)
        self.flow()
        return self.found()

    def found(self) -> Arrivals:
        """Return where what was let loose has arrived."""
        at = self.at | ({DEVICES: self.all_taken()} if self.devices and self.engine.sums else {})
        return Arrivals(
            source=self.source, at=dict(at), devices=dict(self.devices), met=dict(self.seen),
            passed=self.engine.met_by(self.source, self.seen), rewritten=self.rewritten,
            carried=carried(self.engine.network, self.source, self.crossed), crossed=frozenset(self.crossed),
        )  # fmt: skip

    def resume(self, found: Arrivals, more: Mapping[tuple[str, str], Set], sent: Set) -> None:
        """Go on from what was found before: with packets that came in somewhere and are done more with, and others."""
        self.seen.update(found.met)
        self.at.update({place: packets for place, packets in found.at.items() if place != DEVICES})
        self.devices.update(found.devices)
        self.taken = [found.at[DEVICES]] if DEVICES in found.at else []
        self.rewritten, self.crossed = found.rewritten, {*found.crossed}
        for port, packets in more.items():
            self._wait(port, packets)
        if sent != self.space.nothing:
            self.within = sent
            self._pivot()
        self.flow()

    def flow(self) -> None:
        """Follow what is loose until it has arrived or is dropped everywhere."""
        while self.queue:
            device = next(iter(self.queue))  # all that came there so far, by whatever ways, goes on together
            self._on(device, self.queue.pop(device))

    def _on(self, device: str, came: Mapping[str, Set]) -> None:
        """Send on what came to a device, by where it came in: what leaves by one way does so together."""
        leaving: Leaving = {}
        for into, packets in came.items():
            for group, passed in self._passing(device, into, packets):
                leaving[group] = leaving[group] | passed if group in leaving else passed
        for group, packets in leaving.items():
            self._send(device, "forward", group, packets)

    def let(self, device: str, hook: str, into: str, out: str, packets: Set) -> Set:
        """Return what of some packets a filter of a device lets pass."""
        return packets & self.engine.permitted(device, hook, into, out)

    def _pivot(self) -> None:
        """Let loose what devices send themselves."""
        for domain in self.engine.network.domains:
            everybody, others = self.engine.begun(domain.number)
            for device, into, packets in others:
                self._enter(device, into, packets & self.within)
            if domain.places:
                self._arrive(domain, everybody & self.within)
        for device, packets in pivot.tunnelled(self.engine):
            self._carry(device, packets & self.within)
        for peer, into, packets in pivot.wired(self.engine):
            self._enter(peer, into, packets & self.within)

    def _translated(self, device: str, kind: str, interface: str, packets: Set) -> Set:
        config = self.engine.network.configs[device]
        if not config.nat or packets & self.engine.spoken(device, kind, interface) == self.space.nothing:
            return packets
        own = lambda name: self.engine.first_address(device, name)  # noqa: E731
        found = self.space.nothing
        for taken, after, _address in filters.translations(self.space, config, kind, interface, packets, own):
            packets, found = packets & ~taken, found | after
            self._rewrite(taken | after)
        return packets | found

    def _rewrite(self, packets: Set) -> None:
        self.rewritten = self.rewritten | packets

    def _take(self, device: str, packets: Set) -> None:
        self.devices[device] = self.devices[device] | packets
        self.taken.append(packets)

    def all_taken(self) -> Set:
        """Return what devices took for themselves, all of them; in halves, as it grows with each that is added."""
        sets = self.taken
        while len(sets) > 1:
            sets = [one | other for one, other in zip_longest(sets[::2], sets[1::2], fillvalue=self.space.nothing)]
        return sets[0] if sets else self.space.nothing

    def _cross(self, device: str, interface: str) -> None:
        self.crossed.add((device, interface))

    def _enter(self, device: str, into: str, packets: Set) -> None:
        port, nothing = (device, into), self.space.nothing
        seen = self.seen.get(port, nothing)
        fresh = packets & ~seen
        if fresh != nothing:
            self.seen[port] = seen | packets
            self._wait(port, self._heeded(device, into, fresh))

    def _wait(self, port: tuple[str, str], packets: Set) -> None:
        """Let packets wait where they came in until the device looks at them."""
        if packets != self.space.nothing:
            waiting = self.queue.setdefault(port[0], {})
            waiting[port[1]] = waiting[port[1]] | packets if port[1] in waiting else packets

    def _passing(self, device: str, into: str, packets: Set) -> Iterable[tuple[int, Set]]:
        """Return by group of ways what of packets that came in leaves by routes and tunnels; the rest is seen to."""
        onward = self._received(device, into, packets)
        return self._ways(device, into, onward) if onward != self.space.nothing else ()

    def _heeded(self, device: str, into: str, packets: Set) -> Set:
        """Return what of packets that came in a device does anything with: all else need not be looked at."""
        return packets & self.engine.handled(device, into)

    def _received(self, device: str, into: str, packets: Set) -> Set:
        """Let a device take what is for it, and send what its policy routes are about; return what else goes on."""
        engine, config = self.engine, self.engine.network.configs[device]
        packets = self._translated(device, "destination", into, packets)
        mine, kept = self._mine(device)
        taken = packets & mine
        if taken != self.space.nothing:
            taken = self.let(device, "input", into, "", taken)
        if taken != self.space.nothing:
            self._take(device, taken)
        onward = packets & ~(kept | engine.never) if config.forwarding else self.space.nothing
        steered = config.policy_routes and onward != self.space.nothing
        return steering.sent_on(self, device, into, onward) if steered else onward

    def _mine(self, device: str) -> tuple[Set, Set]:
        """Return what a device may take for itself, and what of it it never sends on: a standby does."""
        return self.engine.mine(device)

    def _ways(self, device: str, into: str, packets: Set, hook: str = "forward") -> Iterator[tuple[int, Set]]:
        """Yield by group of ways what a filter lets pass of packets; each before the next group is looked at."""
        engine, nothing = self.engine, self.space.nothing
        drawn = packets & engine.into_tunnels(device)
        if drawn != nothing:
            yield TUNNELS, self.let(device, hook, into, engine.network.tunnel(device), drawn)
            packets = packets & ~drawn
        for group, (together, ways) in enumerate(engine.alike(device, hook)):
            leaving = packets & together
            if leaving != nothing:
                leaving = self.let(device, hook, into, ways[0][0].interface, leaving)
            if leaving != nothing:
                yield group, leaving

    def _send(self, device: str, hook: str, group: int, packets: Set) -> None:
        """Send packets out by the ways of a group, each by its own."""
        if group == TUNNELS:
            self._carry(device, packets)
            return
        for way, taken in self.engine.alike(device, hook)[group][1]:
            if (part := packets & taken) != self.space.nothing:
                self.leave(device, way, part)

    def _carry(self, device: str, packets: Set) -> None:
        """Take packets through a device's tunnels."""
        for selected, peer, tunnel in self.engine.selected(device):
            if (carried := packets & selected) != self.space.nothing:
                self._enter(peer, tunnel, carried)

    def leave(self, device: str, hop: Hop, packets: Set) -> None:
        """Send packets out by a way, to whoever has its next hop, or their own address, on the link."""
        after = self._translated(device, "source", hop.interface, packets)
        domain = self.engine.network.of[device, hop.interface]
        self._cross(device, hop.interface)
        over = wires.carried(self.engine, device, hop.interface, after)
        for name, into, answered in (*proxies.taken(self.engine, device, hop, after), *over):
            self._enter(name, into, answered)
        owners = [r for r in domain.owners.get(hop.next, ()) if r.device != device] if hop.next else []
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
        held, near = self.space.nothing, after & self._owned(domain)
        for target, name, interface in self._answering(domain) if near != held else ():
            if name != device:
                held = held | target
                self._enter(name, interface, near & target)
        self._arrive(domain, packets & ~held)

    def _owned(self, domain: Domain) -> Set:
        """Return what all routers on a domain may take as their own."""
        key = (self.OWNED, domain.number)
        if key not in self.engine.memory:
            self.engine.memory[key] = self.space.union(target for target, _name, _into in self._answering(domain))
        owned: Set = self.engine.memory[key]
        return owned

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


class Repeated(Run):
    """A run that does again what another one did with the very same packets at the same device.

    Runs of taken devices come to the same at nearly every device (nine of ten times in the example): each sends
    everything, and behind the first filter it is the same everything. What a device does with packets depends on
    nothing but them, so it is noted step by step and done again.
    """

    NOTED = ""
    """whose notes it uses: those of runs that note the same steps"""

    def __init__(self, engine: "Engine", source: str, within: Set) -> None:
        super().__init__(engine, source, within)
        self._noted: list[tuple[Any, ...]] = []

    def _passing(self, device: str, into: str, packets: Set) -> Iterable[tuple[int, Set]]:
        """Do what was done with what came in; what leaves then was worked out with it."""
        key = (self.NOTED, device, into, packets)
        if known := self.engine.did(device, key):
            return self._done_again(known)
        self._noted = []
        found = tuple(super()._passing(device, into, packets))
        self.engine.done[key] = tuple(self._noted), found
        return found

    def _send(self, device: str, hook: str, group: int, packets: Set) -> None:
        key = (self.NOTED, device, group, packets)
        if known := self.engine.did(device, key):
            self._done_again(known)
            return
        self._noted = []
        super()._send(device, hook, group, packets)
        self.engine.done[key] = tuple(self._noted), ()

    def _done_again(self, known: Known) -> tuple[tuple[int, Set], ...]:
        steps, found = known
        for step, *about in steps:
            step(self, *about)
        return found

    def _note(self, step: Callable[..., None], *about: object) -> None:
        self._noted.append((step, *about))
        step(self, *about)

    def _enter(self, device: str, into: str, packets: Set) -> None:
        if packets != self.space.nothing:
            self._note(Run._enter, device, into, packets)

    def _arrive(self, domain: Domain, packets: Set) -> None:
        self._note(Run._arrive, domain, packets)

    def _take(self, device: str, packets: Set) -> None:
        self._note(Run._take, device, packets)

    def _cross(self, device: str, interface: str) -> None:
        self._note(Run._cross, device, interface)

    def _rewrite(self, packets: Set) -> None:
        self._note(Run._rewrite, packets)
