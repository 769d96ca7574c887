"""Forwarding tables and access lists as they are fetched, rule by rule: which packets an update sends elsewhere.

A forwarding table decides by the longest prefix, an access list by the highest priority; what nobody names goes the
first way. Each update tells what goes from which way to which, so `topology.reach.atoms` looks at nothing else.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from topology.reach.space import Set, Space

Shift = tuple[str, str, Set]
"""the old way, the new way, and the packets that go it from now on"""


_Key = tuple[int, int]
"""a prefix: its first address and its length"""


class Fib:
    """One router's forwarding table: a way for each prefix."""

    def __init__(self, space: Space, default: str) -> None:
        self._space, self._default = space, default
        self._ways: dict[_Key, str] = {}
        self._order: list[_Key] = []
        """prefixes by first address, the widest first: those within one stand behind it without a gap"""

    def insert(self, prefix: IPv4Network, way: str) -> Iterator[Shift]:
        """Put a prefix in. Raises ValueError if it is there already."""
        key = int(prefix.network_address), prefix.prefixlen
        if key in self._ways:
            raise ValueError(prefix)
        insort(self._order, key)
        self._ways[key] = way
        yield self._above(key), way, self._owned(key)

    def remove(self, prefix: IPv4Network) -> Iterator[Shift]:
        """Take a prefix out. Raises KeyError if it is not there."""
        key = int(prefix.network_address), prefix.prefixlen
        way = self._ways.pop(key)
        self._order.pop(bisect_left(self._order, key))
        yield way, self._above(key), self._owned(key)

    def _above(self, key: _Key) -> str:
        """Return the way of the next wider prefix."""
        first, length = key
        for wider in range(length - 1, -1, -1):
            way = self._ways.get((first >> (32 - wider) << (32 - wider), wider))
            if way is not None:
                return way
        return self._default

    def _owned(self, key: _Key) -> Set:
        """Return the packets to a prefix that no longer one takes."""
        found = self._space.prefix("d", IPv4Network(key))
        at, end = bisect_right(self._order, key), bisect_right(self._order, _last(key))
        while at < end:
            within = self._order[at]
            found = found & ~self._space.prefix("d", IPv4Network(within))
            at = bisect_right(self._order, _last(within), at, end)
        return found


def _last(key: _Key) -> _Key:
    """Return what stands behind every prefix within a prefix."""
    first, length = key
    return first + (1 << (32 - length)) - 1, 33


PERMIT, DENY = "permit", "deny"


@dataclass
class AccessList:
    """One access list: the entry of the highest priority that matches decides; nothing else passes."""

    space: Space
    entries: list[tuple[int, str, Set]] = field(default_factory=list)
    """priority, permit or deny, packets; the highest first"""

    def insert(self, priority: int, way: str, packets: Set) -> Iterator[Shift]:
        """Put an entry in, before others of its priority."""
        at = bisect_left(self.entries, -priority, key=lambda e: -e[0])
        left = packets & ~self.space.union(entry[2] for entry in self.entries[:at])
        shifts = list(self._decided(at, left, way))
        self.entries.insert(at, (priority, way, packets))
        yield from ((old, way, some) for old, some in shifts)

    def remove(self, priority: int, way: str, packets: Set) -> Iterator[Shift]:
        """Take an entry out. Raises ValueError if it is not there."""
        at = self.entries.index((priority, way, packets))
        left = packets & ~self.space.union(entry[2] for entry in self.entries[:at])
        del self.entries[at]
        yield from ((way, new, some) for new, some in self._decided(at, left, way))

    def _decided(self, at: int, packets: Set, but: str) -> Iterator[tuple[str, Set]]:
        """Yield what the entries from a place on decide of packets, where it is not the same."""
        for _priority, way, some in self.entries[at:]:
            both = packets & some
            if both != self.space.nothing:
                if way != but:
                    yield way, both
                packets = packets & ~both
        if packets != self.space.nothing and but != DENY:
            yield DENY, packets
