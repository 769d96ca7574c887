"""Ports that VRRP groups watch: the objects' numbers are the device's own business, and removals are short.

An object (`track 1 interface ...`, Comware and IOS) cannot be given another port: it would have to go and come again,
and whatever names it would watch nothing meanwhile. So a port keeps the number that it has, and a new one gets a free
one. Removals name the object or the port alone: `undo track N` (H3C), `undo vrrp vrid N track interface P` (Huawei,
without `reduced`), `no vrrp N track P` (Ruijie).
"""

import re
from collections.abc import Iterator, Mapping

from inventory.platforms.patch.lines import Step, Tree

_OBJECT = re.compile(r"track (\d+) (interface \S+(?: \S+)*)")
_NUMBER = re.compile(r"track (\d+)(?: .*)?")
_NAMED = re.compile(r"((?:vrrp vrid \d+ )?track )(\d+)( (?:priority )?reduced 255| decrement 255)")
"""a line of ours below the top that names an object"""
_SHORT = tuple(
    re.compile(text)
    for text in (
        r"((?:undo|no) track \d+) interface .+",
        r"(undo vrrp vrid \d+ track \d+) (?:priority )?reduced \d+",
        r"(undo vrrp vrid \d+ track interface \S+) reduced \d+",
        r"(no vrrp \d+ track (?!\d+ )\S+(?: \d+/\S+)?) \d+",
        r"(no track \d+) decrement \d+",
    )
)


def align(old: Tree, new: Tree) -> None:
    """Give the objects of the intended tree the numbers that the running one has for the same ports."""
    if moved := dict(_moved(old, new)):
        _renumber(new, moved, top=True)


def _moved(old: Tree, new: Tree) -> Iterator[tuple[str, str]]:
    had = {m[2]: m[1] for text in old if (m := _OBJECT.fullmatch(text))}
    wanted = {m[1]: m[2] for text in new if text not in old and (m := _OBJECT.fullmatch(text))}
    used = {m[1] for text in old if (m := _NUMBER.fullmatch(text))}
    for number, port in wanted.items():
        found = had.get(port) or (number if number not in used else _free({*used, *wanted}))
        used.add(found)
        if found != number:
            yield number, found


def _free(used: set[str]) -> str:
    return next(str(n) for n in range(1, 1025) if str(n) not in used)


def _renumber(tree: Tree, moved: Mapping[str, str], *, top: bool) -> None:
    items = [(_renumbered(text, moved, top), below) for text, below in tree.items()]
    tree.clear()
    tree.update(items)
    for _text, below in items:
        _renumber(below, moved, top=False)


def _renumbered(text: str, moved: Mapping[str, str], top: bool) -> str:
    if top:
        match = _OBJECT.fullmatch(text)
        return f"track {moved.get(match[1], match[1])} {match[2]}" if match else text
    match = _NAMED.fullmatch(text)
    return f"{match[1]}{moved.get(match[2], match[2])}{match[3]}" if match else text


def shortened(steps: list[Step]) -> list[Step]:
    """Return steps whose removals of what is watched have the words that the device takes."""
    return [Step(step.path, next((m[1] for p in _SHORT if (m := p.fullmatch(step.line))), step.line)) for step in steps]
