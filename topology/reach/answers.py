"""Whether answers come back: the packets of allowed flows followed there, and their swapped tuples followed home. Pure.

All places send at once, each from its own addresses, by the ways that are taken while nothing fails (`steady`). What a
device lets pass is its session; an answer matches `established` of a filter with state only where that very device has
the session, and passes a filter without state by its own rules. Translations are undone where they were made. An answer
that one of its ways drops is dead: which way it takes is not for anybody to choose.

Where first packets are spread over several ways, a device has the session of those alone that cannot arrive without
it: so a pair of firewalls that share load without sharing sessions is noticed; a pair that does (`sharing`) is as one.
ICMP errors of a session are let through everywhere that its answers are, and no answer is owed to a port below 1024,
which no client sends from.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from topology.reach import filters, proxies
from topology.reach.engine import Engine, Run
from topology.reach.family import host, is_local
from topology.reach.network import DEVICES, Domain, Routed
from topology.reach.owing import asked
from topology.reach.routes import Hop
from topology.reach.sharing import sharing
from topology.reach.space import Set, Space
from topology.reach.steady import Gateways, Masters, held, masters, speaking


@dataclass(frozen=True)
class Rewriting:
    """What a device translated on an interface, as it was and as it became."""

    device: str
    interface: str
    side: str
    """of the header that the answer has to have put back: `d` for a hidden source, `s` for a published destination"""
    before: Set
    after: Set


@dataclass(frozen=True)
class Hidden:
    """Packets that arrived on a domain with their source hidden: their answers go to whoever owns that address."""

    domain: int
    packets: Set
    owners: tuple[Routed, ...]


class Steady(Run):
    """Packets on the ways that are taken while nothing fails."""

    def __init__(self, engine: Engine, found: Masters, gateways: Gateways) -> None:
        super().__init__(engine, "", engine.space.everything)
        self.masters, self.gateways = found, gateways
        self.lost = engine.space.nothing
        """what some filter dropped"""

    def begin(self, place: str, packets: Set) -> None:
        """Send packets from a place: to who is on the segment, else to its gateway."""
        for domain in self.engine.network.places.get(place, ()):
            held = self.space.nothing
            for target, name, interface in self._answering(domain):
                held = held | target
                self._enter(name, interface, packets & target)
            routers = self._gateway(domain, place)
            near = self.space.targets(a.network for r in domain.routed for a in r.interface.addresses)
            away = packets & ~held & ~near
            self._spread(away if len(routers) > 1 else self.space.nothing)
            for routed in routers:
                self._enter(routed.device, routed.interface.name, away)

    def _spread(self, packets: Set) -> None:
        """Note what takes several ways at once."""

    def _gateway(self, domain: Domain, place: str) -> list[Routed]:
        address = self.gateways.get(place)
        owners = [r for r in domain.routed if address in r.own]
        routers = [r for r in domain.routed if self.engine.network.configs[r.device].forwarding]
        return speaking(self.masters, domain, address, owners) if owners else routers

    def begin_device(self, device: str, packets: Set) -> None:
        """Send packets from a device itself, by its routing table and its output filter."""
        self._forward(device, "", packets, "output")

    def _through(self, device: str, into: str, packets: Set) -> None:
        super()._through(device, into, packets)
        if not self.engine.network.configs[device].forwarding:
            self.lost = self.lost | (packets & ~self._mine(device)[1])

    def _mine(self, device: str) -> tuple[Set, Set]:
        key = ("mine", device)
        if key not in self.engine.memory:
            self.engine.memory[key] = self.space.targets(map(host, held(self.engine.network, device, self.masters)))
        found = self.engine.memory[key]
        return found, found

    def _speaking(self, domain: Domain, address: IPv4Address | None, owners: list[Routed]) -> list[Routed]:
        return speaking(self.masters, domain, address, owners)

    def _answering(self, domain: Domain) -> Iterable[tuple[Set, str, str]]:
        key = ("steady", domain.number)
        if key not in self.engine.memory:
            self.engine.memory[key] = tuple(self._taking(domain, routed) for routed in domain.routed)
        found: tuple[tuple[Set, str, str], ...] = self.engine.memory[key]
        return found

    def _taking(self, domain: Domain, routed: Routed) -> tuple[Set, str, str]:
        own = [a for a in routed.own if self.masters.get((domain.number, a), routed.device) == routed.device]
        return self.space.targets(map(host, own)), routed.device, routed.interface.name


class There(Steady):
    """First packets, with the sessions that they leave behind."""

    def __init__(self, engine: Engine, found: Masters, gateways: Gateways, without: Collection[str] = ()) -> None:
        super().__init__(engine, found, gateways)
        self.without = without
        nothing = engine.space.nothing
        self.sessions: defaultdict[str, Set] = defaultdict(lambda: nothing)
        self.spread = nothing
        """what some device sends by several ways"""
        self.rewritings: list[Rewriting] = []
        self.hidden: list[Hidden] = []

    def let(self, device: str, hook: str, into: str, out: str, packets: Set) -> Set:
        """Return what a filter lets pass; it becomes the device's session, all else is lost."""
        passed = packets & self.engine.permitted(device, hook, into, out)
        self.lost = self.lost | (packets & ~passed)
        self.sessions[device] = self.sessions[device] | passed
        return passed

    def _spread(self, packets: Set) -> None:
        self.spread = self.spread | packets

    def leave(self, device: str, hop: Hop, packets: Set) -> None:
        """Send packets out; a link-local next hop is whoever stands there, others may answer for one (`proxies`)."""
        several = (hop.next and is_local(hop.next)) or any(proxies.taken(self.engine, device, hop, packets))
        self._spread(packets if several else self.space.nothing)
        super().leave(device, hop, packets)

    def _forward(self, device: str, into: str, packets: Set, hook: str = "forward") -> None:
        if device in self.without:
            return
        if any(len(hops) > 1 for hops in self.engine.tables[device].values()):
            taken = self.space.nothing
            for _hop, packets_of in self.engine.ways(device):
                self._spread(taken & packets_of & packets)
                taken = taken | packets_of
        super()._forward(device, into, packets, hook)

    def _translated(self, device: str, kind: str, interface: str, packets: Set) -> Set:
        config, found = self.engine.network.configs[device], self.space.nothing
        own = lambda name: self.engine.first_address(device, name)  # noqa: E731
        side = "d" if kind == "source" else "s"
        for taken, after, address in filters.translations(self.space, config, kind, interface, packets, own):
            packets, found = packets & ~taken, found | after
            self.rewritten = self.rewritten | taken | after
            self.rewritings.append(Rewriting(device, interface, side, taken, after))
            if kind == "source":
                self._hide(self.engine.network.of[device, interface], address, taken)
        return packets | found

    def _hide(self, domain: Domain, address: IPv4Address, packets: Set) -> None:
        """Note who gets the answers to a hidden source; one that is not of the segment is routed to its gateway."""
        owners = [r for r in domain.routed if address in r.own]
        found = speaking(self.masters, domain, address, owners)
        if not owners and not any(address in a.network for r in domain.routed for a in r.interface.addresses):
            found = [router for place in domain.places for router in self._gateway(domain, place)]
        self.hidden.append(Hidden(domain.number, packets, tuple(found)))


class Back(Steady):
    """Answers, through the sessions of the first packets."""

    def __init__(self, there: There, sessions: Mapping[str, Set], returning: Engine) -> None:
        super().__init__(there.engine, there.masters, there.gateways)
        self.there, self.returning = there, returning
        self.sessions, self.turned = sessions, dict[str, Set]()
        self.undone: dict[int, tuple[Set, Set]] = {}
        self.pairs = sharing(there.engine.network.configs)

    def begin(self, place: str, packets: Set) -> None:
        """Send answers from a place; those to a hidden source go to whoever owns the address that hides it."""
        numbers = {domain.number for domain in self.engine.network.places.get(place, ())}
        for hidden in self.there.hidden:
            if hidden.domain in numbers:
                part = packets & self.space.turned(hidden.packets)
                packets = packets & ~part
                self.lost = self.lost if hidden.owners else self.lost | part
                for routed in hidden.owners:
                    self._enter(routed.device, routed.interface.name, part)
        super().begin(place, packets)

    def let(self, device: str, hook: str, into: str, out: str, packets: Set) -> Set:
        """Return what of answers a filter lets pass, by the device's sessions or its rules."""
        session = self._session(device)
        within = packets & session & self.returning.permitted(device, hook, into, out)
        passed = within | (packets & ~session & self.engine.permitted(device, hook, into, out))
        self.lost = self.lost | (packets & ~passed)
        return passed

    def _session(self, device: str) -> Set:
        """Return the answers to what a device has the sessions of; nothing if it keeps no state."""
        if device not in self.turned:
            whose = self.pairs.get(device, (device,))
            shared = self.space.union(self.sessions.get(one, self.space.nothing) for one in whose)
            held = shared if _keeps_state(self.engine, device) else None
            self.turned[device] = self.space.nothing if held is None else self.space.turned(held)
        found: Set = self.turned[device]
        return found

    def _swapped(self, one: Rewriting) -> tuple[Set, Set]:
        if id(one) not in self.undone:
            self.undone[id(one)] = (self.space.turned(one.before), self.space.turned(one.after))
        return self.undone[id(one)]

    def _translated(self, device: str, kind: str, interface: str, packets: Set) -> Set:
        """Undo what was done to the first packets; an answer is never translated as a first packet is."""
        found = undone = self.space.nothing
        side, whose = "d" if kind == "destination" else "s", self.pairs.get(device, (device,))
        for one in self.there.rewritings:
            if (one.interface, one.side) == (interface, side) and one.device in whose:
                before, after = self._swapped(one)
                taken = packets & after
                undone, found = undone | taken, found | (self.space.anywhere(taken, side) & before)
        return (packets & ~undone) | found


@dataclass(frozen=True)
class Dead:
    """What of an allowed flow does not work while nothing fails; packets as they arrive."""

    first: Set
    """first packets that arrive on some way, but not on the one that is taken"""
    answers: Set
    """first packets whose answers do not come back"""


class Answers:
    """Follows the allowed flows of one network there and back.

    `due`: by pair of places, the packets that are owed, as they arrive; `at`: the packets to the addresses of a place.
    """

    def __init__(
        self,
        engine: Engine,
        returning: Engine,
        gateways: Gateways,
        due: Mapping[tuple[str, str], Set],
        at: Callable[[str], Set],
    ) -> None:
        self._space, self._engine, self._gateways, self._at = engine.space, engine, gateways, at
        parts = {pair: asked(engine.space, packets) for pair, packets in due.items()}
        self._due = {pair: part for pair, part in parts.items() if part != engine.space.nothing}
        self._masters = masters(engine.network)
        self._there = self._followed(There(engine, self._masters, gateways), self._space.everything)
        self._back = Back(self._there, self._sure(), returning)
        for target in {target for _source, target in self._due}:
            self._answer(target)
        self._back.flow()
        self._arrived = {place: self._there.at[place] for place in engine.network.places}
        self._arrived[DEVICES] = self._space.union(self._there.devices.values())
        home = [packets & at(place) for place, packets in self._back.at.items()]
        self._home = self._space.turned(self._space.union([*home, *self._back.devices.values()]))
        self._lost = self._space.turned(self._back.lost)

    @property
    def _nothing(self) -> Set:
        return self._space.nothing

    def _followed(self, run: There, within: Set) -> There:
        """Let the owed packets of all places loose, as they are before any translation."""
        sources = defaultdict[str, Set](lambda: self._nothing)
        for (source, _target), packets in self._due.items():
            sources[source] = sources[source] | packets
        for source, packets in sources.items():
            if source == DEVICES:
                for device in self._engine.network.configs:
                    run.begin_device(device, packets & within & self._engine.sent_from(device))
            else:
                run.begin(source, self._as_sent(source, packets) & within)
        run.flow()
        return run

    def _as_sent(self, source: str, packets: Set) -> Set:
        """Return packets as a place sends them: to the published address that a router on its segment has."""
        space, network = self._space, self._engine.network
        for routed in (r for domain in network.places.get(source, ()) for r in domain.routed):
            for rule in network.configs[routed.device].nat:
                if rule.kind == "destination" and rule.interface == routed.interface.name and rule.to:
                    private = packets & space.targets([host(rule.to)])
                    public = space.anywhere(private, "d") & space.targets(rule.destinations)
                    packets = packets & ~private | public
        return packets

    def _answer(self, target: str) -> None:
        """Let the answers of a place loose."""
        packets = answers_to(self._space, self._space.union(p for pair, p in self._due.items() if pair[1] == target))
        if target != DEVICES:
            self._back.begin(target, packets)
            return
        for device, taken in self._there.devices.items():
            self._back.begin_device(device, packets & answers_to(self._space, taken) & self._engine.sent_from(device))

    def _sure(self) -> dict[str, Set]:
        """Return by device the first packets whose session it has whichever way they took."""
        there = self._there
        sure = dict(there.sessions)
        for device in [d for d, packets in sure.items() if packets & there.spread != self._nothing]:
            if _keeps_state(self._engine, device):
                within = sure[device] & there.spread
                within = within | there.rewritten if within & there.rewritten != self._nothing else within
                pair = sharing(self._engine.network.configs).get(device, (device,))
                past = self._followed(There(self._engine, self._masters, self._gateways, pair), within)
                sure[device] = sure[device] & ~self._space.union([*past.at.values(), *past.devices.values()])
        return sure

    def dead(self, pair: tuple[str, str]) -> Dead | None:
        """Return what of a pair's flow does not work; None if all of it does, or nothing is owed."""
        owed = self._due.get(pair, self._nothing)
        if owed == self._nothing:
            return None
        first = owed & (self._there.lost | ~self._arrived[pair[1]])
        home = owed & ~first & (self._lost | ~self._home)
        return Dead(first, home) if first != self._nothing or home != self._nothing else None

    def met(self, pair: tuple[str, str], devices: Iterable[str]) -> set[str]:
        """Return which of some devices the answers of a pair meet."""
        inside = {*devices}
        if not inside or pair not in self._due:
            return set()
        answers, seen = answers_to(self._space, self._due[pair]), self._back.seen
        if self._due[pair] & self._there.rewritten != self._nothing and len(self._due) > 1:
            alone = Answers(self._engine, self._back.returning, self._gateways, {pair: self._due[pair]}, self._at)
            answers, seen = self._space.everything, alone._back.seen
        return {d for (d, _i), packets in seen.items() if d in inside and answers & packets != self._nothing}


def answers_to(space: Space, packets: Set) -> Set:
    """Return the answers to first packets: a segment has ACK or RST, no ICMP message is a request or of discovery."""
    told = space.protocol(space.family.echo) & (space.echo | space.discovery)
    return space.turned(packets) & (~space.protocol("tcp") | space.ack) & ~told & space.possible


def _keeps_state(engine: Engine, device: str) -> bool:
    chains = engine.network.configs[device].filters
    return any(rule.state == "established" for chain in chains if not chain.stateless for rule in chain.rules)
