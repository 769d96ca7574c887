"""Access lists whose entries have numbers: changed entry by entry while they are in force.

An entry is what it says, not its number: entries that say the same stay under the number they have, and new ones get
free numbers between their neighbours, so an insertion at the top does not rewrite the list. The order is that of
`sequences`: nothing is judged by a list that is neither the old nor the new one. Where no number is free the entries
are removed and typed again, and the patch says so.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from inventory.platforms.patch import words
from inventory.platforms.patch.lines import Path, Step, Tree
from inventory.platforms.patch.sequences import Moves, moves, numbered

_LISTS: Mapping[str, re.Pattern[str]] = {
    "huawei_vrp": re.compile(r"acl (?!ip-pool|port-pool|ipv6-pool).*"),
    "h3c_comware": re.compile(r"acl (?!logging|ip-pool|port-pool).*"),
    "ruijie": re.compile(r"(?!)"),
    "cisco_ios": re.compile(r"(?!)"),
}
_ENTRY: Mapping[str, tuple[re.Pattern[str], re.Pattern[str], str]] = {
    "undo": (
        re.compile(r"rule (\d+) ((?:permit|deny)\b.*)"),
        re.compile(r"rule (\d+) ((?:description|comment) .*)"),
        "rule {}",
    ),
    "no": (re.compile(r"(\d+) ((?:permit|deny)\b.*)"), re.compile(r"(?!)(\d+) (.*)"), "{}"),
}
_HIGHEST = 65532
_REST = ("deny ip", "deny ip logging")


@dataclass(frozen=True)
class Entry:
    """An entry of a list: its number, what it says, and what is said about it."""

    number: int
    body: str
    note: str


def take(old: Tree, new: Tree, platform: str) -> tuple[list[Step], list[Path]]:
    """Take entries of lists that are in both trees out of them; return steps, and lists that have a gap meanwhile."""
    steps: list[Step] = []
    gaps: list[Path] = []
    for head in [head for head in old if head in new and _LISTS[platform].fullmatch(head)]:
        had, wanted = _cut(old[head], platform), _cut(new[head], platform)
        found = moves([e.body for e in had], [e.body for e in wanted])
        numbers = numbered([e.number for e in had], [e.number for e in wanted], found, _HIGHEST)
        if numbers is None:
            gaps.append((head,))
            lines = _again(had, wanted, platform)
        else:
            lines = _lines(had, wanted, found, numbers, platform)
        steps += [Step((head,), line) for line in lines]
    return steps, gaps


def _cut(block: Tree, platform: str) -> list[Entry]:
    entry, note, _form = _ENTRY[words.undo(platform)]
    notes = {m[1]: m[2] for line in block if (m := note.fullmatch(line))}
    found = [Entry(int(m[1]), m[2], notes.get(m[1], "")) for line in block if (m := entry.fullmatch(line))]
    for line in [line for line in block if entry.fullmatch(line) or note.fullmatch(line)]:
        del block[line]
    return sorted(found, key=lambda e: e.number)


def _lines(
    had: list[Entry], wanted: list[Entry], found: Moves, numbers: dict[int, int], platform: str
) -> Iterator[str]:
    for a, b in found.kept:
        yield from _note(had[a].number, had[a].note, wanted[b].note, platform)
    for place in found.added:
        yield from _typed(numbers[place], wanted[place], platform)
    for place in found.removed:
        yield _gone(had[place].number, platform)


_CLOSED = ("deny ip source 0.0.0.0 127.255.255.255", "deny ip source 128.0.0.0 127.255.255.255")
"""all that is, in two entries that no list of ours has: they stand in for its last one while it is made again"""


def _again(had: list[Entry], wanted: list[Entry], platform: str) -> Iterator[str]:
    same = {(e.number, e.body) for e in had} & {(e.number, e.body) for e in wanted}
    guards = [
        Entry(_HIGHEST + 1 - n, body, "") for n, body in enumerate(_CLOSED) if wanted and wanted[-1].body in _REST
    ]
    for guard in guards:
        yield from _typed(guard.number, guard, platform)
    yield from (_gone(e.number, platform) for e in reversed(had) if (e.number, e.body) not in same)
    for entry in wanted:
        if (entry.number, entry.body) not in same:
            yield from _typed(entry.number, entry, platform)
    yield from (_gone(guard.number, platform) for guard in guards)


def _typed(number: int, entry: Entry, platform: str) -> Iterator[str]:
    head = _ENTRY[words.undo(platform)][2].format(number)
    yield f"{head} {entry.body}"
    yield from [f"{head} {entry.note}"] if entry.note else []


def _note(number: int, old: str, new: str, platform: str) -> Iterator[str]:
    head = _ENTRY[words.undo(platform)][2].format(number)
    if old != new:
        yield f"{head} {new}" if new else f"{words.undo(platform)} {head} {old.split()[0]}"


def _gone(number: int, platform: str) -> str:
    return f"{words.undo(platform)} {_ENTRY[words.undo(platform)][2].format(number)}"
