"""Follows flows on each of their ways by itself, there and home, with what that way alone leaves behind. Pure.

`answers` follows all flows at once, which is true of those that have one way. A flow that takes several (equal costs,
several routers on a segment, whoever answers for others) is one that each of its ways has to serve: a device that only
some of them pass has a session, or a translation to undo, for those alone. So here packets carry what they met. A way
that ends where the flow is not for, nowhere or in a circle is lost, and so is an answer that comes home as another
packet than the one that was asked for.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from ipaddress import IPv4Address

from topology.reach import filters, steering
from topology.reach.engine import Engine
from topology.reach.family import host
from topology.reach.instances import owner
from topology.reach.network import DEVICES, Domain
from topology.reach.routes import Hop
from topology.reach.sharing import sharing
from topology.reach.space import Set, Space
from topology.reach.steady import Gateways, Masters, masters
from topology.reach.unfailing import Steady, answers_to, keeps_state

HOPS = 64
"""after which a packet goes in a circle: the usual time to live"""
UNDOES = {"source": "destination", "destination": "source"}
"""by kind of a translation: which kind, on the same interface, puts it back in an answer"""


@dataclass(frozen=True)
class Change:
    """What a device translated on an interface: packets as they were and as they became."""

    device: str
    interface: str
    kind: str
    before: Set
    after: Set
    side: str
    """of the header that was replaced"""


@dataclass(frozen=True)
class Loose:
    """Packets of one way: at a device's interface, or where they have arrived."""

    packets: Set
    port: tuple[str, str] | None = None
    places: frozenset[str] = frozenset()
    """where they are; `devices` with the name of the one that took them"""
    number: int = -1
    """the domain on which they arrived"""
    sessions: frozenset[tuple[str, Set]] = frozenset()
    """what each device let pass on the way; in whatever order and how often, or a circle of two rounds would double its
    ways at each turn"""
    changes: tuple[Change, ...] = ()


def origin(space: Space, packets: Set, changes: Iterable[Change]) -> Set:
    """Return packets as they were before some changes, the last of which is undone first."""
    for one in reversed([*changes]):
        packets = space.anywhere(packets, one.side) & one.before
    return packets


class Trip(Steady):
    """All ways of some packets in one direction; `there`: they answer what came to its end on this way."""

    def __init__(
        self, engine: Engine, returning: Engine, found: Masters, gateways: Gateways, there: Loose | None = None
    ) -> None:
        super().__init__(engine, found, gateways)
        self.returning, self.there = returning, there
        self.pairs = sharing(engine.network.configs)
        self.met: set[str] = set()
        self._out: list[Loose] = []
        self._base = self._way = Loose(self.space.nothing)
        self._after, self._hid = self.space.nothing, False

    def start(self, place: str, packets: Set) -> None:
        """Let packets of a place loose; answers begin where they were asked."""
        if place == DEVICES:
            for device in self.engine.network.configs:
                if self.there is None or device in self.there.places:
                    since, own = len(self._out), packets & self.sent_by(device)
                    self._base = self._way = Loose(own)
                    self.begin_device(device, own)
                    self._missing(Loose(own), since)
        self._base = self._way = Loose(packets)
        for domain in self.engine.network.places.get(place, ()):
            if self.there is None or domain.number == self.there.number:
                self.begin_on(domain, place, packets)
        self._missing(self._base, 0)

    def follow(self, fits: Callable[[Loose], Set]) -> list[Loose]:
        """Return what arrives as it should (`fits` says how much of what has arrived does); all else is lost."""
        came: list[Loose] = []
        for hop in range(HOPS + 1):
            going: dict[Loose, Set] = {}
            for one in self._out:
                good = fits(one) if one.port is None else self.space.nothing
                if one.port is not None and hop < HOPS:
                    key = replace(one, packets=self.space.nothing)
                    going[key] = going.get(key, self.space.nothing) | one.packets
                    continue
                self._lose(one.packets & ~good, one.changes)
                came += [replace(one, packets=good)] if good != self.space.nothing else []
            if not going:
                break
            self._out = []
            for key, packets in going.items():
                self._step(replace(key, packets=packets))
        return came

    def _step(self, one: Loose) -> None:
        device, into = one.port or ("", "")
        self.met.add(owner(device))
        since = len(self._out)
        config, mine = self.engine.network.configs[device], self._mine(device)[0]
        for packets, changes in self._parts(device, "destination", into, one.packets, one.changes):
            self._base = self._way = replace(one, packets=packets, changes=changes, port=None)
            taken = self.let(device, "input", into, "", packets & mine)
            self._put(replace(self._way, packets=taken, places=frozenset((DEVICES, device))))
            onward = packets & ~mine & ~self.engine.never
            if config.forwarding and onward != self.space.nothing:
                onward = steering.sent_on(self, device, into, onward) if config.policy_routes else onward
                self._forward(device, into, onward)
        self._missing(one, since)

    def let(self, device: str, hook: str, into: str, out: str, packets: Set) -> Set:
        """Return what a filter lets pass, of answers by the sessions of this way; the rest is lost."""
        permitted = self.engine.permitted(device, hook, into, out)
        sessions = frozenset() if self.there is None else self.there.sessions
        if sessions:
            whose = self.pairs.get(device, (device,))
            held = self.space.union(self.space.turned(packets_of) for name, packets_of in sessions if name in whose)
            permitted = (permitted & ~held) | (held & self.returning.permitted(device, hook, into, out))
        passed = packets & permitted
        self._lose(packets & ~passed, self._way.changes)
        if self.there is None and keeps_state(self.engine, device):
            self._way = replace(self._base, sessions=self._base.sessions | {(device, passed)})
        return passed

    def leave(self, device: str, hop: Hop, packets: Set) -> None:
        """Send packets out, what is translated apart from what is not; what nobody gets is lost."""
        base = self._way
        for after, changes in self._parts(device, "source", hop.interface, packets, base.changes):
            since, changed = len(self._out), len(changes) > len(base.changes)
            self._way, self._after, self._hid = replace(base, packets=after, changes=changes), after, changed
            super().leave(device, hop, changes[-1].before if changed else after)
            self._missing(self._way, since)
        self._way = base

    def _translated(self, device: str, kind: str, interface: str, packets: Set) -> Set:
        return self._after

    def _enter(self, device: str, into: str, packets: Set) -> None:
        self._put(replace(self._way, packets=packets, port=(device, into)))

    def _arrive(self, domain: Domain, packets: Set) -> None:
        """Note what arrives on a domain: as it was told, before its source was replaced; kept as it is then."""
        after = self.space.anywhere(packets, "s") & self._after if self._hid else packets
        self._put(replace(self._way, packets=after, places=frozenset(domain.places), number=domain.number))

    def _put(self, one: Loose) -> None:
        if one.packets != self.space.nothing and (one.port or one.places):
            self._out.append(one)

    def _lose(self, packets: Set, changes: tuple[Change, ...]) -> None:
        if packets != self.space.nothing:
            self.lost = self.lost | origin(self.space, packets, changes)

    def _missing(self, one: Loose, since: int) -> None:
        """Take for lost what of some packets went nowhere."""
        whole = origin(self.space, one.packets, one.changes)
        gone = (origin(self.space, new.packets, new.changes) for new in self._out[since:])
        self.lost = self.lost | (whole & ~self.space.union(gone))

    def _parts(
        self, device: str, kind: str, interface: str, packets: Set, changes: tuple[Change, ...]
    ) -> Iterator[tuple[Set, tuple[Change, ...]]]:
        """Yield packets as a device's translations leave them, each part with what was changed."""
        made = self._undone if self.there is not None else self._made
        for before, after, side in made(device, kind, interface, packets):
            packets = packets & ~before
            if before == after:  # put there what was there: nothing to undo, and a circle of it would go on for ever
                packets = packets | after
                continue
            yield after, (*changes, Change(device, interface, UNDOES[kind], before, after, side))
        if packets != self.space.nothing:
            yield packets, changes

    def _made(self, device: str, kind: str, interface: str, packets: Set) -> Iterator[tuple[Set, Set, str]]:
        config, side = self.engine.network.configs[device], "s" if kind == "source" else "d"
        own = lambda name: self.engine.first_address(device, name)  # noqa: E731
        for before, after, _address in filters.translations(self.space, config, kind, interface, packets, own):
            yield before, after, side

    def _undone(self, device: str, kind: str, interface: str, packets: Set) -> Iterator[tuple[Set, Set, str]]:
        side, whose = "d" if kind == "destination" else "s", self.pairs.get(device, (device,))
        for one in self.there.changes if self.there else ():
            if (one.interface, one.kind) == (interface, kind) and one.device in whose:
                before, after = self.space.turned(one.before), self.space.turned(one.after)
                taken = packets & after
                packets = packets & ~taken
                if taken != self.space.nothing:
                    yield taken, self.space.anywhere(taken, side) & before, side


@dataclass(frozen=True)
class Fate:
    """What of a flow does not work on some of its ways; packets as they arrive."""

    first: Set
    answers: Set
    met: frozenset[str]
    """the devices that answers enter"""


class Ways:
    """Follows flows of one network by their ways; `returning`: the engine that takes everything for an answer."""

    def __init__(self, engine: Engine, returning: Engine, gateways: Gateways) -> None:
        self._engine, self._space, self._gateways = engine, engine.space, gateways
        self._returning, self._masters = returning, masters(engine.network)

    def fate(self, source: str, target: str, owed: Set) -> Fate:
        """Return what of some packets of a pair does not arrive on every way, or is not answered on every way home."""
        first = answers = nothing = self._space.nothing
        met = set[str]()
        if owed == nothing:
            return Fate(nothing, nothing, frozenset())
        pieces = as_sent(self._trip(), source, owed) if source != DEVICES else [(owed, None, owed)]
        for sent, to, told in pieces:
            lost, unanswered, entered = self._of(source, target, sent, to)
            first = first | self._told(told, lost, to)
            answers = answers | self._told(told, unanswered, to)
            met |= entered
        return Fate(first, answers & ~first, frozenset(met))

    def _trip(self, there: Loose | None = None) -> Trip:
        return Trip(self._engine, self._returning, self._masters, self._gateways, there)

    def _told(self, owed: Set, sent: Set, to: IPv4Address | None) -> Set:
        """Return which packets, as they arrive, were sent so."""
        return owed & (sent if to is None else self._space.anywhere(sent, "d"))

    def _of(self, source: str, target: str, sent: Set, to: IPv4Address | None) -> tuple[Set, Set, set[str]]:
        space, there = self._space, self._trip()
        there.start(source, sent)
        came = there.follow(lambda one: self._as_owed(one, to) if target in one.places else space.nothing)
        unanswered, met, asked = space.nothing, set[str](), answers_to(space, sent & ~there.lost)
        for one in came:
            back = self._trip(one)
            alive = one.packets & ~self._later(there.lost, one)
            back.start(target, answers_to(space, alive))
            back.follow(lambda home: home.packets & asked if source in home.places else space.nothing)
            unanswered = unanswered | origin(space, alive & space.turned(back.lost), one.changes)
            met |= back.met
        return there.lost, unanswered, met

    def _later(self, sent: Set, one: Loose) -> Set:
        """Return what some packets have become by the changes of a way."""
        for change in one.changes:
            sent = self._space.anywhere(sent & change.before, change.side) & change.after
        return sent

    def _as_owed(self, one: Loose, to: IPv4Address | None) -> Set:
        """Return what of arrived packets goes to where it was meant for."""
        space, changed = self._space, [change for change in one.changes if change.side == "d"]
        if to is not None:
            return one.packets & space.targets([host(to)])
        if not changed:
            return one.packets
        last = space.anywhere(changed[-1].after, "s")  # it goes there now; what was sent there is as it was meant
        meant = origin(space, one.packets, one.changes) & space.bdd.exist(self._but("d"), last)
        return one.packets & self._later(meant, one)

    def _but(self, side: str) -> list[str]:
        """Return all variables but those of a side of the header."""
        names = {f"{side}{n}" for n in range(self._space.family.bits)}
        return [name for name in self._space.bdd.vars if name not in names]


def as_sent(run: Steady, source: str, owed: Set) -> Iterator[tuple[Set, IPv4Address | None, Set]]:
    """Yield packets of a place as it sends them: to the published address if a router there translates that.

    With each goes where it is meant for (None: where it is sent to) and what is owed of it. Of several addresses that
    lead to the same one by the same rule, the lowest counts.
    """
    space, network, nothing, rest = run.space, run.engine.network, run.space.nothing, owed
    for routed in (r for domain in network.places.get(source, ()) for r in domain.routed):
        name, face = routed.device, routed.interface.name
        for rule in network.configs[name].nat:
            to = rule.to or run.engine.first_address(name, face)
            if rule.kind != "destination" or rule.interface not in ("", face) or not rule.destinations or not to:
                continue
            private = owed & space.targets([host(to)])
            public = min(prefix.network_address for prefix in rule.destinations)
            if private == nothing or not int(public) or not run.gets(source, routed, public):
                continue
            own = partial(run.engine.first_address, name)
            sent = space.rewritten(private, "d", public)
            made = filters.translations(space, network.configs[name], "destination", face, sent, own)
            sent = space.union(before for before, _after, address in made if address == to)
            told = private & space.anywhere(sent, "d")
            rest = rest & ~told
            if sent != nothing:
                yield sent, to, told
    if rest != nothing:
        yield rest, None, rest
