"""The contexts of the knowledge base's pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from monitoring.knowledge.model import Entry, Text, Version


@dataclass(frozen=True)
class ListPage:
    """What a question finds; without one, what was changed last."""

    template: ClassVar[str] = "knowledge/list.html"
    question: str
    entries: tuple[Entry, ...]
    may_write: bool


@dataclass(frozen=True)
class EntryPage:
    """One entry with its past."""

    template: ClassVar[str] = "knowledge/entry.html"
    entry: Entry
    versions: tuple[Version, ...]
    may_write: bool
    problem: str = ""


@dataclass(frozen=True)
class FormPage:
    """A new entry, or the improvement of one. `problems` by field; `other` is what another wrote meanwhile."""

    template: ClassVar[str] = "knowledge/form.html"
    text: Text
    entry: int = 0
    version: int = 0
    fault: int | None = None
    note: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    other: Entry | None = None


@dataclass(frozen=True)
class OfferPart:
    """The entries that look like a fault. `fault` 0: nobody can say yet whether one helped."""

    template: ClassVar[str] = "knowledge/offer.html"
    entries: tuple[Entry, ...]
    fault: int = 0
