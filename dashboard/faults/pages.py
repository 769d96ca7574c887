"""The contexts of the fault pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from werkzeug.datastructures import MultiDict

from countynet.pictures import MOST
from countynet.vocabulary import Role
from dashboard.desk.pages import DeskPart, DeskSide
from dashboard.knowledge import pages as knowledge
from dashboard.services.model import Fault
from inventory.model import Unit
from monitoring.faults.clocks import Clock, ClockKind, PauseReason
from monitoring.faults.reports.service import Report
from monitoring.faults.show import CLOCKS, REASONS


@dataclass(frozen=True)
class Row:
    """A fault in a list, with its unit's name."""

    fault: Fault
    name: str


@dataclass(frozen=True)
class Queue:
    """The live list of what is to do."""

    template: ClassVar[str] = "faults/waiting.html"
    waiting: tuple[Row, ...]
    closed: tuple[Row, ...]


@dataclass(frozen=True)
class QueuePage:
    """All faults."""

    template: ClassVar[str] = "faults/queue.html"
    queue: Queue | DeskPart
    may_report: bool
    refresh: str
    """where the live list comes from"""

    @property
    def desk(self) -> DeskPart | None:
        """The queue of whoever works on faults, None for a unit's clerk."""
        return self.queue if isinstance(self.queue, DeskPart) else None


@dataclass(frozen=True)
class FormPage:
    """The report in three fields. A clerk's unit is fixed; the center chooses one."""

    template: ClassVar[str] = "faults/form.html"
    unit: Unit | None
    units: tuple[Unit, ...]
    title: str = ""
    description: str = ""
    contact: str = ""
    problem: str = ""
    most: ClassVar[int] = MOST
    """photographs"""


@dataclass(frozen=True)
class ReportsPart:
    """The reports of a fault, as whoever looks may see them."""

    template: ClassVar[str] = "faults/reports.html"
    reports: tuple[Report, ...]
    names: Mapping[str, str]
    """of the units"""
    may_call: bool
    """whether it is theirs to call back"""
    role: Role = Role.AUDITOR

    def unit_name(self, unit: str) -> str:
        """Return a unit's name, or its id when it is no more."""
        return self.names.get(unit, unit)

    def may_add(self, report: Report) -> bool:
        """Tell whether whoever looks may put a photograph to a report that they see."""
        return self.role in (Role.CENTER, Role.UNIT) and len(report.photos) < MOST


@dataclass(frozen=True)
class Typed:
    """What was typed into the form of a step that was refused: it comes back, nobody types on a telephone twice."""

    step: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def of(self, step: str, name: str) -> str:
        """Return what was typed into a field of a step's form; nothing when another step was refused, or none."""
        return self.fields.get(name, "")[:2000] if step == self.step else ""

    def several(self, step: str, name: str) -> Sequence[str]:
        """Return what was ticked of several."""
        return self.fields.getlist(name) if step == self.step and isinstance(self.fields, MultiDict) else ()


@dataclass(frozen=True)
class FaultPage:
    """One fault with its history and the next step of whoever looks."""

    template: ClassVar[str] = "faults/fault.html"
    fault: Fault
    unit: Unit | None
    actions: frozenset[str]
    """the steps of whoever looks; the service decides again when one is taken"""
    known: knowledge.OfferPart
    """what the knowledge base has that looks alike"""
    reports: ReportsPart
    clocks: tuple[Clock, ...] = ()
    problem: str = ""
    side: DeskSide | None = None
    """for whoever works on it"""
    typed: Typed = Typed()
    kept: tuple[str, ...] = ()
    """what was typed and not sent, as others were faster"""
    names: ClassVar[Mapping[ClockKind, str]] = CLOCKS
    reasons: ClassVar[Mapping[PauseReason, str]] = REASONS

    @staticmethod
    def used(one: Clock) -> str:
        """Return what a clock has used as hours and minutes."""
        minutes = int(one.used.total_seconds() // 60)
        return f"{minutes // 60}:{minutes % 60:02}"

    @staticmethod
    def allowed(one: Clock) -> str:
        """Return what a clock may use as hours and minutes."""
        return f"{one.target.minutes // 60}:{one.target.minutes % 60:02}"
