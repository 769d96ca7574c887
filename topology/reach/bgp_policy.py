"""Route-maps, prefix-lists, community-lists and AS paths as FRR applies them to one BGP path. Pure.

After FRR's manual (route maps, filtering, BGP): entries by number; the first whose matches all hold decides, `on-match`
goes on to the next or a later entry with what was set so far; the end denies. A name that no list or map bears:
a prefix-list that is missing lets all through where it filters a peer, and matches nothing within a route-map; a
community-list that is missing matches nothing; a route-map that is missing denies all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from inventory.routeconfig import MapEntry, PrefixRule, RoutePolicies


@dataclass(frozen=True)
class Path:
    """One way to a prefix as a router hears it."""

    prefix: IPv4Network
    next_hop: IPv4Address | None
    """None: the router's own"""
    as_path: tuple[int, ...] = ()
    origin: int = 0
    """0 IGP, 1 EGP, 2 incomplete"""
    med: int = 0
    local_preference: int = 100
    weight: int = 0
    communities: tuple[str, ...] = ()
    tag: int = 0
    external: bool = False
    sender: IPv4Address | None = None
    """the peer that told it; None: the router's own"""
    sender_id: IPv4Address | None = None
    """the router id of who told it, or of who did before it was reflected"""
    cluster: tuple[IPv4Address, ...] = ()
    """the reflectors that it came through"""
    aggregate: bool = False
    """whether the router made it of its parts"""


def fits(rule: PrefixRule, prefix: IPv4Network) -> bool:
    """Return whether an entry of a prefix list means a prefix: this one alone, or those of a length within it."""
    return prefix.subnet_of(rule.prefix) and in_range(rule, prefix.prefixlen)


def in_range(rule: PrefixRule, length: int) -> bool:
    """Return whether an entry of a prefix list means prefixes of a length."""
    own = rule.prefix.prefixlen
    low = rule.least if rule.least is not None else own
    high = rule.most if rule.most is not None else (32 if rule.least is not None else own)
    return low <= length <= high


class Policies:
    """All lists and maps of one router."""

    def __init__(self, told: RoutePolicies) -> None:
        """`told`: as the router's configuration has them."""
        self.maps: Mapping[str, tuple[MapEntry, ...]] = {one.name: one.entries for one in told.maps}
        self.prefix_lists = {one.name: one.rules for one in told.prefix_lists}
        self.community_lists = {one.name: one.rules for one in told.community_lists}
        self.as_path_lists = {one.name: one.rules for one in told.path_lists}

    def listed(self, name: str, prefix: IPv4Network) -> bool:
        """Return whether a prefix-list on a peer lets a prefix through; '' is none."""
        return name not in self.prefix_lists or self._in_list(name, prefix)

    def _in_list(self, name: str, prefix: IPv4Network) -> bool:
        return next((rule.permit for rule in self.prefix_lists.get(name, ()) if fits(rule, prefix)), False)

    def apply(self, name: str, path: Path, own_as: int, peer: IPv4Address | None = None) -> Path | None:
        """Return a path as a route-map leaves it, None if it is denied; '' changes nothing.

        `peer`: whose address `set ip next-hop peer-address` means.
        """
        if not name:
            return path
        least, result = 0, None
        for entry in self.maps.get(name, ()):
            if entry.order < least:
                continue
            if not all(self._matches(kind, value, path) for kind, value in entry.matches):
                result = None  # as FRR 8.4.4 does: who goes on and meets an entry that does not fit is denied
                continue
            if not entry.permit:
                return None
            for kind, value in entry.sets:
                if value != "peer-address":
                    path = _set(path, kind, value, own_as)
                elif peer is not None:  # else it is of no peer, and stays as it is
                    path = replace(path, next_hop=peer)
            if entry.goes_on is None:
                return path
            least, result = entry.goes_on, path
        return result

    def _matches(self, kind: str, value: str, path: Path) -> bool:
        if kind == "prefix-list":
            return self._in_list(value, path.prefix)
        if kind == "community":
            return self._community(value, path)
        if kind == "as-path":
            text = " ".join(map(str, path.as_path))
            entries = self.as_path_lists.get(value, ())
            return next((one.permit for one in entries if _regular(one.pattern).search(text)), False)
        numbers = {"tag": path.tag, "metric": path.med, "local-preference": path.local_preference}
        return kind in numbers and str(numbers[kind]) == value

    def _community(self, value: str, path: Path) -> bool:
        name, _, exactly = value.partition(" ")
        held = set(path.communities)
        for one in self.community_lists.get(name, ()):
            wanted = set(one.communities)
            if wanted == held if exactly else wanted <= held:
                return one.permit
        return False


def _regular(pattern: str) -> re.Pattern[str]:
    """Return an AS path's expression: `_` is any boundary."""
    return re.compile(pattern.replace("_", r"(?:^|$|[ ,{}()])"))


def _set(path: Path, kind: str, value: str, own_as: int) -> Path:
    words = value.split()
    if kind == "as-path prepend":
        last = [path.as_path[0] if path.as_path else own_as] * int(words[1]) if words[0] == "last-as" else []
        return replace(path, as_path=(*(last or map(int, words)), *path.as_path))
    if kind == "community":
        return replace(path, communities=_communities(path, words))
    if kind == "next-hop":
        return replace(path, next_hop=IPv4Address(value))
    if kind == "origin":
        return replace(path, origin={"igp": 0, "egp": 1, "incomplete": 2}[value])
    if kind == "metric":
        return replace(path, med=path.med + int(value) if value[0] in "+-" else int(value))
    fields = {"local-preference": "local_preference", "weight": "weight", "tag": "tag"}
    changes: dict[str, Any] = {fields[kind]: int(value)}
    return replace(path, **changes)


def _communities(path: Path, words: list[str]) -> tuple[str, ...]:
    if words == ["none"]:
        return ()
    added = [word for word in words if word != "additive"]
    return tuple(dict.fromkeys([*(path.communities if "additive" in words else ()), *added]))
