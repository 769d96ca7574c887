"""Exact sets of packets of one family: one BDD over the header's bits, by CUDD.

A packet is destination, source (IPv4 or IPv6), protocol, destination and source port, whether an ICMP message is an
echo request or one of neighbour discovery (RFC 4861), and whether a TCP segment has ACK or RST. Ports of protocols
without ports are free variables: a set that does not name them says nothing of them. The pure Python fallback of `dd`
is refused: it is a thousand times too slow, so a proof on it would never end.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Address
from typing import Any, cast

from countynet.errors import MissingCapability
from countynet.i18n import _
from topology.reach.family import V4, Family, host, is_six

Set = Any
"""a BDD node of the space's manager"""
PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "esp": 50, "icmpv6": 58, "ospf": 89, "vrrp": 112}
LOOSE = 1 << 16
"""slots of CUDD's table of nodes up to which it rather grows than sweeps dead nodes away; by itself `dd` has it take
6.7 million: a table that no cache holds, and a rare sweep of millions that costs one edit of a hundred 0.1 s"""
KEPT = 1000
"""sets of which the answers are kept, or the lowest packet but for its source; packets of which the set is"""
_ECHO, _ACK, _DISCOVERY = "e0", "a0", "n0"


def protocols(family: Family) -> tuple[str, ...]:
    """Return the names of the protocols that packets of a family have in life: not the other family's ICMP."""
    return tuple(name for name in PROTOCOLS if name == family.echo or not name.startswith("icmp"))


@dataclass(frozen=True)
class Packet:
    """One packet of a set."""

    source: IPv4Address
    target: IPv4Address
    protocol: int
    port: int
    from_port: int
    echo: bool
    ack: bool
    discovery: bool = False

    def __str__(self) -> str:
        name = next((n for n, number in PROTOCOLS.items() if number == self.protocol), f"protocol {self.protocol}")
        if self.protocol in (6, 17):
            flags = " ack" if self.ack and self.protocol == 6 else ""
            source, target = (f"[{a}]" if is_six(a) else str(a) for a in (self.source, self.target))
            return f"{name} {source}:{self.from_port} > {target}:{self.port}{flags}"
        echo = " echo-request" if self.echo and self.protocol in (1, 58) else ""
        discovery = " neighbour-discovery" if self.discovery and self.protocol == PROTOCOLS["icmpv6"] else ""
        return f"{name} {self.source} > {self.target}{echo}{discovery}"


class Space:
    """The manager of all sets of one proof; sets of different spaces do not mix.

    No object may refer to a space and be referred to by it: CUDD minds sets that are let go after their manager.
    """

    def __init__(self, family: Family = V4) -> None:
        """Raise MissingCapability without CUDD."""
        try:
            from dd import cudd
        except ImportError as error:
            raise MissingCapability(_("the proof needs CUDD; this installation of dd came without it")) from error
        self.bdd = cudd.BDD()
        self.bdd.configure(reordering=False, loose_up_to=LOOSE)
        self.family = family
        self.widths = {"s": family.bits, "d": family.bits, "p": 8, "q": 16, "r": 16}
        """source, destination, protocol, destination port, source port; sources first, as those of a hundred places go
        the same ways: what is said of the rest of their headers is one and the same node then, and worked out once"""
        names = (f"{field}{n}" for field, width in self.widths.items() for n in range(width))
        self._names = (*names, _ECHO, _ACK, _DISCOVERY)
        """of all bits, by their levels"""
        self.bdd.declare(*self._names)
        self.nothing, self.everything = self.bdd.false, self.bdd.true
        self._weights = {f"{f}{n}": (f, 1 << (w - 1 - n)) for f, w in self.widths.items() for n in range(w)}
        self._values = [1 << (family.bits - 1 - n) for n in range(family.bits)]
        """what each bit of a source is worth"""
        self._known: dict[tuple[object, ...], Set] = {}
        self._turned: dict[Set, Set] = {}
        self._only: dict[Packet, Set] = {}
        self._rests: dict[Set, tuple[IPv4Address, int, int, int, bool, bool, bool]] = {}

    def prefix(self, side: str, network: IPv4Network) -> Set:
        """Return the packets whose source (`s`) or destination (`d`) lies in a network."""
        found = self._known.get((side, network))
        if found is None:
            bits, last = int(network.network_address), self.family.bits - 1
            found = self.bdd.cube({f"{side}{n}": bool(bits >> (last - n) & 1) for n in range(network.prefixlen)})
            self._known[side, network] = found
        return found

    def targets(self, networks: Iterable[IPv4Network]) -> Set:
        """Return the packets to any of these networks."""
        return self.union(self.prefix("d", network) for network in networks)

    def sources(self, networks: Iterable[IPv4Network]) -> Set:
        """Return the packets from any of these networks."""
        return self.union(self.prefix("s", network) for network in networks)

    def union(self, sets: Iterable[Set]) -> Set:
        """Return what is in any of the sets."""
        found = self.nothing
        for one in sets:
            found = found | one
        return found

    def _number(self, field: str, value: int) -> Set:
        width = self.widths[field]
        return self.bdd.cube({f"{field}{n}": bool(value >> (width - 1 - n) & 1) for n in range(width)})

    def masked(self, side: str, value: int, mask: int) -> Set:
        """Return the packets whose source (`s`) or destination (`d`) has these bits where the mask has ones."""
        width = self.family.bits
        bits = [(n, width - 1 - n) for n in range(width)]
        return self.bdd.cube({f"{side}{n}": bool(value >> at & 1) for n, at in bits if mask >> at & 1})

    def runs(self, field: str, runs: Iterable[tuple[int, int]]) -> Set:
        """Return the packets whose field lies in one of the runs, ends included.

        The field is one of `widths`: protocol `p`, destination port `q`, source port `r`, `d`, `s`.
        """
        return self.union(self._least(field, low, 0) & ~self._least(field, high + 1, 0) for low, high in runs)

    def _least(self, field: str, value: int, bit: int) -> Set:
        """Return the packets whose field, from a bit on, is a value or more."""
        width = self.widths[field]
        if value >> (width - bit):
            return self.nothing
        if bit == width or not value:
            return self.everything
        below = self._least(field, value & ~(1 << (width - 1 - bit)), bit + 1)
        var = self.bdd.var(f"{field}{bit}")
        return var & below if value >> (width - 1 - bit) & 1 else var | below

    def protocol(self, name: str) -> Set:
        """Return the packets of a protocol by its name."""
        found = self._known.get((name,))
        if found is None:
            found = self._known[name,] = self._number("p", PROTOCOLS[name])
        return found

    def ports(self, field: str, ports: tuple[int, ...]) -> Set:
        """Return the packets with any of these ports: destination (`q`) or source (`r`)."""
        found = self._known.get((field, ports))
        if found is None:
            found = self._known[field, ports] = self.union(self._number(field, port) for port in ports)
        return found

    def to_ports(self, ports: tuple[int, ...]) -> Set:
        """Return the packets to any of these ports; every packet if there are none."""
        return self.ports("q", ports) if ports else self.everything

    def from_ports(self, ports: tuple[int, ...]) -> Set:
        """Return the packets from any of these ports; every packet if there are none."""
        return self.ports("r", ports) if ports else self.everything

    @property
    def echo(self) -> Set:
        """The echo requests, among packets of ICMP (of either family)."""
        return self.bdd.var(_ECHO)

    @property
    def discovery(self) -> Set:
        """The messages of neighbour discovery, among packets of ICMPv6."""
        return self.bdd.var(_DISCOVERY)

    @cached_property
    def possible(self) -> Set:
        """The packets that can be: of IPv6, no message of ICMPv6 has two types."""
        if self.family is V4:
            return self.everything
        return ~(self.protocol("icmpv6") & self.echo & self.discovery)

    @property
    def ack(self) -> Set:
        """The segments with ACK or RST, among packets of TCP."""
        return self.bdd.var(_ACK)

    def rewritten(self, packets: Set, side: str, address: IPv4Address) -> Set:
        """Return the packets with their source (`s`) or destination (`d`) replaced by an address."""
        return self.anywhere(packets, side) & self.prefix(side, host(address))

    def anywhere(self, packets: Set, side: str) -> Set:
        """Return the packets with their source or destination forgotten."""
        return self.bdd.exist([f"{side}{n}" for n in range(self.family.bits)], packets)

    def senders(self, packets: Set) -> Set:
        """Return every packet from where some packets are: all but their source forgotten."""
        fields = [f"{field}{n}" for field, width in self.widths.items() if field != "s" for n in range(width)]
        return self.bdd.exist([*fields, _ECHO, _ACK, _DISCOVERY], packets)

    def headers(self, packets: Set) -> Set:
        """Return the packets with their ports, flags and ICMP type forgotten: what a later fragment has of them."""
        ports = [f"{field}{n}" for field in "qr" for n in range(self.widths[field])]
        return self.bdd.exist([*ports, _ECHO, _ACK, _DISCOVERY], packets)

    def turned(self, packets: Set) -> Set:
        """Return the answers to packets: addresses and ports swapped.

        Kept, of the last sets that were asked for: to swap is dear, and after an edit nearly all are as they were.
        """
        if packets not in self._turned:
            if len(self._turned) >= KEPT:
                self._turned.clear()
            self._turned[packets] = self._swapped(packets)
        return self._turned[packets]

    def _swapped(self, packets: Set) -> Set:
        pairs = {"d": "s", "s": "d", "q": "r", "r": "q"}
        swap = {f"{a}{n}": f"{b}{n}" for a, b in pairs.items() for n in range(self.widths[a])}
        free = self.bdd.exist([_ECHO, _ACK, _DISCOVERY], packets)
        return self.bdd.let(swap, free)

    def holds(self, packets: Set, packet: Packet) -> bool:
        """Return whether a packet is in a set."""
        if packet not in self._only:
            if len(self._only) >= KEPT:
                self._only.clear()
            self._only[packet] = self.bdd.cube(self._bits(packet))
        return bool(packets & self._only[packet] != self.nothing)

    def one(self, packets: Set, wishes: Iterable[Set] = ()) -> Packet | None:
        """Return a packet of a set, None if it is empty; one that also fulfils the wishes, as far as they go."""
        for wish in wishes:
            if (narrower := packets & wish) != self.nothing:
                packets = narrower
        return None if packets == self.nothing else self._lowest(packets)

    def _lowest(self, packets: Set) -> Packet:
        """Return the lowest packet of a set: `pick` of `dd` looks at the whole set for it.

        What follows the source is the same for many places, so it is kept, of the last sets that were asked for.
        """
        bits = self.family.bits
        ones, rest = self._down(packets, bits)
        if rest not in self._rests:
            if len(self._rests) >= KEPT:
                self._rests.clear()
            self._rests[rest] = self._rest(self._down(rest, len(self._names))[0])
        source = sum(map(self._values.__getitem__, ones))
        return Packet(addressed(self.family, source), *self._rests[rest])

    def _down(self, packets: Set, end: int) -> tuple[list[int], Set]:
        """Go down a set to its lowest packet as far as a level of its bits, by zero wherever it can be.

        Return the levels of the bits that are one, and what is left of the set.
        """
        ones, odd, nothing, everything = list[int](), False, self.nothing, self.everything
        while (level := packets.level) < end:
            odd ^= packets.negated  # an edge may mean its node's complement: so does what hangs on it
            low = packets.low
            if low == (everything if odd else nothing):
                ones.append(level)
                low = packets.high
            packets = low
        return ones, ~packets if odd else packets

    def _bits(self, packet: Packet) -> Mapping[str, bool]:
        values = {
            "d": int(packet.target), "s": int(packet.source), "p": packet.protocol, "q": packet.port,
            "r": packet.from_port,
        }  # fmt: skip
        bits = {f"{f}{n}": bool(values[f] >> (w - 1 - n) & 1) for f, w in self.widths.items() for n in range(w)}
        return bits | {_ECHO: packet.echo, _ACK: packet.ack, _DISCOVERY: packet.discovery}

    def _rest(self, ones: Iterable[int]) -> tuple[IPv4Address, int, int, int, bool, bool, bool]:
        """Return what is in a packet besides its source, by the levels of the bits that are one."""
        found, flags = dict.fromkeys(self.widths, 0), set[str]()
        for name in (self._names[level] for level in ones):
            if name in self._weights:
                field, weight = self._weights[name]
                found[field] += weight
            else:
                flags.add(name)
        target = addressed(self.family, found["d"])
        return target, found["p"], found["q"], found["r"], _ECHO in flags, _ACK in flags, _DISCOVERY in flags


def addressed(family: Family, number: int) -> IPv4Address:
    """Return an address of a family by its number."""
    return IPv4Address(number) if family.bits == 32 else cast(IPv4Address, IPv6Address(number))
