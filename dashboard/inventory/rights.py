"""Who may change or propose what of the record, and as whom. Pure.

The center saves; everybody else proposes, and only what is theirs to know: a unit its own leader's and officer's names
and telephones, the operator the lines. The pages ask here which fields to offer, and the service asks again for every
edit that it is given, so that a form that somebody made by hand gets no further.
"""

from countynet.vocabulary import Role
from dashboard.users.model import Person
from inventory.record.changes import Key
from inventory.record.edit import Author, Edit, Set
from inventory.record.splice import Items

PEOPLE = ("leader.name", "leader.title", "leader.telephone", "officer.name", "officer.title", "officer.telephone")
LINES = ("circuits", "backup_lines")
OWN = ("circuits", "backup_lines", "seals", "certificates")
"""sections whose items of the own unit a clerk reads; devices' addresses are the desk's business"""


def may_save(person: Person) -> bool:
    """Tell whether a person's changes need no review."""
    return person.role is Role.CENTER


def may_change(person: Person, section: str, key: str, field: str) -> bool:
    """Tell whether a person may at least propose another value of a field."""
    if person.role is Role.UNIT:
        return (section, key) == ("units", person.unit) and field in PEOPLE
    return person.role is Role.CENTER or (person.role is Role.OPERATOR and section in LINES)


def may_propose(person: Person, edit: Edit) -> bool:
    """Tell whether a person may propose an edit."""
    field = edit.field if isinstance(edit, Set) else ""
    return person.role is Role.CENTER or (field != "" and may_change(person, edit.section, edit.key, field))


def may_read(person: Person, key: Key, item: Items | None) -> bool:
    """Tell whether a person may read an item (None: it is there no more)."""
    if person.role is not Role.UNIT:
        return person.role is not Role.ADMIN
    section, name = key
    if section == "units":
        return name == person.unit
    return section in OWN and item is not None and item.get("unit") == person.unit


def author(person: Person, unit: Items | None) -> Author:
    """Return whose name a commit carries: the login and, for a clerk, the unit's name; other accounts have none."""
    return Author(person.login, str((unit or {}).get("name") or ""))
