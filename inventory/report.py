"""A county's items as plain facts, for `countynet inventory`. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.model import County, Device

NOUNS = {
    "buildings": _("buildings"),
    "units": _("units"),
    "devices": _("devices"),
    "cables": _("cables"),
    "circuits": _("access lines"),
    "zones": _("zones"),
    "hosts": _("hosts"),
    "services": _("services"),
    "policy": _("policy rules"),
    "sites": _("sites"),
    "racks": _("racks"),
    "device_types": _("device types"),
    "security_equipment": _("security equipment"),
    "contracts": _("contracts"),
    "backup_lines": _("backup lines"),
    "seals": _("seals"),
    "certificates": _("certificates"),
    "contacts": _("contacts"),
    "applications": _("applications"),
    "backup_jobs": _("backup jobs"),
    "phases": _("phases"),
    "batches": _("batches"),
    "trainings": _("training sessions"),
    "quarantine": _("values in quarantine"),
    "held_ports": _("ports that are held"),
}


def counts(county: County) -> dict[str, int]:
    """Return how many items each section has."""
    return {name: len(getattr(county, name)) for name in NOUNS}


def unit(county: County, unit_id: str) -> dict[str, Any]:
    """Return a unit with its building, line and CPE. Raises BadInput if there is none of that id."""
    found = county.unit_by_id.get(unit_id)
    if found is None:
        raise BadInput([Problem(_("no unit has the id {id}"), {"id": unit_id})])
    facts = found.model_dump(mode="json")
    facts["building"] = county.building_by_id[found.building].model_dump(mode="json")
    facts["line"] = county.circuit_by_unit[unit_id].model_dump(mode="json")
    facts["cpe"] = county.cpe_by_unit[unit_id].model_dump(mode="json")
    return facts


def known_device(county: County, name: str) -> Device:
    """Return a device. Raises BadInput if there is none of that name."""
    found = county.device_by_name.get(name)
    if found is None:
        raise BadInput([Problem(_("no device is named {name}"), {"name": name})])
    return found


def device(county: County, name: str) -> dict[str, Any]:
    """Return a device with its building and what is in each port. Raises BadInput if there is none of that name."""
    found = known_device(county, name)
    facts = found.model_dump(mode="json")
    facts["building"] = county.building_by_id[found.building].model_dump(mode="json")
    facts["ports"] = dict.fromkeys(found.ports, "") | dict(_cabled(county, name))
    return facts


def _cabled(county: County, name: str) -> Iterator[tuple[str, str]]:
    for cable in county.cables:
        for here, there in ((cable.a, cable.b), (cable.b, cable.a)):
            if here.node == name:
                yield here.port, f"{there.node}:{there.port}"


def flat(facts: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield facts as rows of path and value."""
    for key, value in facts.items():
        path = f"{above}.{key}" if above else key
        if isinstance(value, Mapping):
            yield from flat(value, path)
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for i, item in enumerate(value):
                yield from flat(item, f"{path}[{i}]")
        else:
            yield path, ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
