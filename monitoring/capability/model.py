"""What is known of what a device can tell: a value, as it is kept in the state and as the poller uses it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitoring.capability.asking import TABLES
from monitoring.capability.library import Library
from monitoring.capability.names import Names
from monitoring.capability.quantity import SUBJECT, Subject
from monitoring.capability.table import Source

RENEW = timedelta(days=1)
"""how long a device's answers to the probe are believed"""
SLACK = 60.0
"""seconds by which a device's clock may drift from ours within `RENEW` before it counts as restarted"""


@dataclass(frozen=True)
class Capability:
    """What one device answers."""

    device: str
    platform: str = ""
    """empty: no platform table knows its sysObjectID"""
    object_id: str = ""
    description: str = ""
    at: datetime | None = None
    """when it was probed to the end; None: never"""
    uptime: float = 0.0
    """seconds, then"""
    present: frozenset[str] = frozenset()
    """columns that have a row"""
    refused: frozenset[str] = frozenset()
    """columns at which the agent reported an error"""
    told: tuple[str, ...] = ()
    """the keys of the sources that are read"""
    names: Names = field(default_factory=Names)
    error: str = ""
    """why the last probe did not end, a message id"""

    def due(self, now: datetime, uptime: float | None) -> bool:
        """Whether it is to be probed (again): never done, a day old, or the device restarted since."""
        if self.at is None or now - self.at > RENEW:
            return True
        return uptime is not None and uptime + SLACK < self.uptime + (now - self.at).total_seconds()

    def sources(self, library: Library) -> tuple[Source, ...]:
        """Return the sources that are read of it."""
        keys = set(self.told)
        return tuple(source for source in library.of(self.platform) if key(source) in keys)

    def has(self, subject: Subject, library: Library) -> bool:
        """Whether it has any table about a subject, be it without rows that say something."""
        own = {s.column for s in library.of(self.platform) if SUBJECT[s.quantity] is subject}
        return bool(self.present & {*TABLES.get(subject, ()), *own})


Capabilities = Mapping[str, Capability]


def key(source: Source) -> str:
    """Return what tells a source from all others, in a form that outlives a restart of ours."""
    return f"{source.quantity.value} {source.column} {source.last}{','.join(source.named)}{_wheres(source)}"


def _wheres(source: Source) -> str:
    return "".join(f" {where.column}={','.join(where.equals)}" for where in source.where)
