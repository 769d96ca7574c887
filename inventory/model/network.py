"""Zones, hosts, services, policy and the address plan. Requirements N3, N5. Pure."""

from datetime import date
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Network
from typing import Annotated, Literal

from pydantic import Field

from countynet.frozen import Frozen
from countynet.vocabulary import HostKind, ZoneName
from inventory.model.base import Endpoint, Name, Person, PortName, Vlan


class Zone(Frozen):
    """A network behind the firewall pair."""

    name: ZoneName
    prefix: IPv4Network
    """what belongs to the zone (0.0.0.0/0 for the Internet)"""
    segment: IPv4Network | None = None
    """the segment on the firewalls' leg, when it differs from the prefix"""
    vlan: Vlan
    port: PortName
    """the firewalls' port into it"""
    gateway: IPv4Address
    """the firewall pair's virtual address on the segment"""


class Host(Frozen):
    """A computer that is not a network device: a server, the management station, or the twin's Internet and city."""

    name: Name
    name_zh: str
    kind: HostKind
    zone: ZoneName
    address: IPv4Interface
    gateway: IPv4Address | None = None
    names: tuple[str, ...] = ()
    """DNS names that answer with its address"""
    published: IPv4Address | None = None
    """public address on which the firewalls publish it to the Internet"""
    services: tuple[Name, ...] = ()
    """names of services that it offers"""
    runs: tuple[Literal["time", "names", "logs", "portal", "addresses"], ...] = ()
    """`addresses`: gives units' computers their addresses (DHCP), as `plan.dhcp` says"""


class Service(Frozen):
    """A protocol with its ports."""

    name: Name
    protocol: Literal["tcp", "udp", "icmp"]
    ports: tuple[Annotated[int, Field(ge=1, le=65535)], ...] = ()


class PolicyRule(Frozen):
    """Something that is allowed. What no rule allows is forbidden.

    A selector is `units`, `browsing-units`, `unit:<id>`, `zone:<name>`, `host:<name>` or `devices` (their management
    addresses).
    """

    id: Name
    source: str
    target: str
    services: tuple[Name, ...]
    reason: str
    reason_en: str
    exception: bool = False
    """opened for a time and for somebody; must say until when"""
    expires_on: date | None = None
    """last day"""
    asked_by: str = ""


class Transit(Frozen):
    """A routed point-to-point network between two devices; `a` has the first host address."""

    prefix: IPv4Network
    a: Endpoint
    b: Endpoint


class SwitchManagement(Frozen):
    """The management VLAN of an aggregation switch and the building switches below it.

    The virtual gateway is .1, the cores are .2 and .3.
    """

    vlan: Vlan
    prefix: IPv4Network
    aggregation: Name


class Pool(Frozen):
    """Where networks of one kind come from: the lowest free `length` in `prefix`, each at a multiple of `every`."""

    prefix: IPv4Network
    length: Annotated[int, Field(ge=8, le=32)]
    every: Annotated[int, Field(ge=8, le=32)] | None = None
    """prefix length of the grid; without it, `length`"""


class Pools(Frozen):
    """What is allocated when a unit is added, and how long what it had stays untouched when it goes."""

    lans: Pool
    fiber_links: Pool
    adsl_links: Pool
    management: Pool
    staging: Pool
    vlans: tuple[Vlan, Vlan]
    """the first and the last for fiber and leased lines"""
    ipv6: IPv6Network | None = None
    """the county's own /48 (unique local, RFC 4193): LAN n is its /64 n, links and management addresses its last two"""
    quarantine_days: Annotated[int, Field(ge=0, le=3650)] = 90


class Freed(Frozen):
    """What a removed unit had; not given out again until its quarantine ends."""

    id: Annotated[str, Field(min_length=1)]
    """kind and value, e.g. `vlan 105`"""
    kind: Literal["number", "vlan", "network", "address", "port", "name"]
    value: str
    was: str
    """what had it"""
    until: date
    """first day on which it is free again"""


class Confinement(Frozen):
    """Where a port is put that somebody is confined at (a quarantine VLAN): it reaches the notice page, nothing else.

    Each port of a device has a VLAN of its own there, so two who are confined do not meet either: the device's first
    port has `vlan`, the next the one after. Where the notice page can be reached, the port's VLAN has the /29 of the
    same place in `prefix`; those networks exist at every access device alike and are translated there.
    """

    vlan: Vlan
    """the first of 64"""
    prefix: IPv4Network
    notice: Name | None = None
    """the host with the page that says why; None: nothing is reached"""
    service: Name = "http"


class Dhcp(Frozen):
    """That units' computers are told their addresses (DHCP, RFC 2131) by the host that runs `addresses`."""

    lease_hours: Annotated[int, Field(ge=1, le=720)] = 12
    """how long a computer keeps an address without asking again"""


class Hardening(Frozen):
    """What devices do beyond what the county needs to work; each where it is said alone."""

    log_drops: bool = False
    """whatever a device does not forward is logged, at most so many lines a second of each rule"""
    ospf_keys: bool = False
    """the two ends of each transit share a key, and take no other for a neighbour; only Linux devices can change theirs
    at the same moment, so with a vendor's device among them this is turned on before they run, over staging"""
    ntp_keys: bool = False
    """devices ask the county's time servers with a key, and believe no answer without"""


class HeldPort(Frozen):
    """A port that is held: shut, or confined, because of somebody at it. As long as it stands here it stays so."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,40}$")]
    device: Name
    port: PortName
    how: Literal["down", "confined"]
    reason: str
    since: date
    by: str
    """the login of who had it held"""
    finding: int | None = None
    """the number of the finding about a terminal"""
    mac: str = ""
    """whose presence it answers, as far as known"""
    emergency: int | None = None
    """the emergency under whose authority it was done at once"""


class Plan(Frozen):
    """The county's address plan and names."""

    name: str
    name_en: str
    domain: str
    unit_lans: IPv4Network
    management: tuple[IPv4Network, ...]
    """all management addresses of devices and the management zone"""
    staging: IPv4Network
    """the operator's bench and staging lines; first host is the management station's own address on it"""
    tunnels: IPv4Network
    """ADSL lines in the operator's net"""
    hub: IPv4Interface
    hub_gateway: IPv4Address
    transits: tuple[Transit, ...]
    switch_management: tuple[SwitchManagement, ...]
    operator: Person
    """the telecom company's duty desk"""
    pools: Pools | None = None
    """without it nothing can be allocated"""
    confinement: Confinement | None = None
    """without it no port can be confined, only shut"""
    dhcp: Dhcp | None = None
    """without it nobody gives out addresses: computers have fixed ones"""
    hardening: Hardening = Hardening()
