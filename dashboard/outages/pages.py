"""The contexts of the outage pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from countynet.i18n import _, translate
from countynet.vocabulary import LedgerState
from dashboard.services.outages import UnitMonth
from inventory.model import Circuit, Unit
from inventory.month import Month


def percent(value: float | None) -> str:
    """Return a percentage, cut and not rounded up: 100.000% only when nothing was missing."""
    return translate(_("nothing counted")) if value is None else f"{int(value * 1000) / 1000:.3f}%"


def lasting(seconds: float) -> str:
    """Return a length as hours, minutes and seconds, e.g. 1:02:03."""
    whole = int(timedelta(seconds=seconds).total_seconds())
    return f"{whole // 3600}:{whole % 3600 // 60:02}:{whole % 60:02}"


class Words:
    """What the templates need besides values."""

    percent = staticmethod(percent)
    lasting = staticmethod(lasting)
    states = (LedgerState.DOWN, LedgerState.SHADOWED, LedgerState.PLANNED, LedgerState.UNKNOWN)


def kept(value: float | None, circuit: Circuit) -> bool | None:
    """Tell whether a line kept what its contract promises; None when nothing counts."""
    return None if value is None else value >= float(circuit.availability)


@dataclass(frozen=True)
class UnitOutagesPage:
    """One unit's month."""

    template: ClassVar[str] = "outages/unit.html"
    unit: Unit
    circuit: Circuit
    month: Month
    found: UnitMonth
    problem: str = ""
    words: ClassVar[type[Words]] = Words

    @property
    def kept(self) -> bool | None:
        """Whether the line kept its promise."""
        return kept(self.found.line_availability, self.circuit)


@dataclass(frozen=True)
class OutagesPage:
    """All units' month, the worst first."""

    template: ClassVar[str] = "outages/all.html"
    month: Month
    rows: Sequence[tuple[Unit, Circuit, UnitMonth]]
    names: Mapping[str, str]
    """short names by unit id"""
    problem: str = ""
    words: ClassVar[type[Words]] = Words

    def kept(self, found: UnitMonth, circuit: Circuit) -> bool | None:
        """Whether a line kept its promise."""
        return kept(found.line_availability, circuit)
