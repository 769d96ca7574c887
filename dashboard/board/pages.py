"""The board's contexts, made of the county, the lines, the open alarms and the open faults.

Pure: the same inputs give the same page. A unit that was never polled is unknown, never up.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from audit.records.readers import ToRead
from countynet.vocabulary import Access, LineState
from dashboard.emergencies.pages import Running
from dashboard.language import named, short_name
from dashboard.services.model import Alarm, Fault, Line
from dashboard.words import word
from inventory.model import Application, County, Unit

SMALL = 7
"""a group of at most so many tiles shares its row with others"""


@dataclass(frozen=True)
class Tile:
    """One unit on the board."""

    unit: str
    name: str
    state: LineState
    since: datetime | None
    alarms: int
    faults: int


@dataclass(frozen=True)
class Group:
    """Tiles that belong together: a building on fiber, or a kind of unit on ADSL."""

    title: str
    access: Access
    tiles: tuple[Tile, ...]

    @property
    def size(self) -> int:
        """Its width in tiles, 0 for the whole row."""
        return len(self.tiles) if len(self.tiles) <= SMALL else 0

    @property
    def up(self) -> int:
        """How many of its lines are up."""
        return sum(tile.state is LineState.UP for tile in self.tiles)


@dataclass(frozen=True)
class Tiles:
    """The live part of the board."""

    template: ClassVar[str] = "board/tiles.html"
    counts: tuple[tuple[LineState, int], ...]
    groups: tuple[Group, ...]
    alarms: tuple[Alarm, ...]
    alarm_count: int
    faults: tuple[tuple[Fault, str], ...]
    fault_count: int
    blind_since: datetime | None
    """the last poll, when that is too long ago for the states to be believed"""


@dataclass(frozen=True)
class BoardPage:
    """The front page."""

    template: ClassVar[str] = "board/board.html"
    tiles: Tiles
    units: int
    emergencies: tuple[Running, ...] = ()
    """those that run"""
    runs: int = 0
    """runs of playbooks that wait for the reader's approval"""
    to_read: tuple[ToRead, ...] = ()
    """what the person has to acknowledge"""
    down: tuple[Application, ...] = ()
    """application systems that do not answer"""


BLIND = timedelta(seconds=90)
"""six polls missed"""
SHOWN = 8
"""alarms and faults beside the tiles; the rest is on their own pages"""


def tiles(
    county: County,
    lines: Mapping[str, Line],
    alarms: Sequence[Alarm],
    faults: Sequence[Fault],
    blind_since: datetime | None = None,
) -> Tiles:
    """Return the live part of the board."""
    groups = _groups(county, lines, Counter(a.unit for a in alarms), Counter(f.unit for f in faults))
    states = Counter(tile.state for group in groups for tile in group.tiles)
    units = county.unit_by_id
    return Tiles(
        counts=tuple((state, states[state]) for state in LineState),
        groups=groups,
        alarms=tuple(alarms[:SHOWN]),
        alarm_count=len(alarms),
        faults=tuple((fault, _name(units, fault.unit)) for fault in faults[:SHOWN]),
        fault_count=len(faults),
        blind_since=blind_since,
    )


def _name(units: Mapping[str, Unit], unit: str) -> str:
    found = units.get(unit)
    return unit if found is None else named(found)


def _groups(
    county: County, lines: Mapping[str, Line], alarms: Mapping[str | None, int], faults: Mapping[str, int]
) -> tuple[Group, ...]:
    def tile(unit: Unit) -> Tile:
        line = lines.get(unit.id) or Line(unit.id, LineState.UNKNOWN, None)
        return Tile(
            unit.id,
            short_name(unit, county.plan),
            line.state,
            line.since,
            alarms.get(unit.id, 0),
            faults.get(unit.id, 0),
        )

    gathered: dict[tuple[Access, str], list[Tile]] = {}
    for unit in _in_order(county):
        access = county.circuit_by_unit[unit.id].access
        title = named(county.building_by_id[unit.building]) if access.has_vlan else word(unit.kind)
        gathered.setdefault((access, title), []).append(tile(unit))
    groups = (Group(title, access, tuple(found)) for (access, title), found in gathered.items())
    return tuple(sorted(groups, key=lambda group: (not group.access.has_vlan, len(group.tiles) > SMALL)))


def _in_order(county: County) -> Iterable[Unit]:
    """Fiber before ADSL, otherwise as the inventory lists them."""
    access = {unit: circuit.access for unit, circuit in county.circuit_by_unit.items()}
    return sorted(county.units, key=lambda unit: not access[unit.id].has_vlan)
