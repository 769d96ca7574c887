"""Units and people as NetBox's tenants and contacts. Pure."""

from collections.abc import Iterator

from countynet.vocabulary import UnitKind
from inventory.model import County, Person, Unit
from inventory.netbox.thing import CF, Ref, Thing, Value, name, slug, text
from inventory.netbox.words import CONTACT_ROLES, UNIT_KINDS

PEOPLE = ("leader", "officer")


def operator(county: County) -> str:
    """Return the name of the company whose lines they are."""
    return county.plan.operator.title or county.plan.operator.name


def things(county: County) -> Iterator[Thing]:
    """Yield tenant groups, tenants, contact roles and contacts, and which contact is whose."""
    for kind in UnitKind:
        zh, en = UNIT_KINDS[kind]
        yield Thing("tenant_groups", kind, {"name": zh, "slug": str(kind), "description": en})
    for role, (zh, en) in CONTACT_ROLES.items():
        yield Thing("contact_roles", role, {"name": zh, "slug": role, "description": en})
    for unit in county.units:
        yield from _unit(unit)
    for contact in county.contacts:
        yield Thing(
            "contacts",
            contact.id,
            {
                "name": name(contact.name),
                "phone": contact.telephone,
                "title": name(contact.duty),
                "description": text(contact.organisation),
                f"{CF}countynet_id": contact.id,
            },
            ("contacts", contact.id, ""),
        )
    yield _person("duty-desk", county.plan.operator, county.plan.operator.title, ("plan", "", "operator"))
    yield _assigned("duty-desk", Ref("providers", slug(operator(county))), "circuits.provider", "duty-desk")


def _unit(unit: Unit) -> Iterator[Thing]:
    yield Thing(
        "tenants",
        unit.id,
        {
            "name": name(unit.name),
            "slug": unit.id,
            "group": Ref("tenant_groups", unit.kind),
            "description": text(unit.name_en),
            f"{CF}countynet_number": unit.number,
            f"{CF}countynet_parent": unit.parent,
            f"{CF}countynet_browse": unit.may_browse,
            f"{CF}countynet_connected": unit.connected_on.isoformat() if unit.connected_on else None,
        },
        ("units", unit.id, ""),
    )
    for role in PEOPLE:
        person: Person | None = getattr(unit, role)
        if person is not None:
            key = f"{unit.id}-{role}"
            yield _person(key, person, unit.name, ("units", unit.id, role))
            yield _assigned(key, Ref("tenants", unit.id), "tenancy.tenant", role)


def _person(key: str, person: Person, of: str, origin: tuple[str, str, str]) -> Thing:
    fields: dict[str, Value] = {
        "name": name(person.name),
        "phone": person.telephone,
        "title": name(person.title),
        "description": text(of),
        f"{CF}countynet_id": key,
    }
    return Thing("contacts", key, fields, origin)


def _assigned(contact: str, to: Ref, type_: str, role: str) -> Thing:
    return Thing(
        "assignments",
        f"{to.key}:{role}",
        {
            "object_type": type_,
            "object_id": to,
            "contact": Ref("contacts", contact),
            "role": Ref("contact_roles", role),
            "priority": "primary",
        },
    )
