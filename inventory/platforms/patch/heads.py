"""Heads that carry more than a name: the same block may stand under another head, and is the same block still.

`ospf 1 router-id 10.0.0.1` is process 1 whatever its router id; typing another id at it changes the id. The number and
priority of a firewall zone are the device's own business: a zone that stands keeps both, a new one gets free ones.
"""

import re
from collections.abc import Mapping

from inventory.platforms.patch import words
from inventory.platforms.patch.lines import Step, Tree

_NAMED: Mapping[str, re.Pattern[str]] = {
    "undo": re.compile(r"(ospf \d+)(?: router-id \S+)?"),
    "no": re.compile(r"(?!)"),
}
_KEPT: Mapping[str, re.Pattern[str]] = {
    "undo": re.compile(r"(acl name \S+)(?: \S+)?"),
    "no": re.compile(r"(?!)"),
}
_ZONE = re.compile(r"(firewall zone name \S+) id (\d+)")
_PRIORITY = re.compile(r"set priority (\d+)")


def align(old: Tree, new: Tree, platform: str) -> list[Step]:
    """Give blocks that are the same in both trees the same head; return what has to be typed for it."""
    for head in old:
        if words.physical(head):
            new.setdefault(head, {})
    pattern = _NAMED[words.undo(platform)]
    names = {m[1]: text for text in new if (m := pattern.fullmatch(text))}
    found = []
    for text in [text for text in old if (m := pattern.fullmatch(text)) and names.get(m[1], text) != text]:
        head = names[pattern.fullmatch(text)[1]]  # type: ignore[index]
        _rename(old, text, head)
        found.append(Step((head,), ""))
    kept = _KEPT[words.undo(platform)]
    had = {m[1]: text for text in old if (m := kept.fullmatch(text))}
    for text in [text for text in new if (m := kept.fullmatch(text)) and had.get(m[1], text) != text]:
        _rename(new, text, had[kept.fullmatch(text)[1]])  # type: ignore[index]
    _zones(old, new)
    return found


def _rename(tree: Tree, text: str, head: str) -> None:
    items = [(head if name == text else name, below) for name, below in tree.items()]
    tree.clear()
    tree.update(items)


def _zones(old: Tree, new: Tree) -> None:
    had = {m[1]: text for text in old if (m := _ZONE.fullmatch(text))}
    numbers = {m[2] for text in old if (m := _ZONE.fullmatch(text))}
    priorities = {m[1] for text, block in old.items() if text.startswith("firewall zone") for m in _found(block)}
    for text in [text for text in new if _ZONE.fullmatch(text)]:
        match = _ZONE.fullmatch(text)
        name = match[1] if match else text
        block = new[text]
        if name in had:
            _priority(block, next(iter(m[1] for m in _found(old[had[name]])), ""))
            _rename(new, text, had[name])
            continue
        number = match[2] if match and match[2] not in numbers else _free(numbers, 4, 1000)
        told = next((m[1] for m in _found(block)), "")
        priority = told if told not in priorities else _free(priorities, 1, 100)
        _priority(block, priority)
        _rename(new, text, f"{name} id {number}")
        numbers.add(number)
        priorities.add(priority)


def _found(block: Tree) -> list[re.Match[str]]:
    return [m for line in block if (m := _PRIORITY.fullmatch(line))]


def _free(used: set[str], low: int, high: int) -> str:
    return next(str(n) for n in range(low, high) if str(n) not in used)


def _priority(block: Tree, priority: str) -> None:
    for match in _found(block):
        if match[1] != priority and priority:
            _rename(block, match[0], f"set priority {priority}")


def enter(block: Tree, line: str, platform: str) -> None:
    """Change a block's head as a device does when it is typed in another form."""
    pattern = _NAMED[words.undo(platform)]
    match = pattern.fullmatch(line)
    for text in [text for text in block if match and (m := pattern.fullmatch(text)) and m[1] == match[1]]:
        _rename(block, text, line)
