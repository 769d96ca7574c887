"""The inventory model: what one county consists of, as frozen values.

Promises: a `County` that loads is whole (every reference resolves, every address is unique and inside the plan) because
`inventory.validate` refuses anything else, with every problem at once. It imports no file, database, socket or clock.
Requirements N1, N3, N5.
"""

from datetime import date
from functools import cached_property
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Annotated, Literal

from pydantic import Field, model_validator

from countynet.frozen import Frozen
from countynet.vocabulary import Access, DeviceRole, HostKind, UnitKind, ZoneName

NAME_PATTERN = r"^[a-z][a-z0-9-]{0,30}$"
PORT_PATTERN = r"^[a-z][a-z0-9.-]{0,14}$"
TELEPHONE_PATTERN = r"^(0\d{2,3}-\d{7,8}|1\d{10})$"

Name = Annotated[str, Field(pattern=NAME_PATTERN)]
PortName = Annotated[str, Field(pattern=PORT_PATTERN)]
Vlan = Annotated[int, Field(ge=1, le=4094)]
Telephone = Annotated[str, Field(pattern=TELEPHONE_PATTERN)]


class Person(Frozen):
    """A person with a telephone, e.g. a unit's leader (分管领导) or information officer (信息员)."""

    name: Annotated[str, Field(min_length=2)]
    telephone: Telephone
    title: str = ""


class Building(Frozen):
    """A place where units sit; coordinates in WGS-84 degrees."""

    id: Name
    name: str
    name_en: str
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    access: Access


class Terminal(Frozen):
    """A unit's computer on the private net."""

    name: Name
    address: IPv4Address


class Unit(Frozen):
    """One of the budgeted departments and townships."""

    id: Name
    number: Annotated[int, Field(ge=1, le=250)]
    name: str
    name_en: str
    kind: UnitKind
    parent: Name | None = None
    building: Name
    leader: Person
    officer: Person
    lan: IPv4Network
    terminals: tuple[Terminal, ...]
    may_browse: bool = False
    connected_on: date | None = None


class Device(Frozen):
    """A network device that countynet configures."""

    name: Name
    role: DeviceRole
    platform: Literal["linux"]
    make: str
    model: str
    serial: str
    building: Name
    unit: Name | None = None
    management: IPv4Address
    staging: IPv4Address
    ports: tuple[PortName, ...]
    """physical ports as printed on the device, idle ones too; not the staging port `stg0`, which each device has"""


class Endpoint(Frozen):
    """One end of a cable: a port of a device or host, or `eth0` of a terminal. Written `node:port` for short."""

    node: Name
    port: PortName

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        if isinstance(value, str) and ":" in value:
            node, port = value.split(":", 1)
            return {"node": node, "port": port}
        return value


class Cable(Frozen):
    """A cable or fiber between two ports."""

    id: Name
    a: Endpoint
    b: Endpoint
    kind: Literal["copper", "fiber"]


class Circuit(Frozen):
    """A unit's access line, leased from the operator."""

    id: Name
    unit: Name
    access: Access
    contract: str
    rent: Annotated[int, Field(ge=0)]
    """yuan per month"""
    down_kbps: int
    up_kbps: int
    availability: Annotated[float, Field(gt=0, le=100)]
    """promised, percent per month"""
    repair_hours: int
    vlan: Vlan | None = None
    """fiber: the VLAN from the building switch's port to both cores"""
    link: IPv4Network
    """fiber: /29 with gateway .1 (virtual), core-1 .2, core-2 .3, CPE .4; ADSL: /30 with the operator .1, CPE .2"""


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
    runs: tuple[Literal["time", "names", "logs", "portal"], ...] = ()


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


class County(Frozen):
    """One county, whole."""

    plan: Plan
    buildings: tuple[Building, ...]
    units: tuple[Unit, ...]
    devices: tuple[Device, ...]
    cables: tuple[Cable, ...]
    circuits: tuple[Circuit, ...]
    zones: tuple[Zone, ...]
    hosts: tuple[Host, ...]
    services: tuple[Service, ...]
    policy: tuple[PolicyRule, ...]

    @cached_property
    def unit_by_id(self) -> dict[str, Unit]:
        """Units by id."""
        return {u.id: u for u in self.units}

    @cached_property
    def unit_by_terminal(self) -> dict[str, Unit]:
        """The unit of each terminal by the terminal's name."""
        return {t.name: u for u in self.units for t in u.terminals}

    @cached_property
    def device_by_name(self) -> dict[str, Device]:
        """Devices by name."""
        return {d.name: d for d in self.devices}

    @cached_property
    def host_by_name(self) -> dict[str, Host]:
        """Hosts by name."""
        return {h.name: h for h in self.hosts}

    @cached_property
    def zone_by_name(self) -> dict[ZoneName, Zone]:
        """Zones by name."""
        return {z.name: z for z in self.zones}

    @cached_property
    def circuit_by_unit(self) -> dict[str, Circuit]:
        """Access lines by the id of the unit they serve."""
        return {c.unit: c for c in self.circuits}

    @cached_property
    def cpe_by_unit(self) -> dict[str, Device]:
        """The CPE of each unit by unit id."""
        return {d.unit: d for d in self.devices if d.unit is not None}

    @cached_property
    def building_by_id(self) -> dict[str, Building]:
        """Buildings by id."""
        return {b.id: b for b in self.buildings}

    @cached_property
    def station(self) -> Host:
        """The management station, where countynet runs."""
        return next(h for h in self.hosts if h.kind is HostKind.STATION)

    def devices_in(self, role: DeviceRole) -> tuple[Device, ...]:
        """Return the devices of one role, in inventory order."""
        return tuple(d for d in self.devices if d.role is role)
