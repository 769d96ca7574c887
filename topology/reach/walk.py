"""Follows one packet through the network, every branch: an interpreter of its own that shares no set with the engine.

It reads the same DeviceConfigs, rule by rule, on one concrete packet, and says at each device which rule decided. As
the witness of a hole it gives the way to the target; as a second opinion it is run against the engine in tests. It
shares the routing tables and the broadcast domains with it, nothing of the filters.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from countynet.frozen import Frozen
from inventory.deviceconfig import DeviceConfig
from topology.reach.deciding import Step, decide, translate
from topology.reach.family import is_six
from topology.reach.instances import owner
from topology.reach.longest import longest_of
from topology.reach.network import DEVICES, OPERATOR, Domain, Network, forger
from topology.reach.proxies import answering, elsewhere
from topology.reach.pushed import pushed
from topology.reach.routes import Hop
from topology.reach.space import Packet
from topology.reach.special import is_any_routers, is_for_all, never, never_from
from topology.reach.steady import lent, masters
from topology.reach.wires import far_ends, whose

if TYPE_CHECKING:
    from topology.reach.engine import Engine

__all__ = ["MOST", "Branch", "Step", "branches", "reaches", "walk"]
MOST = 2000
"""branches after which a walk gives up"""


def walk(engine: "Engine", source: str, target: str, packet: Packet) -> tuple[Step, ...]:
    """Return the hops by which a packet gets from a place to a place; else those to where it is dropped last.

    For a packet that arrives with a translated destination, the published address that leads to it is tried as well.
    """
    longest: tuple[Step, ...] = ()
    for first in (packet, *_before_translation(engine.network, packet)):
        arrived, steps = _Walk(engine, target).go(source, first)
        if arrived:
            return steps
        longest = longest if len(longest) >= len(steps) else steps
    return longest


class Branch(Frozen):
    """One of the ways that a packet can take, to its end."""

    steps: tuple[Step, ...]
    place: str = ""
    """where it arrives; empty: dropped, or without a way, at the last step, or back where it came from"""


def branches(engine: "Engine", source: str, packet: Packet) -> tuple[Branch, ...]:
    """Return every way that a packet from a place can take, by equal-cost paths and whoever is master on a segment."""
    return tuple(_Walk(engine, "").all(source, packet))


def reaches(engine: "Engine", source: str, target: str, packet: Packet) -> bool:
    """Return whether this very packet gets from a place to a place."""
    return _Walk(engine, target).go(source, packet)[0]


def _before_translation(network: Network, packet: Packet) -> Iterator[Packet]:
    for config in network.configs.values():
        for rule in config.nat:
            if rule.kind == "destination" and rule.to == packet.target and rule.destinations:
                yield replace(packet, target=rule.destinations[0].network_address)


def _switched(network: Network) -> dict[str, list[Domain]]:
    """Return by device the domains that it switches and has no address of its own on."""
    if "switched" not in network.kept:
        found: dict[str, list[Domain]] = {}
        for domain in network.domains:
            for device in domain.carriers - domain.stations:
                found.setdefault(device, []).append(domain)
        network.kept["switched"] = found
    known: dict[str, list[Domain]] = network.kept["switched"]
    return known


class _Walk:
    def __init__(self, engine: "Engine", target: str) -> None:
        self.network, self.tables, self.target = engine.network, engine.tables, target
        self.answers, self.steady, self.masters = engine.answers, engine.steady, masters(engine.network)

    def go(self, source: str, packet: Packet) -> tuple[bool, tuple[Step, ...]]:
        """Return whether it arrives, and the way (or the longest one)."""
        queue: deque[tuple[str, str, Packet, tuple[Step, ...]]] = deque()
        seen, longest = set[tuple[str, str, Packet]](), tuple[Step, ...]()
        for place, onward, begun in self._begins(source, packet):
            if place == self.target:
                return True, begun
            longest = begun if len(begun) > len(longest) else longest
            queue += [(*onward, begun)] if onward else []
        while queue and len(seen) < MOST:
            device, into, current, steps = queue.popleft()
            if (device, into, current) in seen:
                continue
            seen.add((device, into, current))
            for place, onward, step in self._at(device, into, current, source):
                done = (*steps, step)
                longest = done if len(done) > len(longest) else longest
                if place == self.target:
                    return True, done
                if onward:
                    queue.append((*onward, done))
        return False, longest

    def all(self, source: str, packet: Packet) -> Iterator[Branch]:
        """Yield every way to its end."""
        queue: list[tuple[tuple[str, str, Packet], tuple[Step, ...], frozenset[object]]] = []
        for place, onward, begun in self._begins(source, packet):
            if onward:
                queue.append((onward, begun, frozenset()))
            elif begun:
                yield Branch(steps=begun, place=place)
        for _turn in range(MOST):
            if not queue:
                return
            at, steps, seen = queue.pop()
            if at in seen:
                continue
            found = [*self._at(*at, source)] or [("", None, Step(device=at[0], into=at[1], action="drop"))]
            for place, onward, step in found:
                if onward:
                    queue.append((onward, (*steps, step), seen | {at}))
                else:
                    yield Branch(steps=(*steps, step), place=place)

    def _begins(self, source: str, packet: Packet) -> Iterator[tuple[str, "_Onward | None", tuple[Step, ...]]]:
        """Yield where a packet of a place begins: a device that it comes in at, or a place where it is at once."""
        if source == DEVICES:
            for device in self._senders(packet.source):
                yield from self._from_device(device, self.network.configs[device], packet)
        if device := forger(source):
            yield from self._forged(device, packet)
        for domain in self.network.places.get(source, ()):
            yield from (("", (r.device, r.interface.name, packet), ()) for r in domain.routed)
        for domain in self.network.leapt.get(source, ()):
            leap = domain.leaps[source]
            rule = f"{leap.native} > {leap.vlan}"
            step = Step(device=leap.device, into=leap.port, hook="native", action="accept", rule=rule)
            yield from self._onto(domain, "", packet, step)

    def _forged(self, device: str, packet: Packet) -> Iterator[tuple[str, "_Onward | None", tuple[Step, ...]]]:
        """Yield where a packet goes that a device sends past all that it is told."""
        step = Step(device=device, hook="forged", action="accept")
        for domain in self.network.held.get(device, ()):
            yield from self._onto(domain, device, packet, step)
        for end in self.network.tunnels.get(device, ()):
            for other in self.network.tunnels.get(end.peer, ()):
                fits = any(packet.source in p for p in other.remote) and any(packet.target in p for p in other.local)
                if other.peer == device and fits:
                    yield "", (end.peer, self.network.tunnel(end.peer), packet), (step,)
        for name, item in self.network.wires:
            onward = self._wired(device, item.name, packet, held=False) if name == device else ()
            yield from (("", one, (step,)) for one in onward)

    def _wired(self, device: str, interface: str, packet: Packet, *, held: bool = True) -> Iterator["_Onward"]:
        """Yield who takes a packet over WireGuard; with `held` off the device does not heed its own table."""
        for name, into, here, there in far_ends(self.network, device, interface):
            sent = not held or whose(here, packet.target) == there.key
            if sent and whose(there, packet.source) == here.key:
                yield name, into, packet

    def _senders(self, source: IPv4Address) -> Iterable[str]:
        """Return who has an address; a link-local one each has that speaks IPv6."""
        configs, kept = self.network.configs, self.network.kept
        if is_six(source) and source.is_link_local:
            speaking = {n for n, config in configs.items() if any(i.addresses or i.ipv6 for i in config.interfaces)}
            return [n for n in configs if n in speaking or source in self.network.own(owner(n))]
        if "senders" not in kept:
            found: dict[IPv4Address, list[str]] = {}
            for device in configs:
                for address in self.network.own(owner(device)):
                    found.setdefault(address, []).append(device)
            kept["senders"] = found
        known: dict[IPv4Address, list[str]] = kept["senders"]
        return known.get(source, ())

    def _from_device(
        self, device: str, config: DeviceConfig, packet: Packet
    ) -> Iterator[tuple[str, "_Onward | None", tuple[Step, ...]]]:
        """Yield where a device's own packet goes: by its interfaces, into its tunnels, by VLANs that it switches."""
        for interface in self.network.ports.get(device, ()):
            domain = self.network.of[device, interface]
            step = decide(
                config, "output", device, "", interface, packet, answers=self.answers, known=self.network.kept
            )
            after = translate(config, "source", interface, packet)
            yield from self._onto(domain, device, after, step) if step.action == "accept" else [("", None, (step,))]
            wired = self._wired(device, interface, after) if step.action == "accept" else ()
            yield from (("", one, (step,)) for one in wired)
        if device in self.network.tunnels:
            tunnel = self.network.tunnel(device)
            step = decide(config, "output", device, "", tunnel, packet, answers=self.answers, known=self.network.kept)
            for _place, onward in self._tunnelled(device, packet) if step.action == "accept" else ():
                yield "", onward, (step,)
        for domain in _switched(self.network).get(device, ()):
            step = Step(device=device, out=str(domain.number), action="accept")
            yield from self._onto(domain, device, packet, step)

    def _onto(
        self, domain: Domain, device: str, packet: Packet, step: Step
    ) -> Iterator[tuple[str, "_Onward | None", tuple[Step, ...]]]:
        yield from ((place, None, (step,)) for place in domain.places)
        for routed in domain.routed:
            if routed.device != device:
                yield "", (routed.device, routed.interface.name, packet), (step,)

    def _at(
        self, device: str, into: str, packet: Packet, source: str
    ) -> Iterator[tuple[str, tuple[str, str, Packet] | None, Step]]:
        """Yield what becomes of a packet at a device: a place it arrives at, or where it goes on."""
        config = self.network.configs[device]
        packet = translate(config, "destination", into, packet)
        own = packet.target in self.network.answered(device)
        if own or is_for_all(packet.target) or is_any_routers(config, packet.target):
            step = decide(config, "input", device, into, "", packet, answers=self.answers, known=self.network.kept)
            yield DEVICES if step.action == "accept" else "", None, step
        if (own and packet.target not in lent(self.network, device, self.masters)) or is_for_all(packet.target):
            return
        if not config.forwarding or never(packet.target) or never_from(packet.source):
            yield "", None, Step(device=device, into=into, action="drop")
            return
        for out, onward in self._ways(device, into, packet):
            step = decide(config, "forward", device, into, out, packet, answers=self.answers, known=self.network.kept)
            if step.action != "accept":
                yield "", None, step
                continue
            for place, further in onward:
                yield ("" if place == source else place), further, step

    def _ways(
        self, device: str, into: str, packet: Packet
    ) -> Iterator[tuple[str, list[tuple[str, tuple[str, str, Packet] | None]]]]:
        network, config = self.network, self.network.configs[device]
        hops, usual = pushed(network, self.tables, device, into, packet, steady=self.steady)
        yield from ((hop.interface, list(self._left(device, hop, packet))) for hop in hops)
        if not usual:
            return
        ends = network.tunnels.get(device, ())
        drawn = any(packet.target in p for end in ends for p in end.remote)
        if drawn and not any(packet.target in a.network for i in config.interfaces for a in i.addresses):
            yield network.tunnel(device), list(self._tunnelled(device, packet))
            return
        table = self.tables[device]
        best = longest_of(self.network, table).of(packet.target)
        for hop in table[best] if best is not None else ():
            yield hop.interface, list(self._left(device, hop, packet))

    def _tunnelled(self, device: str, packet: Packet) -> Iterator[tuple[str, tuple[str, str, Packet] | None]]:
        for end in self.network.tunnels[device]:
            if any(packet.source in p for p in end.local) and any(packet.target in p for p in end.remote):
                for other in self.network.tunnels.get(end.peer, ()):
                    fits = any(packet.source in p for p in other.remote) and any(
                        packet.target in p for p in other.local
                    )
                    if other.peer == device and fits:
                        yield "", (end.peer, self.network.tunnel(end.peer), packet)

    def _left(self, device: str, hop: Hop, packet: Packet) -> Iterator[tuple[str, tuple[str, str, Packet] | None]]:
        config, domain = self.network.configs[device], self.network.of[device, hop.interface]
        after = translate(config, "source", hop.interface, packet)
        wanted = hop.next if hop.next else packet.target
        found = [r for r in domain.owners.get(wanted, ()) if r.device != device]
        if hop.next and is_six(hop.next) and hop.next.is_link_local:  # whose it is, nobody is told
            found = [r for r in domain.routed if r.device != device]
            yield from _places(domain) if found else ()
        if not found and hop.next and OPERATOR in domain.places:
            found = [r for r in domain.owners.get(packet.target, ()) if r.device != device]
        yield from (("", onward) for onward in self._wired(device, hop.interface, after))
        answers = (r for r in answering(self.network, domain, device) if r not in found)
        for r in (r for r in answers if elsewhere(self.tables[r.device], wanted, r.interface.name)):
            yield "", (r.device, r.interface.name, after)
        yield from (("", (r.device, r.interface.name, after)) for r in found)
        if not found:
            yield from _places(domain)


def _places(domain: Domain) -> Iterator[tuple[str, None]]:
    yield from ((place, None) for place in domain.places)


_Onward = tuple[str, str, Packet]
