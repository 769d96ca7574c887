"""The net below the rulebooks: what they forget, found by typing the patch at a device of lines.

A line that should be gone and is not, or should be there and is not, gets the step that was forgotten (Annet lifts no
`local-user X state block`, and changes no native VLAN of Comware). Lists that are one list in several writings are left
to those who know them.
"""

import re
from collections.abc import Iterator, Sequence

from inventory.platforms.patch import words
from inventory.platforms.patch.device import Device
from inventory.platforms.patch.lines import Path, Step, Tree, copied

_KNOWN = re.compile(r"aaa|local-user .*|firewall zone .*|security-zone .*|area .*")
"""views of which we know every line; elsewhere the rulebooks know better what replaces what"""
_OTHERS = re.compile(
    r"(vlan|acl|ip access-list|security-policy|nat-policy|firewall zone|public-key|(rsa|ecc|dsa) peer|ospf|router) ?.*|"
    r"(security-policy|nat-policy)"
)


def forgotten(typed: Sequence[str], old: Tree, new: Tree, platform: str) -> list[Step]:
    """Return the steps that are lacking after these lines."""
    device = Device(copied(old), platform, intended=new)
    for _line in device.type(typed):
        pass
    return [step for step in _lacking(device.tree, new, (), platform) if _ours(step, new, platform)]


def _ours(step: Step, new: Tree, platform: str) -> bool:
    """Whether a step is ours to add: in a view that we know, or at a port a line that takes its own kind's place."""
    view = step.path[-1]
    if _KNOWN.fullmatch(view):
        return True
    single = view.startswith("interface ") and step.line in new.get(view, {})
    return single and bool(words.slot(platform, step.path, step.line))


def _lacking(is_: Tree, meant: Tree, path: Path, platform: str) -> Iterator[Step]:
    same = {_words(line) for line in is_} & {_words(line) for line in meant}
    for line, below in is_.items():
        if _left_out(line, path, platform) or (line not in meant and _words(line) in same):
            continue
        if line in meant:
            yield from _lacking(below, meant[line], (*path, line), platform)
        elif path and not below:
            yield Step(path, _back(line, path, platform))
    for line, below in meant.items():
        if path and not below and line not in is_ and _words(line) not in same and not _left_out(line, path, platform):
            yield Step(path, line)


def _words(line: str) -> tuple[str, ...]:
    """Return the words of a line in no order, as some lists of words have none (`service-type`)."""
    return tuple(sorted(line.split()))


def _back(line: str, path: Path, platform: str) -> str:
    return words.taken_back(platform, line) or f"{words.undo(platform)} {words.slot(platform, path, line) or line}"


def _left_out(line: str, path: Path, platform: str) -> bool:
    bare = words.taken_back(platform, line) or line
    return bool(not path and _OTHERS.fullmatch(line)) or bare.startswith(words.VLANS[platform])
