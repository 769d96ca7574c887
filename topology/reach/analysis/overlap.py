"""Which rules of a chain never decide, and which change nothing: over exact sets, all rules at once.

A rule that decides no packet is `dead`: every packet it speaks of is taken by earlier rules. One that decides some, all
of which would meet the same fate (action, and whether it is logged) without it, by later rules or the default, is
`idle`. Law: taking out all that are named, together, changes the fate of no packet. So of two equal rules only the
later is named; and a rule is judged idle only against rules that stay.

One pass forward with the union of what came before, one backward with the sets of packets by their fate from there on:
a chain of n rules costs n steps, not n squared. Who takes a rule's packets is asked of a tree of unions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from topology.reach.space import Set

DEFAULT = -1
"""the place of the chain's default, after all rules"""


class Use(StrEnum):
    """What is wrong with a rule's use."""

    EMPTY = "empty"
    """it speaks of no packet"""
    DEAD = "dead"
    IDLE = "idle"


@dataclass(frozen=True)
class Taker:
    """A rule that decides some of another's packets."""

    place: int
    """from 0; `DEFAULT`"""
    packets: Set
    """which of them"""


@dataclass(frozen=True)
class Useless:
    """A rule that never decides or changes nothing."""

    place: int
    use: Use
    packets: Set
    """all it speaks of, or (idle) those that it decides"""
    takers: tuple[Taker, ...]
    """who decides them, or (idle) would without it: all of them, in order"""


Fate = tuple[str, bool]
"""action, and whether it is logged"""


class Chart:
    """What each rule of a chain decides."""

    def __init__(self, nothing: Set, universe: Set, sets: Sequence[Set], fates: Sequence[Fate], default: Fate) -> None:
        self.nothing, self.universe = nothing, universe
        self.sets, self.fates, self.default = sets, fates, default
        self.decides: list[Set] = []
        rest = universe
        for packets in sets:
            self.decides.append(packets & rest)
            rest = rest & ~packets
        self.rest = rest

    def useless(self) -> list[Useless]:
        """Return the rules that can all go together, in order."""
        idle = self._idle()
        deciding = Tree(self.decides, self.nothing)
        staying = Tree([self.nothing if n in idle else p for n, p in enumerate(self.sets)], self.nothing)
        return [found for n in range(len(self.sets)) if (found := self._judged(n, idle, deciding, staying))]

    def _idle(self) -> frozenset[int]:
        """Return the rules that decide something and change nothing, judged from the last to the first.

        `after` has the packets of each fate from there on; those of the default's fate are all others.
        """
        after = {fate: self.nothing for fate in {*self.fates} - {self.default}}
        found = set()
        for n in reversed(range(len(self.sets))):
            decides, fate = self.decides[n], self.fates[n]
            if decides == self.nothing:
                continue
            if self._meets(decides, fate, after):
                found.add(n)
                continue
            for other in after:
                after[other] = after[other] | self.sets[n] if other == fate else after[other] & ~self.sets[n]
        return frozenset(found)

    def _meets(self, packets: Set, fate: Fate, after: Mapping[Fate, Set]) -> bool:
        """Whether all of some packets meet a fate."""
        if fate in after:
            return bool(packets & ~after[fate] == self.nothing)
        return all(packets & others == self.nothing for others in after.values())

    def _judged(self, n: int, idle: frozenset[int], deciding: "Tree", staying: "Tree") -> Useless | None:
        if self.sets[n] == self.nothing:
            return Useless(n, Use.EMPTY, self.nothing, ())
        if self.decides[n] == self.nothing:
            return Useless(n, Use.DEAD, self.sets[n], tuple(deciding.takers(0, n, self.sets[n])))
        if n not in idle:
            return None
        takers = list(staying.takers(n + 1, len(self.sets), self.decides[n]))
        left = self.decides[n]
        for taker in takers:
            left = left & ~taker.packets
        takers += [Taker(DEFAULT, left)] if left != self.nothing else []
        return Useless(n, Use.IDLE, self.decides[n], tuple(takers))


class Tree:
    """Unions of neighbouring sets, made as they are asked for: who of many meets a set is found by halves."""

    def __init__(self, leaves: Sequence[Set], nothing: Set) -> None:
        self._leaves, self._nothing = leaves, nothing
        self._over: dict[tuple[int, int], Set] = {}

    def _union(self, begin: int, end: int) -> Set:
        if end - begin == 1:
            return self._leaves[begin]
        found = self._over.get((begin, end))
        if found is None:
            middle = (begin + end) // 2
            found = self._over[begin, end] = self._union(begin, middle) | self._union(middle, end)
        return found

    def takers(self, first: int, last: int, packets: Set) -> Iterator[Taker]:
        """Yield who of the leaves from `first` to before `last` takes some of the packets, the first one taking it."""
        left = packets
        waiting = [(0, len(self._leaves))] if self._leaves else []
        while waiting and left != self._nothing:
            begin, end = waiting.pop()
            if end <= first or begin >= last or self._union(begin, end) & left == self._nothing:
                continue
            if end - begin == 1:
                yield Taker(begin, self._leaves[begin] & left)
                left = left & ~self._leaves[begin]
                continue
            middle = (begin + end) // 2
            waiting += [(middle, end), (begin, middle)]
