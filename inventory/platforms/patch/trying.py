"""Lines that people would enter, tried on a model of the device: what it shows then, or why they cannot be. Pure.

Lines are written as people write them: each view's lines below its head and indented, or `archive / path flash:x` for
one line in a view. A line with a place that only people can fill (`...`, a secret struck out) is not entered, and none
that names an access list which the device does not have: that would let everybody in or shut everybody out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from countynet.i18n import _
from inventory.platforms.patch import lines as trees
from inventory.platforms.patch.device import Device
from inventory.platforms.patch.lines import Tree
from inventory.platforms.steady import steady

_LIST = re.compile(r"\b(?:acl(?: number)?|access-class|access-group(?: \w+)?|access) (\d+)\b")
_HAS_LIST = r"(?:acl (?:number |basic |advanced )?|access-list |ip access-list (?:standard |extended )?){}(?: .*)?"
FILL = _("a person has to fill in what stands for: {line}")
NO_LIST = _("it has no access list {number}, which this line names: {line}")
SILENT = _("no plan could tell whether it is there: nothing that we read of the device changes by it")
REFUSED = _("would refuse: {line}")


@dataclass(frozen=True)
class Tried:
    """What came of it."""

    text: str
    """what the device shows then, without lines that change by themselves"""
    complaint: str = ""
    """a message id with `values`: why the lines cannot be entered; empty when they can"""
    values: Mapping[str, str] = field(default_factory=dict)


def entered(lines: Sequence[str]) -> tuple[str, ...]:
    """Return lines one to a view, indented by a blank for each view above them."""
    found: list[str] = []
    for line in lines:
        depth = len(line) - len(line.lstrip())
        found += [f"{' ' * (depth + n)}{part}" for n, part in enumerate(line.strip().split(" / "))]
    return tuple(found)


def tried(platform: str, running: str, lines: Sequence[str]) -> Tried:
    """Return what a vendor's device that runs a text shows once lines were entered, or why they cannot be."""
    typed, text = entered(lines), steady(running)
    before = trees.copied(trees.read(text, platform))
    for message, values in _unfit(typed, before):
        return Tried(text, message, values)
    box = Device(before, platform)
    for line in typed:
        box.path = box.path[: len(line) - len(line.lstrip())]
        list(box.type([line]))
    if box.refused:
        return Tried(text, REFUSED, {"line": box.refused[0]})
    return Tried("".join(f"{line}\n" for line in trees.write(box.tree, platform in trees.BRACKETED)))


def _unfit(lines: Sequence[str], tree: Tree) -> Iterator[tuple[str, dict[str, str]]]:
    for line in lines:
        if "..." in line or "****" in line:
            yield FILL, {"line": line.strip()}
        asked = _LIST.search(line)
        if asked and not line.strip().startswith(("undo ", "no ")):
            head = re.compile(_HAS_LIST.format(asked[1]))
            if not any(head.fullmatch(top) for top in tree):
                yield NO_LIST, {"number": asked[1], "line": line.strip()}
