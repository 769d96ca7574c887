"""A device's running configuration as blocks of numbered lines, whatever platform it is of. Pure.

Checks of lines read what a device says itself, so they decide also where the parser does not understand every line.
Only texts with their secrets struck out come here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from audit import cite
from audit.model import Line
from inventory.platforms import blocks
from inventory.platforms.ioslike import text as ioslike

VRP, COMWARE, IOS, RGOS, LINUX = "huawei_vrp", "h3c_comware", "cisco_ios", "ruijie", "linux"


@dataclass(frozen=True)
class Block:
    """A line, where it stands, and the lines below it."""

    text: str
    line: int
    section: str = ""
    """the file of a Linux device; empty where a device has one text"""
    children: tuple["Block", ...] = ()

    def whole(self) -> Iterator["Block"]:
        """Yield the block's line and every line below it."""
        yield self
        for child in self.children:
            yield from child.whole()

    def says(self, pattern: str) -> "Block | None":
        """Return the first line below this one that a pattern matches whole."""
        return next((b for c in self.children for b in c.whole() if re.fullmatch(pattern, b.text)), None)

    def cited(self) -> Line:
        """Return the line as evidence."""
        return Line(section=self.section, line=self.line, text=self.text)


@dataclass(frozen=True)
class Text:
    """A whole configuration."""

    platform: str
    blocks: tuple[Block, ...]

    def heads(self, pattern: str, section: str = "") -> list[Block]:
        """Return the top lines that a pattern matches whole, in files whose path fits the shell pattern `section`."""
        wanted = re.compile(pattern)
        return [b for b in self._of(section) if wanted.fullmatch(b.text)]

    def lines(self, pattern: str, section: str = "") -> list[tuple[Block, Block]]:
        """Return the lines at any depth that a pattern matches whole, each with the top line above it."""
        wanted = re.compile(pattern)
        return [(top, b) for top in self._of(section) for b in top.whole() if wanted.fullmatch(b.text)]

    def _of(self, section: str) -> Sequence[Block]:
        return [b for b in self.blocks if fnmatchcase(b.section, section)] if section else self.blocks


@lru_cache(maxsize=512)
def read(platform: str, text: str) -> Text:
    """Return a running configuration (masked) as blocks; a file of a Linux device has no depth."""
    if platform == LINUX:
        return Text(platform, tuple(_flat(text)))
    nodes = ioslike.read(text) if platform in (IOS, RGOS) else blocks.read(text)
    return Text(platform, tuple(_block(node) for node in nodes))


def _flat(text: str) -> Iterator[Block]:
    for line in cite.lines(text):
        words = line.text.strip()
        if words and not words.startswith(("#", "!")):
            yield Block(words, line.line, line.section)


def _block(node: blocks.Node) -> Block:
    return Block(node.text, node.number, "", tuple(_block(child) for child in node.children))


def negated(platform: str, way: Sequence[str]) -> tuple[str, ...]:
    """Return what to enter to take a line back, given the line with those above it; nothing where a secret is in it."""
    *above, last = way
    if "****" in last or platform == LINUX:
        return ()
    word = "no" if platform in (IOS, RGOS) else "undo"
    taken = last.removeprefix(f"{word} ") if last.startswith(f"{word} ") else f"{word} {last}"
    return (*(f"{' ' * depth}{line}" for depth, line in enumerate(above)), f"{' ' * len(above)}{taken}")
