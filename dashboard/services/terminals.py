"""The seam between the pages and applications for a terminal; the values that go over it are the inventory's own.

Errors: what was filled in wrongly is BadInput, the wrong person NotAllowed, the wrong order Conflict.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from countynet.people import Actor
from dashboard.services.model import JobView, Step
from dashboard.users.model import Person
from inventory.tags import TerminalTag
from inventory.terminals.model import Application, Connection, Form, Past
from inventory.terminals.order import WorkOrder
from inventory.terminals.show import WORDS, note

BUTTONS: Mapping[TerminalTag, str] = {
    TerminalTag.APPROVED: "approve",
    TerminalTag.DECLINED: "decline",
    TerminalTag.CONNECTED: "connect",
    TerminalTag.WITHDRAWN: "withdraw",
}
"""what the button of a step is called in addresses"""


class Terminals(Protocol):
    """Applications for a terminal and what people do about them. Every step is an event with its person."""

    def open(self, unit: str | None = None) -> Sequence[Application]:
        """Return the applications that are not closed, of one unit or of all, the most urgent first."""
        ...

    def closed(self, limit: int, unit: str | None = None) -> Sequence[Application]:
        """Return the applications closed last."""
        ...

    def get(self, number: int) -> Application | None:
        """Return one."""
        ...

    def steps(self, number: int) -> tuple[Step, ...]:
        """Return what happened to one, in order."""
        ...

    def possible(self, person: Person, found: Application) -> frozenset[str]:
        """Return which of approve, decline, connect, withdraw, configure this person may do now."""
        ...

    def order(self, found: Application) -> WorkOrder | None:
        """Return the work order; None while nothing is ordered."""
        ...

    def ports(self, found: Application) -> tuple[str, ...]:
        """Return the LAN ports that the operator may use: the one held first, then what is free."""
        ...

    def stands(self, found: Application) -> bool:
        """Tell whether its terminal is in the inventory now."""
        ...

    def ask(self, person: Person, unit: str, filled: Form) -> int:
        """File an application; return its number."""
        ...

    def approve(self, person: Person, number: int, note: str) -> None:
        """Approve it: values are held, the operator has a work order."""
        ...

    def decline(self, person: Person, number: int, reason: str) -> None:
        """Decline it, or take its order back."""
        ...

    def withdraw(self, person: Person, number: int) -> None:
        """Take it back before it is decided."""
        ...

    def connect(self, person: Person, number: int, said: Connection) -> None:
        """Say that it is connected: the inventory follows, and its device's configuration is queued."""
        ...

    def configure(self, person: Person, number: int) -> None:
        """Queue the configuration of its device again."""
        ...

    def remove(self, person: Person, unit: str, terminal: str, reason: str) -> None:
        """Take a terminal out of the inventory."""
        ...

    def job(self, found: Application) -> JobView | None:
        """Return the last job that configures its device."""
        ...


def actor(person: Person) -> Actor:
    """Return a person as the inventory's rules see one."""
    return Actor(person.login, person.role, person.unit)


def step(past: Past) -> Step:
    """Return an event as a line of the history."""
    return Step(past.at, past.actor, WORDS[past.tag], note(past))
