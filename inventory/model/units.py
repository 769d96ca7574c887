"""Units, their terminals, and how far their roll-out has come. Requirements N1, N6, N7, N9. Pure."""

from datetime import date
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Annotated

from pydantic import Field

from countynet.frozen import Frozen
from countynet.vocabulary import RolloutPhase, UnitKind
from inventory.model.base import Mac, Name, Person, Text

NUMBERS = 65_535


class Terminal(Frozen):
    """A unit's computer on the private net."""

    name: Name
    address: IPv4Address
    address6: IPv6Address | None = None
    mac: Mac | None = None
    """when every terminal of a unit has one, the unit's CPE lets no other computer pass"""
    user: str = ""
    added_on: date | None = None


class UnitDhcp(Frozen):
    """How a unit's computers are told their addresses, where the county does that (`Plan.dhcp`).

    A terminal with a hardware address always gets its own address of the inventory.
    """

    served: bool = True
    """False: nobody there gets an address"""
    pool: tuple[IPv4Address, IPv4Address] | None = None
    """the first and the last address for computers that are not admitted; None: those get none"""


class Milestone(Frozen):
    """One phase of a unit's roll-out: when it was to be done, and when it was."""

    phase: RolloutPhase
    planned: date | None = None
    done: date | None = None


class Unit(Frozen):
    """One of the budgeted departments and townships, or a village or branch office below one (`parent`)."""

    id: Name
    number: Annotated[int, Field(ge=1, le=NUMBERS)]
    name: str
    name_en: str
    kind: UnitKind
    parent: Name | None = None
    building: Name
    leader: Person
    officer: Person | None = None
    lan: IPv4Network
    lan6: IPv6Network | None = None
    terminals: tuple[Terminal, ...]
    dhcp: UnitDhcp = UnitDhcp()
    may_browse: bool = False
    connected_on: date | None = None
    milestones: tuple[Milestone, ...] = ()


class Phase(Frozen):
    """A phase of the county's roll-out with its dates (N7)."""

    id: RolloutPhase
    begins: date
    ends: date


class Batch(Frozen):
    """Units that are rolled out together."""

    id: Name
    name: Text
    name_en: Text
    units: tuple[Name, ...]
    begins: date | None = None
    ends: date | None = None


class Attendance(Frozen):
    """How many people a unit sent to a training session."""

    unit: Name
    people: Annotated[int, Field(ge=0)]


class Training(Frozen):
    """A training session for a batch of units."""

    id: Name
    batch: Name
    on: date
    place: Text
    topic: Text
    topic_en: Text
    attendance: tuple[Attendance, ...] = ()
