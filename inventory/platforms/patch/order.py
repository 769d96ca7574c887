"""The order of steps where Annet's costs traffic or the way in, or where a device would refuse.

What replaces itself is not removed before: that holds for the address of an interface above all. What a line needs
comes before it, and removals come last, the other way round: so the old route, server, account or way in stands until
the new one does. Removals come first only where two cannot stand beside each other: an address that moves.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from inventory.platforms.patch import words
from inventory.platforms.patch.lines import Step, Tree, at
from inventory.platforms.patch.vlans import Changes

_LAST = 100
"""more than there are ranks"""
_ADDRESS = re.compile(r"ip address (\d\S+) (\S+)")
_PROCESS = re.compile(r"ospf \d+")


def replaced(steps: Sequence[Step], old: Tree, new: Tree, platform: str) -> list[Step]:
    """Drop removals of what a new line of the same words replaces."""
    return [step for step in steps if not _is_replaced(step, old, new, platform)]


def _is_replaced(step: Step, old: Tree, new: Tree, platform: str) -> bool:
    taken = words.taken_back(platform, step.line)
    if not taken:
        return False
    before, after = at(old, step.path) or {}, at(new, step.path) or {}
    gone = [line for line in before if line not in after and (line == taken or line.startswith(f"{taken} "))]
    names = {name for line in gone if (name := words.slot(platform, step.path, line))}
    return bool(gone) and len(names) == 1 and any(words.slot(platform, step.path, line) in names for line in after)


_GROUP = re.compile(r"(?:undo|no) (?:vrrp|standby) (vrid )?(\d+) (\S+)")


def groups(steps: Sequence[Step], old: Tree, new: Tree) -> list[Step]:
    """Take a VRRP group away by its address alone, a port's switching by `no switchport`: the rest goes with them."""
    left = [step for step in steps if not _goes_along(step, old, new)]
    first = [step for step in left if step.line.startswith("undo admin-vrrp ")]
    return _earlier(left, first)


def _earlier(steps: list[Step], first: list[Step]) -> list[Step]:
    """Bring each of some steps to the beginning of its block."""
    for step in first:
        place = _start(steps, step)
        steps.remove(step)
        steps.insert(place, step)
    return steps


_VIRTUAL = re.compile(r"(undo )?(?:vrrp|standby) (?:vrid )?(\d+) (?:virtual-)?ip (\S+)")


def readdressed(steps: Sequence[Step], old: Tree, new: Tree) -> list[Step]:
    """Give a VRRP group its new address before it loses its last old one: without any it goes, settings and all.

    Where another group still has the new one, the old one goes first and the group's settings are typed anew.
    """
    result = list(steps)
    for step in steps:
        match = _VIRTUAL.fullmatch(step.line)
        if match and match[1] and not _addresses(old, step, match[2]) & _addresses(new, step, match[2]):
            _readdress(result, step, match[2], old, new)
    return result


def _addresses(tree: Tree, step: Step, group: str) -> set[str]:
    found = (_VIRTUAL.fullmatch(line) for line in at(tree, step.path) or {})
    return {m[3] for m in found if m and m[2] == group}


def _readdress(result: list[Step], step: Step, group: str, old: Tree, new: Tree) -> None:
    gets = _addresses(new, step, group)
    made = [
        s for s in result if s.path == step.path and (m := _VIRTUAL.fullmatch(s.line)) and not m[1] and m[2] == group
    ]
    if not made:
        return
    held = {m[3] for line in at(old, step.path) or {} if (m := _VIRTUAL.fullmatch(line))}
    if not gets & held:
        result.remove(step)
        result.insert(result.index(made[-1]) + 1, step)
        return
    own = re.compile(rf"(?:admin-)?(?:vrrp|standby) (?:vrid )?{group} (?!(?:virtual-)?ip )|admin-vrrp vrid {group}$")
    again = [Step(step.path, line) for line in at(new, step.path) or {} if own.match(line)]
    result[:] = [s for s in result if s not in again]
    place = result.index(made[-1]) + 1
    result[place:place] = again


def _goes_along(step: Step, old: Tree, new: Tree) -> bool:
    if step.line.startswith("no switchport ") and "no switchport" in (at(new, step.path) or {}):
        return True
    match = _GROUP.match(step.line)
    if not match or match[3] in ("virtual-ip", "ip"):
        return False
    address = re.compile(rf"(?:vrrp|standby) (?:vrid )?{match[2]} (?:virtual-)?ip ")
    had, left = (any(address.match(line) for line in at(tree, step.path) or {}) for tree in (old, new))
    return had and not left


def ranked(steps: Sequence[Step], platform: str) -> list[Step]:
    """Return steps with what is needed first, and removals last the other way round; else in the order they have."""
    blocks = [list(found) for _head, found in groupby(steps, key=lambda step: step.path[:1] or step.line)]
    texts = [group[0].path[0] if group[0].path else group[0].line for group in blocks]
    places: list[tuple[float, int]] = []
    before = 0.0
    for n, (text, group) in enumerate(zip(texts, blocks, strict=True)):
        taken = "" if group[0].path else words.taken_back(platform, text)
        place = words.rank(platform, taken or text)
        if text == "commit" and places:
            places.append((places[-1][0], n))
        elif taken and (again := _first(texts[n + 1 :], taken, platform)) is not None:
            places.append((again - 0.5, n))
        elif taken:
            places.append((_LAST * 2 - (_LAST / 2 if place is None else place), n - len(taken) * _LAST))
        else:
            before = before if place is None else place
            places.append((before, n))
    return [step for _place, group in sorted(zip(places, blocks, strict=True), key=lambda p: p[0]) for step in group]


def _first(texts: Sequence[str], taken: str, platform: str) -> float | None:
    """Return the place of what is made again under the words of a removal, which then must come before it."""
    again = [text for text in texts if text == taken or text.startswith(f"{taken} ")]
    return min((words.rank(platform, text) or 0 for text in again), default=None)


def opened(steps: Sequence[Step], old: Tree, platform: str) -> list[Step]:
    """Make routing processes that do not exist yet before the interfaces that join them."""
    new = [s.path[:1] for s in steps if s.path and _PROCESS.match(s.path[0]) and s.path[0] not in old]
    return [Step(path, "") for path in dict.fromkeys(new)] + list(steps) if words.undo(platform) == "undo" else [*steps]


Homes = Mapping[str, tuple[str, str]]
"""addresses: the interface that has it, and its line there"""


def homes(old: Tree) -> Homes:
    """Return where addresses are before anything is taken out of a tree."""
    return {m[1]: (name, line) for name, block in old.items() for line in block if (m := _ADDRESS.match(line))}


def freed(steps: Sequence[Step], homes: Homes, new: Tree, platform: str) -> list[Step]:
    """Take an address that another interface gets from the one that has it just before; nothing else is early."""
    result = list(steps)
    for step in steps:
        match = _ADDRESS.match(step.line)
        home, line = homes.get(match[1], ("", "")) if match and step.path else ("", "")
        if not home or home == step.path[0] or line in new.get(home, {}):
            continue
        gone = Step((home,), f"{words.undo(platform)} {line}")
        if gone in result:
            result.remove(gone)
        result.insert(_start(result, step), gone)
    return result


def _start(steps: Sequence[Step], step: Step) -> int:
    """Return where the block that holds a step begins."""
    place = steps.index(step)
    while place and steps[place - 1].path[:1] == step.path[:1]:
        place -= 1
    return place


def with_vlans(steps: Sequence[Step], changes: Changes) -> list[Step]:
    """Return steps with those of the VLANs in their places."""
    result: list[Step] = []
    waiting = {*changes.before, *changes.after}
    for n, step in enumerate(steps):
        if step.path in waiting and (n == 0 or steps[n - 1].path != step.path):
            result += [Step(step.path, line) for line in changes.before.pop(step.path, ())]
        result.append(step)
        if step.path in waiting and all(later.path != step.path for later in steps[n + 1 :]):
            result += [Step(step.path, line) for line in changes.after.pop(step.path, ())]
    for left in (changes.before, changes.after):
        result += [Step(path, line) for path, found in left.items() for line in found]
    return result
