"""Who may reach whom, of all IPv4 addresses: classes of equal rights, and which class may open a connection to which.

Two addresses are in one class if everybody may reach both or neither, and both may reach the same: the fewest classes
there are (the service matrix of Diekmann, Michaelis, Haslbeck, Carle: Verified iptables Firewall Analysis, 2016).
Given a set of packets of one service, read off its BDD: each way down the bits of an address ends in a set of partners.
"""

from collections import defaultdict
from dataclasses import dataclass
from ipaddress import IPv4Address

from topology.reach.space import Set, Space

Span = tuple[int, int]
"""the first and last of addresses that follow each other"""
WHOLE = 2**32


@dataclass(frozen=True)
class Rights:
    """A partition of the IPv4 addresses, and the pairs of classes (numbers) of which the first may reach the second."""

    classes: tuple[tuple[Span, ...], ...]
    edges: frozenset[tuple[int, int]]

    def of(self, address: IPv4Address) -> int:
        """Return the number of an address's class."""
        value = int(address)
        return next(n for n, spans in enumerate(self.classes) if any(a <= value <= b for a, b in spans))


def rights(space: Space, packets: Set) -> Rights:
    """Return the classes of a set of packets, whatever else the set says: all of its other bits are forgotten.

    So ask with packets of one service: a source reaches a destination if any packet of the set goes there. Classes
    stand in the order of their first address.
    """
    others = sorted(v for v in space.bdd.support(packets) if v[0] not in "ds")
    pairs = space.bdd.exist(others, packets) if others else packets
    swap = {f"{a}{n}": f"{b}{n}" for a, b in ("ds", "sd") for n in range(32)}
    as_source, as_target = _spans(space, pairs), _spans(space, space.bdd.let(swap, pairs))
    found: dict[tuple[Set, Set], list[Span]] = defaultdict(list)
    for low, high, key in _refined(as_target, as_source):
        spans = found[key]
        if spans and spans[-1][1] + 1 == low:
            spans[-1] = (spans[-1][0], high)
        else:
            spans.append((low, high))
    classes = tuple(tuple(spans) for spans in found.values())
    firsts = [spans[0][0] for spans in classes]
    edges = set()
    for n, (_target, reached) in enumerate(found):
        for m, first in enumerate(firsts):
            if space.bdd.let(_bits(first), reached) == space.everything:
                edges.add((n, m))
    return Rights(classes, frozenset(edges))


def _bits(address: int) -> dict[str, bool]:
    return {f"d{n}": bool(address >> (31 - n) & 1) for n in range(32)}


_Cut = list[tuple[int, int, Set]]
"""spans of `s` addresses, in order, with what is left of the set there"""


def _spans(space: Space, node: Set, bit: int = 0, known: dict[tuple[Set, int], _Cut] | None = None) -> _Cut:
    """Return the spans under a node from a bit on, as offsets; `s` stands first in the order of the bits."""
    known = {} if known is None else known
    if (node.var or "")[:1] != "s":
        return [(0, (1 << (32 - bit)) - 1, node)]
    if (node, bit) not in known:
        half = 1 << (31 - bit)
        low, high = (_spans(space, space.bdd.let({f"s{bit}": to}, node), bit + 1, known) for to in (False, True))
        known[node, bit] = low + [(a + half, b + half, n) for a, b, n in high]
    return known[node, bit]


def _refined(one: _Cut, other: _Cut) -> list[tuple[int, int, tuple[Set, Set]]]:
    """Return the spans in which both are the same."""
    found, low, n, m = [], 0, 0, 0
    while low < WHOLE:
        high = min(one[n][1], other[m][1])
        found.append((low, high, (one[n][2], other[m][2])))
        n, m, low = n + (one[n][1] == high), m + (other[m][1] == high), high + 1
    return found
