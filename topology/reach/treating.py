"""What a device does with packets, in parts: sets of packets by a key that says what is done with them. Pure.

Two sets of parts of one device, before and after an edit, are what `differing` compares. What its filters let by and
what it translates hang on interfaces and are not told here.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from topology.reach import proxies, wires
from topology.reach.family import is_local
from topology.reach.network import OPERATOR, Domain
from topology.reach.routes import Hop
from topology.reach.space import Set

if TYPE_CHECKING:
    from topology.reach.engine import Engine

Key = tuple[Any, ...]
"""what is done with packets; `link`, an interface and more: whoever has their destination on that link takes them"""
Parts = dict[Key, Set]
"""by what is done with them, packets"""


def parts_of(engine: "Engine", device: str) -> Parts:
    """Return what a device does with packets, whatever interface they come in by."""
    found: Parts = {
        ("own",): engine.own(device),
        ("anycast",): engine.anycast(device),
        ("lent",): engine.lent(device),
        ("drawn",): engine.into_tunnels(device),
    }
    for let, peer, into in engine.selected(device):
        put(engine, found, ("tunnel", peer, into), let)
    for hop, taken in engine.ways(device):
        put(engine, found, then(engine, device, hop), taken)
    return found


def put(engine: "Engine", parts: Parts, key: Key, packets: Set) -> None:
    """Add packets to a part."""
    parts[key] = parts.get(key, engine.space.nothing) | packets


def then(engine: "Engine", device: str, hop: Hop) -> Key:
    """Return what happens to what a device sends out by a way: who takes it there."""
    network = engine.network
    domain = network.of[device, hop.interface]
    more = (*_proxied(engine, device, hop), *_wired(engine, device, hop.interface))
    out, places = hop.interface, tuple(sorted(domain.places))
    if hop.next and is_local(hop.next):
        others = ((r.device, r.interface.name) for r in domain.routed if r.device != device)
        return "local", out, places, tuple(sorted(others)), *more
    holders = domain.owners.get(hop.next, ()) if hop.next else ()
    if owners := tuple(sorted((r.device, r.interface.name) for r in holders if r.device != device)):
        return "to", out, owners, *more
    if hop.next and OPERATOR not in domain.places:
        return "nobody", out, places, *more
    return "link", out, *more


def _proxied(engine: "Engine", device: str, hop: Hop) -> Iterator[Hashable]:
    """Yield who answers for others on a way, and for what of them."""
    network = engine.network
    for r in proxies.answering(network, network.of[device, hop.interface], device):
        ways = engine.ways(r.device) if hop.next is None else ()
        away = engine.space.union(taken for way, taken in ways if way.interface != r.interface.name)
        table = engine.tables[r.device]
        takes = hop.next is None or proxies.elsewhere(table, hop.next, r.interface.name)
        yield r.device, r.interface.name, away if hop.next is None else takes


def _wired(engine: "Engine", device: str, interface: str) -> Iterator[Hashable]:
    network = engine.network
    if any(port == (device, interface) for port in ((name, item.name) for name, item in network.wires)):
        yield from ((name, into, here, there) for name, into, here, there in wires.far_ends(network, device, interface))


def sent_by(engine: "Engine", device: str) -> Parts:
    """Return what a device sends itself, as it leaves, by who gets it."""
    found, network = Parts(), engine.network
    for receivers, interfaces, domain in _segments(engine, device):
        for interface in interfaces:
            put(engine, found, receivers, engine.leaving(device, interface))
        if device in domain.carriers and device not in domain.stations:
            put(engine, found, receivers, engine.sent_from(device))
    if device in network.tunnels:
        out = engine.sent_from(device) & engine.permitted(device, "output", "", network.tunnel(device))
        for let, peer, into in engine.selected(device):
            put(engine, found, ("tunnel", peer, into), out & let)
    for name, item in network.wires:
        for peer, into, packets in (
            wires.carried(engine, device, item.name, engine.leaving(device, item.name)) if name == device else ()
        ):
            put(engine, found, ("wire", peer, into), packets)
    return found


def _segments(engine: "Engine", device: str) -> list[tuple[Key, list[str], Domain]]:
    """Return the domains that a device sends on: who gets it there, and its interfaces (none: it switches only)."""
    kept = engine.network.kept
    if "segments" not in kept:
        found: dict[str, list[tuple[Key, list[str], Domain]]] = defaultdict(list)
        for domain in engine.network.domains:
            receivers = frozenset((r.device, r.interface.name) for r in domain.routed), frozenset(domain.places)
            interfaces = {device: list[str]() for device in domain.carriers}
            for r in domain.routed:
                interfaces.setdefault(r.device, []).append(r.interface.name)
            for name, here in interfaces.items():
                found[name].append((receivers, here, domain))
        kept["segments"] = found
    known: Mapping[str, list[tuple[Key, list[str], Domain]]] = kept["segments"]
    return known.get(device, [])
