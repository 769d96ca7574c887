"""Which packets a device treats otherwise than before an edit, so that only these are run again. Pure.

What a device does with a packet is told in parts: what it takes for itself, which way out it takes and who takes it
there, what its filters let through between two interfaces, what it translates, and what it sends itself. A part is a
set of packets by a key that says what is done with them. A packet fares as it did if it is in the sets of the same
keys; all others, and no less, are what differs. Packets are meant as they come in; one that is translated on its way
stands for what it becomes, so whoever asks has to take those together (`again`).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.deviceconfig import DeviceConfig, NatRule
from topology.reach import filters
from topology.reach.family import host
from topology.reach.network import Domain
from topology.reach.space import Set
from topology.reach.treating import Key, Parts, put, then

if TYPE_CHECKING:
    from topology.reach.engine import Engine

INSTEAD = ("own", "drawn")
"""the keys of what a device does instead of something else, not besides: who takes it for itself sends it nowhere"""


@dataclass(frozen=True)
class Treated:
    """Packets that fare otherwise than before."""

    lost: Set
    """those of which something that was done is done no more"""
    gained: Set
    """those with which something is done that was not; in both: whatever changed"""

    @property
    def parts(self) -> tuple[Set, Set]:
        """Return both."""
        return self.lost, self.gained


def prepare(engine: "Engine") -> None:
    """Work out what edits are compared with, of all devices: once, and not with the first edits that ask for it."""
    for device in engine.network.configs:
        engine.parts(device)
        engine.sent_by(device)


class Differing:
    """What of the packets that come to devices fares otherwise in `after`, an engine made from `before`."""

    def __init__(self, before: "Engine", after: "Engine") -> None:
        self._engines, self._space = (before, after), after.space
        self._common: dict[str, Treated] = {}
        self._into: dict[tuple[str, str], Treated] = {}
        self._links: dict[tuple[int, int], Set] = {}
        self._out: dict[str, Treated] = {}
        self._ways: dict[str, list[tuple[str, Set]]] = {}

    def treated(self, device: str, into: str) -> Treated:
        """Return the packets that a device treats otherwise than before when they come in by an interface."""
        if (device, into) not in self._into:
            self._into[device, into] = self._treated(device, into)
        return self._into[device, into]

    @property
    def loses(self) -> bool:
        """Whether something is done no more with any of the packets that were asked about so far."""
        return any(found.lost != self._space.nothing for found in self._into.values())

    def sent(self, device: str) -> Treated:
        """Return the packets, as they leave, that a device sends itself and did not before, or the other way round."""
        if device not in self._out:
            old, new = (e.sent_by(device) if device in e.network.configs else {} for e in self._engines)
            self._out[device] = self._apart(old, new)
        return self._out[device]

    def _treated(self, device: str, into: str) -> Treated:
        old, new = (engine.network.configs.get(device) for engine in self._engines)
        nothing, everything = self._space.nothing, self._space.everything
        if old is None or new is None:
            return Treated(everything, nothing)
        if old.forwarding and not new.forwarding:
            return self._handled(device, into, self._whatever(everything))
        if device not in self._common:
            self._common[device] = self._routed(device)
        parts = [self._common[device], self._translated(device, into, (old, new)), self._steered(device, into)]
        parts.append(self._filtered(device, into, (old, new)))
        routed_now = everything if new.forwarding and not old.forwarding else nothing
        lost, gained = (self._space.union(found) for found in zip(*(one.parts for one in parts), strict=True))
        return self._handled(device, into, Treated(lost, gained | routed_now))

    def _handled(self, device: str, into: str, found: Treated) -> Treated:
        """Return what differs without what was dropped anyway: before, of what is lost; now, of what is gained."""
        nothing, (before, after) = self._space.nothing, self._engines
        lost = found.lost if found.lost == nothing else found.lost & before.handled(device, into)
        return Treated(lost, found.gained if found.gained == nothing else found.gained & after.handled(device, into))

    @property
    def _nothing(self) -> Treated:
        return self._whatever(self._space.nothing)

    def _whatever(self, packets: Set) -> Treated:
        return Treated(packets, packets)

    def _apart(self, old: Mapping[Key, Set], new: Mapping[Key, Set]) -> Treated:
        """Return what is in a part on one side only."""
        nothing = self._space.nothing
        lost = gained = nothing
        for key in old.keys() | new.keys():
            one, other = old.get(key, nothing), new.get(key, nothing)
            if one == other:
                continue
            less, more = one & ~other, other & ~one
            instead = key[0] in INSTEAD
            lost, gained = lost | less | (more if instead else nothing), gained | more | (less if instead else nothing)
        return Treated(lost, gained)

    def _routed(self, device: str) -> Treated:
        """Return what differs whatever interface it comes in by."""
        if self._engines[1].told_alike(device):
            return self._taken_otherwise(device)
        old, new = (engine.parts(device) for engine in self._engines)
        apart, changed = self._apart(old, new), self._space.nothing
        for key in (key for key in old.keys() & new.keys() if key[0] == "link"):
            changed = changed | ((old[key] | new[key]) & self._on_link(device, key[1]))
        for out, packets in self._leaving(device).items():
            changed = changed | (packets & self._renamed(device, out))
        return Treated(apart.lost | changed, apart.gained | changed)

    def _taken_otherwise(self, device: str) -> Treated:
        """Return what others on a device's links take otherwise than before."""
        changed = self._space.nothing
        for hop, taken in self._engines[1].ways(device):
            old, new = (then(engine, device, hop) for engine in self._engines)
            if old != new:
                changed = changed | taken
            elif new[0] == "link":
                changed = changed | (taken & self._on_link(device, hop.interface))
        return self._whatever(changed)

    def _on_link(self, device: str, interface: str) -> Set:
        """Return the packets that somebody else on a link takes, or nobody, who was another before."""
        old, new = (engine.network.of[device, interface] for engine in self._engines)
        key = old.number, new.number
        if key not in self._links:
            self._links[key] = self._taken_by_others(old, new)
        return self._links[key]

    def _taken_by_others(self, old: Domain, new: Domain) -> Set:
        if {*old.places} != {*new.places}:
            return self._space.everything
        sides = [{(r.device, r.interface.name, r.own) for r in domain.routed} for domain in (old, new)]
        return self._space.targets(host(address) for _d, _i, own in sides[0] ^ sides[1] for address in own)

    def _leaving(self, device: str) -> dict[str, Set]:
        """Return by interface what leaves by a device's routes, before or after."""
        found: dict[str, Set] = defaultdict(lambda: self._space.nothing)
        for engine in self._engines:
            for hop, taken in engine.ways(device):
                found[hop.interface] = found[hop.interface] | taken
        return found

    def _renamed(self, device: str, out: str) -> Set:
        """Return what leaves by an interface with another source than before."""
        return self._rules_apart(device, "source", out)

    def _translated(self, device: str, into: str, configs: tuple[DeviceConfig, DeviceConfig]) -> Treated:
        """Return what comes in by an interface and is for another than before."""
        if not configs[0].nat and not configs[1].nat:
            return self._nothing
        return self._whatever(self._rules_apart(device, "destination", into))

    def _rules_apart(self, device: str, kind: str, interface: str) -> Set:
        """Return what translations of a kind at an interface speak of that are not as they were, in their order."""
        old, new = (_translations(engine, device, kind, interface) for engine in self._engines)
        if old == new:
            return self._space.nothing
        begun = next(
            (n for n, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
        )
        return self._space.union(filters.spoken_of(self._space, rule) for rule, _to in (*old[begun:], *new[begun:]))

    def _steered(self, device: str, into: str) -> Treated:
        """Return what policy routes send elsewhere than before."""
        if not any(e.network.configs[device].policy_routes for e in self._engines):
            return self._nothing
        sides = []
        for engine in self._engines:
            found, parts = engine.steered(device, into), Parts()
            for hop, taken in found.ways:
                put(engine, parts, then(engine, device, hop), taken)
            sides.append({**parts, ("as usual",): found.as_usual})
        apart, changed = self._apart(*sides), self._space.nothing
        for out, packets in self._pushed(device, into).items():
            changed = changed | (packets & (self._renamed(device, out) | self._on_link_if_any(device, out)))
        return Treated(apart.lost | changed, apart.gained | changed)

    def _on_link_if_any(self, device: str, out: str) -> Set:
        both = all((device, out) in engine.network.of for engine in self._engines)
        return self._on_link(device, out) if both else self._space.nothing

    def _pushed(self, device: str, into: str) -> dict[str, Set]:
        """Return by interface what policy routes of an interface send there, before or after."""
        found: dict[str, Set] = defaultdict(lambda: self._space.nothing)
        for engine in self._engines if any(e.network.configs[device].policy_routes for e in self._engines) else ():
            for hop, taken in engine.steered(device, into).ways:
                found[hop.interface] = found[hop.interface] | taken
        return found

    def _filtered(self, device: str, into: str, configs: tuple[DeviceConfig, DeviceConfig]) -> Treated:
        """Return what filters pass that they did not, or the other way round, of what they are asked about."""
        if configs[0].filters is configs[1].filters or configs[0].filters == configs[1].filters:
            return self._nothing
        engines, space = self._engines, self._space
        mine = space.union(part for e in engines for part in (e.own(device), e.taken, e.anycast(device)))
        lost, gained = self._passed(device, "input", into, "", mine)
        groups = self._outs(device)
        if pushed := self._pushed(device, into):
            groups = self._grouped(device, [*groups, *pushed.items()])
        for out, packets in groups:
            less, more = self._passed(device, "forward", into, out, packets)
            lost, gained = lost | less, gained | more
        return Treated(lost, gained)

    def _passed(self, device: str, hook: str, into: str, out: str, packets: Set) -> tuple[Set, Set]:
        """Return which of some packets a filter passes no more, and which it passes now."""
        old, new = (engine.permitted(device, hook, into, out) for engine in self._engines)
        if old == new:
            return self._space.nothing, self._space.nothing
        return packets & old & ~new, packets & new & ~old

    def _outs(self, device: str) -> list[tuple[str, Set]]:
        """Return ways out by routes and tunnels, one of each group that no filter tells apart, with what leaves so."""
        if device not in self._ways:
            every = [*self._leaving(device).items()]
            for engine in self._engines:
                if device in engine.network.tunnels:
                    every.append((engine.network.tunnel(device), engine.into_tunnels(device)))
            self._ways[device] = self._grouped(device, every)
        return self._ways[device]

    def _grouped(self, device: str, every: list[tuple[str, Set]]) -> list[tuple[str, Set]]:
        groups: dict[object, tuple[str, Set]] = {}
        for out, packets in every:
            key = tuple(_signature(engine, device, out) for engine in self._engines)
            first, held = groups.get(key, (out, self._space.nothing))
            groups[key] = first, held | packets
        return [*groups.values()]


def _signature(engine: "Engine", device: str, out: str) -> tuple[int, ...]:
    compiled = filters.compiled_of(engine.space, engine.network.configs[device], "forward", engine.compiled)
    return compiled.signature(out) if compiled else ()


def _translations(engine: "Engine", device: str, kind: str, interface: str) -> list[tuple[NatRule, object]]:
    """Return the translations of a kind at an interface with the address that each puts there."""
    rules = filters.naming(engine.network.configs[device], kind, interface)
    return [(rule, rule.to or engine.first_address(device, interface)) for rule in rules]
