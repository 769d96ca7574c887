"""Outages in memory, for tests of pages: a unit without any was unknown throughout."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from countynet.vocabulary import LedgerState
from dashboard.services.outages import Announced, UnitMonth
from inventory.month import Month


@dataclass
class FakeOutages:
    """Months and windows as given, by unit."""

    months: dict[str, UnitMonth] = field(default_factory=dict)
    windows: dict[str, tuple[Announced, ...]] = field(default_factory=dict)

    def of_unit(self, unit: str, month: Month) -> UnitMonth:
        """Return it, the same for every month."""
        nothing = UnitMonth(unit, None, None, 0, {state: 0.0 for state in LedgerState})
        return self.months.get(unit, nothing)

    def of_all(self, units: Sequence[str], month: Month) -> Sequence[UnitMonth]:
        """Return them."""
        return [self.of_unit(unit, month) for unit in units]

    def announced(self, unit: str) -> Sequence[Announced]:
        """Return them."""
        return self.windows.get(unit, ())
