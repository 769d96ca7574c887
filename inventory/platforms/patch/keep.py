"""What a patch leaves alone: lines that nobody here understands and the intended text does not have.

Such a line stays where it is, unless the intended text says its own in its place. It is never removed in silence:
either it is kept, or whoever asked to remove what is unmanaged gets the command that does it.
"""

from collections.abc import Sequence

from inventory.platforms.patch import words
from inventory.platforms.patch.lines import Path, Tree, at, put


def keep(old: Sequence[Path], new: Tree, platform: str) -> tuple[Path, ...]:
    """Put lines of the running text, heads first, into the intended tree; return those that were put."""
    kept = []
    for path in old:
        beside = at(new, path[:-1]) or {}
        name = words.slot(platform, path[:-1], path[-1])
        taken = name and any(words.slot(platform, path[:-1], line) == name for line in beside)
        if path[-1] not in beside and not taken:
            put(new, path)
            kept.append(path)
    return tuple(kept)
