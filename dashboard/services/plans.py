"""The seam between the pages of plans and `playbooks.plan`: what a page shows of a plan, and what people do about it.

Texts are in the reader's language; a difference is masked. Errors are the room's own: NotAllowed for the wrong person,
Conflict for the wrong moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dashboard.services.model import JobView
from dashboard.users.model import Person


@dataclass(frozen=True)
class PlanLine:
    """A plan in a list."""

    number: int
    state: str
    """open, applying, stopped, done or stale"""
    says: str
    """the state in words"""
    author: str
    made: datetime
    devices: int
    units: int
    have: int
    """approvals that count now"""
    need: int


@dataclass(frozen=True)
class PlanDevice:
    """What a plan does to a device, and what the device has."""

    name: str
    state: str
    says: str
    error: str
    diff: str
    steps: tuple[str, ...]
    undo: tuple[str, ...]
    seconds: int
    method: str = ""
    """how the device takes the change back by itself, in words"""

    @property
    def added(self) -> int:
        """Lines that come."""
        return self._lines("+")

    @property
    def removed(self) -> int:
        """Lines that go."""
        return self._lines("-")

    def _lines(self, sign: str) -> int:
        return sum(line.startswith(sign) and not line.startswith(sign * 3) for line in self.diff.splitlines())


@dataclass(frozen=True)
class PlanView:
    """A plan, whole."""

    line: PlanLine
    hash: str
    commit: str
    expires: datetime
    policy: str
    undoes: int | None
    management: bool
    approvals: tuple[tuple[str, datetime], ...]
    tests: tuple[str, ...]
    tiers: tuple[tuple[str, ...], ...]
    units: tuple[tuple[str, str], ...]
    """id and line"""
    devices: tuple[PlanDevice, ...]
    unread: tuple[tuple[str, str], ...]
    """devices that are not in the plan, and why"""
    restores: str = ""
    """the version of a backup that it goes back to"""
    adds: str = ""
    """what for it brings lines that no inventory says"""


@dataclass(frozen=True)
class Asked:
    """A plan that somebody wants made."""

    only: tuple[str, ...] = ()
    """which devices (`inventory.select`), all without one"""
    policy: str = "stop"
    seconds: int = 120
    """until a device takes the change back by itself"""
    undoes: int | None = None
    """the plan to take back, instead of going by the inventory"""


@dataclass(frozen=True)
class Making:
    """A plan that is being made, or was, or could not be."""

    job: JobView
    asked: Asked
    author: str
    plan: int | None = None
    """its number, once it is made"""


@dataclass(frozen=True)
class PlanShift:
    """Packets of a pair of places that a plan lets through or holds back."""

    opening: bool
    tone: str
    """pass where the policy wants it so, fail where not"""
    text: str
    """the pair, a packet, whether the policy allows it"""
    way: tuple[str, ...]


@dataclass(frozen=True)
class PlanProof:
    """What a plan opens and closes, as last proven."""

    busy: bool = False
    """it is being proven"""
    at: datetime | None = None
    """None: not yet; nothing below is said then"""
    good: bool = False
    says: str = ""
    shifts: tuple[PlanShift, ...] = ()
    more: int = 0
    """shifts that are not shown"""
    notes: tuple[str, ...] = ()


class Plans(Protocol):
    """The plans."""

    def newest(self, limit: int) -> Sequence[PlanLine]:
        """Return the newest plans, the newest first."""
        ...

    def get(self, plan: int) -> PlanView | None:
        """Return one plan. Raises Conflict when the database was tampered with."""
        ...

    def make(self, person: Person, asked: Asked) -> int:
        """Queue the making of a plan and return the job's number.

        Raises BadInput (no such devices, policy or plan), Conflict when another one is being made or no device has the
        plan that shall be taken back.
        """
        ...

    def making(self, job: int) -> Making | None:
        """Return a plan's making by its job."""
        ...

    def cancel_making(self, person: Person, job: int) -> None:
        """Stop a plan's making. Raises NotAllowed, Conflict when it has ended."""
        ...

    def possible(self, person: Person, plan: int) -> frozenset[str]:
        """Return which of approve, apply, cancel, undo this person may do now."""
        ...

    def approve(self, person: Person, plan: int) -> None:
        """Approve it. Raises NotAllowed, Conflict."""
        ...

    def apply(self, person: Person, plan: int) -> int:
        """Queue its apply and return the job's number. Raises Conflict when it may not begin or is on its way."""
        ...

    def proof(self, plan: int) -> PlanProof:
        """Return what a plan opens and closes, as last proven; proves nothing itself. Raises BadInput for none."""
        ...

    def prove(self, person: Person, plan: int) -> int:
        """Queue the proof of a plan and return the job's number (of the one on its way, if there is one)."""
        ...

    def cancel(self, person: Person, plan: int) -> None:
        """Stop the job that applies it. Raises Conflict when there is none."""
        ...

    def job(self, plan: int) -> JobView | None:
        """Return the last job that applied it."""
        ...
