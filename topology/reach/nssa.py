"""What OSPF's routers take in from outside, as each of them hears it, not-so-stubby areas included (RFC 3101). Pure.

All external routes are of type 2: the least metric goes first, then an announcer that is reached within an area beside
the backbone (RFC 2328, 16.4.1, as FRR has it), then the least cost. A router inside a not-so-stubby area tells what it
takes in there alone (type 7) and gives an address of its own to which packets shall go; of the area's borders that
reach it the one with the highest router id tells it on everywhere else (type 5), with that address. A border's own
routes are told there, too, and go to the border itself.

Which of its addresses a router gives differs between makers: the proof looks at all that it has in the area. Where
the ways differ, or their costs and somebody else's decide, the router that has to choose is in doubt (`UNSURE`), and
so is every speaker where makers differ otherwise (`DIFFERS`): a default route that is taken in there, a range that
holds what is taken in there, a static route whose next hop is on a network of OSPF.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network

from countynet.i18n import _
from inventory.deviceconfig import Interface
from topology.reach.areas import BACKBONE, Areas, Way
from topology.reach.network import Network
from topology.reach.routes import DEFAULT, Hop

UNSURE = _("to which address packets for what an area takes in go differs between makers, and it decides here")
DIFFERS = _("what is taken in beside a not-so-stubby area is told in ways that differ between makers")
Rank = tuple[int, int, int]
"""metric, whether over the backbone, cost"""
Outer = dict[IPv4Network, tuple[Rank, frozenset[Hop]]]
Taken = Mapping[str, list[tuple[IPv4Network, int]]]
"""by router: what it takes in, with the metric"""
_Offers = dict[IPv4Network, dict[str, list[tuple[Rank, frozenset[Hop]]]]]
"""by prefix and announcer: the ways that there may be, one for each address that it may give"""


class Outside:
    """What all routers hear of what is outside."""

    def __init__(self, network: Network, areas: Areas, taken: Taken) -> None:
        self._network, self._areas, self._taken = network, areas, taken
        self.doubts = dict.fromkeys(areas.of, DIFFERS) if differ(network, taken) else {}
        """by router: why nobody knows its routes"""

    def routes(self, name: str) -> Outer:
        """Return a router's ways to what is outside; note whether they are in doubt."""
        offers: _Offers = defaultdict(lambda: defaultdict(list))
        for other, prefix, found in (*self._told(name), *self._near(name), *self._translated(name)):
            offers[prefix][other] += [one for one in found if one not in offers[prefix][other]]
        return {prefix: self._best(name, [*some.values()]) for prefix, some in offers.items()}

    def _best(self, name: str, some: list[list[tuple[Rank, frozenset[Hop]]]]) -> tuple[Rank, frozenset[Hop]]:
        metric = min(rank[0] for ways in some for rank, _hops in ways)
        left = [ways for ways in some if ways[0][0][0] == metric]
        if any(len({hops for _rank, hops in ways}) > 1 or (len(left) > 1 and len(ways) > 1) for ways in left):
            self.doubts.setdefault(name, UNSURE)
        rank = min(rank for ways in left for rank, _hops in ways)
        return rank, frozenset(hop for ways in left for r, hops in ways if r == rank for hop in hops)

    def _told(self, name: str) -> Iterator[tuple[str, IPv4Network, list[tuple[Rank, frozenset[Hop]]]]]:
        """Yield what is told everywhere (type 5) by who took it in; FRR goes by a not-so-stubby area if it may."""
        frr = self._network.platforms.get(name) == "linux"
        beside = {o for area in self._closed(name) for o in self._members(name, area)} if frr else set[str]()
        for other, taken in ((o, t) for o, t in self._taken.items() if o not in beside):
            found = self._areas.router(name, other) if other != name else None
            for prefix, metric in taken if found else ():
                yield other, prefix, [_ranked(metric, *found)] if found else []

    def _near(self, name: str) -> Iterator[tuple[str, IPv4Network, list[tuple[Rank, frozenset[Hop]]]]]:
        """Yield what is told in not-so-stubby areas of a router's own (type 7)."""
        borders = self._areas.borders
        for area in self._closed(name):
            for other in (o for o in self._members(name, area) if o != name):
                straight = self._areas.within[area, name][other]
                for prefix, metric in self._taken[other]:
                    if other in borders:
                        yield other, prefix, [_ranked(metric, area != BACKBONE, straight)]
                    else:
                        yield other, prefix, [_ranked(metric, *way) for way in self._ways(name, other, area)]
                told = self._areas.kinds[other][area]
                if other in borders and told.default == "outside" and name not in borders:
                    yield other, DEFAULT, [_ranked(told.metric, True, straight)]

    def _translated(self, name: str) -> Iterator[tuple[str, IPv4Network, list[tuple[Rank, frozenset[Hop]]]]]:
        """Yield what borders tell of not-so-stubby areas (type 5)."""
        if not self._areas.of[name] - {*self._areas.kinds[name]}:
            return
        for border in sorted(self._areas.borders - {name}):
            for area in self._closed(border):
                if not self._translates(border, area) or self._areas.router(name, border) is None:
                    continue
                for other in self._members(border, area) - self._areas.borders - {name}:
                    for prefix, metric in self._taken[other]:
                        yield other, prefix, [_ranked(metric, *way) for way in self._ways(name, other, area)]

    def _closed(self, name: str) -> list[IPv4Address]:
        kind = self._areas.kind
        return sorted(area for area in self._areas.of[name] if kind(name, area) == "nssa")

    def _members(self, name: str, area: IPv4Address) -> set[str]:
        """Return the routers that one reaches within an area, itself included."""
        return {key for key in self._areas.within[area, name] if isinstance(key, str)}

    def _translates(self, border: str, area: IPv4Address) -> bool:
        rivals = self._members(border, area) & self._areas.borders
        return border == max(rivals, key=self._number)

    def _number(self, name: str) -> int:
        ospf = self._network.configs[name].ospf
        return int(ospf.router_id) if ospf else 0

    def _ways(self, name: str, other: str, area: IPv4Address) -> list[tuple[bool, Way]]:
        """Return a router's ways to the addresses that another may give for what it takes in within an area."""
        items = (i for i in self._speaking(other) if i.ospf and i.ospf.area == area)
        mine = {a.ip for i in self._speaking(name) for a in i.addresses}
        every = (self._way(name, a.ip) for i in items for a in i.addresses if a.ip not in mine)
        return [way for way in every if way is not None]

    def _speaking(self, name: str) -> Iterator[Interface]:
        return (i for i in self._network.configs[name].interfaces if i.ospf and i.enabled)

    def _way(self, name: str, address: IPv4Address) -> tuple[bool, Way] | None:
        """Return a router's way to an address through networks of areas; none where it discards it."""
        ways, lost = self._areas.inside(name), self._areas.discards(name)
        known = [key for key in (*ways, *lost) if not isinstance(key, str) and address in key]
        best = max(known, key=lambda key: key.prefixlen, default=None)
        if best is None or best not in ways:
            return None
        cost, hops = ways[best]
        own = (i.name for i in self._speaking(name) if any(a.network == best for a in i.addresses))
        hops = hops or frozenset(Hop(out, address) for out in own)
        found = [self._areas.within[a, name].get(best) for a in self._areas.of[name] - {BACKBONE}]
        return any(way and way[0] == cost for way in found), (cost, hops)


def differ(network: Network, taken: Taken) -> bool:
    """Return whether makers differ about what some router tells in a not-so-stubby area."""
    speaking = {name: c.ospf for name, c in network.configs.items() if c.ospf}
    ranges = [one for ospf in speaking.values() for one in ospf.ranges]
    for name, ospf in speaking.items():
        config, areas = network.configs[name], {one.area for one in ospf.nssas}
        on = [i for i in config.interfaces if i.ospf and i.enabled]
        if not any(i.ospf and i.ospf.area in areas for i in on):
            continue
        prefixes = [prefix for prefix, _metric in taken[name]]
        hops = [r.next_hop for r in config.routes if r.prefix in prefixes and r.next_hop]
        linked = any(hop in a.network for hop in hops for i in on for a in i.addresses)
        held = any(p.subnet_of(one.prefix) for one in ranges if one.area in areas for p in prefixes)
        if DEFAULT in prefixes or linked or held:
            return True
    return False


def _ranked(metric: int, near: bool, way: Way) -> tuple[Rank, frozenset[Hop]]:
    return (metric, int(not near), way[0]), way[1]
