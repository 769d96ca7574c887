"""What a run touches, on the map of the house and as a list. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from countynet.vocabulary import ZoneName
from dashboard.language import cut, short_name
from dashboard.topology.layout import Box, Plan, Spot, Wire
from dashboard.words import word
from inventory.model import County

LONGEST = 9
"""characters of a name on the map"""


@dataclass(frozen=True)
class Mark:
    """A unit on the map; its name is written where it is touched."""

    spot: Spot
    name: str
    touched: bool


@dataclass(frozen=True)
class Picture:
    """The map with what is touched, and the names by what they are."""

    units: tuple[Mark, ...]
    devices: tuple[tuple[Box, bool], ...]
    zones: tuple[tuple[Box, ZoneName, int], ...]
    """with how many of its servers are touched"""
    wires: tuple[Wire, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    """what they are in words, and their names"""
    total: int


def picture(county: County, plan: Plan, names: Collection[str]) -> Picture:
    """Draw what is touched: the access device of a unit is the unit's spot, a server its zone."""
    touched = frozenset(names)
    access = {unit: device.name for unit, device in county.cpe_by_unit.items()}
    zones = [county.host_by_name[name].zone.value for name in touched if name in county.host_by_name]
    return Picture(
        units=tuple(
            Mark(spot, cut(short_name(spot.unit, county.plan), LONGEST), access.get(spot.unit.id) in touched)
            for spot in plan.spots
        ),
        devices=tuple((box, box.id in touched) for box in plan.devices),
        zones=tuple((box, ZoneName(box.id), zones.count(box.id)) for box in plan.zones),
        wires=plan.wires,
        groups=tuple((title, tuple(found)) for title, found in _groups(county, sorted(touched)).items()),
        total=len(touched),
    )


def _groups(county: County, names: Collection[str]) -> Mapping[str, list[str]]:
    found = dict[str, list[str]]()
    for name in names:
        device, host = county.device_by_name.get(name), county.host_by_name.get(name)
        title = word(device.role) if device else word(host.zone) if host else "?"
        found.setdefault(title, []).append(name)
    return found
