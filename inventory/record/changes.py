"""What differs between two states of a county's items, field by field, and how to repeat that on a third. Pure.

The same comparison serves history, the difference of two dates, undo (repeat backwards on today's state) and the merge
of a proposal (repeat forwards): a change applies where its field still has the value that it had before, and nowhere
else, so that nobody's later work is overwritten.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from inventory.record.splice import Items
from inventory.record.values import Texts

Key = tuple[str, str]
State = Mapping[Key, Items]


@dataclass(frozen=True)
class Change:
    """One field of one item. Without a field the whole item came (`before` None) or went (`after` None)."""

    section: str
    key: str
    field: str
    before: Texts
    after: Texts

    @property
    def object(self) -> str:
        """The item, as people name it: `units/u025`."""
        return f"{self.section}/{self.key}"

    def inverse(self) -> "Change":
        """Return the change that takes this one back."""
        return Change(self.section, self.key, self.field, self.after, self.before)


def changes(before: State, after: State) -> tuple[Change, ...]:
    """Return every difference between two states, by section and key."""
    found: list[Change] = []
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            found.append(Change(*key, "", old, new))
        elif old != new:
            found += (Change(*key, path, a, b) for path, a, b in _fields(old, new))
    return tuple(found)


def _fields(old: Items, new: Items, above: str = "") -> Iterator[tuple[str, Texts, Texts]]:
    for name in dict.fromkeys((*old, *new)):
        a, b = old.get(name), new.get(name)
        if a == b and (name in old) == (name in new):
            continue
        if isinstance(a, dict) and isinstance(b, dict):
            yield from _fields(a, b, f"{above}{name}.")
        else:
            yield f"{above}{name}", a, b


def repeat(wanted: Iterable[Change], now: State) -> tuple[dict[Key, "Items | None"], tuple[Change, ...]]:
    """Return what items become when changes are made to `now`, and the changes that no longer apply there."""
    target: dict[Key, Items | None] = {}
    refused: list[Change] = []
    for change in wanted:
        key = (change.section, change.key)
        item = target[key] if key in target else now.get(key)
        if not change.field:
            if item != change.before:
                refused.append(change)
            target[key] = change.after if isinstance(change.after, dict) else None
        elif item is None or at(item, change.field) not in (change.before, change.after):
            refused.append(change)
        else:
            target[key] = put(item, change.field, change.after)
    return target, tuple(refused)


def at(item: Items, path: str) -> Texts:
    """Return the value of a field such as `officer.telephone`; None when there is none."""
    value: Texts = item
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def put(item: Items, path: str, value: Texts) -> Items:
    """Return the item with one field changed; None removes it."""
    name, _dot, rest = path.partition(".")
    copy = dict(item)
    if rest:
        inner = copy.get(name)
        value = put(inner if isinstance(inner, dict) else {}, rest, value) or None
    if value is None:
        copy.pop(name, None)
    else:
        copy[name] = value
    return copy
