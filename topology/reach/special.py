"""Addresses that are nobody's alone: what everybody on a segment takes, and what no router forwards. Pure.

For one concrete packet; the engines have sets of the same (`family`). RFC 1122, RFC 4291.
"""

from ipaddress import IPv4Address

from inventory.deviceconfig import DeviceConfig
from topology.reach.family import is_six

_LINK_LOCAL = frozenset(IPv4Address(0xE0000000 + n) for n in range(256))


def is_for_all(target: IPv4Address) -> bool:
    """Return whether everybody on a segment takes it: link-local multicast, in IPv6 any, and link-local addresses."""
    if is_six(target):
        return target.is_multicast or target.is_link_local
    return target in _LINK_LOCAL


def is_any_routers(config: DeviceConfig, target: IPv4Address) -> bool:
    """Return whether an address is the subnet-router anycast address of a link; who has it is not sure."""
    links = (a.network for item in config.interfaces for a in item.addresses if is_six(target) and config.forwarding)
    return any(n.network_address == target and n.prefixlen < 127 for n in links)


def never_from(source: IPv4Address) -> bool:
    """Return whether routers forward nothing from there (RFC 4291, 2.5.2 to 2.7)."""
    return is_six(source) and never(source)


def never(target: IPv4Address) -> bool:
    """Return whether routers forward nothing to there."""
    if is_six(target):
        return target.is_multicast or target.is_link_local or int(target) in (0, 1)
    return target.is_multicast or int(target) >> 24 in (0, 127) or int(target) == 0xFFFFFFFF
