"""What a device, a unit or a host is known by: role, site, platform, unit, access and so on. Pure.

The one place that says which device belongs to which site or unit: `--only` (inventory.select) chooses by these, and
nornir's and Ansible's groups (inventory.groups) are made of them, so that a group and a selection never differ. A
device that serves no unit (a core, a switch) has no unit, kind, access, line or batch.
"""

from collections.abc import Mapping
from types import MappingProxyType

from inventory.model import County, Device, Host, Unit

Traits = Mapping[str, tuple[str, ...]]
"""key -> ids; `site` has the building, its site and every site above; of two with one id the site is meant"""

KEYS = (
    "name",
    "role",
    "platform",
    "site",
    "building",
    "unit",
    "under",
    "kind",
    "access",
    "line",
    "batch",
    "zone",
    "runs",
)
"""every key, in the order in which documents list them"""
BARE = ""
"""the key of a word without one: what a person calls the thing by"""


def of_device(county: County, device: Device) -> Traits:
    """Return a device's traits; those of its unit are among them."""
    unit = county.unit_by_id.get(device.unit or "")
    return {
        **(_served(county, unit) if unit else {}),
        BARE: (device.name, *((unit.id,) if unit else ())),
        "name": (device.name,),
        "role": (device.role.value,),
        "platform": (device.platform,),
        "site": _places(county, device.building),
        "building": (device.building,),
    }


def of_unit(county: County, unit: Unit) -> Traits:
    """Return a unit's traits; its CPE's role and platform are among them."""
    cpe = county.cpe_by_unit.get(unit.id)
    return {
        **_served(county, unit),
        BARE: (unit.id, *((cpe.name,) if cpe else ())),
        "name": (unit.id,),
        "role": (cpe.role.value,) if cpe else (),
        "platform": (cpe.platform,) if cpe else (),
        "site": _places(county, unit.building),
        "building": (unit.building,),
    }


def of_host(_county: County, host: Host) -> Traits:
    """Return a host's traits; its role is its kind."""
    return {
        BARE: (host.name,),
        "name": (host.name,),
        "role": (host.kind.value,),
        "zone": (host.zone.value,),
        "runs": host.runs,
    }


def spoken(county: County) -> Mapping[str, Mapping[str, str]]:
    """Return what people call an id, by key: the Chinese name of a unit, a building, a site."""
    units = {unit.id: unit.name for unit in county.units}
    buildings = {building.id: building.name for building in county.buildings}
    sites = buildings | {site.id: site.name for site in county.sites}
    return MappingProxyType({BARE: units, "unit": units, "under": units, "site": sites, "building": buildings})


def _served(county: County, unit: Unit) -> Traits:
    circuit = county.circuit_by_unit.get(unit.id)
    return {
        "unit": (unit.id,),
        "under": _above(county, unit),
        "kind": (unit.kind.value,),
        "access": (circuit.access.value,) if circuit else (),
        "line": (circuit.id,) if circuit else (),
        "batch": tuple(batch.id for batch in county.batches if unit.id in batch.units),
    }


def _above(county: County, unit: Unit) -> tuple[str, ...]:
    """Return the unit's id and those of the units above it, nearest first; a loop is gone round once."""
    found: dict[str, None] = {}
    step: Unit | None = unit
    while step is not None and step.id not in found:
        found[step.id] = None
        step = county.unit_by_id.get(step.parent or "")
    return tuple(found)


def _places(county: County, building: str) -> tuple[str, ...]:
    """Return the building's id, its site's and those of the sites above, nearest first, each once."""
    sites = {site.id: site for site in county.sites}
    at, found = county.building_by_id.get(building), dict[str, None]()
    step = sites.get(at.site or "") if at else None
    while step is not None and step.id not in found:
        found[step.id] = None
        step = sites.get(step.parent or "")
    return tuple(dict.fromkeys((building, *found)))
