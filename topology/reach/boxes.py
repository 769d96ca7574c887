"""Packet sets as boxes that a person can read: intervals of each field of the header, out of a BDD. Pure.

A certificate carries what the policy allows this way, so that whoever checks it needs no BDD. The bits of a field stand
together in a space, the most significant first, in the order source, destination, protocol, ports, flags: so a set is
taken apart field by field, in that order. Exact; a set that is no product of its fields becomes several products.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from topology.reach.family import V4, Family
from topology.reach.space import PROTOCOLS, Set, Space, addressed

Interval = tuple[int, int]
"""the first and the last of a run of numbers"""
Box = tuple[int, int, int, int, int, int, int, int]
"""protocol, destination port, source port, flag: the first and the last of each"""
PORTS: Interval = (0, 65535)
PROTOCOL: Interval = (0, 255)
FLAG: Interval = (0, 2)
SET: Interval = (1, 2)
"""a flag that is set, of a protocol with one flag"""
ECHO: Interval = (1, 1)
DISCOVERY: Interval = (2, 2)
"""echo requests and neighbour discovery among messages of ICMPv6, none of which is both"""
FLAGS: dict[int, tuple[tuple[Interval, dict[str, bool]], ...]] = {
    PROTOCOLS["icmp"]: (((0, 0), {"e0": False}), (SET, {"e0": True})),
    PROTOCOLS["tcp"]: (((0, 0), {"a0": False}), (SET, {"a0": True})),
    PROTOCOLS["icmpv6"]: (
        ((0, 0), {"e0": False, "n0": False}),
        (ECHO, {"e0": True, "n0": False}),
        (DISCOVERY, {"e0": False, "n0": True}),
    ),
}
"""what the flag says of which protocol: echo request; ACK or RST; echo request or neighbour discovery"""
FLAG_BITS = ("e0", "a0", "n0")
WITH_PORTS = (PROTOCOLS["tcp"], PROTOCOLS["udp"])


@dataclass(frozen=True)
class Product:
    """All packets with a destination, a source and a service out of these."""

    targets: tuple[Interval, ...]
    sources: tuple[Interval, ...]
    services: tuple[Box, ...]


def products(space: Space, packets: Set) -> tuple[Product, ...]:
    """Return a set as products, none of which meet."""
    found = []
    for sources, rest in parts(space, packets, "s"):
        for targets, service in parts(space, rest, "d"):
            found.append(Product(targets, sources, services(space, service)))
    return tuple(found)


def parts(space: Space, packets: Set, field: str) -> tuple[tuple[tuple[Interval, ...], Set], ...]:
    """Split a set by one field: values with the packets they have, of which no two are equal. Nothing splits to ().

    The set must not depend on a field that stands before this one.
    """
    found: dict[Set, list[Interval]] = defaultdict(list)
    for low, high, rest in _runs(space, packets, field, 0, 0):
        held = found[rest]
        if held and held[-1][1] + 1 == low:
            held[-1] = (held[-1][0], high)
        else:
            held.append((low, high))
    return tuple((tuple(intervals), rest) for rest, intervals in found.items())


def _runs(space: Space, packets: Set, field: str, bit: int, low: int) -> Iterator[tuple[int, int, Set]]:
    if packets == space.nothing:
        return
    size = 1 << (space.widths[field] - bit)
    if packets == space.everything or not packets.var.startswith(field):
        yield low, low + size - 1, packets
        return
    name = f"{field}{bit}"
    for half in (0, 1):
        branch = space.bdd.let({name: bool(half)}, packets)
        yield from _runs(space, branch, field, bit + 1, low + half * size // 2)


def services(space: Space, packets: Set) -> tuple[Box, ...]:
    """Return a set that says nothing of addresses as boxes; what says nothing (ports of ICMP) is any."""
    found = set[Box]()
    for protocols, rest in parts(space, packets, "p"):
        for low, high in _cut(protocols):
            for ports, more in parts(space, _meaning(space, rest, low), "q"):
                for sources, last in parts(space, more, "r"):
                    found |= {
                        (low, high, *port, *source, *flag)
                        for flag in _flags(space, last, low)
                        for port in ports
                        for source in sources
                    }
    return tuple(sorted(found))


def _cut(intervals: Iterable[Interval]) -> Iterator[Interval]:
    """Yield intervals of protocols so that one whose ports or flag mean something stands alone."""
    alone = sorted({*WITH_PORTS, *FLAGS})
    for low, high in intervals:
        for number in alone:
            if low <= number <= high:
                if low < number:
                    yield low, number - 1
                yield number, number
                low = number + 1
        if low <= high:
            yield low, high


def _meaning(space: Space, packets: Set, protocol: int) -> Set:
    """Return a set with everything forgotten that a protocol does not have."""
    told = {bit for _flag, bits in FLAGS.get(protocol, ()) for bit in bits}
    forgotten = [bit for bit in FLAG_BITS if bit not in told]
    forgotten += [f"{f}{n}" for f in "qr" for n in range(space.widths[f])] if protocol not in WITH_PORTS else []
    return space.bdd.exist(forgotten, packets)


def _flags(space: Space, packets: Set, protocol: int) -> tuple[Interval, ...]:
    if protocol not in FLAGS:
        return (FLAG,)
    return joined(flag for flag, bits in FLAGS[protocol] if space.bdd.let(bits, packets) != space.nothing)


def intervals(networks: Iterable[IPv4Network]) -> tuple[Interval, ...]:
    """Return networks as intervals, sorted, with what meets or touches joined."""
    return joined((int(n.network_address), int(n.broadcast_address)) for n in networks)


def joined(found: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return intervals sorted, with what meets or touches joined."""
    kept = list[Interval]()
    for low, high in sorted(found):
        if kept and low <= kept[-1][1] + 1:
            kept[-1] = (kept[-1][0], max(high, kept[-1][1]))
        else:
            kept.append((low, high))
    return tuple(kept)


def whole(family: Family) -> Interval:
    """Return all addresses of a family."""
    return 0, 2**family.bits - 1


def written(found: Sequence[Interval], family: Family = V4) -> str:
    """Return intervals of addresses as words: `10.21.1.0/24` where one is a network, else `10.0.0.1-10.0.0.9`."""
    return " ".join(_written(low, high, family) for low, high in found)


def boxed(found: Sequence[Box]) -> str:
    """Return boxes as words: `6-6:443-443:0-65535:0-1` is protocol, destination port, source port, flag."""
    return " ".join(":".join(f"{box[n]}-{box[n + 1]}" for n in range(0, 8, 2)) for box in found)


def shared(one: Sequence[Interval], other: Sequence[Interval]) -> tuple[Interval, ...]:
    """Return what two lists of intervals have in common."""
    both = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return joined((low, high) for low, high in both if low <= high)


def without(found: Sequence[Interval], but: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return intervals without what others hold."""
    left = list(found)
    for low, high in but:
        left = [part for a, b in left for part in ((a, min(b, low - 1)), (max(a, high + 1), b)) if part[0] <= part[1]]
    return joined(left)


def _written(low: int, high: int, family: Family) -> str:
    size = high - low + 1
    if size & (size - 1) == 0 and low % size == 0:
        return f"{addressed(family, low)}/{family.bits + 1 - size.bit_length()}"
    return f"{addressed(family, low)}-{addressed(family, high)}"
