"""The seams between the pages of drift and backups and `playbooks`: what is shown, and what is asked of the worker.

Texts are in the reader's language; everything is masked. A page never talks to a device: it queues a job and shows what
the last one found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dashboard.services.model import JobView
from dashboard.users.model import Person


@dataclass(frozen=True)
class DriftDevice:
    """A device that runs something else than the inventory intends."""

    name: str
    summary: str
    fields: tuple[tuple[str, str, str], ...]
    """path, intended, running"""
    unmanaged: tuple[str, ...]
    people: tuple[str, ...]
    diff: str


@dataclass(frozen=True)
class DriftView:
    """What the last look found; `at` is None when nobody looked yet."""

    at: datetime | None
    looked: int
    devices: tuple[DriftDevice, ...]
    errors: tuple[tuple[str, str], ...]
    unmanaged: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """lines of devices that run what is intended, and more that nobody understands"""


@dataclass(frozen=True)
class Done:
    """How the last request ended: its job, and where it led (a proposal's or a plan's number)."""

    job: JobView
    device: str
    number: int | None = None


@dataclass(frozen=True)
class VersionView:
    """A version of a device's configuration."""

    device: str
    commit: str
    at: datetime
    actor: str
    why: str


class Drifts(Protocol):
    """The drift of the county."""

    def last(self) -> DriftView:
        """Return what the last look found."""
        ...

    def look(self, person: Person) -> int:
        """Have the worker look; return the job's number (that of the job on its way, when there is one)."""
        ...

    def accept(self, person: Person, device: str) -> int:
        """Have the worker propose what a device runs. Raises NotAllowed for anybody but the center."""
        ...

    def job(self) -> JobView | None:
        """Return the last job that looked."""
        ...

    def accepted(self) -> Done | None:
        """Return how the last request to accept ended."""
        ...


class Backups(Protocol):
    """What devices ran."""

    def newest(self) -> Sequence[VersionView]:
        """Return the newest version of every device, by name."""
        ...

    def versions(self, device: str, limit: int) -> Sequence[VersionView]:
        """Return a device's versions, the newest first; none for a device that was never kept."""
        ...

    def text(self, device: str, commit: str) -> str | None:
        """Return a version's text, None when there is no such version."""
        ...

    def diff(self, device: str, old: str, new: str) -> str | None:
        """Return the difference of two versions, None when one is not there."""
        ...

    def take(self, person: Person) -> int:
        """Have the worker keep what all devices run; return the job's number. Raises NotAllowed."""
        ...

    def restore(self, person: Person, device: str, commit: str) -> int:
        """Have the worker plan the way back to a version; return the job's number. Raises NotAllowed."""
        ...

    def job(self) -> JobView | None:
        """Return the last job that looked at devices."""
        ...

    def restored(self, device: str) -> Done | None:
        """Return how the last request to restore a device ended."""
        ...
