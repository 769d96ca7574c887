"""What a person or a program wants changed in the county folder, as values. Pure.

An edit names an item by its section and key (`units` and `u025`), never by its place in a list, so it still means the
same when somebody else has changed the file meanwhile. Values are plain YAML data: text, numbers, true and false, lists
and mappings. `inventory.record.repository` turns edits into one commit, or refuses all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

Plain: TypeAlias = "bool | int | float | str | date | list[Plain] | dict[str, Plain] | None"

KEYS: Mapping[str, str] = {
    "buildings": "id",
    "units": "id",
    "devices": "name",
    "cables": "id",
    "circuits": "id",
    "zones": "name",
    "hosts": "name",
    "services": "name",
    "policy": "id",
    "sites": "id",
    "racks": "id",
    "device_types": "slug",
    "security_equipment": "id",
    "contracts": "number",
    "backup_lines": "id",
    "seals": "id",
    "certificates": "id",
    "contacts": "id",
    "applications": "id",
    "backup_jobs": "id",
    "phases": "id",
    "batches": "id",
    "trainings": "id",
    "quarantine": "id",
    "held_ports": "id",
}
"""the field that names an item, by section"""


@dataclass(frozen=True)
class Put:
    """Add an item, or bring the one with that key to exactly these fields (fields that are None are left out)."""

    section: str
    item: Mapping[str, Plain]

    @property
    def key(self) -> str:
        """The item's key."""
        return str(self.item[KEYS[self.section]])


@dataclass(frozen=True)
class Set:
    """Change one field of an item that exists; `field` is a path such as `officer.telephone`; None removes it."""

    section: str
    key: str
    field: str
    value: Plain


@dataclass(frozen=True)
class Drop:
    """Remove an item that exists."""

    section: str
    key: str


Edit: TypeAlias = Put | Set | Drop


@dataclass(frozen=True)
class Author:
    """Who changes something: the login (or the shell's user) and, where known, the person's name."""

    login: str
    name: str = ""
