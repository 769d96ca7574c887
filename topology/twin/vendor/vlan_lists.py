"""Lists of VLANs as VRP and Comware type and print them: `10 20 to 30`, ten items a line."""

import re
from collections.abc import Iterable

from inventory.platforms import words
from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.tree import Entry, Path, Tree

_ITEMS = 10


def numbers(text: str) -> set[int]:
    """Return the VLANs of `10 20 to 30`, or of `all`. Raises Refused."""
    found = range(1, 4095) if text == "all" else words.numbers(text, 1, 4094)
    if found is None:
        raise Refused("Wrong parameter")
    return set(found)


def spelled(found: Iterable[int]) -> str:
    """Return VLANs as they are listed: two that follow each other also as a range."""
    runs: list[list[int]] = []
    for number in sorted(found):
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return " ".join(" to ".join(map(str, run)) for run in runs)


def pieces(start: str, found: Iterable[int]) -> list[str]:
    """Return the lines of a list as they are printed."""
    items = re.findall(r"\d+(?: to \d+)?", spelled(found))
    return [f"{start} {' '.join(items[n : n + _ITEMS])}" for n in range(0, len(items), _ITEMS)]


def listed(tree: Tree, path: Path, start: str) -> set[int]:
    """Return the VLANs that lines with this start name below a path."""
    found: set[int] = set()
    for entry in tree.below(path):
        if entry.text.startswith(f"{start} "):
            found |= numbers(entry.text[len(start) + 1 :])
    return found


def keep(tree: Tree, path: Path, start: str, found: set[int]) -> None:
    """Put a list in the place of the one that stands below a path."""
    entries = tree.open(path)
    place = next((n for n, e in enumerate(entries) if e.text.startswith(f"{start} ")), len(entries))
    entries[:] = [e for e in entries if not e.text.startswith(f"{start} ")]
    entries[place:place] = [Entry(line) for line in pieces(start, found)]
