"""From one ordered list of rules to another, so that no packet is judged otherwise than before or after, ever.

Rules that stand in both stay where they are. New ones are added from the top down, each at its final place, then old
ones removed from the bottom up. Proof: let a packet meet `o` first in the old list and `n` first in the new. While
rules are added every old one stands, so whatever decides is `o` or a new rule; a new rule below `n` stands only once
`n` does, and `n` is above it. While old ones are removed every new one stands; an old rule below `o` is gone before
`o`. So `o` or `n` decides at every moment. The property is tested with random lists.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_STEP = 5


class Moves(NamedTuple):
    """`kept` pairs places in the old list with places in the new; the others are places to add and to remove."""

    kept: tuple[tuple[int, int], ...]
    added: tuple[int, ...]
    removed: tuple[int, ...]


def moves(old: Sequence[object], new: Sequence[object]) -> Moves:
    """Return how one sequence becomes the other: `added` from the top down, `removed` from the bottom up."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    kept = tuple((m.a + i, m.b + i) for m in matcher.get_matching_blocks() for i in range(m.size))
    stay, held = {a for a, _b in kept}, {b for _a, b in kept}
    added = tuple(n for n in range(len(new)) if n not in held)
    return Moves(kept, added, tuple(n for n in reversed(range(len(old))) if n not in stay))


def numbered(had: Sequence[int], wanted: Sequence[int], found: Moves, highest: int) -> dict[int, int] | None:
    """Return a number for each added place, between the numbers of its neighbours and not in use; None if none is free.

    The intended number is taken where it fits.
    """
    numbers = {b: had[a] for a, b in found.kept}
    used, result, last = set(had), dict[int, int](), -1
    for place in range(len(wanted)):
        if place in numbers:
            last = numbers[place]
            continue
        after = [p for p in numbers if p > place]
        end = numbers[min(after)] if after else highest + 1
        left = sum(1 for p in range(place, min(after) if after else len(wanted)))
        number = _between(last, end, left, wanted[place], used)
        if number is None:
            return None
        result[place] = last = number
    return result


def _between(last: int, end: int, left: int, wished: int, used: set[int]) -> int | None:
    above = end - 1 - wished - sum(wished < number < end for number in used)
    if last < wished < end and wished not in used and above >= left - 1:
        return wished
    room = [n for n in range(last + 1, min(end, last + 1 + _STEP * (left + len(used) + 1))) if n not in used]
    return room[(len(room) - left) // (left + 1)] if len(room) >= left else None
