"""Configurations as trees of lines, which is all that a patch needs to know of a text.

A block's lines stand below its head; a line that stands twice stands once here. Separators and comments are gone; a
banner of several lines is one line with line ends in it. Pure, and never raises: any text is some tree.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from inventory.platforms import blocks
from inventory.platforms.blocks import Node

Tree = dict[str, "Tree"]
Path = tuple[str, ...]
_BANNER = re.compile(r"^(banner [a-z-]+ )(\^C|\S)(.*?)\2[^\n]*$", re.MULTILINE | re.DOTALL)
_ENDS = ("exit-vrrp", "exit-address-family", "exit-peer-policy", "exit-peer-session")
_MARK = "\ue000"
_TRAPS = re.compile(r"(snmp-server enable traps) .+")
"""IOS prints a line for each kind of trap once all are told; taken apart, removing one kind would undo telling all"""
BRACKETED = ("cisco_ios", "ruijie")
"""platforms that write a banner between two marks"""


class Step(NamedTuple):
    """One command: the heads of the views it is typed in, and the line. A head alone only opens its view."""

    path: Path
    line: str


@lru_cache(maxsize=2)
def nodes(text: str, platform: str) -> list[Node]:
    """Return a text's blocks with the numbers of their lines; for reading only, as it is the same list each time."""
    if platform not in BRACKETED:
        return blocks.read(text)
    text = _BANNER.sub(lambda m: m[0].replace("\n", _MARK), text)
    found = blocks.read(text)
    shift = 0
    for node in (n for root in found for n in root.whole()):
        node.number += shift
        shift += node.text.count(_MARK)
        node.text = _TRAPS.sub(r"\1", node.text.replace(_MARK, "\n"))
    return found


@lru_cache(maxsize=16)
def read(text: str, platform: str) -> Tree:
    """Return a text as a tree; for reading only, as it is the same tree each time (`copied` gives one of one's own)."""
    return tree(nodes(text, platform))


def tree(found: Sequence[Node]) -> Tree:
    """Return blocks as a tree; blocks of one head become one."""
    result: Tree = {}
    _add(result, found)
    return result


def _add(into: Tree, found: Sequence[Node]) -> None:
    """Put nodes into a tree, each remark as one with the entry that it is about; what only ends a block is left out."""
    remark = ""
    for node in found:
        text = node.text
        if text.startswith("remark "):
            remark += f"{text}\n"
        elif text not in _ENDS:
            below = into.setdefault(_spaces(remark + text), {})
            remark = ""
            if node.children:
                _add(below, node.children)
    if remark:
        into.setdefault(_spaces(remark.rstrip("\n")), {})


def copied(whole: Tree) -> Tree:
    """Return a tree of one's own."""
    return {text: copied(below) if below else {} for text, below in whole.items()}


def same(one: Tree, other: Tree) -> bool:
    """Whether two trees have the same lines in the same order."""
    return list(one) == list(other) and all(same(below, other[text]) for text, below in one.items())


def _spaces(text: str) -> str:
    return text if "\n" in text or '"' in text else " ".join(text.split())


def numbered(found: Sequence[Node], path: Path = ()) -> Iterator[tuple[Path, int]]:
    """Yield each line's place in the tree with its number in the text."""
    for node in found:
        here = (*path, _spaces(node.text))
        yield here, node.number
        yield from numbered(node.children, here)


def walk(whole: Tree, path: Path = ()) -> Iterator[Path]:
    """Yield the place of every line, heads before what stands below them."""
    for text, below in whole.items():
        yield (*path, text)
        yield from walk(below, (*path, text))


def at(whole: Tree, path: Path) -> Tree | None:
    """Return what stands below a place; None if there is no such place."""
    for text in path:
        if text not in whole:
            return None
        whole = whole[text]
    return whole


def opening(*trees: Tree) -> frozenset[str]:
    """Return the lines that have others below them somewhere, so they open a view."""
    return frozenset(text for whole in trees for text in _heads(whole))


def _heads(whole: Tree) -> Iterator[str]:
    for text, below in whole.items():
        if below:
            yield text
            yield from _heads(below)


def put(whole: Tree, path: Path) -> None:
    """Make a place and all its heads."""
    for text in path:
        whole = whole.setdefault(text, {})


def write(whole: Tree, bang: bool = False, depth: int = 0) -> Iterator[str]:
    """Yield the tree's lines as a device prints them, a separator between blocks."""
    for text, below in whole.items():
        yield from ["!" if bang else "#"] if not depth else []
        yield from (" " * depth + line for line in text.split("\n")) if depth else (text,)
        yield from write(below, bang, depth + 1)
