"""Which peers of BGP are not ours: no device of ours has their address, or one whose BGP we cannot see. Pure.

On a link somebody has to be able to sit there: a place is on the segment. A peer that is not on a link needs a route to
it that is no default route.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address

from inventory.routeconfig import Neighbor
from topology.reach.network import Domain, Network
from topology.reach.routes import Table


def outsiders(network: Network, name: str, table: Table) -> Iterator[tuple[Neighbor, Domain | None, str]]:
    """Yield a router's peers that are not ours, with the segment and the interface where they are on a link."""
    config = network.configs[name]
    process = config.bgp
    for peer in process.neighbors if process else ():
        owners = [
            o for o in network.configs.values() if any(peer.address == a.ip for i in o.interfaces for a in i.addresses)
        ]
        if not peer.active or any(owner.bgp for owner in owners):
            continue
        on = [
            (a.network.prefixlen, i.name)
            for i in config.interfaces
            for a in i.addresses
            if (name, i.name) in network.of and peer.address in a.network
        ]
        if on:
            domain = network.of[name, max(on)[1]]
            if owners or domain.places:
                yield peer, domain, max(on)[1]
        elif process and (peer.multihop or process.number == peer.remote_as) and _routed(table, peer.address):
            yield peer, None, ""


def _routed(table: Table, address: IPv4Address) -> bool:
    return any(address in prefix and prefix.prefixlen for prefix in table)
