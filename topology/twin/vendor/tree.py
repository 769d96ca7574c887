"""A device's configuration as it keeps it: lines and the lines below them. What a line means is the grammar's matter.

A path is the heads of blocks from the top, e.g. `("interface GigabitEthernet0/0/1",)`; the empty path is the top.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Path = tuple[str, ...]


@dataclass(slots=True)
class Entry:
    """A line; `block` says that it is the head of a view of its own, also when nothing stands below it."""

    text: str
    children: list["Entry"] = field(default_factory=list)
    block: bool = False

    def copy(self) -> "Entry":
        """Return the line and all below it as lines of their own."""
        return Entry(self.text, [child.copy() for child in self.children], self.block)

    def whole(self) -> Iterator["Entry"]:
        """Yield the line and everything below it, in order."""
        yield self
        for child in self.children:
            yield from child.whole()


class Tree:
    """The lines of a configuration."""

    def __init__(self, roots: list[Entry] | None = None) -> None:
        self.roots: list[Entry] = roots if roots is not None else []

    def copy(self) -> "Tree":
        """Return a tree that changes on its own."""
        return Tree([entry.copy() for entry in self.roots])

    def draft(self, head: str) -> "Tree":
        """Return a tree whose block of this head changes on its own; it shares all other lines with this one.

        For lines that touch nothing outside of their block: a list of thousands of rules is typed line by line.
        """
        return Tree([entry.copy() if entry.text == head else entry for entry in self.roots])

    def same(self, other: "Tree") -> bool:
        """Whether two trees hold equal lines in equal order."""
        pairs = zip(self.roots, other.roots, strict=False)
        return len(self.roots) == len(other.roots) and all(one is two or one == two for one, two in pairs)

    def below(self, path: Path) -> list[Entry]:
        """Return the lines below a path; an empty list of nobody's where the path is not there."""
        entries = self.roots
        for head in path:
            found = next((entry for entry in entries if entry.text == head), None)
            if found is None:
                return []
            entries = found.children
        return entries

    def find(self, path: Path, text: str) -> Entry | None:
        """Return the line with just this text below a path, or None."""
        return next((entry for entry in self.below(path) if entry.text == text), None)

    def open(self, path: Path) -> list[Entry]:
        """Return the lines below a path, whose blocks are made where they lack."""
        entries = self.roots
        for head in path:
            found = next((entry for entry in entries if entry.text == head), None)
            if found is None:
                found = Entry(head, block=True)
                entries.append(found)
            found.block = True
            entries = found.children
        return entries

    def add(self, path: Path, text: str) -> Entry:
        """Put a line at the end of a block if it does not stand there; return it."""
        entries = self.open(path)
        found = next((entry for entry in entries if entry.text == text), None)
        if found is None:
            found = Entry(text)
            entries.append(found)
        return found

    def replace(self, path: Path, old: Callable[[str], bool], text: str) -> Entry:
        """Put a line in the place of the first that `old` names and take out the others it names."""
        entries = self.open(path)
        places = [n for n, entry in enumerate(entries) if old(entry.text)]
        if not places:
            return self.add(path, text)
        first = entries[places[0]]
        if first.text != text:
            entries[places[0]] = first = Entry(text, block=first.block)
        for n in reversed(places[1:]):
            del entries[n]
        return first

    def remove(self, path: Path, which: Callable[[str], bool]) -> int:
        """Take out the lines that `which` names, with all below them; return how many."""
        entries = self.below(path)
        kept = [entry for entry in entries if not which(entry.text)]
        gone = len(entries) - len(kept)
        entries[:] = kept
        return gone


def indented(entries: list[Entry], depth: int = 0, step: str = " ") -> Iterator[str]:
    """Yield lines as text, each level one step further in."""
    for entry in entries:
        yield step * depth + entry.text
        yield from indented(entry.children, depth + 1, step)
