"""Devices, their types and cables, and security equipment. Requirements N3, S5. Pure."""

from datetime import date
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Literal

from pydantic import Field

from countynet.frozen import Frozen
from countynet.vocabulary import DeviceRole, DeviceState, SecurityKind
from inventory.model.base import SLUG_PATTERN, Endpoint, Name, PortName, Text

Slug = Annotated[str, Field(pattern=SLUG_PATTERN)]


PlatformName = Literal["linux", "huawei_vrp", "h3c_comware", "ruijie", "cisco_ios"]
"""the operating systems that `inventory.platforms` renders and parses"""


class Interface(Frozen):
    """One port that a device type has, as the maker prints it; `type` is NetBox's slug, e.g. 1000base-t."""

    name: Text
    type: Text
    management: bool = False


class DeviceType(Frozen):
    """A make and model, as the community's device type library describes it (slug, part number, height, ports)."""

    slug: Slug
    make: Text
    model: Text
    part_number: str = ""
    height: Annotated[float, Field(ge=0, le=60)] = 1
    """in rack units"""
    interfaces: tuple[Interface, ...] = ()


class LifeCycle(Frozen):
    """Where a device stands in its life."""

    state: DeviceState = DeviceState.ACTIVE
    bought_on: date | None = None
    warranty_until: date | None = None
    support_until: date | None = None
    """the maker's end of support"""


class Device(Frozen):
    """A network device that countynet configures."""

    name: Name
    role: DeviceRole
    platform: PlatformName
    make: str
    model: str
    serial: str
    building: Name
    unit: Name | None = None
    management: IPv4Address
    management6: IPv6Address | None = None
    staging: IPv4Address
    ports: tuple[PortName, ...]
    """physical ports as printed on the device, idle ones too; not the staging port (`stg0`), which each device has"""
    uplink: PortName | None = None
    """a CPE's port to its line or the VPN hub's to the operator, where the ports' names do not say it (wan0, dsl0); a
    CPE's other ports are then its LAN's"""
    rack: Name | None = None
    position: Annotated[int, Field(ge=1, le=60)] | None = None
    """the lowest rack unit that it takes"""
    type: Slug | None = None
    life: LifeCycle = LifeCycle()


class Cable(Frozen):
    """A cable or fiber between two ports."""

    id: Name
    a: Endpoint
    b: Endpoint
    kind: Literal["copper", "fiber"]
    length_m: Annotated[float, Field(gt=0)] | None = None


class SecurityEquipment(Frozen):
    """Security equipment that we watch and keep but do not configure (S5)."""

    id: Name
    kind: SecurityKind
    make: Text
    model: Text
    serial: Text
    building: Name
    rack: Name | None = None
    management: IPv4Address | None = None
    licence_until: date | None = None
    life: LifeCycle = LifeCycle()
