"""Route-maps, prefix-lists, community-lists and AS paths as FRR applies them to one BGP path. Pure.

After FRR's manual (route maps, filtering, BGP): entries by number; the first whose matches all hold decides, `on-match`
goes on to the next or a later entry with what was set so far; the end denies. A name that no list or map bears:
a prefix-list that is missing lets all through where it filters a peer, and matches nothing within a route-map; a
community-list that is missing matches nothing; a route-map that is missing denies all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any


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


@dataclass(frozen=True)
class Listed:
    """An entry of a prefix-list."""

    order: int
    permit: bool
    prefix: IPv4Network
    least: int | None = None
    most: int | None = None

    def matches(self, prefix: IPv4Network) -> bool:
        """Return whether a prefix is meant: this one alone, or those of a length within it."""
        if not prefix.subnet_of(self.prefix):
            return False
        low = self.least if self.least is not None else self.prefix.prefixlen
        high = self.most if self.most is not None else (32 if self.least is not None else self.prefix.prefixlen)
        return low <= prefix.prefixlen <= high


@dataclass(frozen=True)
class Entry:
    """An entry of a route-map."""

    order: int
    permit: bool
    matches: tuple[tuple[str, str], ...] = ()
    """kind and name: prefix-list, community, as-path, tag, metric, local-preference"""
    sets: tuple[tuple[str, str], ...] = ()
    """kind and value"""
    goes_on: int | None = None
    """the least number to go on to when it permits; None: it decides"""


@dataclass(frozen=True)
class Policies:
    """All lists and maps of one router."""

    maps: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    prefix_lists: Mapping[str, tuple[Listed, ...]] = field(default_factory=dict)
    community_lists: Mapping[str, tuple[tuple[bool, frozenset[str]], ...]] = field(default_factory=dict)
    as_path_lists: Mapping[str, tuple[tuple[bool, str], ...]] = field(default_factory=dict)

    def listed(self, name: str, prefix: IPv4Network) -> bool:
        """Return whether a prefix-list on a peer lets a prefix through; '' is none."""
        return name not in self.prefix_lists or self._in_list(name, prefix)

    def _in_list(self, name: str, prefix: IPv4Network) -> bool:
        entries = sorted(self.prefix_lists.get(name, ()), key=lambda e: e.order)
        return next((e.permit for e in entries if e.matches(prefix)), False)

    def apply(self, name: str, path: Path, own_as: int) -> Path | None:
        """Return a path as a route-map leaves it, None if it is denied; '' changes nothing."""
        if not name:
            return path
        least = 0
        for entry in sorted(self.maps.get(name, ()), key=lambda e: e.order):
            if entry.order < least or not all(self._matches(kind, value, path) for kind, value in entry.matches):
                continue
            if not entry.permit:
                return None
            for kind, value in entry.sets:
                path = _set(path, kind, value, own_as)
            if entry.goes_on is None:
                return path
            least = entry.goes_on
        return path if least else None

    def _matches(self, kind: str, value: str, path: Path) -> bool:
        if kind == "prefix-list":
            return self._in_list(value, path.prefix)
        if kind == "community":
            return self._community(value, path)
        if kind == "as-path":
            text = " ".join(map(str, path.as_path))
            entries = self.as_path_lists.get(value, ())
            return next((permit for permit, pattern in entries if _regular(pattern).search(text)), False)
        numbers = {"tag": path.tag, "metric": path.med, "local-preference": path.local_preference}
        return kind in numbers and str(numbers[kind]) == value

    def _community(self, value: str, path: Path) -> bool:
        name, _, exactly = value.partition(" ")
        held = set(path.communities)
        for permit, wanted in self.community_lists.get(name, ()):
            if wanted == held if exactly else wanted <= held:
                return permit
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
