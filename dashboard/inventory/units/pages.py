"""The contexts of the units' pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from countynet.vocabulary import Access
from dashboard.inventory.fields import Input
from dashboard.inventory.rows import Row
from inventory.model import Unit


@dataclass(frozen=True)
class Filters:
    """What the table was asked for; empty: everything."""

    q: str = ""
    kind: str = ""
    building: str = ""
    access: str = ""
    sort: str = "number"


@dataclass(frozen=True)
class UnitRow:
    """One unit in the table."""

    unit: Unit
    name: str
    building: str
    access: Access | None
    vlan: int | None


@dataclass(frozen=True)
class TablePage:
    """The table of units."""

    template: ClassVar[str] = "inventory/units/table.html"
    rows: tuple[UnitRow, ...]
    filters: Filters
    kinds: tuple[tuple[str, str], ...]
    buildings: tuple[tuple[str, str], ...]
    accesses: tuple[tuple[str, str], ...]
    sorts: Mapping[str, str]
    """address of the table sorted by each column"""
    found: int
    counts: tuple[tuple[str, int, str], ...]
    page: int
    pages: int
    before: str
    after: str
    may_add: bool


@dataclass(frozen=True)
class Told:
    """What a unit's coming or leaving means, for a person."""

    values: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    diff: str
    shown: str
    """what the page promised, to be compared when it is saved"""


@dataclass(frozen=True)
class Group:
    """Inputs under one heading."""

    title: str
    inputs: tuple[Input, ...]


@dataclass(frozen=True)
class NewPage:
    """The form of a new unit, and, when it was looked at, what it will mean."""

    template: ClassVar[str] = "inventory/units/new.html"
    groups: tuple[Group, ...]
    reason: str
    reason_errors: tuple[str, ...]
    problems: tuple[str, ...]
    told: Told | None
    there: Unit | None = None
    """a unit that has this name already"""


@dataclass(frozen=True)
class EditPage:
    """The form of a unit that is there."""

    template: ClassVar[str] = "inventory/units/edit.html"
    unit: str
    name: str
    groups: tuple[Group, ...]
    base: str
    """the commit that the person looks at"""
    reason: str
    reason_errors: tuple[str, ...]
    problems: tuple[str, ...]
    conflict: str
    may_save: bool
    clerk: bool


@dataclass(frozen=True)
class RemovePage:
    """What a unit's removal frees, before it is done."""

    template: ClassVar[str] = "inventory/units/remove.html"
    unit: Unit
    told: Told | None
    until: str
    reason: str
    problems: tuple[str, ...]
