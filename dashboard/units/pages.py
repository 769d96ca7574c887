"""The contexts of a unit's page."""

from dataclasses import dataclass
from typing import ClassVar

from audit.records.readers import ToRead
from countynet.vocabulary import FaultDomain, LineState
from dashboard.applications.pages import Told
from dashboard.draw.chart import Chart
from dashboard.outages.pages import Words
from dashboard.services.model import Alarm, Fault, Line
from dashboard.services.outages import Announced, UnitMonth
from inventory.model import Building, Circuit, Device, Unit
from inventory.month import Month
from monitoring.cause.verdict import Verdict


@dataclass(frozen=True)
class UnitLive:
    """The live part: state, alarms, faults, traffic."""

    template: ClassVar[str] = "units/live.html"
    unit: Unit
    line: Line
    sentence: str
    """the state in the words of somebody who has work to do"""
    alarms: tuple[Alarm, ...]
    faults: tuple[Fault, ...]
    chart: Chart
    announced: tuple[Announced, ...] = ()
    """work windows that run or are to come"""
    verdict: Verdict | None = None
    """whose trouble it is, as far as is known"""
    emergency: str = ""
    """that an emergency has the unit off the net, in one sentence"""

    @property
    def broken(self) -> bool:
        """Tell whether the line is known not to work."""
        return self.line.state in (LineState.DOWN, LineState.SHADOWED)

    @property
    def explained(self) -> bool:
        """Tell whether the verdict explains anything: of a line that is well, not that it is an application's."""
        open_now = any(fault.open for fault in self.faults) or any(alarm.closed is None for alarm in self.alarms)
        told = self.verdict is not None and self.verdict.domain is not FaultDomain.APPLICATION
        return self.verdict is not None and (self.broken or open_now or told)


@dataclass(frozen=True)
class UnitPage:
    """One unit."""

    template: ClassVar[str] = "units/unit.html"
    unit: Unit
    parent: Unit | None
    building: Building
    circuit: Circuit
    cpe: Device | None
    live: UnitLive
    month: Month
    outages: UnitMonth
    """this month's"""
    may_report: bool
    clerk: bool
    to_read: tuple[ToRead, ...]
    """what the clerk has to acknowledge; nothing for others, who look at it"""
    applications: tuple[Told, ...]
    """that the unit owns or may use"""
    words: ClassVar[type[Words]] = Words
