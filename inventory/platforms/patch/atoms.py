"""Blocks that are typed whole or not at all: public keys. Annet knows those of RSA and DSA only, and not Comware's.
It leaves out the SNMP users of IOS, as they stand in a file of their own there; we are told them by the text.

Typing such a block again replaces what it held, so one that changed is typed again and what refers to it never
misses it. Its last line leaves the view by itself.
"""

import re
from collections.abc import Iterator

from inventory.platforms.patch import words
from inventory.platforms.patch.lines import Path, Step, Tree

_ATOM = re.compile(r"((?:rsa|dsa|ecc) peer-public-key \S+|public-key peer \S+)(?: .*)?")

_PERSON = re.compile(r"(snmp-server user \S+ \S+ v3) .*")


def take(old: Tree, new: Tree, platform: str) -> list[Step]:
    """Take those blocks out of both trees and return the steps from one to the other."""
    found: list[Step] = []
    had, wanted = _cut(old), _cut(new)
    for name, (head, below) in wanted.items():
        if had.get(name, ("", None))[1] != below:
            found += _whole((head,), below)
    found += [Step((), f"{words.undo(platform)} {name}") for name in had if name not in wanted]
    return found + _people(old, new)


def _people(old: Tree, new: Tree) -> list[Step]:
    had, wanted = ({m[1]: text for text in tree if (m := _PERSON.fullmatch(text))} for tree in (old, new))
    for tree, found in ((old, had), (new, wanted)):
        for text in found.values():
            del tree[text]
    given = [Step((), text) for name, text in wanted.items() if had.get(name) != text]
    return given + [Step((), f"no {name}") for name in had if name not in wanted]


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
