"""The contexts of the knowledge base's pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from countynet.i18n import _
from dashboard.knowledge.difference import Changed
from monitoring.knowledge.likely import Likely
from monitoring.knowledge.model import Entry, Text


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
    versions: tuple[Changed, ...]
    may_write: bool
    problem: str = ""
    fields: ClassVar[Mapping[str, str]] = {
        "symptom": _("How it shows"),
        "cause": _("Cause"),
        "remedy": _("What helped"),
        "command": _("Command"),
        "audience": _("For"),
    }


@dataclass(frozen=True)
class FormPage:
    """A new entry, or the improvement of one. `problems` by field; `other` is what another wrote meanwhile."""

    template: ClassVar[str] = "knowledge/form.html"
    text: Text
    entry: int = 0
    version: int = 0
    fault: int | None = None
    """the fault that it is learnt from"""
    learnt: Text | None = None
    """what that fault was, beside the entry that is improved by it"""
    note: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    other: Entry | None = None


@dataclass(frozen=True)
class OfferPart:
    """The entries that look like a fault. `fault` 0: nobody can say yet whether one helped."""

    template: ClassVar[str] = "knowledge/offer.html"
    entries: tuple[Likely, ...]
    fault: int = 0
