"""The seam between the page of the event log and the log itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Protocol

from dashboard.services.model import Chain, Entry


@dataclass(frozen=True)
class Wanted:
    """Which events are looked for; empty fields mean all."""

    words: str = ""
    """anywhere in person, event, subject or details"""
    since: date | None = None
    until: date | None = None
    """days of the county's clock, both included"""


@dataclass(frozen=True)
class LogState:
    """How the event log is protected now; times are None while there is none."""

    events: int = 0
    checkpoint: datetime | None = None
    size: int = 0
    """events under the last checkpoint"""
    stamped: datetime | None = None
    outside: datetime | None = None
    mailed: datetime | None = None
    damaged: int = 0
    """events that did not hold when checkpoints were made"""
    troubles: tuple[str, ...] = ()
    """why the last attempt outside failed"""
    note: str = ""
    """the last checkpoint, signed"""
    keys: tuple[str, ...] = ()


class Log(Protocol):
    """The event log."""

    def page(self, before: int | None, limit: int, wanted: Wanted = Wanted()) -> Sequence[Entry]:
        """Return the newest events with a number below `before` among those that are wanted."""
        ...

    def verify(self) -> Chain:
        """Recompute the chain of hashes."""
        ...

    def state(self) -> LogState:
        """Return how the log is protected now."""
        ...

    def looked(self, login: str, page: str, whose: str) -> None:
        """Record that an auditor looked at a person's data or a secret; at most once an hour for the same."""
        ...

    def take(self, login: str) -> IO[bytes]:
        """Return the log with its evidence as a ZIP archive. Raises Conflict when it is too large for a browser."""
        ...
