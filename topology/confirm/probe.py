"""What is asked: one packet from one end to another, with what policy says of it. Pure data.

A probe is a plain tuple and not a validated model because there are about 80,000 of them and they are made here only.
"""

from enum import StrEnum
from ipaddress import IPv4Address
from typing import NamedTuple

from countynet.i18n import _
from topology.confirm.packets import Kind


class Side(StrEnum):
    """What kind of end a source or target is; rows of the table of expected against seen are pairs of these."""

    UNIT = "unit"
    FORGED = "forged"
    """a unit's terminal that claims another's address"""
    SERVER = "server"
    PUBLIC = "public"
    PUBLISHED = "published"
    """a public host at its public address"""
    STATION = "station"
    INTERNET = "internet"
    CITY = "city"
    DEVICE = "device"
    EXIT = "exit"
    """an address of the firewalls on the Internet's or the city's segment"""


SIDE_TITLES = {
    Side.UNIT: _("unit terminals"),
    Side.FORGED: _("terminals with forged address"),
    Side.SERVER: _("server zone"),
    Side.PUBLIC: _("public zone"),
    Side.PUBLISHED: _("published address"),
    Side.STATION: _("management station"),
    Side.INTERNET: _("Internet"),
    Side.CITY: _("city"),
    Side.DEVICE: _("device addresses"),
    Side.EXIT: _("exit's own addresses"),
}


class Ask(NamedTuple):
    """A service as it is asked for: its name in the inventory, the packet and the port."""

    service: str
    kind: Kind
    port: int = 0


PING = Ask("icmp-echo", Kind.ECHO)
TOKEN = Ask("udp", Kind.DATAGRAM, 33434)
DNS = Ask("dns", Kind.DNS, 53)
NTP = Ask("ntp", Kind.NTP, 123)
HTTP = Ask("http", Kind.SYN, 80)
HTTPS = Ask("https", Kind.SYN, 443)
SSH = Ask("ssh", Kind.SYN, 22)
TELNET = Ask("telnet", Kind.SYN, 23)
SNMP = Ask("snmp", Kind.SNMP, 161)
SYSLOG = Ask("syslog", Kind.DATAGRAM, 514)


class End(NamedTuple):
    """Where probes start from or arrive: a node with an address."""

    node: str
    side: Side
    address: IPv4Address


class Probe(NamedTuple):
    """One packet to send, and whether policy lets it through."""

    source: End
    target: End
    ask: Ask
    allowed: bool
    claimed: IPv4Address | None = None
    """the source address it claims, when forged"""
