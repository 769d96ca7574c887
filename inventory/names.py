"""What interfaces are called, for intent, validation and everybody who looks for one. Pure.

Where a device says nothing else, its ports are named by what they are for (lan0, wan0, dsl0). A device that names its
ports as its maker prints them says which of them is its `uplink`; every other port of such a CPE is a LAN port. What is
no port to list, because every device has it or its system makes it (loopback, routed VLAN interfaces, the tunnel, the
staging port), has one name in intent and one on each platform: the second is what these functions give for a platform.
This is the one place that knows such names; ask it with the device or its platform.
"""

import re
from collections.abc import Container
from ipaddress import IPv4Network

from inventory.model import Device

LAN = "lan0"
"""a CPE's first port to the unit's terminals; which interface routes the LAN is `inventory.lan`'s answer"""
LAN_PORTS = "lan"
"""what the names of a CPE's LAN ports begin with; a number without leading zeros follows"""
LAN_VLAN = 2
"""the VLAN that joins a CPE's LAN ports when several are in use; it exists on that CPE alone"""
FIBER = "wan0"
"""a CPE's port to the building switch; also the VPN hub's port to the operator"""
DSL = "dsl0"
"""a CPE's port to the telephone line"""
TUNNEL = "ipsec0"
"""where decrypted packets come from and packets to encrypt go to, on the hub and on an ADSL CPE"""
STAGING = "stg0"
"""the port over which a device comes out of its box; shut once the device answers in band"""
LOOPBACK = "lo"
HOST = "eth0"
"""a terminal's or host's only port"""
ADMINISTRATOR = "netadmin"
"""the account that countynet signs in with"""
FACTORY = "factory"
"""the account that devices come with; kept, but locked"""
SNMP_USER = "countynet"
GENERIC = "linux"
"""the platform whose names intent uses"""

_MADE = {
    "linux": (LOOPBACK, "v", TUNNEL, STAGING),
    "huawei_vrp": ("LoopBack0", "Vlanif", "Tunnel0/0/0", "MEth0/0/0"),
    "h3c_comware": ("LoopBack0", "Vlan-interface", "Tunnel0", "M-GigabitEthernet0/0/0"),
    "ruijie": ("Loopback0", "VLAN", "Tunnel0", "Mgmt0"),
    "cisco_ios": ("Loopback0", "Vlan", "Tunnel0", "GigabitEthernet0"),
}
"""per platform: the loopback, what a VLAN interface's number follows, the tunnel, the staging port"""
_STAGED_AT = (
    ("huawei_vrp", re.compile(r"AR\d.*|USG6[0-9]{2}0"), "GigabitEthernet0/0/0"),
    ("huawei_vrp", re.compile(r"S\d.*"), "MEth0/0/1"),
    ("h3c_comware", re.compile(r"(SecPath )?F\d.*"), "GigabitEthernet1/0/0"),
    ("h3c_comware", re.compile(r"MSR\d.*"), "GigabitEthernet0/4"),
)
"""models whose staging port is called otherwise; a router without a management port gives up a port for it"""


def is_lan(port: str) -> bool:
    """Whether a port's name says that it is a LAN port of a CPE."""
    number = port.removeprefix(LAN_PORTS)
    return number != port and number.isascii() and number.isdigit() and str(int(number)) == number


def lan_ports(cpe: Device) -> tuple[str, ...]:
    """Return a CPE's LAN ports: by their names in the order of their numbers, or all but its uplink as listed."""
    if cpe.uplink is not None:
        return tuple(port for port in cpe.ports if port != cpe.uplink)
    return tuple(sorted(filter(is_lan, cpe.ports), key=lambda port: int(port.removeprefix(LAN_PORTS))))


def fiber(device: Device) -> str:
    """Return a CPE's port to the building switch, or the VPN hub's port to the operator."""
    return device.uplink or FIBER


def dsl(device: Device) -> str:
    """Return a CPE's port to the telephone line."""
    return device.uplink or DSL


def loopback(platform: str = GENERIC) -> str:
    """Return the loopback's name on a platform."""
    return _MADE[platform][0]


def svi(vlan: int, platform: str = GENERIC) -> str:
    """Return the name of a VLAN's routed interface on a platform."""
    return f"{_MADE[platform][1]}{vlan}"


def tunnel(platform: str = GENERIC) -> str:
    """Return the name of the tunnel interface on a platform."""
    return _MADE[platform][2]


def staging(device: Device) -> str:
    """Return the name of a device's staging port: its management port, or a router's first port."""
    for platform, models, port in _STAGED_AT:
        if platform == device.platform and models.fullmatch(device.model):
            return port
    return _MADE[device.platform][3]


def made(device: Device) -> tuple[str, str, str]:
    """Return the names that are no ports to list: loopback, tunnel, staging port."""
    return loopback(device.platform), tunnel(device.platform), staging(device)


OSPF_KEY = 16
"""how long a key of OSPF may be (RFC 2328, D.3), and is"""
OF_TRANSITS = "ospf/"
"""names of the secrets that the two ends of a transit share begin so"""


def secret_of_transit(prefix: IPv4Network) -> str:
    """Return the name of the secret that the two ends of a transit share."""
    return f"{OF_TRANSITS}{prefix.network_address}"


TIME_KEY = "ntp/key"
"""the name of the secret that devices share with the time servers"""
SECOND = "-2"
"""what the second of two names ends with, that a device or an account goes by in turn"""


def end_of_tunnel(tunnel: str, devices: Container[str]) -> str:
    """Return the device at the other end of a hub's tunnel, which is named by it or by its second name."""
    return tunnel if tunnel in devices else tunnel.removesuffix(SECOND)


def secret_of_tunnel(cpe: str) -> str:
    """Return the name of the secret that is a CPE's pre-shared key."""
    return f"ipsec/{cpe}"
