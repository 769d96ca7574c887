"""Access lists of IOS and RGOS, whose order is that of their lines: a second list takes over while one is rebuilt.

A port holds one list a direction, and naming another replaces it at once. So the new list is made under another name,
the ports change over, the old one is made anew under its own name, and the ports change back: at every moment a whole
list decides, the old or the new one. A list that something else than a port refers to (a crypto map, a translation, a
line) cannot change over like this: it is removed and made again, and the patch says so.
"""

import re

from inventory.platforms.patch import words
from inventory.platforms.patch.lines import Path, Step, Tree, walk

_LIST = re.compile(r"(?:ip|mac|ipv6) access-list (?:(?:standard|extended) )?(\S+)")
_BOUND = re.compile(r"ip access-group (\S+) (in|out)")
_OTHER = "-next"


def take(old: Tree, new: Tree, platform: str) -> tuple[list[Step], list[Step], list[Path]]:
    """Take the lists out of both trees; return steps for changed ones, for new and old ones, and lists with a gap."""
    changed: list[Step] = []
    others: list[Step] = []
    gaps: list[Path] = []
    for head in [head for head in {**old, **new} if _LIST.fullmatch(head) and words.undo(platform) == "no"]:
        had, wanted = old.pop(head, None), new.pop(head, None)
        if wanted is not None and had is None:
            others += _whole(head, wanted)
        elif wanted is None:
            others.append(Step((), f"no {head}"))
        elif list(had or ()) != list(wanted):
            found, whole = _swap(head, wanted, old)
            changed += found
            gaps += [] if whole else [(head,)]
    return changed, others, gaps


def _whole(head: str, lines: Tree) -> list[Step]:
    return [Step((head,), line) for line in lines] or [Step((head,), "")]


def _swap(head: str, wanted: Tree, old: Tree) -> tuple[list[Step], bool]:
    name = head.split()[-1]
    ports = [(path, m) for path in walk(old) if len(path) == 2 and (m := _BOUND.fullmatch(path[1])) and m[1] == name]
    users = [path for path in walk(old) if re.search(rf"(^|\s){re.escape(name)}(\s|$)", path[-1]) and len(path) <= 2]
    again = [Step((), f"no {head}"), *_whole(head, wanted)]
    if len(users) > len(ports) or not ports:
        return again, not users
    other = head[: -len(name)] + name + _OTHER
    over = [Step(path[:1], f"ip access-group {name}{_OTHER} {m[2]}") for path, m in ports]
    back = [Step(path[:1], f"ip access-group {name} {m[2]}") for path, m in ports]
    return [*_whole(other, wanted), *over, *again, *back, Step((), f"no {other}")], True
