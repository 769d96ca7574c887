"""Who announces a prefix, and over whom it is nearest: prefixes that the same routers announce fare alike. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Generic, NamedTuple, TypeVar

Hop = TypeVar("Hop")
Sayers = tuple[tuple[str, int], ...]
"""routers that announce a prefix, each with its cost there"""
BySayers = Mapping[Sayers, dict[IPv4Network, None]]
"""by all who announce a prefix, what they announce: a dict, as filling one from another hashes nothing anew"""


class Nearest(NamedTuple, Generic[Hop]):
    """What a router makes of a prefix."""

    cost: int
    hops: set[Hop]


def by_sayers(said: Mapping[str, list[tuple[IPv4Network, int]]]) -> BySayers:
    """Return what routers announce, with the cost of each, by all who announce it."""
    sayers: dict[IPv4Network, list[tuple[str, int]]] = defaultdict(list)
    for name, prefixes in said.items():
        for prefix, cost in prefixes:
            sayers[prefix].append((name, cost))
    found: dict[Sayers, dict[IPv4Network, None]] = defaultdict(dict)
    for prefix, who in sayers.items():
        found[tuple(who)][prefix] = None
    return found


def nearest(sayers: Sayers, reached: Mapping[str, tuple[int, set[Hop]]], *, outer: bool) -> Nearest[Hop] | None:
    """Return the way to the nearest of those who announce a prefix; None if none of them is reached.

    `reached`: by other router, the cost and the first hops there. `outer`: the metric counts, and only then the way to
    its router (RFC 2328, 16.4: external routes of type 2).
    """
    near = [(*reached[name], more) for name, more in sayers if name in reached]
    ranked = [((more, cost) if outer else (cost + more, 0), hops) for cost, hops, more in near]
    if not ranked:
        return None
    least = min(rank for rank, _hops in ranked)
    return Nearest(least[0], {hop for rank, hops in ranked if rank == least for hop in hops})
