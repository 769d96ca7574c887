"""Policies of named rules, `security-policy` and `nat-policy` of VRP: added at the end, moved to their place, removed.

A rule that we named by its place (`input-3`) is known by what it says, so a rule that is put in at the top does not
rewrite those below; it gets a free name of that kind. Rules that others named are known by their names, and changed in
place: what is new is added before what is old is removed. The order is that of `sequences`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inventory.platforms.patch import words
from inventory.platforms.patch.lines import Path, Step, Tree
from inventory.platforms.patch.sequences import moves

_POLICIES = ("security-policy", "nat-policy")
_RULE = re.compile(r"rule name (.+)")
_PLACED = re.compile(r"([a-z]+)-(\d+)(-[a-z]+)?")


@dataclass(frozen=True)
class Rule:
    """A rule: its name, its lines, and by what it is known."""

    name: str
    lines: tuple[str, ...]

    @property
    def key(self) -> tuple[object, ...]:
        """By what the rule is the same rule in both texts."""
        match = _PLACED.fullmatch(self.name)
        said = tuple(sorted(line for line in self.lines if not line.startswith("description ")))
        return (match[1], match[3], said) if match else (self.name,)


def take(old: Tree, new: Tree, platform: str) -> list[Step]:
    """Take rules of policies that are in both trees out of them and return the steps from one to the other."""
    steps: list[Step] = []
    for head in [head for head in _POLICIES if head in old and head in new and platform == "huawei_vrp"]:
        default = [Step((head,), line) for line in new[head] if line not in old[head] and not _RULE.fullmatch(line)]
        for line in [step.line for step in default]:
            for same in [
                o for o in old[head] if words.slot(platform, (head,), o) == words.slot(platform, (head,), line)
            ]:
                del old[head][same]
            del new[head][line]
        steps += _steps(head, _cut(old[head]), _cut(new[head]), default, platform)
    return steps


def _cut(block: Tree) -> list[Rule]:
    found = [Rule(m[1], tuple(below)) for text, below in block.items() if (m := _RULE.fullmatch(text))]
    for rule in found:
        del block[f"rule name {rule.name}"]
    return found


def _steps(head: str, had: Sequence[Rule], wanted: Sequence[Rule], default: list[Step], platform: str) -> list[Step]:
    found = moves([rule.key for rule in had], [rule.key for rule in wanted])
    names = {b: had[a].name for a, b in found.kept}
    used = {rule.name for rule in had}
    steps = [step for a, b in found.kept for step in _changed(head, had[a], wanted[b], platform)]
    moved = {wanted[n].name: n for n in found.added if not _PLACED.fullmatch(wanted[n].name)}
    stays = {had[n].name for n in found.removed if had[n].name in moved}
    order = [rule.name for rule in had]
    for place in found.added:
        rule = wanted[place]
        if rule.name in stays:
            names[place] = rule.name
            before = next(r for r in had if r.name == rule.name)
            steps += _changed(head, before, rule, platform)
            order.remove(rule.name)
        else:
            names[place] = _name(rule.name, used)
            used.add(names[place])
            steps += [Step((head, f"rule name {names[place]}"), line) for line in rule.lines]
        steps += _moved(head, names, place, order)
    steps += default
    gone = [had[n].name for n in found.removed if had[n].name not in stays]
    return steps + [Step((head,), f"{words.undo(platform)} rule name {name}") for name in gone]


def _moved(head: str, names: dict[int, str], place: int, order: list[str]) -> Iterator[Step]:
    """Yield the step that brings a rule behind the one that is above it in the new policy, or to the top."""
    above = names.get(place - 1)
    at = order.index(above) + 1 if above in order else 0
    if at < len(order):
        yield Step((head,), f"rule move {names[place]} before {order[at]}")
    order.insert(at, names[place])


def _changed(head: str, old: Rule, new: Rule, platform: str) -> Iterator[Step]:
    path: Path = (head, f"rule name {old.name}")
    added = [line for line in new.lines if line not in old.lines]
    slots = {words.slot(platform, path, line) for line in added} - {""}
    yield from (Step(path, line) for line in sorted(added, key=lambda line: line.startswith("action ")))
    for line in old.lines:
        if line not in new.lines and words.slot(platform, path, line) not in slots:
            yield Step(path, f"{words.undo(platform)} {words.slot(platform, path, line) or line}")


def _name(wished: str, used: set[str]) -> str:
    match = _PLACED.fullmatch(wished)
    if wished not in used or not match:
        return wished
    number = next(n for n in range(int(match[2]), 10000) if f"{match[1]}-{n}{match[3] or ''}" not in used)
    return f"{match[1]}-{number}{match[3] or ''}"
