"""Who has an address: many platforms name the address that they listen at or send from by its interface. Pure."""

from collections.abc import Sequence
from ipaddress import IPv4Address

from inventory.deviceconfig import DeviceConfig, Interface


def holder(config: DeviceConfig, address: IPv4Address) -> str | None:
    """Return the first interface whose main address this is, or None."""
    found = (i.name for i in config.interfaces if i.addresses and i.addresses[0].ip == address)
    return next(found, None)


def lengths(item: Interface, virtual: IPv4Address | None) -> Sequence[int]:
    """Return the lengths of the networks of an interface that an address lies in."""
    return [a.network.prefixlen for a in item.addresses if virtual is not None and virtual in a.network]


def prefix_of(item: Interface, virtual: IPv4Address) -> int | None:
    """Return the length of the first network of an interface that a virtual address lies in."""
    return next(iter(lengths(item, virtual)), None)


def routes(config: DeviceConfig) -> bool:
    """Whether a device that always routes does so with these interfaces: two of them have an address."""
    return sum(bool(item.addresses) for item in config.interfaces) > 1
