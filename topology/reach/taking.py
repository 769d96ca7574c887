"""Which packets take which way out of a device, by the longest prefix; after an edit, from those before. Pure."""

from collections.abc import Iterable
from ipaddress import IPv4Network

from topology.reach.longest import nested, touching, turned
from topology.reach.routes import Hop, Hops, Table
from topology.reach.space import Set, Space

Ways = tuple[tuple[Hop, Set], ...]
"""ways out with the packets that take each"""
MOST = 4
"""one of how many prefixes may fare otherwise before all are worked out anew"""


def ways(space: Space, table: Table, before: tuple[Table, Ways] | None = None) -> Ways:
    """Return the ways of a table; `before`: the table before an edit, with its ways."""
    old, known = before or ({}, ())
    apart, moved = turned(old, table)
    if before is None or len(apart) > len(table) // MOST:
        return tuple(_shared_out(space, table, table, space.everything).items())
    nothing, within = space.nothing, space.targets(apart)
    found = {hop: taken & ~within for hop, taken in known}
    for hops, taken in _alone(space, known, moved).items():
        for hop in found.keys() & {*hops} - {*moved[hops]}:
            found[hop] = found[hop] & ~taken
        for hop in {*moved[hops]} - {*hops}:
            found[hop] = found.get(hop, nothing) | (taken & ~within)
    for hop, taken in _shared_out(space, table, touching(table, apart), within).items():
        found[hop] = found.get(hop, nothing) | taken
    return tuple((hop, taken) for hop, taken in found.items() if taken != nothing)


def _alone(space: Space, known: Ways, asked: Iterable[Hops]) -> dict[Hops, Set]:
    """Return by several ways out at once the packets that take each of them and no other."""
    by, found = dict(known), dict[Hops, Set]()
    once = twice = nothing = space.nothing
    for taken in by.values():
        once, twice = once | taken, twice | (once & taken)
    for hops in asked:
        taken = by.get(hops[0], nothing) & (twice if len(hops) > 1 else ~twice)
        for hop, some in by.items() if len(hops) > 1 else ():
            taken = taken & (some if hop in hops else ~some)
        found[hops] = taken if by.keys() >= {*hops} else nothing
    return found


def _shared_out(space: Space, table: Table, prefixes: Iterable[IPv4Network], within: Set) -> dict[Hop, Set]:
    """Return by way out what of some packets takes it, by these prefixes of a table."""
    found: dict[Hop, list[Set]] = {}
    for prefix, inner in nested(prefixes):
        taken = space.prefix("d", prefix) & within
        taken = taken & ~space.targets(inner) if inner else taken
        for hop in table[prefix]:
            found.setdefault(hop, []).append(taken)
    return {hop: space.union(sets) for hop, sets in found.items()}
