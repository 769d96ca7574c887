"""Policy routing: where a device sends what its rules take from its routing table. Pure.

Rules are of the interface that a packet came in by; they are asked after the device's own addresses and translated
destinations, before tunnels and routes. A next hop counts while it lies on a link that is up. What a device does with
one that does not answer differs, so as much as may be is taken: FRR's pbrd sends to it while the link is up, and asks
the next rule while it is not; all others may notice and take the routing table. A next hop beyond the links is looked
for in the routes, and whether a device does so is not taken for sure. While nothing fails, next hops on links answer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from inventory.routeconfig import PolicyRoute
from topology.reach.network import Network, own_addresses
from topology.reach.routes import Hop, Table
from topology.reach.space import Set, Space

if TYPE_CHECKING:
    from topology.reach.engine import Engine, Run

SURE = "linux"
"""the platform that does not look whether a next hop on a link answers"""


@dataclass(frozen=True)
class Steer:
    """What a device does with the packets of a rule."""

    rule: PolicyRoute
    hops: tuple[Hop, ...]
    as_usual: bool
    """whether some may go by the routing table"""
    further: bool
    """whether some may be asked by the next rule"""
    unrouted: bool = False
    """whether those of which the routing table knows nothing are asked by the next rule"""


@dataclass(frozen=True)
class Steered:
    """What comes in by one interface, by where it goes."""

    as_usual: Set
    ways: tuple[tuple[Hop, Set], ...]


def steers(network: Network, tables: Mapping[str, Table], device: str, into: str, *, steady: bool) -> Iterator[Steer]:
    """Yield what a device does by its rules of an interface; `steady`: while nothing fails."""
    for rule in network.configs[device].policy_routes:
        if rule.interface == into:
            yield _steer(network, tables[device], device, rule, steady=steady)


def _steer(network: Network, table: Table, device: str, rule: PolicyRoute, *, steady: bool) -> Steer:
    config, wanted = network.configs[device], rule.next_hop
    if wanted is None:
        return Steer(rule, (), as_usual=True, further=False, unrouted=network.platforms[device] == SURE)
    on = [
        (a.network.prefixlen, i.name)
        for i in config.interfaces
        for a in i.addresses
        if (device, i.name) in network.of and wanted in a.network
    ]
    if wanted in own_addresses(config) or not on:
        sure = network.platforms[device] == SURE
        hops = () if on or wanted in own_addresses(config) else tuple(_beyond(table, wanted))
        return Steer(rule, hops, as_usual=bool(hops) or not sure, further=bool(hops) or sure)
    longest = max(length for length, _name in on)
    hops = tuple(Hop(name, wanted) for length, name in sorted(on) if length == longest)
    sure = steady or network.platforms[device] == SURE or all(_answers(network, device, hop) for hop in hops)
    return Steer(rule, hops, as_usual=not sure, further=False)


def _beyond(table: Table, wanted: IPv4Address) -> Iterator[Hop]:
    best = max((p for p in table if wanted in p and p.prefixlen), key=lambda p: p.prefixlen, default=None)
    yield from (Hop(hop.interface, hop.next or wanted) for hop in (table[best] if best is not None else ()))


def _answers(network: Network, device: str, hop: Hop) -> bool:
    """Return whether a device of ours has a next hop's address."""
    return any(r.device != device and hop.next in r.own for r in network.of[device, hop.interface].routed)


def steered(engine: "Engine", device: str, into: str) -> Steered:
    """Return where what comes in by an interface goes by the device's rules."""
    space, found = engine.space, dict[Hop, Set]()
    rest, usual = space.everything, space.nothing
    for one in steers(engine.network, engine.tables, device, into, steady=engine.steady):
        taken = rest & matched(space, one.rule)
        for hop in one.hops:
            found[hop] = found.get(hop, space.nothing) | taken
        usual = usual | taken if one.as_usual else usual
        known = space.targets(engine.tables[device]) if one.unrouted else space.everything
        rest = rest if one.further else rest & ~(taken & known)
    return Steered(usual | rest, tuple(found.items()))


def matched(space: Space, rule: PolicyRoute) -> Set:
    """Return the packets that fit a rule."""
    found = space.everything
    if rule.source is not None:
        found = found & space.prefix("s", rule.source)
    if rule.destination is not None:
        found = found & space.prefix("d", rule.destination)
    if rule.protocol is not None:
        found = found & space.protocol(rule.protocol)
    if rule.port is not None:
        found = found & space.to_ports((rule.port,))
    if rule.source_port is not None:
        found = found & space.from_ports((rule.source_port,))
    return found


def sent_on(run: "Run", device: str, into: str, packets: Set) -> Set:
    """Send on what a device's rules take; return what goes by its tunnels and routing table."""
    found, nothing = run.engine.steered(device, into), run.space.nothing
    for hop, taken in found.ways:
        if (part := packets & taken) != nothing:
            part = run.let(device, "forward", into, hop.interface, part)
        if part != nothing:
            run.leave(device, hop, part)
    return packets & found.as_usual


def outs(engine: "Engine", device: str) -> set[str]:
    """Return the interfaces by which a device's rules may send."""
    rules = engine.network.configs[device].policy_routes
    into = {rule.interface for rule in rules}
    return {hop.interface for name in into for hop, _packets in engine.steered(device, name).ways}
