"""Proxy ARP: a router that answers on a link for addresses which it would forward elsewhere (RFC 1027). Pure.

People at a place may send to any router on their segment anyway. What proxy ARP adds is where routers send what is on
no link of theirs: whom a packet is for on the link, or its next hop, is asked for there, and who answers gets it. He
answers for what his own routing table sends out by another interface. IOS and RGOS do so unless they are told not to.
Here he is taken to answer whether anybody else does or not. IPv6 is told by nobody to do the like.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from topology.reach import wires
from topology.reach.network import Domain, Network, Routed
from topology.reach.routes import Hop, Table
from topology.reach.space import Set

if TYPE_CHECKING:
    from topology.reach.engine import Engine

BY_THEMSELVES = ("cisco_ios", "ruijie")
"""platforms that answer for others' addresses unless they are told not to"""


def answering(network: Network, domain: Domain, device: str) -> list[Routed]:
    """Return the routers on a domain, but one, that answer there for addresses which are elsewhere."""
    if "proxying" not in network.kept:
        found = {one.number: [r for r in one.routed if answers_for_others(network, r)] for one in network.domains}
        network.kept["proxying"] = {number: routed for number, routed in found.items() if routed}
    proxying: dict[int, list[Routed]] = network.kept["proxying"]
    return [r for r in proxying.get(domain.number, ()) if r.device != device]


def answers_for_others(network: Network, routed: Routed) -> bool:
    """Return whether a router answers on an interface for others: it has to have an address there and to forward."""
    if not network.configs[routed.device].forwarding or network.family.bits != 32:
        return False
    told = routed.interface.proxy_arp
    by_itself = network.platforms.get(routed.device, "") in BY_THEMSELVES
    return bool(routed.interface.addresses) and (by_itself if told is None else told)


def elsewhere(table: Table, address: IPv4Address, interface: str) -> bool:
    """Return whether a table sends an address out by another interface than one."""
    best = max((p for p in table if address in p), key=lambda p: p.prefixlen, default=None)
    return best is not None and any(hop.interface != interface for hop in table[best])


def taken(engine: "Engine", device: str, hop: Hop, packets: Set) -> Iterator[tuple[str, str, Set]]:
    """Yield who gets what of packets that a device sends by a way because he answers for it, by which interface."""
    network = engine.network
    for routed in answering(network, network.of[device, hop.interface], device):
        name, into = routed.device, routed.interface.name
        if hop.next is None:
            ways = engine.ways(name)
            yield name, into, packets & engine.space.union(some for way, some in ways if way.interface != into)
        elif elsewhere(engine.tables[name], hop.next, into):
            yield name, into, packets


def seen(engine: "Engine", device: str) -> tuple[object, ...]:
    """Return what a device's packets depend on of who answers for others on its links, or is at WireGuard's far end."""
    network, tables = engine.network, engine.tables
    joined = (network.of[device, interface] for interface in network.ports.get(device, ()))
    links = {domain.number: domain for domain in joined}.values()
    answers = (r for domain in links for r in answering(network, domain, device))
    ends = (wires.far_ends(network, device, item.name) for name, item in network.wires if name == device)
    found = ((r.device, r.interface.name, tables[r.device]) for r in answers)
    return (*found, *((name, into, there) for each in ends for name, into, _here, there in each))
