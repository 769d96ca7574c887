"""The seam between whoever finds something wrong at a unit and who ranks units: entry points `countynet.unitfindings`.

Audit finds what a unit's devices are set to, others find computers that should not be there; monitoring ranks units for
the yearly assessment. They stand on one floor and do not import each other, so what they say to each other is here. A
source says what it looked at, too: a subject that nobody looked at has no findings, and that is no praise.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, cast

from sqlalchemy import Engine

from countynet.rooms import registered
from countynet.settings import Settings
from countynet.vocabulary import Severity

GROUP = "countynet.unitfindings"


class FindingKind(StrEnum):
    """What was found."""

    SECURITY = "security"
    """a device of the unit fails a check"""
    DUAL_HOMED = "dual-homed"
    """a terminal on two nets at once"""
    UNKNOWN = "unknown"
    """a computer that is in no inventory"""
    IMPOSTOR = "impostor"
    """a computer that answers at another's address"""
    UNDECLARED = "undeclared"
    """a terminal of which nobody said which computer it is"""
    INTRUSION = "intrusion"
    """an attack or a virus that began at one of the unit's computers"""
    MOVED = "moved"
    """a terminal at another place than the inventory says"""
    SEVERAL = "several"
    """several computers at a port for one"""
    ROUTER = "router"
    """a home router"""
    TUNNEL = "tunnel"
    """a private VPN"""


@dataclass(frozen=True)
class UnitFinding:
    """One thing found."""

    subject: str
    """a device, a terminal or a unit, by its name in the inventory"""
    kind: FindingKind
    text: str
    """a message id with `values`"""
    values: Mapping[str, str] = field(default_factory=dict)
    severity: Severity = Severity.MAJOR
    port: str = ""
    """of the device, where one is known"""


@dataclass(frozen=True)
class Looked:
    """What a source looked at in a time, and found."""

    kinds: frozenset[FindingKind]
    """what it looks for"""
    at: datetime | None = None
    """when it looked last within the time; None: it did not"""
    judged: Mapping[str, int] = field(default_factory=dict)
    """by subject: how many checks were decided"""
    found: tuple[UnitFinding, ...] = ()


class Source(Protocol):
    """Somebody who finds."""

    def __call__(self, settings: Settings, engine: Engine, first: datetime, last: datetime) -> Looked:
        """Return what was found from one time to another (excluded); reads only."""
        ...


def sources() -> Iterator[Source]:
    """Yield every source of the installed rooms, by name."""
    for entry in registered(GROUP):
        yield cast(Source, entry.load())
