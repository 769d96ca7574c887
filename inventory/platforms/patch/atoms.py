"""Blocks that are typed whole or not at all: public keys. Annet knows those of RSA and DSA only, and not Comware's.

Typing such a block again replaces what it held, so one that changed is typed again and what refers to it never
misses it. Its last line leaves the view by itself.
"""

import re
from collections.abc import Iterator

from inventory.platforms.patch import words
from inventory.platforms.patch.lines import Path, Step, Tree

_ATOM = re.compile(r"((?:rsa|dsa|ecc) peer-public-key \S+|public-key peer \S+)(?: .*)?")


def take(old: Tree, new: Tree, platform: str) -> list[Step]:
    """Take those blocks out of both trees and return the steps from one to the other."""
    found: list[Step] = []
    had, wanted = _cut(old), _cut(new)
    for name, (head, below) in wanted.items():
        if had.get(name, ("", None))[1] != below:
            found += _whole((head,), below)
    found += [Step((), f"{words.undo(platform)} {name}") for name in had if name not in wanted]
    return found


def _cut(tree: Tree) -> dict[str, tuple[str, Tree]]:
    found = {}
    for text in list(tree):
        if match := _ATOM.fullmatch(text):
            found[match[1]] = (text, tree.pop(text))
    return found


def _whole(path: Path, below: Tree) -> Iterator[Step]:
    if not below:
        yield Step(path, "")
    for text, more in below.items():
        if more:
            yield from _whole((*path, text), more)
        else:
            yield Step(path, text)
