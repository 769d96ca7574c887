"""States and traffic as monitoring tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from countynet.db import reading
from countynet.settings import Settings
from countynet.vocabulary import LineState
from dashboard.services.model import Line, Sample
from dashboard.services.protocols import CountySource
from monitoring import read
from monitoring.cause.show import of_unit
from monitoring.cause.verdict import Verdict
from monitoring.series.seam import Point
from monitoring.state.store import LineRow


@dataclass(frozen=True)
class RealWatch:
    """The `Watch` protocol."""

    engine: Engine
    settings: Settings
    source: CountySource

    def lines(self) -> Mapping[str, Line]:
        """Return every line's state."""
        with reading(self.engine) as session:
            return {unit: _line(row) for unit, row in read.lines(session).items()}

    def line(self, unit: str) -> Line:
        """Return one line's state."""
        with reading(self.engine) as session:
            row = session.get(LineRow, unit)
            return Line(unit, LineState.UNKNOWN, None) if row is None else _line(row)

    def verdict(self, unit: str) -> Verdict | None:
        """Return whose trouble a unit's is, from its alarm or its router's ports; None while nothing is known."""
        with reading(self.engine) as session:
            return of_unit(session, self.settings, self.source.county(), unit)

    def devices(self) -> Mapping[str, LineState]:
        """Return every device's state."""
        with reading(self.engine) as session:
            return {name: row.state for name, row in read.devices(session).items()}

    def cables(self) -> Mapping[str, LineState]:
        """Return every cable's state as its ends were polled."""
        return read.cable_states(self.settings, self.source.county())

    def polled(self) -> datetime | None:
        """Return when devices were polled last."""
        with reading(self.engine) as session:
            return next((row.at for row in read.poll_health(session, 1)), None)

    def traffic(self, unit: str, since: datetime, until: datetime, points: int) -> Sequence[Sample]:
        """Return one line's traffic."""
        port = read.line_interface(self.source.county(), unit)
        return [_sample(p) for p in read.traffic(self.settings, port.device, port.name, since, until, points)]

    def all_traffic(self, since: datetime, until: datetime, points: int) -> Mapping[str, Sequence[Sample]]:
        """Return every line's traffic."""
        curves = read.traffic_of_all_lines(self.settings, self.source.county(), since, until, points)
        return {unit: [_sample(point) for point in found] for unit, found in curves.items()}


def _line(row: LineRow) -> Line:
    return Line(row.unit, row.state, row.since, row.rtt_ms, row.loss)


def _sample(point: Point) -> Sample:
    return Sample(datetime.fromtimestamp(point.at, UTC), point.bits_in, point.bits_out)
