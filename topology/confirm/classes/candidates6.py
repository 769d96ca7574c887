"""Packets of IPv6 out of the proof's sets, as `candidates` picks those of IPv4. Pure.

From each place: one of what each rule of a router decides that such packets meet (at the first router or further on),
one to somebody beyond the router, one of each set that arrives somewhere, and one to everybody on the segment of each
kind of place. They are handed to the router's hardware address, which is asked for by its IPv4 address; where the proof
says that they arrive, the post there speaks for their target (`neighbours`). Devices send none themselves here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import cast

from inventory.model import County
from topology.confirm.classes.claims import Probe
from topology.confirm.classes.elements import Element, kind, roles
from topology.confirm.classes.picked import QUIET_PORT, Picker
from topology.confirm.classes.pieces import Pieces
from topology.confirm.classes.posts import Gate, Posts, gates
from topology.reach.allowed import Allowed
from topology.reach.engine import Engine
from topology.reach.family import host, routers_anycast
from topology.reach.network import DEVICES, OPERATOR, Network
from topology.reach.space import PROTOCOLS, Packet, Set
from topology.reach.walk import Branch, Step, branches


def _networks(*found: str) -> list[IPv4Network]:
    return [cast(IPv4Network, IPv6Network(one)) for one in found]


ALL_NODES = cast(IPv4Address, IPv6Address("ff02::1"))
NOWHERE = cast(IPv4Address, IPv6Address("2001:db8:ffff::1"))
"""nobody's address (RFC 3849)"""
SENDER = cast(IPv4Address, IPv6Address("2001:db8:fffe::9"))
"""somebody's who is nobody: whoever sits at a place may claim it"""
NOBODY = _networks("::/127", "ff00::/8")
"""no sender's address"""
UNKNOWN = _networks("fe80::/10")
"""addresses of which nobody knows which one is a router's"""
HEADERS = (0, 43, 44, 51, 59, 60, 135, 139, 140)
"""protocols that are extension headers of IPv6, or none: a kernel reads on behind them"""


class Picker6(Picker):
    """Picks packets of IPv6 that can really be sent and seen."""

    @cached_property
    def _claimable(self) -> Set:
        space = self.space
        groups = space.targets(_networks("ff00::/8")) & ~space.prefix("d", host(ALL_NODES))
        anycast = space.targets(host(a) for c in self.engine.network.configs.values() for a in routers_anycast(c))
        unseen = groups | anycast | space.targets(UNKNOWN) | space.runs("p", [(n, n) for n in HEADERS])
        return space.possible & ~space.sources(NOBODY) & ~unseen

    @cached_property
    def watched(self) -> Set:
        """The packets to all nodes, to a router itself or to an address that somebody may have."""
        found = self.engine.network.configs
        links = [a.network for config in found.values() for i in config.interfaces for a in i.addresses]
        return self.space.targets([host(ALL_NODES), *links])


class Candidates6:
    """The candidates of the proof of IPv6; `network4` says where routers are found by their IPv4 addresses."""

    def __init__(
        self, county: County, engine: Engine, network4: Network, allowed: Allowed, posts: Posts, run: int
    ) -> None:
        self.engine, self.allowed, self.space = engine, allowed, engine.space
        self.pieces, self.picker, self.roles = Pieces(engine), Picker6(engine, posts, run), roles(county)
        self._gates = {place: gates(network4, place, posts.get(place, ())) for place in engine.network.places}
        self._tried = Counter[tuple[object, ...]]()

    def all(self) -> Iterator[Probe]:
        """Yield every candidate, place by place."""
        for place, here in self._gates.items():
            if here:
                yield from self._by_rules(place, here)
                yield from self._arriving(place, here)
                yield from self._on_segment(place, here[0])

    def opened(self, source: str, target: str) -> tuple[Probe, ...]:
        """Return packets that stand for what the proof finds open between two places, by each first router."""
        arrived = self.engine.run(source).at.get(target, self.space.nothing)
        more = arrived & ~self.allowed.between(source, target)
        return tuple(self._probes(source, self._gates[source], self._picked(more)))

    def claimed(self, source: str, gate: Gate, packet: Packet) -> Probe | None:
        """Return a packet with what the proof says of it; None if that could not be seen."""
        ways = tuple(b for b in branches(self.engine, source, packet) if b.steps[0].device in gate.devices)
        if not ways or any(not b.place and b.steps[-1].action == "accept" for b in ways):
            return None
        return Probe(source, gate, packet, ways)

    def _probes(self, place: str, here: Iterable[Gate], packet: Packet | None) -> Iterator[Probe]:
        for gate in {g.devices: g for g in reversed([*here])}.values() if packet else ():
            if packet and len(gate.devices) == 1 and (probe := self.claimed(place, gate, packet)):
                yield probe

    def _picked(self, packets: Set) -> Packet | None:
        return self.picker.pick(packets, [SENDER], turn=True)

    def _by_rules(self, place: str, here: tuple[Gate, ...]) -> Iterator[Probe]:
        arrivals = self.engine.run(place)
        for (device, into), packets in arrivals.met.items():
            for piece in self.pieces.met(device, into, packets):
                if self._few(kind(place), self.roles[device], piece.hook, piece.number):
                    yield from self._probes(place, here, self._picked(piece.packets))
            if self._few(kind(place), self.roles[device], "beyond"):
                yield from self._probes(place, here, self._beyond())

    def _beyond(self) -> Packet:
        return Packet(SENDER, NOWHERE, PROTOCOLS["tcp"], 443, self.picker.port(), echo=False, ack=False)

    def _arriving(self, place: str, here: tuple[Gate, ...]) -> Iterator[Probe]:
        for target, packets in self.engine.run(place).at.items():
            if target != DEVICES and self._few(kind(place), kind(target)):
                yield from self._probes(place, here, self._picked(packets))

    def _few(self, *sort: object) -> bool:
        self._tried[sort] += 1
        return self._tried[sort] <= 1

    def _on_segment(self, place: str, gate: Gate) -> Iterator[Probe]:
        """Yield a packet for everybody on a place's segment, which no router takes or forwards."""
        if place == OPERATOR or not self._few("segment", kind(place)):
            return
        sharing = {other for pair in self.engine.network.shared(untagged=True) if place in pair for other in pair} - {
            place
        }
        packet = Packet(SENDER, NOWHERE, PROTOCOLS["udp"], QUIET_PORT, self.picker.port(), echo=False, ack=False)
        yield Probe(place, gate, packet, (), wide=frozenset(sharing))


def elements(probe: Probe, known: Mapping[str, str]) -> frozenset[Element]:
    """Return the classes of IPv6 that a probe covers; `known`: the role of each device."""
    if probe.wide is not None:
        return frozenset({("ipv6", "segment", kind(probe.source))})
    return frozenset(one for branch in probe.branches for one in _of(probe, branch, known))


def _of(probe: Probe, branch: Branch, known: Mapping[str, str]) -> Iterator[Element]:
    end = kind(branch.place) if branch.place else "dropped"
    yield "ipv6", "way", kind(probe.source), tuple(_alike(step, known) for step in branch.steps), end


def _alike(step: Step, known: Mapping[str, str]) -> tuple[str, str, str, str]:
    return known[step.device], step.hook, step.rule, step.action


def speaking(probes: Iterable[Probe], posts: Posts) -> dict[str, frozenset[IPv6Address]]:
    """Return by post the targets of probes of IPv6 that arrive at its place: the first post of each speaks for them."""
    found: dict[str, set[IPv6Address]] = {}
    for probe in probes:
        target = cast(object, probe.packet.target)
        if isinstance(target, IPv6Address) and probe.wide is None:
            for place in probe.arrives_at - {DEVICES}:
                for post in posts.get(place, ())[:1]:
                    found.setdefault(post.node, set()).add(target)
    return {node: frozenset(targets) for node, targets in found.items()}
