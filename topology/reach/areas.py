"""OSPF over several areas as FRR computes it (RFC 2328, section 16): within an area, between areas, ranges.

Each area has its own shortest paths. A router with interfaces in the backbone and in another area is a border: it
tells each of its areas what lies in the others, and all that it learned over the backbone to areas that are not it. A
range (`area A range P`) tells one prefix, as dear as its dearest part, instead of those within it, and discards at the
border what no part takes. What is within an area goes before what is between areas, and that before what is outside
(type 2). An area without a border has no way out. A stub area hears a default route from its borders and nothing of
what is outside, a totally stubby one nothing of other areas either; two routers that differ about its kind do not
speak. What is outside, and not-so-stubby areas, are `topology.reach.nssa`. Not here: virtual links. Pure.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv4Network
from itertools import permutations
from typing import Literal

from inventory.deviceconfig import Ospf
from inventory.routeconfig import AreaRange, Nssa
from topology.reach.adjacent import adjacent
from topology.reach.network import Network
from topology.reach.routes import DEFAULT, Hop

BACKBONE = IPv4Address(0)
STUB_COST = 1
"""of the default route that a border tells a stub area, FRR's default"""
Key = IPv4Network | str
"""a prefix, or the name of a router: the way to who announces what is outside"""
Way = tuple[int, frozenset[Hop]]
"""the cost and the first hops; none where the router itself is meant, or what is discarded"""
Ways = dict[Key, Way]


STUB = Nssa(area=BACKBONE)
"""what a stub area is taken for: its borders tell it a default route"""


def kinds(ospf: Ospf) -> dict[IPv4Address, Nssa]:
    """Return a router's areas that hear nothing from outside: a stub is one `STUB`, any other a not-so-stubby one."""
    return {area: STUB for area in ospf.stubs} | {one.area: one for one in ospf.nssas}


class Areas:
    """The ways of all routers that speak OSPF."""

    def __init__(self, network: Network) -> None:
        self._network = network
        speaking = {name: config.ospf for name, config in network.configs.items() if config.ospf}
        self._ranges = {name: ospf.ranges for name, ospf in speaking.items()}
        self.kinds = {name: kinds(ospf) for name, ospf in speaking.items()}
        self._closed = {name: frozenset(found) for name, found in self.kinds.items()}
        self._silent = {name: frozenset(ospf.closed) for name, ospf in speaking.items()}
        self._links: dict[tuple[IPv4Address, str], list[tuple[int, str, Hop]]] = defaultdict(list)
        self.of: dict[str, set[IPv4Address]] = defaultdict(set)
        for name, config in network.configs.items():
            if config.ospf:
                self.of[name] |= {i.ospf.area for i in config.interfaces if i.ospf and i.enabled}
        self._join()
        self.borders = {name for name, areas in self.of.items() if BACKBONE in areas and len(areas) > 1}
        self._paths = {(area, name): self._shortest(area, name) for name, areas in self.of.items() for area in areas}
        self._stubs = {pair: self._leaves(*pair) for pair in self._paths}
        self.within = {pair: self._intra(*pair) for pair in self._paths}
        over = {name: self._told(name, BACKBONE, {}) for name in self.borders}
        backbone = {n: self._between(n, [BACKBONE], over) for n, areas in self.of.items() if BACKBONE in areas}
        self._other = dict(backbone)
        for area in {a for areas in self.of.values() for a in areas} - {BACKBONE}:
            told = {n: self._told(n, area, backbone[n]) for n in self.borders if area in self.of[n]}
            for name, areas in self.of.items():
                if area in areas and name not in self.borders:
                    self._other[name] = _merged(self._other.get(name, {}), self._between(name, [area], told))

    def _join(self) -> None:
        for domain in self._network.domains:
            speakers = [(r, r.interface.ospf) for r in domain.routed if self._network.configs[r.device].ospf]
            active = [(r, ospf) for r, ospf in speakers if ospf and not ospf.passive]
            for (one, mine), (other, theirs) in permutations(active, 2):
                alike = self.kind(one.device, mine.area) == self.kind(other.device, mine.area)
                if adjacent(mine, theirs) and one.device != other.device and alike:
                    hop = Hop(one.interface.name, other.interface.addresses[0].ip)
                    self._links[mine.area, one.device].append((mine.cost, other.device, hop))

    def kind(self, name: str, area: IPv4Address) -> Literal["", "stub", "nssa"]:
        """Return what a router takes an area for: one that hears of what is outside, a stub, a not-so-stubby one."""
        found = self.kinds[name].get(area)
        return "" if found is None else "stub" if found is STUB else "nssa"

    def inside(self, name: str) -> Ways:
        """Return a router's ways to what is in any area; its own networks are without hops."""
        found: Ways = {}
        for area in self.of.get(name, ()):
            found = _merged(found, self.within[area, name])
        return {**self._other.get(name, {}), **found}

    def router(self, name: str, other: str) -> tuple[bool, Way] | None:
        """Return a router's way to another that announces what is outside, and whether it is beside the backbone.

        Within an area that is not the backbone goes first (RFC 2328, 16.4.1, as FRR has it), then the least cost. A
        stub area hears of nobody.
        """
        near: Ways = {}
        if not self.of[other] - self._closed[other] or "stub" in self._shadows(name, other):
            return None
        for area in self.of[name] - {BACKBONE} - self._closed[name]:
            if other in self.within[area, name]:
                _offer(near, other, self.within[area, name][other])
        if other in near:
            return True, near[other]
        far = dict(self._other.get(name, {}))
        if other in (over := self.within.get((BACKBONE, name), {})):
            _offer(far, other, over[other])
        return (False, far[other]) if other in far else None

    def discards(self, name: str) -> set[IPv4Network]:
        """Return the ranges that a router tells, whose missing parts it discards.

        FRR 8.4 takes such routes away again where it knows of a not-so-stubby area.
        """
        lax = self._network.platforms.get(name) == "linux" and any(k is not STUB for k in self.kinds[name].values())
        if name not in self.borders or lax:
            return set()
        return {r.prefix for r in self._ranges.get(name, ()) if self._parts(name, r)}

    def _shortest(self, area: IPv4Address, root: str) -> dict[str, Way]:
        found: dict[str, Way] = {root: (0, frozenset())}
        queue = [(0, root)]
        while queue:
            cost, name = heapq.heappop(queue)
            if cost > found[name][0]:
                continue
            for more, other, hop in self._links[area, name]:
                through = frozenset({hop}) if name == root else found[name][1]
                held = found.get(other)
                if held is None or cost + more < held[0]:
                    found[other] = (cost + more, through)
                    heapq.heappush(queue, (cost + more, other))
                elif cost + more == held[0]:
                    found[other] = (held[0], held[1] | through)
        return found

    def _leaves(self, area: IPv4Address, name: str) -> list[tuple[Key, int]]:
        items = [i for i in self._network.configs[name].interfaces if i.ospf and i.enabled and i.ospf.area == area]
        found: list[tuple[Key, int]] = [(a.network, i.ospf.cost) for i in items if i.ospf for a in i.addresses]
        return [*found, (name, 0)]

    def _intra(self, area: IPv4Address, name: str) -> Ways:
        found: Ways = {}
        for other, (cost, hops) in self._paths[area, name].items():
            for key, more in self._stubs[area, other]:
                _offer(found, key, (cost + more, hops))
        return found | {key: (cost, frozenset()) for key, cost in self._stubs[area, name]}

    def _told(self, border: str, area: IPv4Address, learned: Ways) -> dict[Key, int]:
        """Return what a border tells an area: what lies in its others, ranges for their parts, and what it learned."""
        found = {key: cost for key, (cost, _hops) in learned.items()} if area != BACKBONE else {}
        kind = self.kinds[border].get(area)
        if kind and area in self._silent[border]:
            return {DEFAULT: STUB_COST} if kind.default == "inside" else {}
        for other in self.of[border] - {area}:
            whole = [r for r in self._ranges.get(border, ()) if r.area == other]
            for key, (cost, _hops) in self._open(border, other).items():
                if not any(_part(key, r.prefix) for r in whole):
                    found[key] = min(cost, found.get(key, cost))
            for one in whole:
                if (parts := self._parts(border, one)) and one.advertise:
                    found[one.prefix] = max(parts)
        found = {key: cost for key, cost in found.items() if not (isinstance(key, str) and self._shadows(border, key))}
        if kind:
            inner: dict[Key, int] = {key: cost for key, cost in found.items() if not isinstance(key, str)}
            return {**inner, DEFAULT: STUB_COST} if kind.default == "inside" else inner
        return found

    def _open(self, border: str, area: IPv4Address) -> Ways:
        """Return what a border has in an area that others may hear of: of a closed one no routers."""
        ways = self.within[area, border]
        hidden = area in self._closed[border]
        return {key: way for key, way in ways.items() if not isinstance(key, str)} if hidden else ways

    def _shadows(self, name: str, other: str) -> set[str]:
        """Return the kinds of closed areas in which a border of FRR reaches another router.

        FRR 8.4 prefers the way through such an area to who announces what is outside, and then finds that none may go
        there: it tells nobody of the other, and has no way to it itself beside a stub area.
        """
        frr = self._network.platforms.get(name) == "linux" and name != other
        shared = self.of[name] & self._closed[name] if frr else set()
        return {self.kind(name, area) for area in shared if other in self.within[area, name]}

    def _parts(self, border: str, one: AreaRange) -> list[int]:
        ways = self.within.get((one.area, border), {})
        return [cost for key, (cost, _hops) in ways.items() if _part(key, one.prefix)]

    def _between(self, name: str, areas: Iterable[IPv4Address], told: Mapping[str, Mapping[Key, int]]) -> Ways:
        """Return a router's ways over the borders of areas; what lies in an area of its own goes before.

        A border takes nothing from others that lies in a range of its own that has parts, as FRR does it.
        """
        found: Ways = {}
        held = self.discards(name)
        for area in areas:
            for border, (cost, hops) in self._paths[area, name].items():
                if border != name and border in told:
                    for key, more in told[border].items():
                        _offer(found, key, (cost + more, hops))
        own = [self.within[area, name] for area in self.of[name]]
        return {
            key: way
            for key, way in found.items()
            if not any(key in ways for ways in own) and not any(_part(key, prefix) for prefix in held)
        }


def _part(key: Key, prefix: IPv4Network) -> bool:
    return not isinstance(key, str) and key.subnet_of(prefix)


def _offer(ways: Ways, key: Key, way: Way) -> None:
    held = ways.get(key)
    if held is None or way[0] < held[0]:
        ways[key] = way
    elif way[0] == held[0]:
        ways[key] = (way[0], held[1] | way[1])


def _merged(one: Ways, other: Ways) -> Ways:
    found = dict(one)
    for key, way in other.items():
        _offer(found, key, way)
    return found
