"""The contexts of the map and of the traffic page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from countynet.vocabulary import DeviceRole, LineState, ZoneName
from dashboard.draw import spark
from dashboard.draw.chart import nice, rate
from dashboard.language import cut, short_name
from dashboard.services.model import Line, Sample
from dashboard.topology.layout import Box, Plan, Spot, Wire
from inventory.model import County

LONGEST = 9
"""characters of a name on the map, Chinese ones; Latin ones are half as wide"""
SPARK_WIDTH, SPARK_HEIGHT = 96, 24


@dataclass(frozen=True)
class UnitMark:
    """A unit on the map."""

    spot: Spot
    label: str
    state: LineState


@dataclass(frozen=True)
class DeviceMark:
    """A device on the map."""

    box: Box
    state: LineState
    role: DeviceRole


@dataclass(frozen=True)
class WireMark:
    """A link on the map."""

    wire: Wire
    state: LineState


@dataclass(frozen=True)
class MapLive:
    """The drawn network."""

    template: ClassVar[str] = "topology/live.svg"
    units: tuple[UnitMark, ...]
    devices: tuple[DeviceMark, ...]
    wires: tuple[WireMark, ...]
    zones: tuple[tuple[Box, ZoneName], ...]
    band: str
    band_label: tuple[int, int]
    hub: Box | None


@dataclass(frozen=True)
class MapPage:
    """The map."""

    template: ClassVar[str] = "topology/map.html"
    live: MapLive
    width: int
    height: int


@dataclass(frozen=True)
class TrafficRow:
    """A line's day as a curve."""

    unit: str
    name: str
    down: str
    up: str
    peak: str


@dataclass(frozen=True)
class TrafficList:
    """The live list of curves."""

    template: ClassVar[str] = "topology/lines.html"
    rows: tuple[TrafficRow, ...]
    width: int = SPARK_WIDTH
    height: int = SPARK_HEIGHT


@dataclass(frozen=True)
class TrafficPage:
    """Every line's last day."""

    template: ClassVar[str] = "topology/traffic.html"
    lines: TrafficList


def worst(states: Sequence[LineState]) -> LineState:
    """Return the state of a bundle of cables: down when one is, unknown when nobody reports."""
    for state in (LineState.DOWN, LineState.SHADOWED, LineState.UP):
        if state in states:
            return state
    return LineState.UNKNOWN


def live_map(
    county: County,
    plan: Plan,
    lines: Mapping[str, Line],
    devices: Mapping[str, LineState],
    cables: Mapping[str, LineState],
) -> MapLive:
    """Put the state on the map."""
    roles = {device.name: device.role for device in county.devices}
    unknown = LineState.UNKNOWN
    states = {unit: line.state for unit, line in lines.items()}
    return MapLive(
        units=tuple(
            UnitMark(s, cut(short_name(s.unit, county.plan), LONGEST), states.get(s.unit.id, unknown))
            for s in plan.spots
        ),
        devices=tuple(DeviceMark(box, devices.get(box.id, unknown), roles[box.id]) for box in plan.devices),
        wires=tuple(WireMark(w, worst([cables[c] for c in w.cables if c in cables])) for w in plan.wires),
        zones=tuple((box, ZoneName(box.id)) for box in plan.zones),
        band=plan.band,
        band_label=plan.band_label,
        hub=next((box for box in plan.devices if roles[box.id] is DeviceRole.VPN_HUB), None),
    )


def traffic_row(unit: str, name: str, samples: Sequence[Sample]) -> TrafficRow:
    """Draw one line's day at its own scale."""
    downs, ups = [s.down for s in samples], [s.up for s in samples]
    peak = max((v or 0.0 for v in (*downs, *ups)), default=0.0)
    top = nice(max(peak, 1000.0))
    down = spark.area(downs, SPARK_WIDTH, SPARK_HEIGHT, top)
    seen = any(v is not None for v in downs)
    return TrafficRow(unit, name, down, spark.line(ups, SPARK_WIDTH, SPARK_HEIGHT, top), rate(peak) if seen else "")
