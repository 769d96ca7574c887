"""Where everything stands on the map: pure geometry from the county, computed once per inventory.

The units stand on an ellipse at equal distances: those on fiber at the left, by building, the rest around the
operator's ADSL net. The center of the county stands inside. Nothing here knows a state, so that a changed state moves
nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, degrees, hypot, pi, sin

from countynet.vocabulary import Access, DeviceRole, ZoneName
from inventory.model import County, Device, Unit

WIDTH, HEIGHT = 1600, 1000
X, Y, RX, RY = 800.0, 500.0, 610.0, 345.0
BAND = 0.87
"""the operator's net, as a part of the ellipse"""
CENTER = {
    DeviceRole.CORE: ((715, 420), (715, 580)),
    DeviceRole.FIREWALL: ((860, 395), (860, 515)),
    DeviceRole.VPN_HUB: ((800, 690),),
    DeviceRole.DATACENTER: ((1000, 455),),
}
ZONES = (ZoneName.INTERNET, ZoneName.CITY, ZoneName.PUBLIC, ZoneName.SERVER, ZoneName.MANAGEMENT)
ZONE_X, ZONE_Y, ZONE_STEP = 1160, 350, 58
AGGREGATION_X, AGGREGATION_STEP = 560, 100
STEPS = 720

Point = tuple[float, float]


@dataclass(frozen=True)
class Spot:
    """Where a unit stands, and how its name is turned."""

    unit: Unit
    x: int
    y: int
    foot: tuple[int, int]
    """where its line starts: its building's switch, or the operator's net"""
    turn: int
    """degrees"""
    outward: bool
    """the name is written away from the middle (right half) or towards it (left half)"""


@dataclass(frozen=True)
class Box:
    """A device or a zone, with its middle."""

    id: str
    x: int
    y: int


@dataclass(frozen=True)
class Wire:
    """The cables between two boxes, drawn as one."""

    a: Box
    b: Box
    cables: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """The map without its state."""

    spots: tuple[Spot, ...]
    devices: tuple[Box, ...]
    zones: tuple[Box, ...]
    wires: tuple[Wire, ...]
    band: str
    """path of the operator's net"""
    band_label: tuple[int, int]


def ring(count: int) -> tuple[Point, ...]:
    """Return points at equal distances along the ellipse, clockwise on the screen from the leftmost."""
    edge = [(X - RX * cos(2 * pi * n / STEPS), Y - RY * sin(2 * pi * n / STEPS)) for n in range(STEPS + 1)]
    lengths = [0.0]
    for before, after in pairwise(edge):
        lengths.append(lengths[-1] + hypot(after[0] - before[0], after[1] - before[1]))
    found, step = [], 0
    for index in range(count):
        while lengths[step] < lengths[-1] * index / count:
            step += 1
        found.append(edge[step])
    return tuple(found)


def inward(point: Point, part: float) -> Point:
    """Return the point moved towards the middle of the ellipse."""
    return X + (point[0] - X) * part, Y + (point[1] - Y) * part


def plan(county: County) -> Plan:
    """Lay the county out."""
    fiber = [u for u in county.units if county.circuit_by_unit[u.id].access.has_vlan]
    adsl = [u for u in county.units if county.circuit_by_unit[u.id].access is Access.ADSL]
    fiber.sort(key=lambda unit: unit.building)
    points = ring(max(1, len(county.units)))
    start = len(fiber) // 2
    around = {unit.id: points[(n - start) % len(points)] for n, unit in enumerate([*fiber, *adsl])}
    boxes = _boxes(county, fiber, around)
    feet = _building_switches(county)
    spots = tuple(_spot(u, around[u.id], _foot(u, around[u.id], boxes, feet)) for u in [*fiber, *adsl])
    zones = _zones(county)
    placed = boxes | {zone.id: zone for zone in zones}
    band, label = _band([inward(around[u.id], BAND) for u in adsl])
    return Plan(spots, tuple(boxes.values()), zones, _wires(county, placed), band, label)


def _boxes(county: County, fiber: Sequence[Unit], around: dict[str, Point]) -> dict[str, Box]:
    placed = {
        device.name: Box(device.name, *spot)
        for role, spots in CENTER.items()
        for device, spot in zip(county.devices_in(role), spots, strict=False)
    }
    for index, device in enumerate(county.devices_in(DeviceRole.BUILDING)):
        x, y = inward(_middle(device, index, fiber, around), 0.72)
        placed[device.name] = Box(device.name, round(x), round(y))
    return placed | _column(county, fiber, around)


def _column(county: County, fiber: Sequence[Unit], around: dict[str, Point]) -> dict[str, Box]:
    """Stack the aggregation switches in the order of their buildings, so that no links cross."""
    middles = [
        (_middle(d, n, fiber, around)[1], d.name) for n, d in enumerate(county.devices_in(DeviceRole.AGGREGATION))
    ]
    top = Y - AGGREGATION_STEP * (len(middles) - 1) / 2
    return {
        name: Box(name, AGGREGATION_X, round(top + AGGREGATION_STEP * n))
        for n, (_y, name) in enumerate(sorted(middles))
    }


def _middle(device: Device, index: int, fiber: Sequence[Unit], around: dict[str, Point]) -> Point:
    """Return the middle of the units in a switch's building; a place at the left when it has none."""
    mine = [around[unit.id] for unit in fiber if unit.building == device.building]
    if not mine:
        return X - RX, Y + 90.0 * index
    return sum(p[0] for p in mine) / len(mine), sum(p[1] for p in mine) / len(mine)


def _building_switches(county: County) -> dict[str, str]:
    return {device.building: device.name for device in county.devices_in(DeviceRole.BUILDING)}


def _foot(unit: Unit, point: Point, boxes: dict[str, Box], switches: dict[str, str]) -> Point:
    switch = boxes.get(switches.get(unit.building, ""))
    return inward(point, BAND) if switch is None else (float(switch.x), float(switch.y))


def _spot(unit: Unit, point: Point, foot: Point) -> Spot:
    x, y = point
    turn = degrees(atan2((y - Y) / RY, (x - X) / RX))
    outward = x >= X
    angle = round(turn if outward else turn + 180)
    return Spot(unit, round(x), round(y), (round(foot[0]), round(foot[1])), angle, outward)


def _zones(county: County) -> tuple[Box, ...]:
    shown = [name for name in ZONES if name in county.zone_by_name]
    return tuple(Box(name.value, ZONE_X, ZONE_Y + ZONE_STEP * n) for n, name in enumerate(shown))


def _wires(county: County, placed: dict[str, Box]) -> tuple[Wire, ...]:
    bundles: dict[tuple[str, str], list[str]] = {}
    homes = {host.name: host.zone.value for host in county.hosts}
    for cable in county.cables:
        a, b = (homes.get(end.node, end.node) for end in (cable.a, cable.b))
        if a in placed and b in placed:
            first, second = sorted((a, b))
            bundles.setdefault((first, second), []).append(cable.id)
    return tuple(Wire(placed[a], placed[b], tuple(cables)) for (a, b), cables in bundles.items())


def _band(feet: Sequence[Point]) -> tuple[str, tuple[int, int]]:
    path = "M" + "L".join(f"{round(x)} {round(y)}" for x, y in feet) if feet else ""
    return path, (round(X) + 165, round(Y + RY * BAND) - 38)
