"""Routes of a pair of routers that follow who is master, so that first packets and answers take the same one. Pure.

Where the platform can, a network behind a VRRP group is announced by the group's master alone, as two halves where it
is the group's own segment: the longer prefix goes before what the other member has on its own link, which may be cut
off. Where the platform cannot, both announce it and the first is preferred by cost; then a lost port of the first sends
first packets and answers different ways.
"""

from ipaddress import IPv4Address, IPv4Network

from inventory.deviceconfig import MasterRoute
from inventory.intent.platforms import KINDS
from inventory.intent.wiring import Wiring
from inventory.model import Device


def leads(wiring: Wiring, device: Device) -> bool:
    """Return whether all devices of a device's role can have routes that stand while they are masters."""
    return all(KINDS[other.platform].leads for other in wiring.county.devices_in(device.role))


def on_link(segment: IPv4Network) -> tuple[MasterRoute, ...]:
    """Return the routes of the master to its own segment."""
    return tuple(MasterRoute(prefix=half) for half in _halves(segment))


def beyond(prefix: IPv4Network, gateway: IPv4Address) -> tuple[MasterRoute, ...]:
    """Return the routes of the master to what lies behind a router on its segment; OSPF takes in no default route."""
    prefixes = (prefix,) if prefix.prefixlen else _halves(prefix)
    return tuple(MasterRoute(prefix=one, next_hop=gateway) for one in prefixes)


def _halves(network: IPv4Network) -> tuple[IPv4Network, ...]:
    return tuple(network.subnets())
