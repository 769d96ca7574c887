"""Annet's rulebooks in process: which lines to type, how each is taken back, and in which order.

Two trees of lines go in, steps come out. Annet is imported only when a patch is asked for (0.7 s once, then 5 ms a
device); its connectors are set to its own defaults, so it reads no file but its rulebooks and opens no connection.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from inventory.platforms.patch.lines import Path, Step, Tree, opening

if TYPE_CHECKING:
    from annet.annlib.netdev.views.hardware import HardwareView
    from annet.annlib.patching import PatchTree

MAKERS = {
    "huawei_vrp": "Huawei",
    "h3c_comware": "H3C",
    "cisco_ios": "Cisco Catalyst 9300",
    "ruijie": "Cisco Catalyst 9300",
}
"""the words by which Annet knows a platform's hardware; it has no rulebook of Ruijie's, whose lines are IOS's"""


_LEAVES = ("peer-public-key end", "public-key-code end")

_COMMITS = re.compile(r"\b(CE|NE)\d")
"""models whose changes wait for a `commit` (VRP8)"""
_BANNER = re.compile(r"banner \S+ (\S)")
_EMPTY = re.compile(r"interface \S+|security-zone name \S+|firewall zone .*|aaa|ip access-list .*|acl (?!logging).*")
"""heads that open a view also when nothing stands below them"""


def _connect() -> None:
    from annet.hardware import AnnetHardwareProvider, hardware_connector
    from annet.rulebook import DefaultRulebookProvider, rulebook_provider_connector

    if rulebook_provider_connector.is_default():
        rulebook_provider_connector.set(DefaultRulebookProvider)
    if hardware_connector.is_default():
        hardware_connector.set(AnnetHardwareProvider)


@cache
def hardware(platform: str, model: str) -> "HardwareView":
    """Return Annet's view of a model, `S5700` or `Huawei S5700`; of the maker's usual box if no model is given."""
    from annet.annlib.netdev.views.hardware import HardwareView

    _connect()
    maker = MAKERS[platform]
    if platform == "ruijie" or not model:
        return HardwareView(maker, "")
    return HardwareView(model if model.split()[0].lower() == maker.split()[0].lower() else f"{maker} {model}", "")


def steps(old: Tree, new: Tree, platform: str, model: str = "") -> list[Step]:
    """Return the steps that Annet takes from one tree to the other; what is equal at the top it need not look at."""
    equal = {text for text, below in old.items() if new.get(text) == below}
    left, right = ({t: below for t, below in whole.items() if t not in equal} for whole in (old, new))
    found = _flat(tree_of(_ordered(left), _ordered(right), platform, model), opening(old, new))
    return [step for step in found if step.line != "commit" or _COMMITS.search(model)]


def tree_of(old: "OrderedDict[str, Any]", new: "OrderedDict[str, Any]", platform: str, model: str = "") -> "PatchTree":
    """Return the patch as Annet has it, uncorrected."""
    from annet import patching, rulebook

    view = hardware(platform, model)
    book: Any = rulebook.get_rulebook(view)
    pre: Any = patching.make_pre(patching.make_diff(old, new, book, []))
    return patching.make_patch(pre, book, view, add_comments=False)


def _ordered(whole: Tree) -> "OrderedDict[str, Any]":
    return OrderedDict((text, _ordered(below)) for text, below in whole.items())


def _flat(found: "PatchTree", views: frozenset[str], path: Path = ()) -> Iterator[Step]:
    for item in found.itms:
        if item.child:
            yield from _flat(item.child, views, (*path, item.row))
        elif item.child is not None or item.row in views or _EMPTY.fullmatch(item.row):
            yield Step((*path, item.row), "")
        else:
            yield Step(path, item.row)


def lines(found: list[Step], platform: str, model: str = "") -> tuple[str, ...]:
    """Return steps as the lines to type: heads, lines, and what leaves each view, without indentation."""
    from annet.annlib.patching import PatchTree
    from annet.vendors import registry_connector

    formatter = registry_connector.get().match(hardware(platform, model)).make_formatter()
    root = PatchTree()
    for step in found:
        node = root
        for head in step.path:
            last = node.itms[-1] if node.itms else None
            known = last.child if last and last.row == head else None
            node = known if known is not None else node.add_block(head)
        if step.line:
            node.add(step.line, {})
    return tuple(_typed(formatter.patch(root).split("\n")))


def _typed(printed: Iterable[str]) -> Iterator[str]:
    """Yield printed lines without indentation, and without a `quit` after a line that leaves the view by itself."""
    before, mark = "", ""
    for raw in printed:
        if mark:
            yield raw
            mark = "" if mark in raw else mark
            continue
        line = raw.strip()
        if line and not (before in _LEAVES and line in ("quit", "exit")):
            yield line
        before = line
        if (banner := _BANNER.match(line)) and line.count(banner[1]) == 1:
            mark = banner[1]
