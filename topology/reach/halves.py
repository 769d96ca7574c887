"""Many sets by halves: which of a hundred have something in common with packets is found by a look at few. Pure.

Packets that have nothing in common with all of one half, or hold all of it, need not be held against any set in it.
"""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from topology.reach.space import Set

Key = TypeVar("Key")


class Halves(NamedTuple, Generic[Key]):
    """Sets that have nothing in common, by keys: the union of them, their keys, and both halves; one alone has none."""

    of: Set
    keys: Sequence[Key]
    sides: "tuple[Halves[Key], ...]" = ()


def halved(sets: Sequence[tuple[Key, Set]]) -> Halves[Key]:
    """Return sets by halves; there has to be one at least, and none may be empty."""
    if len(sets) == 1:
        key, packets = sets[0]
        return Halves(packets, [key])
    one, other = halved(sets[: len(sets) // 2]), halved(sets[len(sets) // 2 :])
    return Halves(one.of | other.of, [*one.keys, *other.keys], (one, other))


def having(sets: Halves[Key], packets: Set, nothing: Set) -> list[Key]:
    """Return, in order, the keys of the sets that have something in common with packets; `nothing`: the empty set."""
    hit = packets & sets.of
    if hit == nothing:
        return []
    if hit == sets.of or not sets.sides:
        return [*sets.keys]
    return [key for side in sets.sides for key in having(side, hit, nothing)]
