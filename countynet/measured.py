"""The seam between who measures the network and who judges it: entry points `countynet.measured`.

Monitoring has years of samples, probes, log lines and intrusions; the audit asks of them what the standard asks, and
the two stand on one floor and do not import each other. What was not measured is absent, never zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, cast

from sqlalchemy import Engine

from countynet.rooms import registered
from countynet.settings import Settings
from countynet.vocabulary import Severity

GROUP = "countynet.measured"


@dataclass(frozen=True)
class Peak:
    """The fullest hour of something."""

    device: str
    what: str
    """cpu, memory, disk, in or out (of a port)"""
    part: str
    percent: float
    """the hour's mean, of what there is"""
    at: datetime
    """the hour's begin"""


@dataclass(frozen=True)
class Offset:
    """How far a clock is from ours."""

    device: str
    seconds: float
    """above 0: it is ahead"""
    at: datetime
    how: str
    """probe (asked by NTP) or log (the time that its last log line says, when it arrived)"""


@dataclass(frozen=True)
class Standing:
    """An intrusion that nobody answered."""

    number: int
    subject: str
    name: str
    severity: Severity
    first: datetime
    last: datetime


@dataclass(frozen=True)
class LogDays:
    """The days of device logs that are kept."""

    first: date | None
    """the oldest; None: none is kept"""
    missing: tuple[date, ...] = ()
    """days between it and today without a file"""


@dataclass(frozen=True)
class Measured:
    """What was measured."""

    since: datetime
    """from when peaks are taken"""
    hours: int = 0
    """how many hours of them have any sample"""
    peaks: tuple[Peak, ...] = ()
    """of each device, kind and part the fullest hour"""
    offsets: tuple[Offset, ...] = ()
    intrusions: tuple[Standing, ...] = ()
    """oldest first"""
    logs: LogDays | None = None
    """None: nobody receives logs here"""
    said: Mapping[str, str] = field(default_factory=dict)
    """what could not be read, and why, by what it is (peaks, offsets, logs)"""


class Source(Protocol):
    """Who measures."""

    def __call__(self, settings: Settings, engine: Engine, since: datetime, now: datetime) -> Measured:
        """Return what was measured from a time until now; reads only."""
        ...


def measured(settings: Settings, engine: Engine, since: datetime, now: datetime) -> Measured | None:
    """Return what the installed room measured; None where none measures."""
    entry = next(iter(registered(GROUP)), None)
    return None if entry is None else cast(Source, entry.load())(settings, engine, since, now)
