"""Racks: what stands in one fits into it, and stands in the same building. Pure."""

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

from countynet.i18n import _
from countynet.vocabulary import DeviceRole
from inventory.model import County, Rack
from inventory.validate.finding import Finding, Place, wrong
from inventory.validate.rule import advice, error, warning


class _Slot(NamedTuple):
    """Something in a rack."""

    place: Place
    name: str
    rack: str
    building: str
    position: int | None
    height: int


def _slots(county: County) -> Iterator[_Slot]:
    heights = {kind.slug: ceil(kind.height) for kind in county.device_types}
    for i, device in enumerate(county.devices):
        if device.rack is not None:
            height = heights.get(device.type or "", 1)
            place = ("devices", i)
            yield _Slot(place, device.name, device.rack, device.building, device.position, height)
    for i, kit in enumerate(county.security_equipment):
        if kit.rack is not None:
            yield _Slot(("security_equipment", i), kit.id, kit.rack, kit.building, None, 1)


def _racks(county: County) -> dict[str, Rack]:
    return {rack.id: rack for rack in county.racks}


def buildings(county: County) -> Iterator[Finding]:
    """A rack's building exists."""
    for i, rack in enumerate(county.racks):
        if rack.building not in county.building_by_id:
            yield wrong(("racks", i, "building"), _("there is no such building"), found=rack.building)


def missing(county: County) -> Iterator[Finding]:
    """A device's rack exists."""
    racks = _racks(county)
    for slot in _slots(county):
        if slot.rack not in racks:
            yield wrong((*slot.place, "rack"), _("there is no such rack"), found=slot.rack)


def elsewhere(county: County) -> Iterator[Finding]:
    """A device stands in the building of its rack."""
    racks = _racks(county)
    for slot in _slots(county):
        rack = racks.get(slot.rack)
        if rack is not None and rack.building != slot.building:
            message = _("{name} stands in {building}, its rack {rack} in {other}")
            values = {"building": slot.building, "rack": rack.id, "other": rack.building}
            yield wrong((*slot.place, "rack"), message, about=[rack.id], name=slot.name, **values)


def above(county: County) -> Iterator[Finding]:
    """A device ends below the top of its rack."""
    racks = _racks(county)
    for slot in _slots(county):
        rack, top = racks.get(slot.rack), (slot.position or 1) + slot.height - 1
        if rack is not None and slot.position is not None and slot.height and top > rack.height:
            message = _("{name} reaches up to unit {top}, the rack {rack} has {height}")
            values = {"top": top, "rack": rack.id, "height": rack.height}
            yield wrong((*slot.place, "position"), message, about=[rack.id], name=slot.name, **values)


def overlap(county: County) -> Iterator[Finding]:
    """A rack unit holds one device."""
    taken = dict[tuple[str, int], str]()
    for slot in _slots(county):
        if slot.position is None:
            continue
        units = range(slot.position, slot.position + slot.height)
        others = {taken.setdefault((slot.rack, unit), slot.name) for unit in units} - {slot.name}
        for other in sorted(others):
            message = _("{name} and {other} stand in the same units of the rack {rack}")
            yield wrong((*slot.place, "position"), message, about=[other], name=slot.name, other=other, rack=slot.rack)


def overfull(county: County) -> Iterator[Finding]:
    """What stands in a rack is not higher than it, even where no positions are given."""
    filled = dict[str, int]()
    for slot in _slots(county):
        filled[slot.rack] = filled.get(slot.rack, 0) + slot.height
    for i, rack in enumerate(county.racks):
        if filled.get(rack.id, 0) > rack.height:
            message = _("the rack {rack} has {height} units, and what stands in it needs {needed}")
            yield wrong(("racks", i, "height"), message, rack=rack.id, height=rack.height, needed=filled[rack.id])


def floating(county: County) -> Iterator[Finding]:
    """A position is in a rack."""
    for i, device in enumerate(county.devices):
        if device.position is not None and device.rack is None:
            message = _("{name} has a position, but no rack")
            yield wrong(("devices", i, "position"), message, name=device.name)


def unplaced(county: County) -> Iterator[Finding]:
    """A device in a rack has a position."""
    for slot in _slots(county):
        if slot.position is None and slot.place[0] == "devices":
            yield wrong(slot.place, _("{name} has no position in the rack {rack}"), name=slot.name, rack=slot.rack)


def rackless(county: County) -> Iterator[Finding]:
    """A device of the center or a building stands in a rack, once the county keeps racks."""
    for i, device in enumerate(county.devices if county.racks else ()):
        if device.rack is None and device.role is not DeviceRole.CPE:
            yield wrong(("devices", i), _("{name} stands in no rack"), name=device.name)


RULES = (
    error("rack-building", buildings, _("the id of a building that exists")),
    error("rack-missing", missing, _("the id of a rack that exists")),
    error("rack-elsewhere", elsewhere, _("a rack of the same building")),
    error("rack-above", above, _("a position below the top")),
    error("rack-overlap", overlap, _("a position that is free")),
    warning("rack-overfull", overfull, _("another rack for some of it")),
    warning("rack-none", floating, _("the rack that it stands in")),
    advice("rack-unplaced", unplaced, _("the lowest rack unit that it takes")),
    advice("device-rackless", rackless, _("the rack that it stands in")),
)
