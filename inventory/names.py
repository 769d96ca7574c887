"""Port names that mean something to intent, validation and the platforms. Pure constants.

A CPE's ports are named by what they are for; the tunnel interface is made by the IPsec daemon and the staging port is
on every device, so neither is listed in a device's ports.
"""

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


def is_lan(port: str) -> bool:
    """Whether a port of a CPE is one of its LAN ports."""
    number = port.removeprefix(LAN_PORTS)
    return number != port and number.isascii() and number.isdigit() and str(int(number)) == number


def svi(vlan: int) -> str:
    """Return the name of a VLAN's routed interface."""
    return f"v{vlan}"


def secret_of_tunnel(cpe: str) -> str:
    """Return the name of the secret that is a CPE's pre-shared key."""
    return f"ipsec/{cpe}"
