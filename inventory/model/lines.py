"""Access lines and their contracts. Requirements N3, N8. Pure."""

from datetime import date
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Literal

from pydantic import Field

from countynet.frozen import Frozen
from countynet.vocabulary import Access
from inventory.model.base import Name, Text, Vlan, Yuan

Percent = Annotated[float, Field(gt=0, le=100)]


class Circuit(Frozen):
    """A unit's access line, leased from the operator."""

    id: Name
    unit: Name
    access: Access
    contract: str
    """the line's number in its contract; a contract covers every number that begins with its own"""
    rent: Yuan
    """yuan per month"""
    down_kbps: int
    up_kbps: int
    availability: Percent
    """promised, percent per month"""
    repair_hours: int
    vlan: Vlan | None = None
    """fiber and leased lines: the VLAN from the building switch's port to both cores"""
    link: IPv4Network
    """fiber and leased: /29 with gateway .1 (virtual), core-1 .2, core-2 .3, CPE .4; ADSL: /30 with the operator .1,
    CPE .2"""
    link6: IPv6Network | None = None
    begins: date | None = None
    """first day of rent; without it, the contract's"""
    ends: date | None = None
    """last day of rent"""


class BackupLine(Frozen):
    """A second way to a unit that is paid for and kept, not configured by us: dial-up, a spare ADSL or leased line."""

    id: Name
    unit: Name
    access: Literal["dial-up", "adsl", "leased"]
    contract: Text
    number: str = ""
    """the telephone or circuit number to call"""
    rent: Yuan
    down_kbps: Annotated[int, Field(gt=0)]
    up_kbps: Annotated[int, Field(gt=0)]
    availability: Percent
    repair_hours: Annotated[int, Field(gt=0)]
    begins: date | None = None
    ends: date | None = None


class Contract(Frozen):
    """A contract with the operator or another supplier."""

    number: Text
    supplier: Text
    subject: Text
    subject_en: Text
    signed_on: date
    begins: date
    ends: date
    file: str = ""
    """where the signed paper is kept"""

    def covers(self, line: str) -> bool:
        """Whether a line's number belongs to this contract."""
        return line.startswith(self.number)
