"""What NetBox shall hold, as values: one `Thing` per object, naming others by kind and key, never by number. Pure.

NetBox's own ids exist only where they are needed, in `inventory.netbox.push`: so the same things serve the export, the
import (read backwards) and the CSV files.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Record: TypeAlias = Mapping[str, Any]
"""one object as NetBox's REST API gives it"""
TAG = "countynet"
"""the tag on everything that we made: only that is ever changed or removed"""
CF = "cf."
"""begins the name of a field that is a custom field in NetBox"""
_NAME, _TEXT, _HASH = 100, 200, 6


@dataclass(frozen=True)
class Ref:
    """Another thing, by its kind and key."""

    kind: str
    key: str


Value: TypeAlias = "bool | int | float | str | Ref | tuple[Value, ...] | Mapping[str, Value] | None"


@dataclass(frozen=True)
class Thing:
    """One NetBox object: its kind (`inventory.netbox.kinds`), its key among its kind, and the fields that we decide."""

    kind: str
    key: str
    fields: Mapping[str, Value]
    origin: tuple[str, str, str] = ("", "", "")
    """the item that it comes from: section, key, and the field within (empty: the item itself)"""
    more: Mapping[str, Value] = field(default_factory=dict)
    """what only the CSV files need beside the fields"""

    @property
    def ref(self) -> Ref:
        """How others name it."""
        return Ref(self.kind, self.key)


def slug(text: str) -> str:
    """Return a text as NetBox takes a slug; what is not ASCII adds a short hash, so that two names stay two slugs."""
    plain = re.sub(r"[^a-z0-9_]+", "-", text.lower()).strip("-")
    if plain and text.isascii():
        return plain[:_NAME]
    digest = hashlib.sha256(text.encode()).hexdigest()[:_HASH]
    return f"{plain[: _NAME - _HASH - 1]}-{digest}" if plain else f"x-{digest}"


def name(text: str) -> str:
    """Return a text as NetBox keeps a name: so long at most, without outer spaces."""
    return text[:_NAME].strip()


def text(value: str) -> str:
    """Return a text as NetBox keeps a description: so long at most, without outer spaces."""
    return value[:_TEXT].strip()


def refs(value: Value) -> Iterator[Ref]:
    """Yield every thing that a value names."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from refs(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from refs(part)
