"""Whether answers come back: the packets of allowed flows followed there, and their swapped tuples followed home. Pure.

All places send at once, each from its own addresses, by the ways that are taken while nothing fails (`steady`). What a
device lets pass is its session; an answer matches `established` of a filter with state only where that very device has
the session, and passes a filter without state by its own rules. Translations are undone where they were made. An answer
that one of its ways drops is dead: which way it takes is not for anybody to choose.

Flows that take several ways at once are followed on each way by itself (`ways`), with the sessions and translations of
that way: so a pair of firewalls that share load without sharing sessions is noticed; a pair that does (`sharing`) is as
one. So are flows to published addresses: their answers have to come home from those.
ICMP errors of a session are let through everywhere that its answers are, and no answer is owed to a port below 1024,
which no client sends from.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from topology.reach import filters
from topology.reach.engine import Engine
from topology.reach.instances import owner
from topology.reach.network import DEVICES, Domain, Routed
from topology.reach.owing import asked
from topology.reach.sharing import sharing
from topology.reach.space import Set
from topology.reach.steady import Gateways, Masters, masters, speaking
from topology.reach.unfailing import Steady, answers_to, keeps_state
from topology.reach.ways import Fate, Ways, as_sent


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


class There(Steady):
    """First packets, with the sessions that they leave behind."""

    def __init__(self, engine: Engine, found: Masters, gateways: Gateways) -> None:
        super().__init__(engine, found, gateways)
        nothing = engine.space.nothing
        self.sessions: defaultdict[str, Set] = defaultdict(lambda: nothing)
        self.rewritings: list[Rewriting] = []
        self.hidden: list[Hidden] = []

    def let(self, device: str, hook: str, into: str, out: str, packets: Set) -> Set:
        """Return what a filter lets pass; it becomes the device's session, all else is lost."""
        passed = packets & self.engine.permitted(device, hook, into, out)
        self.lost = self.lost | (packets & ~passed)
        self.sessions[device] = self.sessions[device] | passed
        return passed

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

    def __init__(self, there: There, returning: Engine) -> None:
        super().__init__(there.engine, there.masters, there.gateways)
        self.there, self.returning = there, returning
        self.turned = dict[str, Set]()
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
            shared = self.space.union(self.there.sessions.get(one, self.space.nothing) for one in whose)
            held = shared if keeps_state(self.engine, device) else None
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
        self._there = self._followed()
        self._arrived = {place: self._there.at[place] for place in engine.network.places}
        self._arrived[DEVICES] = self._space.union(self._there.devices.values())
        self._back = Back(self._there, returning)
        for target in {target for _source, target in self._due}:
            self._answer(target)
        self._back.flow()
        home = [packets & at(place) for place, packets in self._back.at.items()]
        self._home = self._space.turned(self._space.union([*home, *self._back.devices.values()]))
        self._lost = self._space.turned(self._back.lost)
        self._odd = self._several()
        self._ways, self._apart = Ways(engine, returning, gateways), dict[tuple[str, str], tuple[Set, Fate]]()

    @property
    def _nothing(self) -> Set:
        return self._space.nothing

    def _followed(self) -> There:
        """Let the owed packets of all places loose, as they are before any translation."""
        run = There(self._engine, self._masters, self._gateways)
        sources = defaultdict[str, Set](lambda: self._nothing)
        for (source, _target), packets in self._due.items():
            sources[source] = sources[source] | packets
        for source, packets in sources.items():
            if source == DEVICES:
                run.begin_devices(packets)
            for sent, _to, _owed in as_sent(run, source, packets) if source != DEVICES else ():
                run.begin(source, sent)
        run.flow()
        return run

    def _answer(self, target: str) -> None:
        """Let the answers of a place to what arrived there loose."""
        due = self._space.union(p for pair, p in self._due.items() if pair[1] == target)
        packets = answers_to(self._space, due & self._arrived[target])
        if target != DEVICES:
            self._back.begin(target, packets)
            return
        for device, taken in self._there.devices.items():
            self._back.begin_device(device, packets & answers_to(self._space, taken))

    def _several(self) -> Set:
        """Return the packets whose flows have several ways, or were sent to a published address."""
        there, space = self._there, self._space
        spread = there.spread | space.turned(self._back.spread)
        published = space.union(one.before | one.after for one in there.rewritings if one.side == "s")
        return published | spread | (there.rewritten if spread & there.rewritten != self._nothing else self._nothing)

    def dead(self, pair: tuple[str, str]) -> Dead | None:
        """Return what of a pair's flow does not work; None if all of it does, or nothing is owed."""
        owed = self._due.get(pair, self._nothing)
        if owed == self._nothing:
            return None
        first = owed & (self._there.lost | ~self._arrived[pair[1]])
        home = owed & ~first & (self._lost | ~self._home)
        apart, fate = self._by_ways(pair, first | home)
        first, home = (first & ~apart) | fate.first, (home & ~apart) | fate.answers
        return Dead(first, home) if first != self._nothing or home != self._nothing else None

    def _by_ways(self, pair: tuple[str, str], dead: Set) -> tuple[Set, Fate]:
        """Return what of a pair has to be followed on each way by itself, and what becomes of that."""
        apart = self._due[pair] & (self._odd | (dead & self._there.rewritten))
        if pair not in self._apart or self._apart[pair][0] != apart:
            self._apart[pair] = apart, self._ways.fate(*pair, apart)
        return self._apart[pair]

    def met(self, pair: tuple[str, str], devices: Iterable[str]) -> set[str]:
        """Return which of some devices the answers of a pair meet."""
        inside = {*devices}
        if not inside or pair not in self._due:
            return set()
        owed = self._due[pair]
        apart, fate = self._by_ways(pair, owed & self._there.rewritten)
        answers, seen = answers_to(self._space, owed & ~apart), self._back.seen
        came = ((owner(d), packets) for (d, _into), packets in seen.items() if owner(d) in inside)
        merged = {device for device, packets in came if answers & packets != self._nothing}
        return merged | (fate.met & inside)
