"""What the dashboard may ask: pure reads in a fixed number of queries, however many units there are.

Rows come back detached from their session; nobody writes through them. Traffic comes from the series store, everything
else from the session that is given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from countynet.settings import Settings
from countynet.vocabulary import Access, LineState
from inventory import names
from inventory.model import Cable, County
from monitoring.alarms.store import Alarm, open_alarms
from monitoring.faults.store import Fault, open_faults
from monitoring.poller.process import series_of
from monitoring.series.seam import Current, Interface, Point
from monitoring.state.store import DeviceRow, LineRow, NeighbourRow, PollRow

__all__ = [
    "Board",
    "board",
    "cable_states",
    "devices",
    "interfaces",
    "line_interface",
    "lines",
    "neighbours",
    "open_alarms",
    "poll_health",
    "traffic",
    "traffic_of_all_lines",
]


@dataclass(frozen=True)
class Board:
    """Everything that the front page shows, by unit where it is about units."""

    lines: Mapping[str, LineRow]
    alarms: Sequence[Alarm]
    faults: Sequence[Fault]


def board(session: Session) -> Board:
    """Return the units' states, open alarms and open faults in three queries."""
    return Board(lines(session), open_alarms(session), open_faults(session))


def lines(session: Session) -> dict[str, LineRow]:
    """Return the state of every unit's line by unit, in one query; a unit never decided about is absent."""
    return {row.unit: row for row in session.scalars(select(LineRow))}


def devices(session: Session) -> dict[str, DeviceRow]:
    """Return the state of every device by name, in one query."""
    return {row.device: row for row in session.scalars(select(DeviceRow))}


def neighbours(session: Session) -> Sequence[NeighbourRow]:
    """Return what devices see on their ports by LLDP."""
    return session.scalars(select(NeighbourRow).order_by(NeighbourRow.device, NeighbourRow.port)).all()


def poll_health(session: Session, limit: int = 20) -> Sequence[PollRow]:
    """Return the last polls, newest first."""
    return session.scalars(select(PollRow).order_by(PollRow.at.desc()).limit(limit)).all()


def line_interface(county: County, unit: str) -> Interface:
    """Return the CPE's port into its line. Raises KeyError for an unknown unit."""
    cpe = county.cpe_by_unit[unit]
    adsl = county.circuit_by_unit[unit].access is Access.ADSL
    return Interface(cpe.name, names.dsl(cpe) if adsl else names.fiber(cpe))


def traffic(
    settings: Settings, device: str, interface: str, start: datetime, end: datetime, buckets: int
) -> tuple[Point, ...]:
    """Return an interface's traffic in equal buckets of time; a bucket without samples has None."""
    wanted = Interface(device, interface)
    return _traffic(settings, (wanted,), start, end, buckets)[wanted]


def traffic_of_all_lines(
    settings: Settings, county: County, start: datetime, end: datetime, buckets: int
) -> dict[str, tuple[Point, ...]]:
    """Return every line's traffic by unit, as the CPE's port sees it: in is down to the unit, out is up from it."""
    ports = {line_interface(county, unit): unit for unit in county.circuit_by_unit}
    return {ports[port]: points for port, points in _traffic(settings, ports, start, end, buckets).items()}


def interfaces(settings: Settings, device: str | None = None) -> tuple[Current, ...]:
    """Return the interfaces (of one device) as last polled."""
    return series_of(settings).current(device)


def cable_states(settings: Settings, county: County) -> dict[str, LineState]:
    """Return the state of cables by id: down when a polled end is down; absent when neither end is polled."""
    ports = {(c.interface.device, c.interface.name): c.oper for c in interfaces(settings)}
    found = {cable.id: _ends(cable, ports) for cable in county.cables}
    return {cable: state for cable, state in found.items() if state is not None}


def _ends(cable: Cable, ports: Mapping[tuple[str, str], int]) -> LineState | None:
    ends = [ports.get((end.node, end.port)) for end in (cable.a, cable.b)]
    known = [oper for oper in ends if oper]
    if not known:
        return None
    return LineState.UP if all(oper == 1 for oper in known) else LineState.DOWN


def _traffic(
    settings: Settings, wanted: "Sequence[Interface] | Mapping[Interface, str]", start: datetime, end: datetime, n: int
) -> dict[Interface, tuple[Point, ...]]:
    return series_of(settings).traffic(wanted, int(start.timestamp()), int(end.timestamp()), n)
