"""OSPF over areas, worked out a second time: from matrices of distances, one of each area, rather than by paths.

Written after RFC 2328 (12.4.3, 16.2, 16.4) and what FRR does. A way between areas is the way to a border of an area of
one's own and what that border tells of the rest; a border takes word of other areas over the backbone alone, all others
over what areas they have. A route is a triple of rank, cost and first hops.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from itertools import product
from typing import TypeVar

import numpy as np
from pydantic import SecretStr

from inventory.deviceconfig import Ospf
from topology.reach.network import Network
from topology.reach.routes import DEFAULT, Hop

ZERO = IPv4Address(0)
FAR = float("inf")
Way = tuple[float, frozenset[Hop]]
Told = dict[IPv4Network, float]
Routers = dict[str, float]
Key = TypeVar("Key")


@dataclass(frozen=True)
class _Link:
    start: str
    end: str
    cost: int
    hop: Hop


def one_key(one: SecretStr | None, other: SecretStr | None) -> bool:
    """Whether neighbours believe each other (RFC 2328, D.4.3); a key of more than 16 letters is ciphertext, unknown."""
    said = {key.get_secret_value() for key in (one, other) if key}
    return (one is None) == (other is None) and (len(said) < 2 or any(len(key) > 16 for key in said))


class _Area:
    """One area: who is in it, and the ways between them."""

    def __init__(self, number: IPv4Address, members: list[str], links: list[_Link]) -> None:
        self.number, self.members, self._links = number, members, links
        place = {name: n for n, name in enumerate(members)}
        found = np.full((len(members), len(members)), FAR)
        np.fill_diagonal(found, 0)
        for link in links:
            at = place[link.start], place[link.end]
            found[at] = min(found[at], link.cost)
        for middle in range(len(members)):
            found = np.minimum(found, found[:, middle, None] + found[None, middle, :])
        self._place, self._distance = place, found

    def distance(self, one: str, other: str) -> float:
        """Return how far one member is from another."""
        return float(self._distance[self._place[one], self._place[other]])

    def way(self, one: str, other: str) -> frozenset[Hop]:
        """Return the first hops of all shortest ways."""
        whole = self.distance(one, other)
        mine = (link for link in self._links if link.start == one and one != other)
        return frozenset(link.hop for link in mine if link.cost + self.distance(link.end, other) == whole)


class Borders:
    """The ways of all routers over several areas."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._told: dict[str, Ospf] = {n: c.ospf for n, c in network.configs.items() if c.ospf is not None}
        self._in = {name: self._areas_of(name) for name in self._told}
        self.areas = {number: self._area(number) for number in {a for some in self._in.values() for a in some}}
        self._border = {name for name, some in self._in.items() if ZERO in some and len(some) > 1}
        self._prefixes = {(a, n): self._own(a, n) for n, some in self._in.items() for a in some}
        self._inner = {(a, n): self._within(a, n) for n, some in self._in.items() for a in some}
        self._summaries: dict[tuple[IPv4Address, str], Told] = {}
        self._announcers: dict[tuple[IPv4Address, str], Routers] = {}
        for border in self._border:
            self._tell(ZERO, border, {}, {})
        over = {n: (self._over(n, (ZERO,)), self._to(n, (ZERO,))) for n, some in self._in.items() if ZERO in some}
        for border in self._border:
            prefixes, routers = over[border]
            for area in self._in[border] - {ZERO}:
                costs = {other: cost for other, (cost, _hops) in routers.items()}
                self._tell(area, border, {p: cost for p, (cost, _hops) in prefixes.items()}, costs)
        self._outer = {n: over[n][0] if n in self._border else self._over(n, self._in[n]) for n in self._told}
        self._far = {n: over[n][1] if n in self._border else self._to(n, self._in[n]) for n in self._told}

    def _areas_of(self, name: str) -> set[IPv4Address]:
        return {i.ospf.area for i in self._network.configs[name].interfaces if i.ospf and i.enabled}

    def _area(self, number: IPv4Address) -> _Area:
        members = [name for name, some in self._in.items() if number in some]
        links = []
        for domain in self._network.domains:
            on = [(r.device, r.interface, r.interface.ospf) for r in domain.routed if r.device in self._told]
            here = [(d, i, o) for d, i, o in on if o and o.area == number and not o.passive]
            for (one, mine, speaks), (other, theirs, hears) in product(here, here):
                agreed = self.closed(one, number) == self.closed(other, number) and one_key(speaks.key, hears.key)
                if one != other and agreed:
                    links.append(_Link(one, other, speaks.cost, Hop(mine.name, theirs.addresses[0].ip)))
        return _Area(number, members, links)

    def _own(self, area: IPv4Address, name: str) -> list[tuple[IPv4Network, int]]:
        items = (i for i in self._network.configs[name].interfaces if i.enabled and i.ospf and i.ospf.area == area)
        return [(a.network, i.ospf.cost) for i in items if i.ospf for a in i.addresses]

    def _within(self, area: IPv4Address, name: str) -> dict[IPv4Network, Way]:
        """Return a router's ways to the networks of an area of its own."""
        found: dict[IPv4Network, Way] = {}
        whole = self.areas[area]
        for other in whole.members:
            distance = whole.distance(name, other)
            for prefix, cost in self._prefixes[area, other] if distance < FAR else ():
                _least(found, prefix, (distance + cost, whole.way(name, other)))
        return {**found, **{prefix: (cost, frozenset()) for prefix, cost in self._prefixes[area, name]}}

    def _tell(self, area: IPv4Address, border: str, learned: Mapping[IPv4Network, float], far: Routers) -> None:
        """Note what a border tells an area of networks, and of routers that announce what is outside."""
        told, routers = dict(learned), dict(far)
        for other in self._in[border] - {area}:
            ranges = [one for one in self._told[border].ranges if one.area == other]
            for prefix, (cost, _hops) in self._inner[other, border].items():
                if not any(prefix.subnet_of(one.prefix) for one in ranges):
                    told[prefix] = min(cost, told.get(prefix, FAR))
            for one in ranges:
                parts = [c for p, (c, _h) in self._inner[other, border].items() if p.subnet_of(one.prefix)]
                if parts and one.advertise:
                    told[one.prefix] = max(parts)
            whole = self.areas[other]
            for router in whole.members if not self.closed(border, other) else ():
                distance = 0.0 if router == border else whole.distance(border, router)
                routers[router] = min(distance, routers.get(router, FAR))
        routers = {other: cost for other, cost in routers.items() if not self._lost(border, other)}
        if self.closed(border, area):
            told = {} if area in self._told[border].closed else told
            told, routers = told | ({DEFAULT: 1.0} if self._defaults(border, area) else {}), {}
        self._summaries[area, border], self._announcers[area, border] = told, routers

    def _near(self, name: str, areas: tuple[IPv4Address, ...] | set[IPv4Address]) -> Iterator[tuple[_Area, str, float]]:
        """Yield the borders that a router hears in areas of its own, with how far they are."""
        for number in areas:
            area = self.areas[number]
            for border in area.members:
                distance = area.distance(name, border)
                if border != name and (number, border) in self._summaries and distance < FAR:
                    yield area, border, distance

    def _over(self, name: str, areas: tuple[IPv4Address, ...] | set[IPv4Address]) -> dict[IPv4Network, Way]:
        """Return a router's ways to what lies in no area of its own."""
        found: dict[IPv4Network, Way] = {}
        kept = self.discarded(name)
        known = {prefix for area in self._in[name] for prefix in self._inner[area, name]}
        for area, border, distance in self._near(name, areas):
            for prefix, cost in self._summaries[area.number, border].items():
                if prefix not in known and not any(prefix.subnet_of(one) for one in kept):
                    _least(found, prefix, (distance + cost, area.way(name, border)))
        return found

    def _to(self, name: str, areas: tuple[IPv4Address, ...] | set[IPv4Address]) -> dict[str, Way]:
        """Return a router's ways to routers that are in no area of its own."""
        found: dict[str, Way] = {}
        known = {
            other for number in self._in[name] for other in self.areas[number].members
            if self.areas[number].distance(name, other) < FAR
        }  # fmt: skip
        for area, border, distance in self._near(name, areas):
            for router, cost in self._announcers[area.number, border].items():
                if router not in known and cost < FAR:
                    _least(found, router, (distance + cost, area.way(name, border)))
        return found

    def discarded(self, name: str) -> set[IPv4Network]:
        """Return the ranges with parts of a border: what no part takes is dropped there."""
        if name not in self._border or (self._network.platforms.get(name) == "linux" and self._told[name].nssas):
            return set()
        return {
            one.prefix for one in self._told[name].ranges
            if any(p.subnet_of(one.prefix) for p in self._inner.get((one.area, name), ()))
        }  # fmt: skip

    def networks(self, name: str) -> dict[IPv4Network, Way]:
        """Return a router's ways to all networks of areas; what is within one of its own goes first."""
        inner: dict[IPv4Network, Way] = {}
        for area in self._in.get(name, ()):
            for prefix, way in self._inner[area, name].items():
                _least(inner, prefix, way)
        return {**self._outer.get(name, {}), **inner}

    def closed(self, name: str, area: IPv4Address) -> str:
        """Return what keeps out what is outside: `stub`, `nssa` (RFC 3101), or nothing."""
        told = self._told[name]
        return "stub" if area in told.stubs else "nssa" if any(area == one.area for one in told.nssas) else ""

    def _defaults(self, border: str, area: IPv4Address) -> bool:
        others = [one for one in self._told[border].nssas if one.area == area]
        return all(one.default == "inside" for one in others)

    def _lost(self, name: str, other: str) -> str:
        """Return by which closed area FRR looks for a router, and then finds that it tells nobody of it."""
        if self._network.platforms.get(name) != "linux" or name == other:
            return ""
        kinds = [self.closed(name, area) for area in self._in[name] if self.beside(area, name, other) is not None]
        return "stub" if "stub" in kinds else "nssa" if "nssa" in kinds else ""

    def beside(self, area: IPv4Address, name: str, other: str) -> Way | None:
        """Return the way to another router of an area."""
        whole = self.areas[area]
        if other not in whole.members or whole.distance(name, other) == FAR:
            return None
        return whole.distance(name, other), whole.way(name, other)

    @property
    def borders(self) -> set[str]:
        """The routers in the backbone and in another area."""
        return self._border

    def joined(self, name: str) -> set[IPv4Address]:
        """Return the areas of a router."""
        return self._in[name]

    def near(self, name: str, prefix: IPv4Network, cost: float) -> bool:
        """Return whether a way of this cost to a network is within an area beside the backbone."""
        ways = (self._inner[area, name].get(prefix) for area in self._in[name] if area != ZERO)
        return any(way is not None and way[0] == cost for way in ways)

    def announcer(self, name: str, other: str) -> tuple[bool, Way] | None:
        """Return the way to who announces what is outside, and whether it is beside the backbone.

        Such a way goes first (16.4.1); none is by a closed area.
        """
        if all(self.closed(other, area) for area in self._in[other]) or self._lost(name, other) == "stub":
            return None
        beside, found = dict[str, Way](), dict[str, Way]()
        for number in self._in[name]:
            area = self.areas[number]
            if self.closed(name, number) or other not in area.members or area.distance(name, other) == FAR:
                continue
            _least(found if number == ZERO else beside, other, (area.distance(name, other), area.way(name, other)))
        if other not in beside and other in self._far[name]:
            _least(found, other, self._far[name][other])
        if other in beside:
            return True, beside[other]
        return (False, found[other]) if other in found else None


def _least(ways: dict[Key, Way], key: Key, way: Way) -> None:
    held = ways.get(key)
    if held is None or way[0] < held[0]:
        ways[key] = way
    elif way[0] == held[0]:
        ways[key] = (way[0], held[1] | way[1])
