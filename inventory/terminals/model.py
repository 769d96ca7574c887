"""The words of this workflow, as frozen values: what a unit asks, what it is given, and what became of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from ipaddress import IPv4Address, IPv6Address

from countynet.canonical import JSON
from countynet.vocabulary import TerminalState
from inventory.tags import TerminalTag

OPEN = (TerminalState.ASKED, TerminalState.APPROVED)
"""the states in which something is still to be done"""


@dataclass(frozen=True)
class Form:
    """What a unit fills in, as it is typed."""

    user: str
    room: str
    purpose: str
    mac: str
    """in any notation"""
    wanted_by: str
    """e.g. 2026-12-01"""


@dataclass(frozen=True)
class Request:
    """What a unit asks for, checked (`form.check`)."""

    user: str
    """the name of the person who will sit at it"""
    room: str
    purpose: str
    mac: str
    wanted_by: date


@dataclass(frozen=True)
class Place:
    """What an approval holds for a terminal until it is connected."""

    terminal: str
    address: IPv4Address
    address6: IPv6Address | None
    cpe: str
    port: str


@dataclass(frozen=True)
class Held:
    """What other approved applications hold, so that nobody gets the same."""

    terminals: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    """IPv4 and IPv6"""
    ports: frozenset[str] = frozenset()
    """`cpe-025:lan1`"""


@dataclass(frozen=True)
class Application:
    """One application."""

    id: int
    unit: str
    state: TerminalState
    asker: str
    request: Request
    opened: datetime
    closed: datetime | None = None
    place: Place | None = None
    """from the approval on, also after it was declined"""
    reason: str = ""
    """why it was declined"""
    job: int | None = None
    """the last job that configures its CPE"""

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in OPEN

    @property
    def ordered(self) -> bool:
        """Whether the operator has an order for it now."""
        return self.state is TerminalState.APPROVED


@dataclass(frozen=True)
class Past:
    """One step of an application's history."""

    at: datetime
    actor: str
    tag: TerminalTag
    data: Mapping[str, JSON]


@dataclass(frozen=True)
class Connection:
    """What the operator reads off the devices."""

    mac: str
    port: str = ""
    """empty: the port that the order names"""
    others: Mapping[str, str] = field(default_factory=dict)
    """the MAC address of each of the unit's terminals that had none yet"""


@dataclass(frozen=True)
class Done:
    """What became of a step that changed the inventory: the commit, and what now has to be configured."""

    commit: str
    device: str
    job: int
