"""Changes and items as rows of a page: objects with their links, fields and values in the reader's words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from dashboard.inventory import labels
from dashboard.web import person
from inventory.record.changes import Change
from inventory.record.git import Entry
from inventory.record.history import Revision
from inventory.record.splice import Items
from inventory.record.values import Texts

LINKS = {
    "unit": "units",
    "parent": "units",
    "owner": "units",
    "was": "units",
    "building": "buildings",
    "rack": "racks",
    "site": "sites",
    "type": "device_types",
    "batch": "batches",
    "zone": "zones",
}
"""fields that name an item of a section"""


@dataclass(frozen=True)
class Row:
    """One changed field, as a page shows it."""

    object: str
    url: str
    """empty where the reader may not follow"""
    field: str
    before: str
    after: str
    whole: str = ""
    """`added` or `removed` when the whole item came or went"""


@dataclass(frozen=True)
class Commit:
    """One commit, as a page shows it."""

    commit: str
    author: str
    login: str
    at: datetime
    reason: str
    rows: tuple[Row, ...]
    more: int = 0
    """how many rows are not shown"""
    first: bool = False
    """nothing is before it, so it cannot be undone"""


@dataclass(frozen=True)
class FieldRow:
    """One field of an item."""

    path: str
    label: str
    parts: tuple[str, ...]
    """one line each"""
    link: str = ""
    may_change: bool = False


def rows(changes: Iterable[Change]) -> tuple[Row, ...]:
    """Return changes as rows."""
    linked = person().unit is None
    return tuple(_row(change, linked) for change in changes)


def _row(change: Change, linked: bool) -> Row:
    whole = "" if change.field else "added" if change.before is None else "removed"
    url = url_for("inventory.object", section=change.section, key=change.key) if linked else ""
    before, after = (_told(change, value) for value in _different(change.before, change.after))
    return Row(change.object, url, labels.field(change.field), before, after, whole)


def _different(before: Texts, after: Texts) -> tuple[Texts, Texts]:
    """Return two values; of two lists of mappings only what is not in both."""
    if isinstance(before, list) and isinstance(after, list) and any(isinstance(p, dict) for p in (*before, *after)):
        return [part for part in before if part not in after], [part for part in after if part not in before]
    return before, after


def _told(change: Change, value: Texts) -> str:
    """Return a value; of a whole item its name and what it belongs to, not all of it."""
    if not change.field and isinstance(value, dict):
        told = [str(value[name]) for name in ("name", "name_en", "unit", "building", "value") if value.get(name)]
        return " · ".join(told)
    return labels.told(change.section, change.field, value)


def commit(revision: Revision, limit: int = 1000) -> Commit:
    """Return a commit with at most so many rows."""
    e: Entry = revision.entry
    shown = rows(revision.changes[:limit])
    more = max(0, len(revision.changes) - limit)
    return Commit(e.commit, e.author, e.login, e.at, e.reason, shown, more, not e.parents)


def item_fields(section: str, item: Items, may_change: "MayChange") -> tuple[FieldRow, ...]:
    """Return an item's fields, those of a mapping inside it one by one."""
    return tuple(_field(section, path, value, may_change) for path, value in flat(item))


class MayChange:
    """Tells which fields of one item the reader may change; the item's own key never."""

    def __init__(self, allowed: bool, fixed: str, only: "tuple[str, ...] | None" = None) -> None:
        self.allowed, self.fixed, self.only = allowed, fixed, only

    def __call__(self, path: str) -> bool:
        """Tell it of one field."""
        return self.allowed and path != self.fixed and (self.only is None or path in self.only)


def _field(section: str, path: str, value: Texts, may_change: MayChange) -> FieldRow:
    target = LINKS.get(path)
    linked = target is not None and isinstance(value, str) and person().unit is None
    link = url_for("inventory.object", section=target, key=value) if linked else ""
    return FieldRow(path, labels.field(path), labels.parts(section, path, value), link, may_change(path))


def flat(item: Items, above: str = "") -> Iterator[tuple[str, Texts]]:
    """Yield path and value of every field."""
    for name, value in item.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value
