"""Packets out of the proof's sets, enough of them that a few can be chosen that cover every class. Pure.

From each place: one out of what each rule of the routers there decides, and of what each rule further on decides (a few
of a sort); one of what each rule of the policy allows, of what it forbids and of what claims a foreign address, towards
each other place; and one of each set that the proof finds to be open.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network

from inventory.model import County
from topology.confirm.classes.claims import Claim, Probe, claimed, sent_by_device
from topology.confirm.classes.elements import kind, roles
from topology.confirm.classes.picked import QUIET_PORT, Picker
from topology.confirm.classes.pieces import Piece, Pieces
from topology.confirm.classes.posts import Gate, Posts, device_gates, gates
from topology.reach.allowed import Allowed
from topology.reach.arrivals import Arrivals
from topology.reach.engine import Engine
from topology.reach.network import DEVICES, OPERATOR
from topology.reach.space import PROTOCOLS, Packet, Set, protocols

OF_A_SORT = 2
"""packets for a rule of a router further on, by each sort of place"""
BY_POLICY = 4
"""packets for what the policy says of two kinds of places, by each sort of place"""
NOWHERE = IPv4Address("192.0.2.1")
"""nobody's address (RFC 5737)"""
UNITS_TRIED = 4
"""units that a place which is no unit is tried against"""


@dataclass(frozen=True)
class Candidate:
    """A probe, and the pair of places that the proof calls open with it."""

    probe: Probe
    opens: tuple[str, str] | None = None


class Candidates:
    """The candidates of one proof."""

    def __init__(self, county: County, engine: Engine, allowed: Allowed, posts: Posts, run: int) -> None:
        self.engine, self.allowed, self.posts = engine, allowed, posts
        self.back = Engine(engine.network, engine.space, answers=True)
        self.pieces, self.picker = Pieces(engine), Picker(engine, posts, run)
        self.roles = roles(county)
        self.places = tuple(engine.network.places)
        self._tried = Counter[tuple[object, ...]]()
        self._known = dict[str, tuple[Gate, ...]]()
        self.devices = device_gates(county, engine.network)
        self.silent = tuple(place for place in self.places if not self._gates(place))
        """places where nobody stands who could send, or no router is known"""

    def all(self) -> Iterator[Candidate]:
        """Yield every candidate, place by place."""
        for place in self.places:
            here = self._gates(place)
            if here:
                arrivals = self.engine.run(place)
                yield from self._by_rules(place, here, arrivals)
                yield from self._by_policy(place, here, arrivals)
                yield from self._translated(place, here)
                yield from ([Candidate(self.on_segment(place))] if place != OPERATOR else [])
        for gate in self.devices:
            yield from self._by_device(gate)

    def opened(self, source: str, target: str) -> tuple[Probe, ...]:
        """Return the packets, one for each gate, that stand for what the proof finds open between two places."""
        arrived = self.engine.run(source).at.get(target, self.engine.space.nothing)
        more = arrived & ~self.allowed.between(source, target)
        return tuple(one.probe for one in self._open(source, self._gates(source), target, more))

    def on_segment(self, place: str) -> Probe:
        """Return a packet for everybody on a place's segment, which no router takes or forwards."""
        gate = self._gates(place)[0]
        packet = Packet(
            gate.post.address, NOWHERE, PROTOCOLS["udp"], QUIET_PORT, self.picker.port(), echo=False, ack=False
        )
        return Probe(place, gate, packet, (), wide=self._sharing.get(place, frozenset()))

    @cached_property
    def _sharing(self) -> dict[str, frozenset[str]]:
        """By place, the others on its segment."""
        found: dict[str, set[str]] = {}
        for one, other in self.engine.network.shared(untagged=True):
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
        return {place: frozenset(others) for place, others in found.items()}

    def translated(self, source: str) -> tuple[Probe, ...]:
        """Return packets from a place to the addresses that its routers translate."""
        return tuple(one.probe for one in self._translated(source, self._gates(source)))

    def claimed(self, source: str, gate: Gate, packet: Packet) -> Probe | None:
        """Return a packet with what the proof says of it; None if that could not be seen."""
        return claimed(self.engine, self.back, self.posts, source, gate, packet)

    def _gates(self, place: str) -> tuple[Gate, ...]:
        if place not in self._known:
            self._known[place] = gates(self.engine.network, place, self.posts.get(place, ()))
        return self._known[place]

    def _candidate(self, place: str, gate: Gate, packet: Packet | None, opens: str = "") -> Iterator[Candidate]:
        """Yield a packet with what the proof says of it, from the post whose address it claims if there is one."""
        if packet is None:
            return
        own = (g for g in self._gates(place) if g.via == gate.via)
        gate = next((g for g in own if g.post.address == packet.source), gate)
        if probe := self.claimed(place, gate, packet):
            yield Candidate(probe, (place, opens) if opens else None)

    def _by_rules(self, place: str, here: Sequence[Gate], arrivals: Arrivals) -> Iterator[Candidate]:
        own = [gate.post.address for gate in here]
        doors = {gate.devices: gate for gate in reversed(here)}
        entered = {(r.device, r.interface.name) for d in self.engine.network.places[place] for r in d.routed}
        for (device, into), packets in arrivals.met.items():
            for piece in self.pieces.met(device, into, packets):
                first = (device, into) in entered
                if first and (place != OPERATOR or self._wanted(arrivals, piece)):
                    packet = self.picker.pick(piece.packets, own, turn=True)
                    found = (
                        self._candidate(place, gate, packet) for devices, gate in doors.items() if device in devices
                    )
                    yield from (self._widened(one, piece) for several in found for one in several)
                elif not first and self._wanted(arrivals, piece):
                    yield from self._candidate(place, here[0], self.picker.pick(piece.packets, own, turn=True))

    def _widened(self, one: Candidate, piece: Piece) -> Candidate:
        """Return what a unit's router drops for itself as a packet for everybody there, whoever shares the segment."""
        probe = one.probe
        if (
            kind(probe.source) == "unit"
            and (piece.hook, piece.number) == ("input", -1)
            and probe.claim is Claim.DROPPED
        ):
            return Candidate(replace(probe, wide=self._sharing.get(probe.source, frozenset())))
        return one

    def _wanted(self, arrivals: Arrivals, piece: Piece) -> bool:
        """Return whether there are few packets yet for a rule; the CPEs on the operator's net are of one sort."""
        name = self.roles[piece.device] if arrivals.source == OPERATOR else piece.device
        return self._few(OF_A_SORT, self._sort(arrivals), name, piece.hook, piece.number)

    def _few(self, most: int, *key: object) -> bool:
        self._tried[key] += 1
        return self._tried[key] <= most

    def _sort(self, arrivals: Arrivals) -> tuple[object, ...]:
        """Return what sort of place it is: its kind, the roles that its packets meet, the kinds that they arrive at."""
        met = frozenset(self.roles[device] for device in arrivals.passed)
        return kind(arrivals.source), met, frozenset(map(kind, arrivals.at))

    def _by_policy(self, place: str, here: Sequence[Gate], arrivals: Arrivals) -> Iterator[Candidate]:
        own, gate, nothing = [g.post.address for g in here], here[0], self.engine.space.nothing
        sort = self._sort(arrivals)
        for target in self._targets(place):
            for number, packets in enumerate(self._said(place, target)):
                always = number == 0 or {kind(place), kind(target)} == {"unit"}
                if packets != nothing and (always or self._few(BY_POLICY, sort, kind(target), number)):
                    yield from self._candidate(place, gate, self.picker.pick(packets, own))
        for target in (*self.places, DEVICES):
            arrived = arrivals.at.get(target, nothing)
            more = arrived & ~self.allowed.between(place, target) if arrived != nothing else nothing
            if target != place and more != nothing:
                yield from self._open(place, here, target, more)

    def _open(self, place: str, here: Sequence[Gate], target: str, more: Set) -> Iterator[Candidate]:
        packet = self.picker.pick(more, [g.post.address for g in here])
        for gate in {g.devices: g for g in reversed(here)}.values():
            yield from self._candidate(place, gate, packet, target)

    def _by_device(self, gate: Gate) -> Iterator[Candidate]:
        """Yield what a device itself may send and what not; devices of a role are of one sort."""
        space, name = self.engine.space, gate.post.node
        mine = space.sources([IPv4Network(gate.post.address)])
        sort = (DEVICES, self.roles[name], name in self.engine.network.tunnels)
        for target in self._targets(DEVICES):
            to, permitted = self._addressed(target) & ~self.engine.own(name), self.allowed.between(DEVICES, target)
            allowed = (
                permitted & mine & space.protocol(protocol) for protocol in protocols(self.engine.network.family)
            )
            for number, packets in enumerate((*allowed, to & mine & ~permitted)):
                if packets != space.nothing and self._few(BY_POLICY, sort, kind(target), number):
                    packet = self.picker.pick(packets, own=True)
                    if packet and (probe := sent_by_device(self.engine, gate, packet)):
                        yield Candidate(probe)

    def _said(self, place: str, target: str) -> Iterator[Set]:
        """Yield what the policy allows between two places, in all and by protocol, what it does not, what is forged."""
        to, mine, permitted = self._addressed(target), self.allowed.at(place), self.allowed.between(place, target)
        yield permitted
        yield from (permitted & self.engine.space.protocol(name) for name in protocols(self.engine.network.family))
        yield from (to & mine & ~permitted, to & ~mine)

    def _addressed(self, target: str) -> Set:
        if target == DEVICES:
            return self.engine.space.union(map(self.engine.own, self.engine.network.configs))
        return self.allowed.at(target, "d")

    def _targets(self, place: str) -> Iterator[str]:
        """Yield the places that packets of a place are meant for: all but the units, and of these the next or a few."""
        units = [one for one in self.places if kind(one) == "unit"]
        yield from (one for one in (*self.places, DEVICES) if one != place and kind(one) != "unit")
        if place in units:
            yield from (one for one in [units[(units.index(place) + 1) % len(units)]] if one != place)
        else:
            yield from units[:: max(1, len(units) // UNITS_TRIED)]

    def _translated(self, place: str, here: Sequence[Gate]) -> Iterator[Candidate]:
        """Yield packets to addresses that a router of the place translates."""
        for gate in here:
            for device in gate.devices:
                for rule in self.engine.network.configs[device].nat:
                    if rule.kind == "destination" and rule.destinations:
                        packet = Packet(gate.post.address, rule.destinations[0].network_address,
                                        PROTOCOLS[rule.protocol or "tcp"], (rule.ports or (80,))[0],
                                        0, echo=False, ack=False)  # fmt: skip
                        yield from self._candidate(place, gate, replace(packet, from_port=self.picker.port()))
