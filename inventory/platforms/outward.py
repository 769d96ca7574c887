"""Access lists at the way out of a port, put together with those at the ways in. Pure.

A routed packet is judged by the list of the port that it comes in by and then by that of the port that it leaves by,
and both have to let it pass; what a device sends itself no outbound list judges (command references of VRP, Comware and
IOS). One list of rules says the same when each accepting rule of a way in is met by all rules of each way out: the
first that both fit decides. So the forward hook has rules of its own, longer than those of the input hook. Such a form
is read, never written. Refused is what would be too long.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network
from itertools import product
from typing import Any, TypeVar

from inventory.deviceconfig import FilterRule, PacketFilter
from inventory.platforms import access_lists

Lists = Mapping[str, Sequence[FilterRule]]
MOST = 20_000
"""rules of one filter"""
Net = TypeVar("Net", IPv4Network, IPv6Network)


def filters(inward: Lists, outward: Lists) -> tuple[PacketFilter, ...] | None:
    """Return the filters that lists at ways in and at ways out are together; None where they would be too long.

    `inward`, `outward`: rules by interface; each names its own interface as the one that packets come in by.
    """
    found = access_lists.filters({port: tuple(rules) for port, rules in inward.items()})
    if not outward:
        return found
    known = {item.hook: item for item in found}
    given = known["forward"].rules if found else ()
    leaving = [_leaving(port, rule) for port in sorted(outward) for rule in outward[port]]
    if len(given) * len(leaving) > MOST:
        return None
    rules = (*(rule for one in given for rule in _met(one, leaving)), *leaving)
    forward = PacketFilter(hook="forward", default="accept", rules=rules, stateless=True)
    return tuple(sorted((forward, *(item for item in found if item.hook != "forward")), key=lambda item: item.hook))


def _leaving(port: str, rule: FilterRule) -> FilterRule:
    return rule.model_copy(update={"in_interfaces": (), "out_interfaces": (port,)})


def _met(one: FilterRule, leaving: Iterable[FilterRule]) -> Iterator[FilterRule]:
    """Yield an accepting rule as the ways out leave it, then the rule itself, for ways out without a list."""
    if one.action == "accept":
        yield from (rule for other in leaving if (rule := both(one, other)) is not None)
    yield one


def both(one: FilterRule, other: FilterRule) -> FilterRule | None:
    """Return the rule about what both fit, with the action and name of the second; None where nothing does."""
    nets = {side: _nets(getattr(one, side), getattr(other, side)) for side in _SIDES}
    ports = {side: _ports(getattr(one, side), getattr(other, side)) for side in ("ports", "source_ports")}
    protocols = {one.protocol, other.protocol} - {None}
    if len(protocols) > 1 or None in nets.values() or None in ports.values():
        return None
    asked: dict[str, Any] = {flag: getattr(one, flag) or getattr(other, flag) for flag in _FLAGS}
    if asked["icmp_echo_only"] and asked["discovery_only"]:
        return None
    asked["state"] = one.state or other.state
    where = {"in_interfaces": one.in_interfaces, "out_interfaces": other.out_interfaces}
    return other.model_copy(update={**nets, **ports, **asked, **where, "protocol": next(iter(protocols), None)})


_SIDES = ("sources", "destinations", "sources6", "destinations6")
_FLAGS = ("icmp_echo_only", "discovery_only", "log")


def _nets(some: tuple[Net, ...], others: tuple[Net, ...]) -> tuple[Net, ...] | None:
    """Return the networks in both; none means any, None that there are none."""
    if not some or not others:
        return some or others
    narrow: set[Net] = {a if a.prefixlen >= b.prefixlen else b for a, b in product(some, others) if a.overlaps(b)}
    return tuple(sorted(narrow)) or None


def _ports(some: tuple[int, ...], others: tuple[int, ...]) -> tuple[int, ...] | None:
    if not some or not others:
        return some or others
    return tuple(sorted({*some} & {*others})) or None
