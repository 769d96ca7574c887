"""The contexts of the pages about terminals."""

from dataclasses import dataclass
from typing import ClassVar

from countynet.vocabulary import Role
from dashboard.inventory.fields import NONE, Errors, Input
from dashboard.services.model import JobView, Step
from inventory.model import Person, Terminal, Unit
from inventory.terminals.mac import is_local
from inventory.terminals.model import Application
from inventory.terminals.order import WorkOrder
from inventory.terminals.rules import TURN


@dataclass(frozen=True)
class Row:
    """An application in a list, with its unit's name."""

    found: Application
    name: str


@dataclass(frozen=True)
class Lists:
    """The live lists: what is to do, what is on its way with others, what was closed last."""

    template: ClassVar[str] = "terminals/lists.html"
    todo: tuple[Row, ...]
    others: tuple[Row, ...]
    closed: tuple[Row, ...]
    operator: bool


@dataclass(frozen=True)
class QueuePage:
    """All applications that a person sees."""

    template: ClassVar[str] = "terminals/queue.html"
    lists: Lists
    may_ask: bool
    unit: str | None
    """a clerk's own unit"""


@dataclass(frozen=True)
class FormPage:
    """The application: a clerk's unit is fixed, the center chooses one."""

    template: ClassVar[str] = "terminals/form.html"
    unit: Unit | None
    inputs: tuple[Input, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Progress:
    """The live part: the job that configures the device."""

    template: ClassVar[str] = "terminals/progress.html"
    job: JobView | None
    device: str
    number: int
    """of the application"""


@dataclass(frozen=True)
class Connect:
    """What the operator fills in."""

    inputs: tuple[Input, ...]
    order: WorkOrder


@dataclass(frozen=True)
class ApplicationPage:
    """One application with its history and the next step of whoever looks."""

    template: ClassVar[str] = "terminals/application.html"
    found: Application
    unit: Unit | None
    steps: tuple[Step, ...]
    actions: frozenset[str]
    """the steps of whoever looks; the service decides again when one is taken"""
    order: WorkOrder | None
    connect: Connect | None
    progress: Progress
    stands: bool
    sees_order: bool
    errors: Errors = NONE
    typed: str = ""
    """what was typed as reason or note, when it is asked again"""

    @property
    def turn(self) -> Role | None:
        """The role that has to act next."""
        return TURN.get(self.found.state)

    @property
    def further(self) -> frozenset[str]:
        """The steps that need no more than a word."""
        return self.actions - {"connect"}

    @property
    def made_up(self) -> bool:
        """Whether software made the MAC address up."""
        return is_local(self.found.request.mac)


@dataclass(frozen=True)
class OrderPage:
    """The work order, to be printed."""

    template: ClassVar[str] = "terminals/order.html"
    order: WorkOrder
    operator: Person
    """the telecom company's duty desk"""


@dataclass(frozen=True)
class UnitPage:
    """A unit's terminals."""

    template: ClassVar[str] = "terminals/unit.html"
    unit: Unit
    terminals: tuple[Terminal, ...]
    may_remove: bool
    may_ask: bool
    problems: tuple[str, ...] = ()
    about: str = ""
    """the terminal that the problems are about"""
