"""Follows one packet there and its answer home, as networks do: sessions, one master a group, translations undone.

The second opinion on `answers`, and the witness of an answer that is lost; it shares the routing tables, the broadcast
domains and who is master with it, nothing of filters, sessions or translations. A packet that is spread over several
ways is followed on each by itself, with the sessions of that way alone.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network

from topology.reach.engine import Engine
from topology.reach.family import is_local
from topology.reach.network import DEVICES, OPERATOR, Domain, Routed, own_addresses
from topology.reach.pushed import pushed
from topology.reach.routes import Hop
from topology.reach.sharing import sharing
from topology.reach.space import PROTOCOLS, Packet
from topology.reach.steady import Gateways, held, masters, speaking
from topology.reach.walk import Step, decide, translate

MOST = 2000
"""branches after which a walk gives up"""


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


@dataclass(frozen=True)
class Trip:
    """A way of a packet, to its end."""

    steps: tuple[Step, ...]
    place: str = ""
    """where it ends; empty: it is lost"""
    device: str = ""
    """the device that takes it, at the place `devices`"""
    packet: Packet | None = None
    """as it arrived"""
    memory: tuple[Session | Translation, ...] = ()
    domain: int = -1
    """the domain on which it arrived"""


@dataclass(frozen=True)
class _At:
    device: str
    into: str
    packet: Packet
    steps: tuple[Step, ...] = ()
    memory: tuple[Session | Translation, ...] = ()


class Walker:
    """Walks packets of one network while nothing fails."""

    def __init__(self, engine: Engine, gateways: Gateways) -> None:
        self._network, self._tables, self._gateways = engine.network, engine.tables, gateways
        self._masters, self._pairs = masters(engine.network), sharing(engine.network.configs)

    def home(self, source: str, target: str, packet: Packet) -> tuple[bool, tuple[Step, ...]]:
        """Return whether a packet arrives on every way and its answer comes back on every way of its own.

        The steps are those of the first way on which it does not; of any way home if all do.
        """
        steps: tuple[Step, ...] = ()
        for trip in self.trips(source, packet):
            if trip.place != target:
                return False, trip.steps
            for back in self._back(trip):
                steps = back.steps
                if back.place != source:
                    return False, back.steps
        return bool(steps) or source == target, steps

    def trips(self, source: str, packet: Packet) -> Iterator[Trip]:
        """Yield every way of a first packet from a place."""
        if source == DEVICES:
            for device, config in self._network.configs.items():
                if packet.source in own_addresses(config):
                    yield from self._follow(list(self._onward(_At(device, "", packet), "output", ())), ())
            return
        begun: list[_At | Trip] = []
        for domain in self._network.places.get(source, ()):
            begun += [_At(r.device, r.interface.name, packet) for r in self._first(domain, source, packet)]
        yield from self._follow(begun, ())

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

    def _back(self, trip: Trip) -> Iterator[Trip]:
        """Yield every way of the answer to a packet that arrived."""
        if trip.packet is None:
            return
        answer = swapped(trip.packet)
        if trip.place == DEVICES:
            begun = list(self._onward(_At(trip.device, "", answer), "output", trip.memory))
        else:
            domain = self._network.domains[trip.domain]
            begun = [_At(r.device, r.interface.name, answer) for r in self._first(domain, trip.place, answer)]
            begun = begun or [Trip(trip.steps)]
        yield from self._follow(begun, trip.memory)

    def _follow(self, begun: list[_At | Trip], past: tuple[Session | Translation, ...]) -> Iterator[Trip]:
        """Yield the ends of all ways; `past`: what devices remember of the packet that this one answers."""
        queue, seen = list(begun), set[tuple[str, str, Packet]]()
        while queue and len(seen) < MOST:
            at = queue.pop()
            if isinstance(at, Trip):
                yield at
            elif (at.device, at.into, at.packet) not in seen:
                seen.add((at.device, at.into, at.packet))
                queue += self._through(at, past) or [Trip((*at.steps, _lost(at)))]

    def _through(self, at: _At, past: tuple[Session | Translation, ...]) -> list[_At | Trip]:
        config, packet = self._network.configs[at.device], at.packet
        arrived = _restored(self._whose(at.device), at.into, "source", packet, past)
        if arrived is None:
            arrived = packet if past else translate(config, "destination", at.into, packet)
        memory = at.memory
        if arrived != packet and not past:
            memory = (*memory, Translation(at.device, at.into, "destination", packet, arrived))
        at = replace(at, packet=arrived, memory=memory)
        if arrived.target in held(self._network, at.device, self._masters):
            step = self._decided(at, "input", "", past)
            if step.action != "accept":
                return [Trip((*at.steps, step))]
            memory = (*memory, Session(at.device, arrived))
            return [Trip((*at.steps, step), DEVICES, at.device, arrived, memory)]
        return list(self._onward(at, "forward", past)) if config.forwarding else []

    def _whose(self, device: str) -> Collection[str]:
        """Return whose sessions a device knows."""
        return self._pairs.get(device, (device,))

    def _decided(self, at: _At, hook: str, out: str, past: tuple[Session | Translation, ...]) -> Step:
        whose = self._whose(at.device)
        held = any(isinstance(one, Session) and one.device in whose and _is_of(at.packet, one) for one in past)
        config = self._network.configs[at.device]
        return decide(config, hook, at.device, at.into, out, at.packet, answers=held)

    def _onward(self, at: _At, hook: str, past: tuple[Session | Translation, ...]) -> Iterator[_At | Trip]:
        """Yield where a packet goes on from a device, by its tunnels or its routing table."""
        for out, ends in self._ways(at.device, at.into, at.packet):
            step = self._decided(at, hook, out, past)
            steps = (*at.steps, step)
            if step.action != "accept":
                yield Trip(steps)
                continue
            memory = (*at.memory, Session(at.device, at.packet))
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
        memory: tuple[Session | Translation, ...],
        past: tuple[Session | Translation, ...],
    ) -> Iterator[_At | Trip]:
        """Yield who gets a packet that left by an interface."""
        packet = _restored(self._whose(at.device), out, "destination", at.packet, past)
        if packet is None:
            config = self._network.configs[at.device]
            packet = at.packet if past else translate(config, "source", out, at.packet)
        if packet != at.packet and not past:
            memory = (*memory, Translation(at.device, out, "source", at.packet, packet))
        domain = self._network.of[at.device, out]
        wanted: IPv4Address | None = hop.next or packet.target
        owners = [r for r in domain.routed if r.device != at.device and wanted in r.own]
        if hop.next and is_local(hop.next):  # whose it is, nobody is told
            wanted, owners = None, [r for r in domain.routed if r.device != at.device]
            yield from (Trip(steps, place, "", packet, memory, domain.number) for place in domain.places if owners)
        if not owners and hop.next and OPERATOR in domain.places:
            wanted = packet.target
            owners = [r for r in domain.routed if r.device != at.device and wanted in r.own]
        for routed in speaking(self._masters, domain, wanted, owners):
            yield _At(routed.device, routed.interface.name, packet, steps, memory)
        if not owners:
            places = domain.places or [""]
            yield from (Trip(steps, place, "", packet, memory, domain.number) for place in places)


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


def _restored(
    whose: Collection[str], interface: str, kind: str, packet: Packet, past: tuple[Session | Translation, ...]
) -> Packet | None:
    """Return an answer with what these devices did to the first packet undone; None if they did nothing."""
    for one in past:
        here = isinstance(one, Translation) and (one.interface, one.kind) == (interface, kind) and one.device in whose
        if here and isinstance(one, Translation) and _tuple(packet) == _tuple(swapped(one.after)):
            return swapped(one.before)
    return None


def _inside(packet: Packet, sources: Iterable[IPv4Network], targets: Iterable[IPv4Network]) -> bool:
    return any(packet.source in n for n in sources) and any(packet.target in n for n in targets)


def _lost(at: _At) -> Step:
    return Step(device=at.device, into=at.into, action="drop")
