"""Follows one packet there and its answer home, as networks do: sessions, one master a group, translations undone.

The second opinion on `answers`, and the witness of an answer that is lost; it shares the routing tables, the broadcast
domains and who is master with it, nothing of filters, sessions or translations. A packet that is spread over several
ways is followed on each by itself, with the sessions of that way alone; a way that ends nowhere or in a circle is lost.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network

from inventory.deviceconfig import DeviceConfig, NatRule
from topology.reach.deciding import Step, decide, translate
from topology.reach.engine import Engine
from topology.reach.family import is_local
from topology.reach.network import DEVICES, OPERATOR, Domain, Routed
from topology.reach.proxies import answering, elsewhere
from topology.reach.pushed import pushed
from topology.reach.routes import Hop
from topology.reach.sharing import sharing
from topology.reach.space import PROTOCOLS, Packet
from topology.reach.special import never, never_from
from topology.reach.steady import Gateways, held, masters, speaking
from topology.reach.wires import far_ends, whose

MOST = 20_000
"""branches after which a walk gives up: such a packet counts as lost"""
HOPS = 64
"""after which a packet goes in a circle"""
UNDOES = {"source": "destination", "destination": "source"}
"""by where an answer is: the kind of translation of its first packet that is undone there"""


@dataclass(frozen=True)
class Session:
    """What a device remembers of a packet that it let pass."""

    device: str
    packet: Packet
    """as the filter saw it"""


@dataclass(frozen=True)
class Translation:
    """What a device remembers of a packet that it translated."""

    device: str
    interface: str
    kind: str
    before: Packet
    after: Packet


_Memory = frozenset[Session | Translation]


@dataclass(frozen=True)
class Trip:
    """A way of a packet, to its end."""

    steps: tuple[Step, ...]
    places: frozenset[str] = frozenset()
    """where it ends, all on one domain; none: it is lost"""
    device: str = ""
    """the device that takes it, at the place `devices`"""
    packet: Packet | None = None
    """as it arrived"""
    memory: _Memory = frozenset()
    domain: int = -1
    """the domain on which it arrived"""


@dataclass(frozen=True)
class _At:
    device: str
    into: str
    packet: Packet
    steps: tuple[Step, ...] = ()
    memory: _Memory = frozenset()


class Walker:
    """Walks packets of one network while nothing fails."""

    def __init__(self, engine: Engine, gateways: Gateways) -> None:
        self._network, self._tables, self._gateways = engine.network, engine.tables, gateways
        self._masters, self._pairs = masters(engine.network), sharing(engine.network.configs)

    def home(self, source: str, target: str, packet: Packet) -> tuple[bool, tuple[Step, ...]]:
        """Return whether a packet arrives, as told, on every way, and its answer comes back on every way of its own.

        The steps are those of the first way on which it does not; of any way home if all do.
        """
        steps: tuple[Step, ...] = ()
        for sent in self._sent(source, packet):
            for trip in self.trips(source, sent) or [Trip(())]:
                if target not in trip.places or trip.packet is None or trip.packet.target != packet.target:
                    return False, trip.steps
                for back in self._back(trip, target):
                    steps = back.steps
                    if source not in back.places or back.packet != swapped(sent):
                        return False, back.steps
        return bool(steps) or source == target, steps

    def _sent(self, source: str, packet: Packet) -> set[Packet]:
        """Return a packet as a place sends it: to the published addresses that a router on its segment translates."""
        found, network = set[Packet](), self._network
        for domain, r in ((d, r) for d in network.places.get(source, ()) for r in d.routed):
            config, face = network.configs[r.device], r.interface.name
            for rule in (one for one in config.nat if one.kind == "destination" and one.destinations):
                public = replace(packet, target=min(prefix.network_address for prefix in rule.destinations))
                gets = int(public.target) and r in self._first(domain, source, public)
                if gets and rule.interface in ("", face) and _puts(config, rule, face) == packet.target:
                    after, told = _translated(config, "destination", face, public)
                    found |= {public} if told and after == packet else set()
        return found or {packet}

    def trips(self, source: str, packet: Packet) -> list[Trip]:
        """Return every way of a first packet from a place, as that sends it."""
        begun: list[_At | Trip] = []
        if source == DEVICES:
            for device in self._network.configs:
                mine = held(self._network, device, self._masters)
                out = self._onward(_At(device, "", packet), "output", None) if packet.target not in mine else ()
                begun += (list(out) or [Trip(())]) if packet.source in mine else []
        for domain in self._network.places.get(source, ()):
            begun += [_At(r.device, r.interface.name, packet) for r in self._first(domain, source, packet)]
        return list(self._follow(begun or [Trip(())], None))

    def _first(self, domain: Domain, place: str, packet: Packet) -> list[Routed]:
        """Return who on a segment gets a packet of a place: its owner, else its gateway; everybody without one."""
        owners = [r for r in domain.routed if packet.target in r.own]
        if owners:
            return speaking(self._masters, domain, packet.target, owners)
        if any(packet.target in a.network for r in domain.routed for a in r.interface.addresses):
            return []  # nobody on the segment has it
        address = self._gateways.get(place)
        gates = [r for r in domain.routed if address in r.own]
        if gates:
            return speaking(self._masters, domain, address, gates)
        return [r for r in domain.routed if self._network.configs[r.device].forwarding]

    def _back(self, trip: Trip, target: str) -> Iterator[Trip]:
        """Yield every way of the answer to a packet that arrived at a place."""
        if trip.packet is None:
            return
        answer = swapped(trip.packet)
        if trip.device and answer.target in held(self._network, trip.device, self._masters):
            begun = []
        elif trip.device:
            begun = list(self._onward(_At(trip.device, "", answer), "output", trip.memory))
        else:
            domain = self._network.domains[trip.domain]
            begun = [_At(r.device, r.interface.name, answer) for r in self._first(domain, target, answer)]
        yield from self._follow(begun or [Trip(trip.steps)], trip.memory)

    def _follow(self, begun: list[_At | Trip], past: _Memory | None) -> Iterator[Trip]:
        """Yield the ends of all ways; `past`: what devices remember of the packet that this one answers."""
        queue, seen = list(begun), set[tuple[object, ...]]()
        while queue:
            at = queue.pop()
            if isinstance(at, Trip):
                yield at
                continue
            key = (at.device, at.into, at.packet, at.memory, len(at.steps))
            if len(at.steps) >= HOPS or len(seen) >= MOST:
                yield Trip(at.steps)
                return
            if key not in seen:
                seen.add(key)
                queue += self._through(at, past) or [Trip((*at.steps, _lost(at)))]

    def _through(self, at: _At, past: _Memory | None) -> list[_At | Trip]:
        config = self._network.configs[at.device]
        at = self._changed(at, at.into, "destination", past)
        arrived = at.packet
        if arrived.target in held(self._network, at.device, self._masters):
            step = self._decided(at, "input", "", past)
            if step.action != "accept":
                return [Trip((*at.steps, step))]
            memory = at.memory | {Session(at.device, arrived)}
            return [Trip((*at.steps, step), frozenset({DEVICES}), at.device, arrived, memory)]
        barred = never(arrived.target) or never_from(arrived.source) or not config.forwarding
        return [] if barred else list(self._onward(at, "forward", past))

    def _changed(self, at: _At, interface: str, kind: str, past: _Memory | None) -> _At:
        """Return a packet as a device's translations leave it; an answer with what they did undone."""
        if past is not None:
            restored = _restored(self._whose(at.device), interface, UNDOES[kind], at.packet, past)
            return at if restored is None else replace(at, packet=restored)
        packet, told = _translated(self._network.configs[at.device], kind, interface, at.packet)
        change = Translation(at.device, interface, kind, at.packet, packet)
        return replace(at, packet=packet, memory=at.memory | {change}) if told else at

    def _whose(self, device: str) -> Collection[str]:
        """Return whose sessions a device knows."""
        return self._pairs.get(device, (device,))

    def _decided(self, at: _At, hook: str, out: str, past: _Memory | None) -> Step:
        whose = self._whose(at.device)
        held = any(isinstance(one, Session) and one.device in whose and _is_of(at.packet, one) for one in past or ())
        config = self._network.configs[at.device]
        return decide(config, hook, at.device, at.into, out, at.packet, answers=held, known=self._network.kept)

    def _onward(self, at: _At, hook: str, past: _Memory | None) -> Iterator[_At | Trip]:
        """Yield where a packet goes on from a device, by its tunnels or its routing table."""
        for out, ends in self._ways(at.device, at.into, at.packet):
            step = self._decided(at, hook, out, past)
            steps = (*at.steps, step)
            if step.action != "accept":
                yield Trip(steps)
                continue
            memory = at.memory | {Session(at.device, at.packet)}
            if isinstance(ends, list):
                yield from (replace(one, steps=steps, memory=memory) for one in ends)
            else:
                yield from self._left(at, out, ends, steps, memory, past)

    def _ways(self, device: str, into: str, packet: Packet) -> Iterator[tuple[str, list[_At] | Hop]]:
        network, config = self._network, self._network.configs[device]
        hops, usual = pushed(network, self._tables, device, into, packet, steady=True)
        yield from ((hop.interface, hop) for hop in hops)
        if not usual:
            return
        linked = any(packet.target in a.network for i in config.interfaces for a in i.addresses)
        ends = () if linked else network.tunnels.get(device, ())
        if any(packet.target in prefix for end in ends for prefix in end.remote):
            yield network.tunnel(device), list(self._tunnelled(device, packet))
            return
        table = self._tables[device]
        best = max((p for p in table if packet.target in p), key=lambda p: p.prefixlen, default=None)
        yield from ((hop.interface, hop) for hop in (table[best] if best is not None else ()))

    def _tunnelled(self, device: str, packet: Packet) -> Iterator[_At]:
        for end in self._network.tunnels[device]:
            for other in self._network.tunnels.get(end.peer, ()):
                sides = ((end.local, end.remote), (other.remote, other.local))
                if other.peer == device and all(_inside(packet, *side) for side in sides):
                    yield _At(end.peer, self._network.tunnel(end.peer), packet)

    def _left(
        self,
        at: _At,
        out: str,
        hop: Hop,
        steps: tuple[Step, ...],
        memory: _Memory,
        past: _Memory | None,
    ) -> Iterator[_At | Trip]:
        """Yield who gets a packet that left by an interface."""
        at = self._changed(replace(at, steps=steps, memory=memory), out, "source", past)
        packet, network, device = at.packet, self._network, at.device
        domain = network.of[device, out]
        ends = Trip(steps, frozenset(domain.places), "", packet, at.memory, domain.number)
        wanted: IPv4Address | None = hop.next or packet.target
        owners = [r for r in domain.routed if r.device != device and wanted in r.own]
        local = hop.next is not None and is_local(hop.next)
        if local:  # whose it is, nobody is told
            wanted, owners = None, [r for r in domain.routed if r.device != device]
        if not owners and hop.next and OPERATOR in domain.places:
            wanted = packet.target
            owners = [r for r in domain.routed if r.device != device and wanted in r.own]
        taking = [(r.device, r.interface.name) for r in speaking(self._masters, domain, wanted, owners)]
        asked = hop.next or packet.target
        taking += [
            (r.device, r.interface.name)
            for r in answering(network, domain, device)
            if elsewhere(self._tables[r.device], asked, r.interface.name)
        ]
        taking += [
            (name, into)
            for name, into, here, there in far_ends(network, device, out)
            if whose(here, packet.target) == there.key and whose(there, packet.source) == here.key
        ]
        yield from (replace(at, device=name, into=into) for name, into in taking)
        if (local and domain.places) or (not owners and (domain.places or not taking)):
            yield ends
        elif not taking:  # whoever may have it has given it up
            yield Trip(steps)


def swapped(packet: Packet) -> Packet:
    """Return the answer to a packet."""
    return Packet(
        source=packet.target, target=packet.source, protocol=packet.protocol, port=packet.from_port,
        from_port=packet.port, echo=False, ack=packet.protocol == PROTOCOLS["tcp"],
    )  # fmt: skip


def _tuple(packet: Packet) -> tuple[object, ...]:
    return packet.source, packet.target, packet.protocol, packet.port, packet.from_port


def _is_of(packet: Packet, session: Session) -> bool:
    return _tuple(packet) == _tuple(swapped(session.packet))


def _restored(whose: Collection[str], interface: str, kind: str, packet: Packet, past: _Memory) -> Packet | None:
    """Return an answer with what these devices did to the first packet undone; None if they did nothing."""
    for one in past:
        here = isinstance(one, Translation) and (one.interface, one.kind) == (interface, kind) and one.device in whose
        if here and isinstance(one, Translation) and _tuple(packet) == _tuple(swapped(one.after)):
            return swapped(one.before)
    return None


def _puts(config: DeviceConfig, rule: NatRule, interface: str) -> IPv4Address | None:
    """Return the address that a translation puts into packets on an interface."""
    first = (a.ip for item in config.interfaces if item.name == interface for a in item.addresses)
    return rule.to or next(first, None)


def _translated(config: DeviceConfig, kind: str, interface: str, packet: Packet) -> tuple[Packet, bool]:
    """Return a packet as a device's translations of a kind leave it, and whether one took it."""
    after = translate(config, kind, interface, packet)
    return after, after != packet


def _inside(packet: Packet, sources: Iterable[IPv4Network], targets: Iterable[IPv4Network]) -> bool:
    return any(packet.source in n for n in sources) and any(packet.target in n for n in targets)


def _lost(at: _At) -> Step:
    return Step(device=at.device, into=at.into, action="drop")
