"""The seam between who can read what devices have around them and who judges it: entry points `countynet.surroundings`.

Monitoring holds what agents said (SNMP), playbooks signs in and reads tables as they are now; audit, beside both,
judges terminals. What they say to each other is here: rows of forwarding, ARP and DHCP tables, LLDP neighbours,
sessions of firewalls. A source says whom it asked in vain: silence proves nothing. A listener (`countynet.listening`)
stands at devices' ports: it sends what it is given there and notes headers of what arrives, which finds a router
behind a port and a terminal that answers elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, cast

from sqlalchemy import Engine

from countynet.errors import MissingCapability
from countynet.i18n import _
from countynet.rooms import registered
from countynet.settings import Settings

GROUP = "countynet.surroundings"
LISTENING = "countynet.listening"


class Table(StrEnum):
    """Where it was read."""

    FDB = "fdb"
    """a switch's forwarding table"""
    ARP = "arp"
    """a router's neighbours (ARP, IPv6 neighbour discovery)"""
    DHCP = "dhcp"
    """addresses lent out"""
    LLDP = "lldp"
    SESSIONS = "sessions"
    """a firewall's sessions, a router's connection tracking"""
    PACKETS = "packets"
    """headers of packets that a device or a beacon saw"""
    BEACON = "beacon"
    """a probe's answer that arrived at a beacon"""


TITLES = {
    Table.FDB: _("forwarding table"),
    Table.ARP: _("ARP table"),
    Table.DHCP: _("DHCP leases"),
    Table.LLDP: _("LLDP neighbours"),
    Table.SESSIONS: _("session table"),
    Table.PACKETS: _("packet headers"),
    Table.BEACON: _("beacon"),
}


@dataclass(frozen=True)
class Row:
    """A hardware address in a table of a device; in LLDP's, a neighbour."""

    device: str
    port: str
    table: Table
    mac: str
    """six pairs of small hexadecimal digits; empty: LLDP by another kind of id"""
    address: str = ""
    vlan: int | None = None
    name: str = ""
    """the host name that it gave (DHCP, LLDP)"""
    says: str = ""
    """what it says of itself: DHCP's vendor class, LLDP's description and capabilities"""
    line: str = ""
    """as the device wrote it"""
    first: datetime | None = None
    """UTC; None: the table does not tell"""
    last: datetime | None = None
    """UTC, when it was last used; None: the table does not tell"""


@dataclass(frozen=True)
class Flow:
    """A session of a firewall: who speaks with whom."""

    device: str
    source: str
    destination: str
    protocol: int
    """IANA's number"""
    port: int = 0
    """of the destination; 0: a protocol without ports"""
    answered: bool = False
    bytes: int | None = None
    seconds: int | None = None
    """how long it has lasted; None: the device does not tell"""
    line: str = ""


@dataclass(frozen=True)
class Header:
    """Headers of one packet as an observer saw it."""

    observer: str
    """a device or a beacon"""
    port: str
    mac: str
    """of the sender on that wire; empty where routers are between"""
    source: str
    destination: str
    ttl: int
    protocol: int
    at: datetime
    to_port: int = 0
    options: str = ""
    """of a TCP SYN: kinds of options in order, window and scale (as p0f writes them); empty for others"""
    clock: int | None = None
    """TSval of a TCP SYN (RFC 7323)"""
    mss: int | None = None
    shape: str = ""
    """the tunnel's protocol that its payload begins like: wireguard, openvpn, l2tp, pptp, ipsec"""
    echo: str = ""
    """of an ICMP echo reply: the first 64 octets that it gives back, as hexadecimal digits"""
    on_wire: bool = False
    """whether the observer stands on the terminal's own wire, without a router between"""


@dataclass(frozen=True)
class Around:
    """What sources say."""

    rows: tuple[Row, ...] = ()
    flows: tuple[Flow, ...] = ()
    headers: tuple[Header, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)
    """hardware addresses of devices' own ports: address to `device:port`"""
    asked: frozenset[tuple[str, Table]] = frozenset()
    """which tables of which devices were read"""
    silent: Mapping[str, str] = field(default_factory=dict)
    """devices that did not answer, and why (translated)"""

    def plus(self, other: "Around") -> "Around":
        """Return both; who answered one of them is not silent."""
        asked = self.asked | other.asked
        heard = {device for device, _table in asked}
        return Around(
            self.rows + other.rows,
            self.flows + other.flows,
            self.headers + other.headers,
            {**self.own, **other.own},
            asked,
            {name: why for name, why in {**self.silent, **other.silent}.items() if name not in heard},
        )


class Source(Protocol):
    """Somebody who reads tables."""

    def __call__(self, settings: Settings, engine: Engine, names: Sequence[str]) -> Around:
        """Return what devices of these names have around them; nothing on them is changed.

        Raises BadInput (inventory, vault), Conflict without a place to stand.
        """
        ...


class Listener(Protocol):
    """Somebody who sends packets from devices' ports and notes the headers of what arrives there."""

    def __call__(
        self, settings: Settings, frames: Mapping[str, Mapping[str, Sequence[bytes]]], seconds: float
    ) -> Around:
        """Send Ethernet frames by device and port, listen on these ports for so long, and return the headers.

        A port may have no frames: it is listened to only. Raises BadInput, Conflict without a place to stand.
        """
        ...


def sources() -> Iterator[tuple[str, Source]]:
    """Yield every source of the installed rooms with its name."""
    for entry in registered(GROUP):
        yield entry.name, cast(Source, entry.load())


def listener() -> Listener:
    """Return who listens at devices' ports. Raises MissingCapability when no installed room does."""
    entry = next(iter(registered(LISTENING)), None)
    if entry is None:
        raise MissingCapability(_("no room of this installation listens at devices' ports"))
    return cast(Listener, entry.load())
