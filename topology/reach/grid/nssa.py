"""What is outside, worked out a second time: as the messages that OSPF's routers flood, each judged by each router.

A message (an LSA of type 5 or 7) has a prefix, a metric, who sends it, and the addresses of which one is where packets
shall go; an address that is none means its sender. After RFC 3101, 2.4 and 2.5, and RFC 2328, 16.4.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network

from inventory.deviceconfig import Interface
from topology.reach.grid.areas import ZERO, Borders, Way
from topology.reach.network import Network
from topology.reach.nssa import DIFFERS, UNSURE, differ
from topology.reach.routes import DEFAULT, Hop

Offer = tuple[float, float, frozenset[Hop]]
"""what is compared first, what then, and the ways"""
_OVER = 1 << 40
"""what a way over the backbone costs more than any beside it"""


@dataclass(frozen=True)
class _Message:
    prefix: IPv4Network
    metric: int
    origin: str
    """who took it in"""
    sender: str
    area: IPv4Address | None = None
    """of type 7; None: everywhere"""
    addresses: tuple[IPv4Address, ...] = ()


class Messages:
    """All messages of a network about what is outside."""

    def __init__(self, network: Network, borders: Borders, taken: Mapping[str, list[tuple[IPv4Network, int]]]) -> None:
        """`taken`: by router what it takes in, with the metric."""
        self._network, self._borders = network, borders
        self._flooded = [*self._first(taken)]
        self._flooded += [m for one in self._flooded for m in self._again(one)]
        self.doubts = dict.fromkeys(taken, DIFFERS) if differ(network, taken) else {}

    def _on(self, name: str) -> Iterator[Interface]:
        return (i for i in self._network.configs[name].interfaces if i.ospf and i.enabled)

    def _first(self, taken: Mapping[str, list[tuple[IPv4Network, int]]]) -> Iterator[_Message]:
        for name, some in taken.items():
            for area in self._borders.joined(name):
                closed, border = self._borders.closed(name, area), name in self._borders.borders
                own = tuple(a.ip for i in self._on(name) if i.ospf and i.ospf.area == area for a in i.addresses)
                for prefix, metric in some if closed == "nssa" else ():
                    yield _Message(prefix, metric, name, name, area, () if border else own)
                told = self._network.configs[name].ospf
                for one in told.nssas if told and border else ():
                    if one.area == area and one.default == "outside":
                        yield _Message(DEFAULT, one.metric, name, name, area)
            if not all(self._borders.closed(name, area) for area in self._borders.joined(name)):
                yield from (_Message(prefix, metric, name, name) for prefix, metric in some)

    def _again(self, one: _Message) -> Iterator[_Message]:
        """Yield a message of a not-so-stubby area as the border with the highest number tells it everywhere."""
        if one.area is None or not one.addresses:
            return
        able = [b for b in self._borders.borders if one.area in self._borders.joined(b)]
        able = [b for b in able if self._borders.beside(one.area, b, one.origin)]
        if able:
            yield replace(one, sender=max(able, key=self._number), area=None)

    def _number(self, name: str) -> int:
        ospf = self._network.configs[name].ospf
        return int(ospf.router_id) if ospf else -1

    def offers(self, name: str) -> dict[IPv4Network, list[Offer]]:
        """Return what a router hears, by prefix; note whether which address is given decides."""
        heard: dict[tuple[IPv4Network, str], list[Offer]] = {}
        for message in self._flooded:
            if message.origin != name and message.sender != name:
                for cost, hops in dict.fromkeys(self._ways(name, message)):
                    offer = (message.metric, cost, hops)
                    known = heard.setdefault((message.prefix, message.origin), [])
                    known += [offer] if offer not in known else []
        found: dict[IPv4Network, list[Offer]] = {}
        for (prefix, _origin), some in heard.items():
            found.setdefault(prefix, []).extend(some)
        self._doubt(name, heard)
        return found

    def _doubt(self, name: str, heard: Mapping[tuple[IPv4Network, str], list[Offer]]) -> None:
        least = {
            prefix: min(o[0] for (p, _n), some in heard.items() if p == prefix for o in some) for prefix, _o in heard
        }
        for (prefix, _origin), some in heard.items():
            if some[0][0] == least[prefix] and len(some) > 1:
                rivals = [1 for (p, _o), others in heard.items() if p == prefix and others[0][0] == least[prefix]]
                if len({hops for _m, _c, hops in some}) > 1 or len(rivals) > 1:
                    self.doubts.setdefault(name, UNSURE)

    def _ways(self, name: str, message: _Message) -> Iterator[tuple[float, frozenset[Hop]]]:
        borders = self._borders
        if message.area is None:
            way = borders.announcer(name, message.sender)
            if all(borders.closed(name, area) for area in borders.joined(name)) or way is None:
                return
            if message.sender == message.origin and self._shared(name, message.sender):
                return
        else:
            straight = (
                borders.beside(message.area, name, message.sender) if message.area in borders.joined(name) else None
            )
            if straight is None or self._skips(name, message):
                return
            way = message.area != ZERO, straight
        if message.addresses:
            yield from self._to(name, message.addresses)
        else:
            near, (cost, hops) = way
            yield cost + (0 if near else _OVER), hops

    def _skips(self, name: str, message: _Message) -> bool:
        """Return whether a border leaves out what another one tells in an area: a default route of its own."""
        both = {name, message.sender} <= self._borders.borders
        return both and message.prefix == DEFAULT

    def _shared(self, name: str, other: str) -> bool:
        """Return whether a router of FRR hears another in a not-so-stubby area: it goes by what is told there."""
        borders, frr = self._borders, self._network.platforms.get(name) == "linux"
        areas = [a for a in borders.joined(name) if borders.closed(name, a) == "nssa"] if frr else []
        return any(borders.beside(area, name, other) is not None for area in areas)

    def _to(self, name: str, addresses: tuple[IPv4Address, ...]) -> Iterator[tuple[float, frozenset[Hop]]]:
        """Yield the ways to addresses that a message may name; none is to one's own."""
        known: dict[IPv4Network, Way | None] = {**dict.fromkeys(self._borders.discarded(name))}
        known |= self._borders.networks(name)
        mine = {a.ip: i.name for i in self._on(name) for a in i.addresses}
        links = {a.network: i.name for i in self._on(name) for a in i.addresses}
        for address in addresses:
            prefix = next((p for p in _covering(address) if p in known), None)
            way = known[prefix] if prefix is not None else None
            if address in mine or prefix is None or way is None:
                continue
            cost, hops = way
            if not hops and prefix in links:
                out = {i.name for i in self._on(name) if any(a.network == prefix for a in i.addresses)}
                hops = frozenset(Hop(port, address) for port in out)
            yield cost + (0 if self._borders.near(name, prefix, cost) else _OVER), hops


def _covering(address: IPv4Address) -> Iterator[IPv4Network]:
    return (IPv4Network((address, length), strict=False) for length in range(32, -1, -1))
