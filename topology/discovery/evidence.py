"""What devices say of what is around them: plain values, whoever brought them. Pure.

Subtypes of LLDP's ids are those of IEEE 802.1AB-2016 (LldpChassisIdSubtype, LldpPortIdSubtype). A MAC address is
written as in the inventory: six pairs of small hexadecimal digits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

CHASSIS_MAC, CHASSIS_ADDRESS, CHASSIS_LOCAL = 4, 5, 7
PORT_ALIAS, PORT_MAC, PORT_NAME, PORT_LOCAL = 1, 3, 5, 7


@dataclass(frozen=True)
class Port:
    """One port of a device, as it describes itself."""

    name: str
    """as people call it (ifName)"""
    mac: str = ""
    up: bool | None = None
    """None: it does not say"""
    ids: frozenset[str] = frozenset()
    """everything else that it is called: ifDescr, the ids and descriptions that it sends by LLDP, ifIndex"""


@dataclass(frozen=True)
class Heard:
    """What a device hears by LLDP on one of its ports."""

    port: str
    chassis_kind: int
    chassis: str
    """a MAC address written out, an address, or text"""
    port_kind: int
    port_id: str
    port_description: str = ""
    name: str = ""
    """lldpRemSysName"""
    addresses: tuple[str, ...] = ()
    """management addresses"""


@dataclass(frozen=True)
class Sighting:
    """A hardware address that a device has seen on one of its ports."""

    port: str
    mac: str
    by: str
    """fdb: learned while bridging; arp: it answered for an address"""
    address: str = ""
    """IP address, by ARP"""
    vlan: int | None = None


@dataclass(frozen=True)
class Device:
    """Everything that one device says."""

    name: str
    asked: bool = True
    """whether it answered; what a silent device does not hear proves nothing"""
    lldp: bool = True
    """whether it has an LLDP table"""
    chassis: frozenset[str] = frozenset()
    """its own chassis ids and names, as it sends them"""
    ports: tuple[Port, ...] = ()
    heard: tuple[Heard, ...] = ()
    seen: tuple[Sighting, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What all devices say, by name."""

    devices: Mapping[str, Device] = field(default_factory=dict)
