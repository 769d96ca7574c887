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

_RULE = re.compile(r"rule (?:(\d+) )?name (.+)")
_PLACED = re.compile(r"([a-z]+)-(\d+)(-[a-z]+)?")
_POLICIES = {"huawei_vrp": ("security-policy", "nat-policy"), "h3c_comware": ("security-policy ip",)}


@dataclass(frozen=True)
class Rule:
    """A rule: its number (Comware) and name, its lines, and by what it is known."""

    number: str
    name: str
    lines: tuple[str, ...]

    @property
    def key(self) -> tuple[object, ...]:
        """By what the rule is the same rule in both texts."""
        match = _PLACED.fullmatch(self.name)
        said = tuple(sorted(line for line in self.lines if not line.startswith("description ")))
        return (match[1], match[3], said) if match else (self.name,)

    @property
    def head(self) -> str:
        """The line that opens its view."""
        return f"rule {self.number} name {self.name}" if self.number else f"rule name {self.name}"

    @property
    def called(self) -> str:
        """What it is removed by."""
        return f"rule {self.number}" if self.number else self.head

    def before(self, other: "Rule") -> str:
        """Return the line that moves it."""
        if self.number:
            return f"move rule {self.number} before {other.number}"
        return f"rule move {self.name} before {other.name}"


def take(old: Tree, new: Tree, platform: str) -> list[Step]:
    """Take rules of policies that are in both trees out of them and return the steps from one to the other."""
    steps: list[Step] = []
    for head in [head for head in _POLICIES.get(platform, ()) if head in old and head in new]:
        default = _default(head, old[head], new[head], platform)
        steps += _steps(head, _cut(old[head]), _cut(new[head]), default, platform)
    return steps


def _default(head: str, old: Tree, new: Tree, platform: str) -> list[Step]:
    """Take out what decides after all rules; it changes when the new rules stand and the old ones do still."""
    lines = [line for line in new if line not in old and not _RULE.fullmatch(line)]
    for line in lines:
        name = words.slot(platform, (head,), line)
        for same in [other for other in old if name and words.slot(platform, (head,), other) == name]:
            del old[same]
        del new[line]
    return [Step((head,), line) for line in lines]


def _cut(block: Tree) -> list[Rule]:
    found = [Rule(m[1] or "", m[2], tuple(below)) for text, below in block.items() if (m := _RULE.fullmatch(text))]
    for rule in found:
        del block[rule.head]
    return found


def _steps(head: str, had: Sequence[Rule], wanted: Sequence[Rule], default: list[Step], platform: str) -> list[Step]:
    found = moves([rule.key for rule in had], [rule.key for rule in wanted])
    stand = {b: had[a] for a, b in found.kept}
    steps = [step for a, b in found.kept for step in _changed(head, had[a], wanted[b], platform)]
    named = {wanted[n].name for n in found.added if not _PLACED.fullmatch(wanted[n].name)}
    stays = {had[n].name: had[n] for n in found.removed if had[n].name in named}
    order, used = list(had), list(had)
    for place in found.added:
        rule = stays.get(wanted[place].name)
        if rule:
            steps += _changed(head, rule, wanted[place], platform)
            order.remove(rule)
        else:
            rule = _free(wanted[place], used)
            used.append(rule)
            steps += [Step((head, rule.head), line) for line in rule.lines] or [Step((head, rule.head), "")]
        steps += _moved(head, rule, stand.get(place - 1), order)
        stand[place] = rule
    gone = [had[n] for n in found.removed if had[n].name not in stays]
    return steps + default + [Step((head,), f"{words.undo(platform)} {rule.called}") for rule in gone]


def _moved(head: str, rule: Rule, above: Rule | None, order: list[Rule]) -> Iterator[Step]:
    """Yield the step that brings a rule behind the one that is above it in the new policy, or to the top."""
    place = order.index(above) + 1 if above in order else 0
    if place < len(order):
        yield Step((head,), rule.before(order[place]))
    order.insert(place, rule)


def _changed(head: str, old: Rule, new: Rule, platform: str) -> Iterator[Step]:
    path: Path = (head, old.head)
    added = [line for line in new.lines if line not in old.lines]
    slots = {words.slot(platform, path, line) for line in added} - {""}
    yield from (Step(path, line) for line in sorted(added, key=lambda line: line.startswith("action ")))
    for line in old.lines:
        if line not in new.lines and words.slot(platform, path, line) not in slots:
            yield Step(path, f"{words.undo(platform)} {words.slot(platform, path, line) or line}")


def _free(rule: Rule, used: Sequence[Rule]) -> Rule:
    """Return a rule under a name and number that no other has."""
    names, numbers = {other.name for other in used}, {other.number for other in used} - {""}
    match = _PLACED.fullmatch(rule.name)
    name, number = rule.name, rule.number
    if name in names and match:
        n = next(n for n in range(int(match[2]), 10**6) if f"{match[1]}-{n}{match[3] or ''}" not in names)
        name = f"{match[1]}-{n}{match[3] or ''}"
    if number in numbers:
        number = str(max(map(int, numbers)) + 1)
    return Rule(number, name, rule.lines)
