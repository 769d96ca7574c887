"""Atoms: the fewest classes of packets that every table of a network treats alike, kept as tables change.

A table (a router's forwarding, an access list) sends every packet to one of its ways. Two packets are in one atom if
all tables send them the same way (atomic predicates: Yang, Lam, IEEE/ACM ToN 2016; kept incrementally: Zhang et al.,
APKeep, NSDI 2020). An update names which packets go from a way to another; only atoms on the old way are looked at,
split where it cuts them, and joined again with those that are now treated alike. A set of atoms is an integer, a bit
for each, so what goes a way is found by `&`.

Invariants: the atoms are disjoint, never empty, and make up all packets together; no two are treated alike.
"""

from collections.abc import Iterator

from topology.reach.space import Set, Space

Bits = int
"""a set of atoms: the bits at their numbers"""


class Atoms:
    """The atoms of some tables; all packets go the first way of each at the beginning."""

    def __init__(self, space: Space, tables: dict[str, str]) -> None:
        """Begin with the tables' names and the way that each sends everything at first."""
        self._space = space
        self._names = {name: n for n, name in enumerate(tables)}
        self._sets: dict[int, Set] = {0: space.everything}
        self._ways: dict[int, list[str]] = {0: list(tables.values())}
        self._on: dict[str, dict[str, Bits]] = {name: {way: 1} for name, way in tables.items()}
        self._free: list[int] = []
        self._mark = {0: _sum(self._ways[0])}
        """by atom: what tells lists of ways apart at a glance; equal ones have equal marks"""
        self._alike = {self._mark[0]: {0}}

    def __len__(self) -> int:
        return len(self._sets)

    @property
    def all(self) -> Bits:
        """Every atom."""
        return sum(1 << n for n in self._sets)

    def on(self, table: str, way: str) -> Bits:
        """Return the atoms that a table sends a way."""
        return self._on[table].get(way, 0)

    def ways(self, table: str) -> dict[str, Bits]:
        """Return a table's ways with the atoms on each; some may be 0."""
        return self._on[table]

    def packets(self, atoms: Bits) -> Set:
        """Return the packets of atoms."""
        return self._space.union(self._sets[n] for n in numbers(atoms))

    def move(self, table: str, old: str, new: str, packets: Set) -> Bits:
        """Send packets that went the old way of a table the new one; return the atoms that hold them now.

        Packets that did not go the old way stay where they are.
        """
        rest, moved = packets, 0
        nothing = self._space.nothing
        for n in numbers(self._on[table].get(old, 0)) if old != new else ():
            both = self._sets[n] & rest
            if both == nothing:
                continue
            part = self._split(n, both) if both != self._sets[n] else n
            self._send(part, table, old, new)
            moved |= 1 << part
            rest = rest & ~both
            if rest == nothing:
                break
        return self._joined(moved)

    def _split(self, n: int, part: Set) -> int:
        """Cut a part off an atom and return the new atom's number."""
        new = self._free.pop() if self._free else len(self._sets)
        self._sets[n], self._sets[new] = self._sets[n] & ~part, part
        self._ways[new], self._mark[new] = list(self._ways[n]), self._mark[n]
        self._alike[self._mark[n]].add(new)
        for (_name, ways), way in zip(self._on.items(), self._ways[n], strict=True):
            ways[way] |= 1 << new
        return new

    def _send(self, n: int, table: str, old: str, new: str) -> None:
        ways, at = self._on[table], self._names[table]
        ways[old] &= ~(1 << n)
        ways[new] = ways.get(new, 0) | 1 << n
        self._ways[n][at] = new
        self._unmark(n)
        self._mark[n] ^= hash((at, old)) ^ hash((at, new))
        self._alike.setdefault(self._mark[n], set()).add(n)

    def _joined(self, moved: Bits) -> Bits:
        """Join what is treated alike with the atoms that moved."""
        for n in numbers(moved):
            if n not in self._sets:
                continue
            twin = next((m for m in self._alike[self._mark[n]] if m != n and self._ways[m] == self._ways[n]), None)
            if twin is not None:
                self._sets[twin] = self._sets[twin] | self._sets[n]
                self._drop(n)
                moved = moved & ~(1 << n) | 1 << twin
        return moved

    def _drop(self, n: int) -> None:
        for (_name, ways), way in zip(self._on.items(), self._ways[n], strict=True):
            ways[way] &= ~(1 << n)
        self._unmark(n)
        del self._sets[n], self._ways[n], self._mark[n]
        self._free.append(n)

    def _unmark(self, n: int) -> None:
        some = self._alike[self._mark[n]]
        some.discard(n)
        if not some:
            del self._alike[self._mark[n]]


def _sum(ways: list[str]) -> int:
    found = 0
    for at, way in enumerate(ways):
        found ^= hash((at, way))
    return found


def numbers(atoms: Bits) -> Iterator[int]:
    """Yield the numbers of atoms, least first."""
    while atoms:
        low = atoms & -atoms
        yield low.bit_length() - 1
        atoms ^= low
