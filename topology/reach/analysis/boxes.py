"""Puts a set of packets into a few boxes that a person can read: a prefix to a prefix, a protocol, ports, interfaces.

A box is grown around one packet of the set, field by field, as far as it stays inside: the first box is therefore as
wide as the set lets it be. What is left makes the next one, up to `MOST`; whether that was all is said. A box lies
wholly inside the set: nobody is shown a packet that is not there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Network
from typing import cast

from topology.reach.analysis.plane import INVALID, STATES, Met, View
from topology.reach.family import host, is_six
from topology.reach.space import PROTOCOLS, Set

MOST = 3
"""boxes of a set that are shown"""
_PORTS = ("tcp", "udp")


@dataclass(frozen=True)
class Boxes:
    """Boxes of a set, and whether they are the whole of it."""

    shown: tuple[str, ...]
    whole: bool
    packet: str
    """one packet of the set; empty where there is none"""


NONE = Boxes((), True, "")
"""where nothing is to be shown"""


def boxes(view: View, packets: Set, most: int = MOST) -> Boxes:
    """Return the set in words; no box of an empty set."""
    found: list[str] = []
    first = view.one(packets)
    met = first
    while met is not None and len(found) < most:
        grown, words = _Box(view, packets, met).grown()
        found.append(words)
        packets = packets & ~grown
        met = view.one(packets)
    return Boxes(tuple(found), packets == view.plane.nothing, str(first or ""))


class _Box:
    """One box, growing from a packet."""

    def __init__(self, view: View, packets: Set, met: Met) -> None:
        self.view, self.space, self.met = view, view.space, met
        self.outside = view.universe & ~packets
        self.parts: dict[str, Set] = self._point()

    def _point(self) -> dict[str, Set]:
        view, met, packet = self.view, self.met, self.met.packet
        number = view.plane.number
        return self._ends() | {
            "r": self.space.from_ports((packet.from_port,)), "q": self.space.to_ports((packet.port,)),
            "e": self.space.echo if packet.echo else ~self.space.echo,
            "a": self.space.ack if packet.ack else ~self.space.ack,
            "n": self.space.discovery if packet.discovery else ~self.space.discovery,
            "p": number("p", packet.protocol),
            "i": number("i", view.names.index(met.into)), "o": number("o", view.names.index(met.out)),
            "t": number("t", STATES.index(met.state)), "m": number("m", view.macs.index(met.mac)),
            "f": view.plane.ipv6 if met.ipv6 else ~view.plane.ipv6,
        }  # fmt: skip

    def _ends(self) -> dict[str, Set]:
        """Return the packets from its source and to its target."""
        source, target = host(self.met.packet.source), host(self.met.packet.target)
        return {field: self._within(field, one) for field, one in (("s", source), ("d", target))}

    def _within(self, field: str, network: IPv4Network) -> Set:
        """Return the packets to (`d`) or from (`s`) a network of the packet's family."""
        if not self.met.ipv6:
            return self.space.prefix(field, network)
        plane = self.view.plane
        six = cast(IPv6Network, network)
        return plane.prefix6("x" if field == "d" else "y", six) if six.prefixlen else plane.everything

    def _others(self, field: str) -> Set:
        """Return what lies outside the set and is held out by no part but one: a part fits that meets none of it."""
        found = self.view.plane.everything
        for name, part in self.parts.items():  # a few bits each; what lies outside is large, so it comes last, once
            found = found & part if name != field else found
        return found & self.outside

    def _open(self, fields: str) -> set[str]:
        """Widen each part to anything where the box stays inside the set; returns those where it does."""
        wide = set()
        for field in fields:
            if self._others(field) == self.view.plane.nothing:
                self.parts[field] = self.view.plane.everything
                wide.add(field)
        return wide

    def grown(self) -> tuple[Set, str]:
        """Return the box as wide as it gets, and its words."""
        wide = self._open("eatnmr")
        addresses = {field: self._prefix(field) for field in "sd"}
        wide |= self._open("fpqio")
        found = self.view.universe
        for part in self.parts.values():
            found = found & part
        return found, " ".join(word for word in self._words(wide, addresses) if word)

    def _prefix(self, field: str) -> IPv4Network:
        """Widen an address to the shortest prefix that stays inside."""
        packet, others = self.met.packet, self._others(field)
        address = packet.source if field == "s" else packet.target
        short, long = 0, int(address.max_prefixlen)
        while short < long:
            middle = (short + long) // 2
            network = _around(address, middle)
            fits = others & self._within(field, network) == self.view.plane.nothing
            short, long = (short, middle) if fits else (middle + 1, long)
        network = _around(address, short)
        self.parts[field] = self._within(field, network)
        return network

    def _words(self, wide: set[str], addresses: dict[str, IPv4Network]) -> Iterator[str]:
        met, packet = self.met, self.met.packet
        names = {number: name for name, number in PROTOCOLS.items()}
        protocol = "any" if "p" in wide else names.get(packet.protocol, f"protocol {packet.protocol}")
        yield "IPv6" if met.ipv6 and "f" not in wide else ""
        yield protocol
        yield _end(addresses["s"], _port(protocol, packet.from_port, "r" in wide)) + " >"
        yield _end(addresses["d"], _port(protocol, packet.port, "q" in wide))
        echoes = protocol in ("icmp", "icmpv6") and "e" not in wide
        yield "" if not echoes else "echo-request" if packet.echo else "no echo-request"
        discovers = protocol == "icmpv6" and "n" not in wide
        yield "" if not discovers else "neighbour-discovery" if packet.discovery else "no neighbour-discovery"
        yield "" if protocol != "tcp" or "a" in wide else "ack" if packet.ack else "no ack"
        yield from self._around(wide)

    def _around(self, wide: set[str]) -> Iterator[str]:
        met = self.met
        ends = ["*" if f in wide else name or "-" for f, name in (("i", met.into), ("o", met.out))]
        if met.into or met.out:
            yield f"[{' > '.join(ends)}]"
        yield "" if "t" in wide or (met.state != INVALID and self.view.chain.stateless) else met.state
        yield "" if "m" in wide or len(self.view.macs) == 1 else met.mac or "another hardware address"


def _around(address: IPv4Address, length: int) -> IPv4Network:
    """Return the prefix of a length around an address, of its own family."""
    if is_six(address):
        return cast(IPv4Network, IPv6Network((int(address), length), strict=False))
    return IPv4Network((int(address), length), strict=False)


def _end(network: IPv4Network, port: str) -> str:
    words = _network(network)
    return f"[{words}]{port}" if port and ":" in words else f"{words}{port}"


def _network(network: IPv4Network) -> str:
    if not network.prefixlen:
        return "*"
    return str(network.network_address) if network.prefixlen == network.max_prefixlen else str(network)


def _port(protocol: str, port: int, wide: bool) -> str:
    return "" if wide or protocol not in _PORTS else f":{port}"
