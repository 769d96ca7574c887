"""VLANs by arithmetic: what a device has and what it shall have are sets, and only their difference is typed.

A VLAN that stays is never taken from a trunk or from the device, not for a moment. VLANs are made before anything uses
them and removed after nothing does. What no line says counts: a trunk of VRP and Comware carries VLAN 1 until it is
told otherwise, one of IOS and Ruijie carries all. Annet is not asked: on Comware it has no arithmetic for trunks, on
Ruijie it removes and re-adds, and on IOS it passes through `none`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from inventory.platforms.patch import words
from inventory.platforms.patch.lines import Path, Step, Tree

ALL = frozenset(range(1, 4095))
_CHUNK = 10
"""runs in one line; a device takes lines of 255 characters at least"""
_GLOBAL = {
    "huawei_vrp": r"vlan batch (?P<list>\d.*)|vlan (?P<head>\d+)",
    "h3c_comware": r"vlan (?P<list>\d+ .*)|vlan (?P<head>\d+)",
    "cisco_ios": r"vlan (?P<list>\d+[,-].*)|vlan (?P<head>\d+)",
    "ruijie": r"vlan (?:range )?(?P<list>\d+[,-].*)|vlan (?P<head>\d+)",
}
_MODE = {"port link-type": "access", "switchport mode": "access"}


@dataclass
class Changes:
    """VLAN steps: what comes first, what comes last, and what a view gets before and after its other lines."""

    first: list[Step] = field(default_factory=list)
    last: list[Step] = field(default_factory=list)
    before: dict[Path, list[str]] = field(default_factory=dict)
    after: dict[Path, list[str]] = field(default_factory=dict)


def take(old: Tree, new: Tree, platform: str) -> Changes:
    """Take the lists of VLANs out of both trees and return the steps from one to the other."""
    found = Changes()
    _globals(old, new, platform, found)
    for name in dict.fromkeys((*old, *new)):
        stays = name in new or words.physical(name)  # what is removed whole loses its lists with it
        if name.startswith("interface ") and stays:
            for prefix in words.VLANS[platform]:
                _list((name,), old.get(name, {}), new.get(name, {}), platform, prefix, found)
    return found


def _globals(old: Tree, new: Tree, platform: str, found: Changes) -> None:
    had, wanted = _known(old, platform), _known(new, platform)
    kept = {int(match[1]) for name in new if (match := re.fullmatch(r"(?i)interface vlan\D*(\d+)", name))}
    gone, made = had - wanted - kept - {1}, wanted - had - {1}
    for number in sorted(had | wanted):
        _block(old, new, f"vlan {number}", number in gone)
    filled = {number for number in made if new.get(f"vlan {number}")} if platform != "huawei_vrp" else set()
    found.first += _make(made - filled, platform)
    found.last += _remove(gone, platform)


def _block(old: Tree, new: Tree, head: str, gone: bool) -> None:
    """Leave Annet only what stands in a VLAN's block, and no block that says just that the VLAN is there."""
    if gone or not (old.get(head) or new.get(head)):
        old.pop(head, None)
        new.pop(head, None)
    elif head in old:
        new.setdefault(head, {})


def _known(tree: Tree, platform: str) -> set[int]:
    found: set[int] = set()
    for text in list(tree):
        match = re.fullmatch(_GLOBAL[platform], text)
        numbers = words.numbers(match["list"] or match["head"]) if match else None
        found |= numbers or set()
        if match and match["list"] and numbers:
            del tree[text]
    return found


def _make(vlans: set[int], platform: str) -> Iterator[Step]:
    if platform == "huawei_vrp":
        yield from (Step((), f"vlan batch {part}") for part in _parts(vlans, " to "))
        return
    for first, last in words.runs(vlans):
        if first == last or platform != "h3c_comware":
            yield from (Step((f"vlan {number}",), "") for number in range(first, last + 1))
        else:
            yield Step((), f"vlan {first} to {last}")


def _remove(vlans: set[int], platform: str) -> Iterator[Step]:
    if platform == "huawei_vrp":
        yield from (Step((), f"undo vlan batch {part}") for part in _parts(vlans, " to "))
    elif platform == "cisco_ios":
        yield from (Step((), f"no vlan {part}") for part in _parts(vlans, "-"))
    elif platform == "ruijie":
        yield from (Step((), f"no vlan {number}") for number in sorted(vlans))
    else:
        for first, last in words.runs(vlans):
            yield Step((), f"undo vlan {first}" + (f" to {last}" if last > first else ""))


def _parts(vlans: set[int], dash: str) -> Iterator[str]:
    texts = [str(first) if first == last else f"{first}{dash}{last}" for first, last in words.runs(vlans)]
    for n in range(0, len(texts), _CHUNK):
        yield (" " if dash == " to " else ",").join(texts[n : n + _CHUNK])


def state(block: Tree, platform: str, prefix: str) -> set[int]:
    """Return the VLANs that the lines of a block say, in the order in which they stand."""
    ios = words.undo(platform) == "no"
    found = set(ALL) if ios else {1} if "tagged" not in prefix or "untagged" in prefix else set()
    for line in block:
        taken = line.removeprefix("undo ")
        if taken.startswith(f"{prefix} "):
            found = _apply(found, taken.removeprefix(f"{prefix} "), taken != line, ios)
    return found


def _apply(found: set[int], rest: str, back: bool, ios: bool) -> set[int]:
    word, _, more = rest.partition(" ")
    verb, text = (word, more) if word in ("add", "remove", "only", "except") else ("", rest)
    numbers = set(ALL) if text == "all" else words.numbers(text) or set()
    if back or verb == "remove":
        return found - numbers
    if verb == "except":
        return set(ALL) - numbers
    return numbers if verb == "only" or (ios and verb == "") else found | numbers


def _list(path: Path, old: Tree, new: Tree, platform: str, prefix: str, found: Changes) -> None:
    had, wanted = state(old, platform, prefix), state(new, platform, prefix)
    said = _cut(old, prefix), _cut(new, prefix)
    if had == wanted or not any(said):
        return
    changed = _mode(old) != _mode(new)
    if changed and platform == "h3c_comware":
        had = {1}
    removed, added = had - wanted, wanted - had
    if words.undo(platform) == "no":
        found.after.setdefault(path, []).extend(_ios(prefix, had, wanted, platform))
        return
    undone = [f"undo {prefix} {part}" for part in _parts(removed, " to ")]
    if removed and not wanted & had and len(removed) > 1 and wanted == {1}:
        undone = [f"undo {prefix} {part}" for part in _parts(removed, " to ")]
    given = [f"{prefix} {part}" for part in _parts(added, " to ")]
    if changed and _mode(new) != "trunk":
        found.before.setdefault(path, []).extend(given + undone if platform == "huawei_vrp" else [])
    else:
        found.after.setdefault(path, []).extend(given + undone)


def _ios(prefix: str, had: set[int], wanted: set[int], platform: str) -> Iterator[str]:
    if wanted == ALL:
        yield f"no {prefix}"
    elif not wanted:
        yield f"{prefix} none" if platform == "cisco_ios" else f"{prefix} remove 1-4094"
    elif had == ALL and len(whole := list(_parts(wanted, "-"))) == 1:
        yield f"{prefix} {'' if platform == 'cisco_ios' else 'only '}{whole[0]}"
    else:
        yield from (f"{prefix} add {part}" for part in _parts(wanted - had, "-"))
        yield from (f"{prefix} remove {part}" for part in _parts(had - wanted, "-"))


def _cut(block: Tree, prefix: str) -> list[str]:
    lines = [line for line in block if line.removeprefix("undo ").startswith(f"{prefix} ")]
    for line in lines:
        del block[line]
    return lines


def _mode(block: Tree) -> str:
    return next((line.split()[-1] for line in block for word in _MODE if line.startswith(word)), "access")


def known(tree: Tree, platform: str) -> set[int]:
    """Return the VLANs that a device has."""
    return _known(dict(tree), platform) | {1}


def typed(block: Tree, line: str, platform: str) -> None:
    """Change what a device shows of its VLANs as if a line had been typed at the top: `vlan batch`, `no vlan` ..."""
    bare = re.sub(r"^(undo|no) ", "", line)
    numbers = words.numbers(re.sub(r"^vlan (batch |range )?", "", bare)) or set()
    for text in [text for text in block if (m := re.fullmatch(_GLOBAL[platform], text)) and m["list"]]:
        if platform != "huawei_vrp":
            del block[text]
            for number in words.numbers(re.sub(r"^vlan (range )?", "", text)) or ():
                block.setdefault(f"vlan {number}", {})
    if bare != line:
        had = {n for n in ALL if f"vlan {n}" in block} | _batches(block)
        for number in numbers:
            block.pop(f"vlan {number}", None)
        _show(block, had - numbers, platform)
    else:
        _show(block, _batches(block) | numbers, platform)


def _batches(block: Tree) -> set[int]:
    return {n for text in block if (m := re.match(r"vlan batch (.*)", text)) for n in words.numbers(m[1]) or ()}


def _show(block: Tree, found: set[int], platform: str) -> None:
    for text in [text for text in block if text.startswith("vlan batch ")]:
        del block[text]
    if platform == "huawei_vrp":
        for part in _parts(found, " to "):
            block[f"vlan batch {part}"] = {}
    else:
        for number in sorted(found):
            block.setdefault(f"vlan {number}", {})


def typed_at_port(block: Tree, line: str, platform: str, prefix: str) -> None:
    """Change what a port shows of a list of VLANs as if a line had been typed in its view."""
    back = re.match(r"(undo|no) ", line)
    block[line] = {}
    found = state(block, platform, prefix)
    _cut(block, prefix)
    if words.undo(platform) == "no":
        block.pop(line, None)
        if not back and found != ALL:
            for n, part in enumerate(_parts(found, "-") if found else ["none"]):
                only = "only " if platform == "ruijie" and not n else ""
                block[f"{prefix} {'add ' if n else only}{part}"] = {}
        return
    if 1 not in found:
        block[f"undo {prefix} 1"] = {}
    for part in _parts(found - {1}, " to "):
        block[f"{prefix} {part}"] = {}
