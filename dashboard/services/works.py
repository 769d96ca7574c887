"""The seam between the pages and the network's work windows: announced times in which work may cut something."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from dashboard.users.model import Person


@dataclass(frozen=True)
class WorkView:
    """A work window."""

    number: int
    devices: Sequence[str]
    start: datetime
    until: datetime
    """when it really ends"""
    reason: str
    login: str
    state: str
    """waiting, running, over or withdrawn"""
    says: str
    """the state in the reader's language"""
    units: Sequence[str] = ()


@dataclass(frozen=True)
class WorkWords:
    """What somebody typed."""

    devices: str = ""
    """names, separated by spaces or commas"""
    start: str = ""
    """`now`, or a time"""
    end: str = ""
    reason: str = ""


@dataclass(frozen=True)
class WorkPreview:
    """What a window would cover; `problems` by field (devices, start, end, reason) when something is wrong."""

    devices: Sequence[str] = ()
    units: Sequence[str] = ()
    problems: Mapping[str, str] = field(default_factory=dict)


class Works(Protocol):
    """Work windows of the network."""

    def all(self, past: int) -> Sequence[WorkView]:
        """Return those that run or are to come, by begin, then so many that are over, newest first."""
        ...

    def get(self, number: int) -> WorkView | None:
        """Return one."""
        ...

    def devices(self) -> Sequence[str]:
        """Return the names of all devices."""
        ...

    def preview(self, words: WorkWords, number: int = 0) -> WorkPreview:
        """Return what a window would cover (in place of window `number`), or what is wrong with it."""
        ...

    def announce(self, person: Person, words: WorkWords) -> int:
        """Announce a window and return its number. Raises BadInput, NotAllowed."""
        ...

    def change(self, person: Person, number: int, words: WorkWords) -> None:
        """Change a window. Raises BadInput, Conflict, NotAllowed."""
        ...

    def end(self, person: Person, number: int) -> None:
        """Withdraw a window, or end one that runs. Raises BadInput, Conflict, NotAllowed."""
        ...
