"""The seam between the pages and how monitoring itself does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitoring.metrics.look import Own


@dataclass(frozen=True)
class TrapView:
    """Notifications of one kind about one part of a device."""

    device: str
    name: str
    """the notification's name, its number when it has none"""
    part: str
    text: str
    """what it means, in the reader's language"""
    count: int
    last: datetime


@dataclass(frozen=True)
class RuleView:
    """An alarm rule and how it did last."""

    name: str
    text: str
    """its sentence in the reader's language, places as they stand"""
    source: str
    """where it comes from, in the reader's language"""
    reading: str
    off: bool
    watched: int
    open: int
    too_few: int


@dataclass(frozen=True)
class ProbeView:
    """A service that is probed, as it answered last."""

    name: str
    kind: str
    host: str
    ok: bool | None
    """None: not probed yet"""
    text: str
    """what it answered, in the reader's language"""
    milliseconds: float | None
    at: datetime | None
    days: float | None = None
    """until its certificate ends"""


@dataclass(frozen=True)
class HealthView:
    """Everything at one moment."""

    own: Own
    traps: Sequence[TrapView]
    rules: Sequence[RuleView]
    probes: Sequence[ProbeView]
    wrong: str = ""
    """why the county's own rules are not used"""


class Health(Protocol):
    """How monitoring itself does."""

    def look(self) -> HealthView:
        """Return everything at one moment."""
        ...

    def metrics(self) -> bytes:
        """Return the same as Prometheus reads it."""
        ...

    def token(self) -> str | None:
        """Return what a reader of the metrics has to show; None: whoever asks from this machine may.

        Raises OSError when the token's file cannot be read: then nobody may.
        """
        ...
