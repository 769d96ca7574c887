"""Packets as a filter meets them: besides the header also interfaces, state, hardware address and IP version. Exact.

The proof lets first packets loose and believes every hardware address; a rule's use needs more: a rule about answers or
about IPv6 is of use, too. So a packet here has, beyond `topology.reach.space`: the interface it comes in and goes out
by (only ones that exist), new/established/invalid (of a filter with state), one of the hardware addresses that the
filter names or another, and whether it is IPv6. The bits of interfaces stand first: rules of different interfaces then
share nothing, and their union stays as small as their sum.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, cached_property
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import cast

from inventory.deviceconfig import FilterRule
from inventory.names import loopback
from topology.reach.analysis.chain import LIST, Chain
from topology.reach.space import Packet, Set, Space

NEW, ESTABLISHED, INVALID = "new", "established", "invalid"
STATES = (NEW, ESTABLISHED, INVALID)
_WIDTHS = {"i": 12, "o": 12, "t": 2, "f": 1, "m": 12}
"""into, out, state, family (1: IPv6), hardware address; a device has fewer than 4,096 interfaces"""
_HEADER = {"d": 32, "s": 32, "p": 8, "q": 16, "r": 16}
_HEADER6 = {"x": 128, "y": 128}
"""destination and source of a packet of IPv6; those of IPv4 say nothing of it, as these say nothing of one of IPv4"""
ADDRESSES6 = ("x", "y")
_FIELDS = _WIDTHS | _HEADER | _HEADER6
_WORTH = {f"{field}{n}": (field, 1 << (width - 1 - n)) for field, width in _FIELDS.items() for n in range(width)}
"""by bit: the field that it is of, and what it adds to its number"""


@dataclass(frozen=True)
class Met:
    """One packet as a filter meets it."""

    packet: Packet
    into: str
    out: str
    state: str
    mac: str = ""
    """one that the filter names; empty: another"""
    ipv6: bool = False

    def __str__(self) -> str:
        way = " > ".join(name or "-" for name in (self.into, self.out)) if self.into or self.out else ""
        head = f"IPv6 {self.packet}" if self.ipv6 else str(self.packet)
        state = self.state if self.state != NEW else ""
        return " ".join(word for word in (head, f"[{way}]" if way else "", state, self.mac) if word)


class Plane:
    """The space of one device's filters; all its chains share it."""

    def __init__(self) -> None:
        """Raises MissingCapability without CUDD, as `Space`."""
        self.space = Space()
        self.bdd = self.space.bdd
        for field in "ftoi":
            for n in reversed(range(_WIDTHS[field])):
                self.bdd.insert_var(f"{field}{n}", 0)
        self.bdd.declare(*(f"m{n}" for n in range(_WIDTHS["m"])))
        self.bdd.declare(*(f"{field}{n}" for field, width in _HEADER6.items() for n in range(width)))
        self.nothing, self.everything = self.space.nothing, self.space.everything
        self.number = cache(self._number)

    def _number(self, field: str, value: int) -> Set:
        width = (_WIDTHS | _HEADER)[field]
        return self.bdd.cube({f"{field}{n}": bool(value >> (width - 1 - n) & 1) for n in range(width)})

    def prefix6(self, field: str, network: IPv6Network) -> Set:
        """Return the packets of IPv6 whose destination (`x`) or source (`y`) lies in a network."""
        bits, width = int(network.network_address), _HEADER6[field]
        cube = {f"{field}{n}": bool(bits >> (width - 1 - n) & 1) for n in range(network.prefixlen)}
        return self.bdd.cube(cube) & self.ipv6

    @property
    def ipv6(self) -> Set:
        """The packets of IPv6."""
        return self.bdd.var("f0")

    def path(self, packets: Set) -> dict[str, bool]:
        """Return the bits of one packet of a set that has any; what is left out may be either.

        A walk of the nodes, low branch first: ten times faster than `pick`, which asks for the support first.
        """
        bits: dict[str, bool] = {}
        negated = False
        while packets not in (self.nothing, self.everything):
            negated = negated != packets.negated
            low = packets.low
            empty = low == (self.everything if negated else self.nothing)
            bits[packets.var] = empty
            packets = packets.high if empty else low
        return bits

    def view(self, chain: Chain, interfaces: Iterable[str]) -> "View":
        """Return how a chain meets packets on a device with these interfaces."""
        return View(self, chain, tuple(interfaces))


class View:
    """How one chain meets packets."""

    def __init__(self, plane: Plane, chain: Chain, interfaces: tuple[str, ...]) -> None:
        self.plane, self.space, self.chain = plane, plane.space, chain
        self.names = ("", *interfaces)
        self.macs = ("", *sorted({m for r in chain.rules for m in (*r.source_macs, *r.not_source_macs)}))
        self.into = cache(lambda patterns: self._interfaces("i", patterns))
        self.out = cache(lambda patterns: self._interfaces("o", patterns))
        self.universe = self._universe()

    def _universe(self) -> Set:
        chain, plane = self.chain, self.plane
        ways: Mapping[str, tuple[bool, bool]] = {"input": (True, False), "output": (False, True)}
        comes, goes = ways.get(chain.hook, (True, True))
        found = self._ends("i", comes and chain.hook != LIST) & self._ends("o", goes and chain.hook != LIST)
        if chain.hook == LIST:
            found = plane.number("i", self.names.index(chain.interface)) if chain.interface in self.names else found
            found = found & plane.number("o", 0)
        found = found & self._any_of("m", range(len(self.macs)))
        found = found & self._any_of("t", (0,) if chain.stateless else range(len(STATES)))
        return found if self.speaks_ipv6 else found & ~plane.ipv6

    @property
    def speaks_ipv6(self) -> bool:
        """Whether the chain meets IPv6: nftables' `inet` does, in `forward` where the device forwards it."""
        return self.chain.platform == "linux" and (self.chain.hook in ("input", "output") or self.chain.six)

    def _ends(self, field: str, some: bool) -> Set:
        if not some:
            return self.plane.number(field, 0)
        never = {loopback(self.chain.platform)} if self.chain.hook == "forward" else set()
        return self._any_of(field, (n for n, name in enumerate(self.names) if name and name not in never))

    def _any_of(self, field: str, values: Iterable[int]) -> Set:
        return self.space.union(self.plane.number(field, value) for value in values)

    def _interfaces(self, field: str, patterns: tuple[str, ...]) -> Set:
        """Return the packets by interfaces that any of the patterns names; every packet if there are none."""
        if not patterns:
            return self.plane.everything
        fits = (n for n, name in enumerate(self.names) if name and any(fnmatchcase(name, p) for p in patterns))
        return self._any_of(field, fits)

    def spoken(self, rule: FilterRule) -> Set:
        """Return the packets that a rule speaks of, of all that this chain can meet."""
        if self.chain.hook == LIST and self.chain.interface not in self.names:
            return self.plane.nothing
        found = self.universe & self.into(rule.in_interfaces)
        return found & self.out(rule.out_interfaces) & self._state(rule) & self._macs(rule) & self._header(rule)

    def _state(self, rule: FilterRule) -> Set:
        if rule.state is None:
            return self.plane.everything
        if not self.chain.stateless:
            return self.plane.number("t", STATES.index(rule.state))
        return self.space.protocol("tcp") & self.space.ack if rule.state == ESTABLISHED else self.plane.nothing

    def _macs(self, rule: FilterRule) -> Set:
        found = self.plane.everything
        if rule.source_macs:
            found = self._any_of("m", map(self.macs.index, rule.source_macs))
        return found & ~self._any_of("m", map(self.macs.index, rule.not_source_macs))

    def _header(self, rule: FilterRule) -> Set:
        space = self.space
        found = self.plane.everything
        if rule.sources or rule.destinations or rule.not_sources or rule.protocol == "icmp":
            found = ~self.plane.ipv6
        found = found & self._addresses6(rule)
        found = found & space.sources(rule.sources) if rule.sources else found
        found = found & ~space.sources(rule.not_sources) if rule.not_sources else found
        found = found & space.targets(rule.destinations) if rule.destinations else found
        if rule.protocol:
            found = found & space.protocol(rule.protocol)
            found = found & space.to_ports(rule.ports) & space.from_ports(rule.source_ports)
        found = found & space.discovery if rule.discovery_only else found
        return found & space.echo if rule.icmp_echo_only else found

    def _addresses6(self, rule: FilterRule) -> Set:
        plane, found = self.plane, self.plane.everything
        if rule.protocol == "icmpv6" and (rule.icmp_echo_only or rule.discovery_only):
            found = plane.ipv6
        if rule.sources6:
            found = found & self._within6("y", rule.sources6)
        if rule.not_sources6:
            found = found & plane.ipv6 & ~self._within6("y", rule.not_sources6)
        return found & self._within6("x", rule.destinations6) if rule.destinations6 else found

    def _within6(self, field: str, networks: Iterable[IPv6Network]) -> Set:
        return self.space.union(self.plane.prefix6(field, network) for network in networks)

    def one(self, packets: Set) -> Met | None:
        """Return a packet of a set, a plain one if there is any (IPv4, new, TCP); None of an empty set."""
        if (plain := packets & self._plain) != self.plane.nothing:
            packets = plain
        else:
            for wish in self._wishes():
                packets = narrower if (narrower := packets & wish) != self.plane.nothing else packets
        return None if packets == self.plane.nothing else self._met(self.plane.path(packets))

    @cached_property
    def _plain(self) -> Set:
        """The packets that are all that is wished for."""
        found = self.plane.everything
        for wish in (~self.plane.ipv6, self.plane.number("t", 0), self.plane.number("m", 0), ~self.space.ack):
            found = found & wish
        return found & self.space.protocol("tcp")

    def _wishes(self) -> Iterator[Set]:
        yield ~self.plane.ipv6
        yield self.plane.number("t", 0)
        yield self.plane.number("m", 0)
        yield from (self.space.protocol(name) for name in ("tcp", "icmp", "udp"))
        yield ~self.space.ack

    def _met(self, bits: Mapping[str, bool]) -> Met:
        found = dict.fromkeys(_FIELDS, 0)
        for field, value in (_WORTH[bit] for bit, on in bits.items() if on and bit in _WORTH):
            found[field] += value
        source, target = (IPv4Address(found[f]) for f in "sd")
        if found["f"]:
            source, target = (cast(IPv4Address, IPv6Address(found[f])) for f in "yx")
        flags = (bits.get(flag, False) for flag in ("e0", "a0", "n0"))
        packet = Packet(source, target, found["p"], found["q"], found["r"], *flags)
        names = [self.names[found[f]] if found[f] < len(self.names) else "" for f in "io"]
        return Met(packet, names[0], names[1], STATES[found["t"]], self.macs[found["m"]], bool(found["f"]))
