"""Exact sets of packets: one BDD over the header's bits, by CUDD.

A packet is destination, source (IPv4), protocol, destination and source port, whether an ICMP message is an echo
request, and whether a TCP segment has ACK or RST. Ports of protocols without ports are free variables: a set that does
not name them says nothing of them. The pure Python fallback of `dd` is refused: it is a thousand times too slow, so a
proof on it would never end.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from countynet.errors import MissingCapability
from countynet.i18n import _

Set = Any
"""a BDD node of the space's manager"""
PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "esp": 50, "ospf": 89, "vrrp": 112}
_WIDTHS = {"d": 32, "s": 32, "p": 8, "q": 16, "r": 16}
"""destination, source, protocol, destination port, source port"""
_ECHO, _ACK = "e0", "a0"


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

    def __str__(self) -> str:
        name = next((n for n, number in PROTOCOLS.items() if number == self.protocol), f"protocol {self.protocol}")
        if self.protocol in (6, 17):
            flags = " ack" if self.ack and self.protocol == 6 else ""
            return f"{name} {self.source}:{self.from_port} > {self.target}:{self.port}{flags}"
        echo = " echo-request" if self.echo and self.protocol == 1 else ""
        return f"{name} {self.source} > {self.target}{echo}"


class Space:
    """The manager of all sets of one proof; sets of different spaces do not mix.

    No object may refer to a space and be referred to by it: CUDD minds sets that are let go after their manager.
    """

    def __init__(self) -> None:
        try:
            from dd import cudd
        except ImportError as error:
            raise MissingCapability(_("the proof needs CUDD; this installation of dd came without it")) from error
        self.bdd = cudd.BDD()
        self.bdd.configure(reordering=False)
        names = [f"{field}{n}" for field, width in _WIDTHS.items() for n in range(width)]
        self.bdd.declare(*names, _ECHO, _ACK)
        self.nothing, self.everything = self.bdd.false, self.bdd.true
        self._known: dict[tuple[object, ...], Set] = {}

    def prefix(self, side: str, network: IPv4Network) -> Set:
        """Return the packets whose source (`s`) or destination (`d`) lies in a network."""
        found = self._known.get((side, network))
        if found is None:
            bits = int(network.network_address)
            found = self.bdd.cube({f"{side}{n}": bool(bits >> (31 - n) & 1) for n in range(network.prefixlen)})
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
        width = _WIDTHS[field]
        return self.bdd.cube({f"{field}{n}": bool(value >> (width - 1 - n) & 1) for n in range(width)})

    def masked(self, side: str, value: int, mask: int) -> Set:
        """Return the packets whose source (`s`) or destination (`d`) has these bits where the mask has ones."""
        bits = {f"{side}{n}": bool(value >> (31 - n) & 1) for n in range(32) if mask >> (31 - n) & 1}
        return self.bdd.cube(bits)

    def runs(self, field: str, runs: Iterable[tuple[int, int]]) -> Set:
        """Return the packets whose field lies in one of the runs, ends included.

        The field is one of `_WIDTHS`: protocol `p`, destination port `q`, source port `r`, `d`, `s`.
        """
        return self.union(self._least(field, low, 0) & ~self._least(field, high + 1, 0) for low, high in runs)

    def _least(self, field: str, value: int, bit: int) -> Set:
        """Return the packets whose field, from a bit on, is a value or more."""
        width = _WIDTHS[field]
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
        """The ICMP echo requests, among packets of ICMP."""
        return self.bdd.var(_ECHO)

    @property
    def ack(self) -> Set:
        """The segments with ACK or RST, among packets of TCP."""
        return self.bdd.var(_ACK)

    def rewritten(self, packets: Set, side: str, address: IPv4Address) -> Set:
        """Return the packets with their source (`s`) or destination (`d`) replaced by an address."""
        free = self.bdd.exist([f"{side}{n}" for n in range(32)], packets)
        return free & self.prefix(side, IPv4Network(address))

    def anywhere(self, packets: Set, side: str) -> Set:
        """Return the packets with their source or destination forgotten."""
        return self.bdd.exist([f"{side}{n}" for n in range(32)], packets)

    def headers(self, packets: Set) -> Set:
        """Return the packets with their ports, flags and ICMP type forgotten: what a later fragment has of them."""
        ports = [f"{field}{n}" for field in "qr" for n in range(_WIDTHS[field])]
        return self.bdd.exist([*ports, _ECHO, _ACK], packets)

    def turned(self, packets: Set) -> Set:
        """Return the answers to packets: addresses and ports swapped."""
        pairs = {"d": "s", "s": "d", "q": "r", "r": "q"}
        swap = {f"{a}{n}": f"{b}{n}" for a, b in pairs.items() for n in range(_WIDTHS[a])}
        free = self.bdd.exist([_ECHO, _ACK], packets)
        return self.bdd.let(swap, free)

    def holds(self, packets: Set, packet: Packet) -> bool:
        """Return whether a packet is in a set."""
        return bool(self.bdd.let(self._bits(packet), packets) == self.bdd.true)

    def one(self, packets: Set, wishes: Iterable[Set] = ()) -> Packet | None:
        """Return a packet of a set, None if it is empty; one that also fulfils the wishes, as far as they go."""
        for wish in wishes:
            if (narrower := packets & wish) != self.nothing:
                packets = narrower
        bits = self.bdd.pick(packets)
        return None if bits is None else _packet(bits)

    def _bits(self, packet: Packet) -> Mapping[str, bool]:
        values = {
            "d": int(packet.target), "s": int(packet.source), "p": packet.protocol, "q": packet.port,
            "r": packet.from_port,
        }  # fmt: skip
        bits = {f"{f}{n}": bool(values[f] >> (w - 1 - n) & 1) for f, w in _WIDTHS.items() for n in range(w)}
        return bits | {_ECHO: packet.echo, _ACK: packet.ack}


def _packet(bits: Mapping[str, bool]) -> Packet:
    def number(field: str) -> int:
        width = _WIDTHS[field]
        return sum(bits.get(f"{field}{n}", False) << (width - 1 - n) for n in range(width))

    return Packet(
        source=IPv4Address(number("s")),
        target=IPv4Address(number("d")),
        protocol=number("p"),
        port=number("q"),
        from_port=number("r"),
        echo=bits.get(_ECHO, False),
        ack=bits.get(_ACK, False),
    )
