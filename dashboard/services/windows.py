"""The seam between the plan page and work windows. Texts are in the reader's language; times on the county's clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dashboard.users.model import Person


@dataclass(frozen=True)
class WindowView:
    """The last window of a plan."""

    waits: bool
    when: str
    """start and end, with the zone"""
    says: str
    """the state in words"""
    login: str
    why: str = ""
    """why it was missed"""
    warnings: Sequence[str] = ()
    """approvals that end before it opens, and what it will lack"""


class Windows(Protocol):
    """Work windows of plans."""

    def of(self, plan: int) -> WindowView | None:
        """Return the last window of a plan."""
        ...

    def possible(self, person: Person, plan: int) -> frozenset[str]:
        """Return which of schedule, unschedule this person may do now."""
        ...

    def schedule(self, person: Person, plan: int, start: str, end: str) -> None:
        """Put a plan into a window. Raises BadInput, Conflict, NotAllowed."""
        ...

    def cancel(self, person: Person, plan: int) -> None:
        """Take it out. Raises Conflict, NotAllowed."""
        ...
