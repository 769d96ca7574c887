"""The contexts of the pages of any object."""

from dataclasses import dataclass
from typing import ClassVar

from dashboard.inventory.rows import Commit, FieldRow


@dataclass(frozen=True)
class ChangeForm:
    """One field as text, to be changed."""

    field: str
    label: str
    value: str
    base: str
    reason: str
    may_save: bool
    problems: tuple[str, ...] = ()
    conflict: str = ""
    now: str | None = None


@dataclass(frozen=True)
class ObjectPage:
    """One object with its history."""

    template: ClassVar[str] = "inventory/objects/object.html"
    section: str
    section_name: str
    key: str
    title: str
    there: bool
    fields: tuple[FieldRow, ...]
    missing: tuple[tuple[str, str], ...]
    """fields that it may have and has not, where the reader may fill them in"""
    commits: tuple[Commit, ...]
    form: ChangeForm | None
    done: str
    """the commit that the reader has just made; `there` when nothing had to be done"""
    may_undo: bool
    edit: str
    """address of the form of all its fields, for a unit that the reader may change"""
    unit: str
    """the unit's live page, for a unit"""
    back: bool
    """whether the reader may see the list of its section"""


@dataclass(frozen=True)
class SectionsPage:
    """All sections with how many items each has."""

    template: ClassVar[str] = "inventory/objects/sections.html"
    sections: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class SectionPage:
    """The items of one section."""

    template: ClassVar[str] = "inventory/objects/section.html"
    section: str
    name: str
    q: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    """key and cells"""
    found: int
    page: int
    pages: int
