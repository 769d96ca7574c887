"""What a router's lists and maps do to a route of BGP, read a second time: after FRR's manual, not after `bgp_policy`.

A map is walked entry by entry with a place in it; what is set is set on a copy. A route is a value whose fields bear
the names of RFC 4271's attributes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from ipaddress import IPv4Address, IPv4Network

from inventory.routeconfig import CommunityRule, MapEntry, PathRule, PrefixRule, RoutePolicies

ORIGINS = ("igp", "egp", "incomplete")


@dataclass(frozen=True)
class Route:
    """A route of BGP as a router holds it."""

    prefix: IPv4Network
    next_hop: IPv4Address | None = None
    """None: this router originates it"""
    as_path: tuple[int, ...] = ()
    origin: int = 0
    med: int = 0
    local_pref: int = 100
    weight: int = 0
    communities: tuple[str, ...] = ()
    tag: int = 0
    originator: IPv4Address | None = None
    clusters: tuple[IPv4Address, ...] = ()
    peer: IPv4Address | None = None
    """who told it"""
    external: bool = False
    whole: bool = False
    """whether it stands for its parts: this router made it an aggregate"""


class Maps:
    """A router's lists and maps by name."""

    def __init__(self, told: RoutePolicies, number: int) -> None:
        """`number`: the router's own autonomous system."""
        self._number = number
        self._maps = {one.name: one.entries for one in told.maps}
        self._prefixes = {one.name: one.rules for one in told.prefix_lists}
        self._communities = {one.name: one.rules for one in told.community_lists}
        self._paths = {one.name: one.rules for one in told.path_lists}

    def filtered(self, name: str, route: Route | None) -> Route | None:
        """Return a route that a list of prefixes on a peer lets through; without such a list it is let through."""
        if route is None or name not in self._prefixes or permits(self._prefixes[name], route.prefix):
            return route
        return None

    def mapped(self, name: str, route: Route | None, peer: IPv4Address | None = None) -> Route | None:
        """Return a route as a map leaves it, None where it is denied."""
        if route is None or not name:
            return route
        entries, place, taken = self._maps.get(name, ()), 0, False
        while place < len(entries):
            entry = entries[place]
            if not self._fits(entry, route):
                place, taken = place + 1, False
            elif not entry.permit:
                return None
            else:
                route, taken = self._changed(entry, route, peer), True
                if entry.goes_on is None:
                    return route
                rest = (n for n in range(place + 1, len(entries)) if entries[n].order >= entry.goes_on)
                place = next(rest, len(entries))
        return route if taken else None

    def _fits(self, entry: MapEntry, route: Route) -> bool:
        return all(self._asked(kind, value, route) for kind, value in entry.matches)

    def _asked(self, kind: str, value: str, route: Route) -> bool:
        if kind == "prefix-list":
            return permits(self._prefixes.get(value, ()), route.prefix)
        if kind == "as-path":
            return _path(self._paths.get(value, ()), route.as_path)
        if kind == "community":
            name = value.split()[0]
            return _bears(self._communities.get(name, ()), route.communities, whole=value != name)
        held = {"metric": route.med, "tag": route.tag, "local-preference": route.local_pref}
        return held[kind] == int(value)

    def _changed(self, entry: MapEntry, route: Route, peer: IPv4Address | None) -> Route:
        for kind, value in entry.sets:
            route = self._set(kind, value, route, peer)
        return route

    def _set(self, kind: str, value: str, route: Route, peer: IPv4Address | None) -> Route:
        if kind == "next-hop":
            return replace(route, next_hop=(peer or route.next_hop) if value == "peer-address" else IPv4Address(value))
        if kind == "community":
            return replace(route, communities=_marks(value, route.communities))
        if kind == "as-path prepend":
            return replace(route, as_path=self._prepended(value, route.as_path))
        if kind == "origin":
            return replace(route, origin=ORIGINS.index(value))
        if kind == "metric":
            return replace(route, med=int(value) + (route.med if value[0] in "+-" else 0))
        if kind == "local-preference":
            return replace(route, local_pref=int(value))
        return replace(route, weight=int(value)) if kind == "weight" else replace(route, tag=int(value))

    def _prepended(self, value: str, path: tuple[int, ...]) -> tuple[int, ...]:
        first, *rest = value.split()
        if first == "last-as":
            return (path[0] if path else self._number,) * int(rest[0]) + path
        return (int(first), *map(int, rest), *path)


def permits(rules: Iterable[PrefixRule], prefix: IPv4Network) -> bool:
    """Return what the first fitting entry says of a prefix; none denies."""
    for rule in rules:
        low = rule.prefix.prefixlen if rule.least is None else rule.least
        high = (low if rule.least is None else 32) if rule.most is None else rule.most
        inside = rule.prefix.prefixlen <= prefix.prefixlen and prefix.network_address in rule.prefix
        if inside and low <= prefix.prefixlen <= high:
            return rule.permit
    return False


def _path(rules: Iterable[PathRule], path: tuple[int, ...]) -> bool:
    text = " ".join(str(number) for number in path)
    return next((rule.permit for rule in rules if _compiled(rule.pattern).search(text)), False)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub("_", r"(?:^|$|[ ,{}()])", pattern))


def _bears(rules: Iterable[CommunityRule], held: Iterable[str], *, whole: bool) -> bool:
    some = frozenset(held)
    for rule in rules:
        asked = frozenset(rule.communities)
        if asked == some or (not whole and asked < some):
            return rule.permit
    return False


def _marks(value: str, held: tuple[str, ...]) -> tuple[str, ...]:
    words = value.split()
    if words == ["none"]:
        return ()
    kept = held if words[-1] == "additive" else ()
    return tuple(dict.fromkeys((*kept, *(word for word in words if word != "additive"))))
