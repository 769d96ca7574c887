"""What networks and entries of access lists have in common. Pure."""

from collections.abc import Iterable
from ipaddress import IPv4Network
from itertools import product

from inventory.deviceconfig import FilterRule

ANY = IPv4Network("0.0.0.0/0")


def both(some: Iterable[IPv4Network], others: Iterable[IPv4Network]) -> tuple[IPv4Network, ...]:
    """Return the networks that are in both."""
    found = {
        one if one.prefixlen >= other.prefixlen else other
        for one, other in product(some, tuple(others))
        if one.overlaps(other)
    }
    return tuple(sorted(found))


def meets(one: FilterRule, other: FilterRule) -> bool:
    """Whether two entries have destinations in common."""
    sides = product(one.destinations or (ANY,), other.destinations or (ANY,))
    return any(here.overlaps(there) for here, there in sides)
