"""The contexts of the desk's pages."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from countynet.i18n import _
from countynet.vocabulary import FaultState, Role
from dashboard.desk.told import Told, pressing, told
from inventory.model import Building, Unit
from monitoring.faults.clocks import Pause, PauseReason
from monitoring.faults.desk.readings import Value
from monitoring.faults.desk.service import Item
from monitoring.faults.desk.store import Filter, View
from monitoring.faults.duty.model import Member
from monitoring.faults.order.document import Order
from monitoring.faults.show import REASONS
from monitoring.faults.ties.service import Tie
from monitoring.faults.ties.store import TieKind

_TELEPHONE = re.compile(r"(?<!\d)(?:0\d{2,3}-?\d{7,8}|1\d{10})(?!\d)")


def telephones(text: str) -> list[str]:
    """Return the telephone numbers that stand in a text, each once."""
    return list(dict.fromkeys(_TELEPHONE.findall(text)))


@dataclass(frozen=True)
class DeskRow:
    """One fault of the queue."""

    item: Item
    name: str

    @property
    def pressing(self) -> Told | None:
        """The clock that presses most."""
        return pressing(self.item.clocks, self.item.pauses)


@dataclass(frozen=True)
class DeskPart:
    """The live queue of whoever works on faults."""

    template: ClassVar[str] = "desk/queue.html"
    rows: tuple[DeskRow, ...]
    asked: Filter
    more: bool
    role: Role
    units: tuple[Unit, ...]
    titles: ClassVar[Mapping[View, str]] = {
        View.OPEN: _("Open"),
        View.WAITING: _("to be dispatched"),
        View.OVERDUE: _("overdue"),
        View.CLOSED: _("Closed"),
    }
    states: ClassVar[tuple[FaultState, ...]] = tuple(FaultState)

    def query(self, **changed: object) -> dict[str, str]:
        """Return the filter as a query, with changes; empty values are left out."""
        said = {
            "view": self.asked.view.value,
            "mine": "1" if self.asked.mine else "0",
            "unit": self.asked.unit,
            "state": self.asked.state.value if self.asked.state else "",
            "page": str(self.asked.page) if self.asked.page > 1 else "",
        }
        said |= {name: str(value) for name, value in changed.items()}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True)
class DeskSide:
    """What lies beside one fault for whoever works on it."""

    template: ClassVar[str] = "desk/side.html"
    item: Item
    ties: tuple[Tie, ...]
    readings: tuple[Value, ...]
    role: Role
    unit: Unit | None
    building: Building | None
    people: tuple[Member, ...]
    reports: Sequence[tuple[int, str]]
    """number and words of the reports, to split them"""
    contact: str = ""
    reasons: ClassVar[Mapping[PauseReason, str]] = REASONS
    kinds: ClassVar[tuple[TieKind, ...]] = (TieKind.RELATED, TieKind.CAUSED)

    @property
    def told(self) -> tuple[Told, ...]:
        """The clocks in words."""
        return told(self.item.clocks, self.item.pauses)

    @property
    def calls(self) -> list[str]:
        """Telephone numbers of the reporter, without those of the unit's people, which stand beside."""
        people = [self.unit.leader, *([self.unit.officer] if self.unit.officer else [])] if self.unit else []
        known = {person.telephone.replace("-", "") for person in people}
        return [number for number in telephones(self.contact) if number.replace("-", "") not in known]

    @property
    def center(self) -> bool:
        """Whether the center looks."""
        return self.role is Role.CENTER

    @property
    def leader(self) -> int | None:
        """The fault that it goes with."""
        return next((one.other for one in self.ties if one.kind is TieKind.MERGED and one.outward), None)

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """The pauses, as corrected."""
        return self.item.pauses


@dataclass(frozen=True)
class OrderPage:
    """The repair order on screen, ready to print."""

    template: ClassVar[str] = "desk/order.html"
    order: Order
