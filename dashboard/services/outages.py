"""The seam between the pages and the outage ledger: a month of a unit, of all units, and work windows announced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from countynet.vocabulary import LedgerState
from inventory.month import Month


@dataclass(frozen=True)
class Outage:
    """One outage, or one planned time."""

    start: datetime
    end: datetime
    state: LedgerState
    cause: str = ""
    """what shadowed it, or the window's number"""
    lasts: bool = False
    """it is not over yet"""


@dataclass(frozen=True)
class UnitMonth:
    """A unit's month; of the present one, what has passed."""

    unit: str
    availability: float | None
    """percent of the counted time; None when nothing counts"""
    line_availability: float | None
    """the same of the line alone: without what was shadowed"""
    outages: int
    seconds: Mapping[LedgerState, float]
    rows: Sequence[Outage] = ()
    """newest first; empty where many units are asked for"""


@dataclass(frozen=True)
class Announced:
    """A work window that runs or is to come."""

    number: int
    start: datetime
    end: datetime
    reason: str
    running: bool


class Outages(Protocol):
    """The outage ledger."""

    def of_unit(self, unit: str, month: Month) -> UnitMonth:
        """Return a unit's month with its outages."""
        ...

    def of_all(self, units: Sequence[str], month: Month) -> Sequence[UnitMonth]:
        """Return the month of units, without their outages, in a fixed number of queries."""
        ...

    def announced(self, unit: str) -> Sequence[Announced]:
        """Return the work windows that run or are to come and touch a unit, by begin."""
        ...
