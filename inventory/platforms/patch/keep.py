"""What a patch leaves alone: lines that nobody here understands, or that say nothing to us, and that are not intended.

Such a line stays where it is, unless the intended text says its own in its place. It is never removed in silence:
either it is kept, or whoever asked to remove what is unmanaged gets the command that does it. What says nothing to us
(the time zone, how a port negotiates) is each platform's `ignored` table; the intended text never has it.
"""

import importlib
import re
from collections.abc import Iterator, Sequence
from functools import cache

from inventory.platforms.patch import words
from inventory.platforms.patch.lines import Path, Tree, at, put, walk

_TABLES = {name: f"inventory.platforms.{name}.ignored" for name in ("huawei_vrp", "h3c_comware")} | {
    name: "inventory.platforms.ioslike.ignored" for name in ("cisco_ios", "ruijie")
}


def keep(old: Sequence[Path], new: Tree, platform: str) -> tuple[Path, ...]:
    """Put lines of the running text, heads first, into the intended tree; return those that were put."""
    kept = []
    for path in old:
        beside = at(new, path[:-1]) or {}
        name = words.slot(platform, path[:-1], path[-1])
        taken = name and any(words.slot(platform, path[:-1], line) == name for line in beside)
        if path[-1] not in beside and not taken and not _contradicted(path[-1], beside, platform):
            put(new, path)
            kept.append(path)
    return tuple(kept)


def _contradicted(line: str, beside: Tree, platform: str) -> bool:
    word = words.undo(platform)
    return f"{word} {line}" in beside or words.taken_back(platform, line) in beside


def silent(old: Tree, new: Tree, platform: str) -> Iterator[Path]:
    """Yield the lines of the running text that say nothing to us, in blocks that stay."""
    top, blocks, ports = _patterns(platform)
    for head, below in old.items():
        if blocks.fullmatch(head):
            yield (head,)
            yield from ((head, *path) for path in walk(below))
        elif top.fullmatch(head) and not below:
            yield (head,)
        elif head.startswith("interface ") and (head in new or words.physical(head)):
            yield from ((head, line) for line in below if ports.fullmatch(line))


@cache
def _patterns(platform: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    table = importlib.import_module(_TABLES[platform])
    return (
        _any(pattern for patterns in table.REASONS.values() for pattern in patterns),
        _any(pattern for patterns in table.BLOCKS.values() for pattern in patterns),
        _any(pattern for pattern, _handler in table.INTERFACE),
    )


def _any(patterns: Iterator[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)")
