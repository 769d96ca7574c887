"""Outages out of monitoring's ledger, and work windows out of its tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from countynet import clock
from countynet.db import reading
from countynet.vocabulary import LedgerState
from dashboard.services.outages import Announced, Outage, UnitMonth
from inventory.month import Month
from monitoring.columns import milliseconds, moment_of
from monitoring.ledger.read import Ledger, unit_month, units_month
from monitoring.windows import store as windows


@dataclass(frozen=True)
class RealOutages:
    """The `Outages` protocol."""

    engine: Engine

    def of_unit(self, unit: str, month: Month) -> UnitMonth:
        """Return a unit's month."""
        with reading(self.engine) as session:
            found = unit_month(session, unit, month)
        now = milliseconds(found.end) if month == Month.of(clock.today()) else 0
        rows = tuple(
            Outage(moment_of(s.start), moment_of(s.end), s.state, s.cause, s.end == now)
            for s in reversed(found.outages)
        )
        return _month(found, rows)

    def of_all(self, units: Sequence[str], month: Month) -> Sequence[UnitMonth]:
        """Return the month of units."""
        with reading(self.engine) as session:
            return [_month(found, ()) for found in units_month(session, units, month).values()]

    def announced(self, unit: str) -> Sequence[Announced]:
        """Return what is announced to a unit."""
        now = clock.now()
        with reading(self.engine) as session:
            found = windows.of_unit(session, unit, now)
        return [Announced(w.number, w.start, w.end, w.reason, w.start <= now) for w in found]


def _month(found: Ledger, rows: Sequence[Outage]) -> UnitMonth:
    sums = found.sums
    seconds = {state: getattr(sums, state.value) / 1000 for state in LedgerState}
    return UnitMonth(found.name, sums.availability, sums.line_availability, sums.outages, seconds, rows)
