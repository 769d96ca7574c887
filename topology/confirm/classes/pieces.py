"""Filters taken apart: which packets each rule of a device decides, between two of its interfaces. Pure.

A rule decides what it matches and no rule before it does; the default decides the rest. So a packet out of each piece
that can come in tries every rule that can be tried (the rules' coverage of ATPG, Zeng and others 2012).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from topology.reach import filters
from topology.reach.engine import Engine
from topology.reach.family import V6
from topology.reach.space import Set

Key = tuple[str, str, str, int]
"""device, hook, the rule's place in the filter; -1 is the default"""


@dataclass(frozen=True)
class Piece:
    """What one rule of a device decides between two interfaces."""

    device: str
    hook: str
    number: int
    """the rule's place in the filter; -1 is the default, and a device without a filter"""
    into: str
    out: str
    packets: Set


@dataclass
class Pieces:
    """The pieces of one engine's devices, each worked out once."""

    engine: Engine
    _known: dict[tuple[str, str, str, str], tuple[tuple[int, Set], ...]] = field(default_factory=dict)

    def met(self, device: str, into: str, packets: Set) -> Iterator[Piece]:
        """Yield what of some packets that come in at an interface each rule decides."""
        engine, nothing = self.engine, self.engine.space.nothing
        config = engine.network.configs[device]
        mine = packets & (engine.own(device) | self._of_all)
        yield from self._split(device, "input", into, "", mine)
        onward = packets & ~mine & ~engine.never
        if not config.forwarding or onward == nothing:
            return
        drawn = onward & engine.into_tunnels(device)
        if drawn != nothing:
            yield from self._split(device, "forward", into, engine.network.tunnel(device), drawn)
        outs: dict[str, Set] = {}
        for hop, taken in engine.ways(device):
            outs[hop.interface] = outs.get(hop.interface, nothing) | taken
        for out, taken in outs.items():
            yield from self._split(device, "forward", into, out, onward & ~drawn & taken)

    @property
    def _of_all(self) -> Set:
        """What every router on the segment takes: of IPv6; that of IPv4 no probe is sent to."""
        return self.engine.taken if self.engine.network.family is V6 else self.engine.space.nothing

    def _split(self, device: str, hook: str, into: str, out: str, packets: Set) -> Iterator[Piece]:
        nothing = self.engine.space.nothing
        if packets == nothing:
            return
        for number, decided in self._decided(device, hook, into, out):
            if (some := packets & decided) != nothing:
                yield Piece(device, hook, number, into, out, some)

    def _decided(self, device: str, hook: str, into: str, out: str) -> tuple[tuple[int, Set], ...]:
        key = (device, hook, into, out)
        if key not in self._known:
            self._known[key] = tuple(self._taken_apart(*key))
        return self._known[key]

    def _taken_apart(self, device: str, hook: str, into: str, out: str) -> Iterator[tuple[int, Set]]:
        engine, space = self.engine, self.engine.space
        chain = next((one for one in engine.network.configs[device].filters if one.hook == hook), None)
        rest = space.everything
        for number, rule in enumerate(chain.rules if chain else ()):
            if filters.speaks_of(rule, into, out):
                matched = filters.match(space, rule, stateless=chain.stateless if chain else False,
                                        answers=engine.answers) & rest  # fmt: skip
                rest = rest & ~matched
                if matched != space.nothing:
                    yield number, matched
        yield -1, rest
