"""Everything that is named exists. Pure."""

from collections.abc import Iterator, Mapping

from countynet.i18n import _
from countynet.vocabulary import DeviceRole
from inventory.model import County
from inventory.validate.finding import Finding, wrong

NO_BUILDING = _("there is no such building")
NO_UNIT = _("there is no such unit")


def units(county: County) -> Iterator[Finding]:
    """A unit's building and parent exist, and no unit is above itself."""
    above = rings({unit.id: unit.parent for unit in county.units})
    for i, unit in enumerate(county.units):
        if unit.building not in county.building_by_id:
            yield wrong(("units", i, "building"), NO_BUILDING, found=unit.building)
        if unit.parent is not None and unit.parent not in county.unit_by_id:
            yield wrong(("units", i, "parent"), NO_UNIT, found=unit.parent)
        elif unit.id in above:
            yield wrong(("units", i, "parent"), _("{unit} is above itself"), found=unit.parent or "", unit=unit.id)


def rings(parents: Mapping[str, str | None]) -> set[str]:
    """Return all that are above themselves: each is walked over once, however deep they nest."""
    found, done = set[str](), set[str]()
    for start in parents:
        path = dict[str, None]()
        here: str | None = start
        while here is not None and here not in done and here not in path:
            path[here] = None
            here = parents.get(here)
        if here is not None and here in path:
            walked = list(path)
            found.update(walked[walked.index(here) :])
        done.update(path)
    return found


def devices(county: County) -> Iterator[Finding]:
    """A device's building exists; a CPE names its unit, and nothing else does."""
    for i, device in enumerate(county.devices):
        if device.building not in county.building_by_id:
            yield wrong(("devices", i, "building"), NO_BUILDING, found=device.building)
        if device.unit is not None and device.unit not in county.unit_by_id:
            yield wrong(("devices", i, "unit"), NO_UNIT, found=device.unit)
        if device.role is DeviceRole.CPE and device.unit is None:
            yield wrong(("devices", i), _("the CPE {name} serves no unit: give it a unit"), name=device.name)
        if device.role is not DeviceRole.CPE and device.unit is not None:
            yield wrong(("devices", i, "unit"), _("only a CPE serves a unit"), found=device.unit)


def hosts(county: County) -> Iterator[Finding]:
    """A host's zone and the services that it offers exist."""
    services = {s.name for s in county.services}
    for i, host in enumerate(county.hosts):
        if host.zone not in county.zone_by_name:
            yield wrong(("hosts", i, "zone"), _("there is no such zone"), found=host.zone.value)
        for j, name in enumerate(host.services):
            if name not in services:
                yield wrong(("hosts", i, "services", j), _("there is no such service"), found=name)
