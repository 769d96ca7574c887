"""Policy routes on the grid: what each rule of an interface takes, and where it may send it; read by itself.

The rules are those of `topology.reach.steering`: who does not answer on a link that is up is sent to all the same by
Linux, and may be passed by on any other platform; a next hop that no link has is no next hop on Linux until a route
leads there, and whether it is one elsewhere is left open.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from inventory.routeconfig import PolicyRoute
from topology.reach.family import host
from topology.reach.grid.filters import service_steered
from topology.reach.grid.named import own
from topology.reach.grid.space import Cells, Grid
from topology.reach.network import Network, Routed
from topology.reach.routes import Hop, Table


@dataclass(frozen=True)
class Step:
    """One rule."""

    packets: Cells
    hops: tuple[Hop, ...]
    routed: bool
    """whether its packets may go by tunnels and routes"""
    onward: bool
    """whether its packets may come to the next rule"""
    strange: bool = False
    """whether only those do for which there is no route"""


def steps(network: Network, space: Grid, table: Table, device: str, into: str) -> Iterator[Step]:
    """Yield the rules of an interface in order."""
    linux = network.platforms[device] == "linux"
    for rule in network.configs[device].policy_routes:
        if rule.interface != into:
            continue
        packets = space.of(service_steered(rule))
        packets = packets & space.sources([rule.source]) if rule.source else packets
        packets = packets & space.targets([rule.destination]) if rule.destination else packets
        ports = _ports(network, device, rule)
        mine = rule.next_hop is not None and host(rule.next_hop) in own(network.configs[device])
        if rule.next_hop is None:
            yield Step(packets, (), routed=True, onward=False, strange=linux)
        elif ports and not mine:
            hops = tuple(Hop(port, rule.next_hop) for port in ports)
            there = all(any(rule.next_hop in r.own for r in _others(network, device, port)) for port in ports)
            yield Step(packets, hops, routed=not (linux or there), onward=False)
        else:
            hops = () if mine else _routed(table, rule)
            yield Step(packets, hops, routed=bool(hops) or not linux, onward=bool(hops) or linux)


def _others(network: Network, device: str, port: str) -> list[Routed]:
    return [routed for routed in network.of[device, port].routed if routed.device != device]


def _ports(network: Network, device: str, rule: PolicyRoute) -> list[str]:
    """Return the interfaces that are up and have a rule's next hop on their narrowest network."""
    found: dict[int, list[str]] = {}
    for item in network.configs[device].interfaces:
        for address in item.addresses if (device, item.name) in network.of else ():
            if rule.next_hop is not None and rule.next_hop in address.network:
                found.setdefault(address.network.prefixlen, []).append(item.name)
    return found[max(found)] if found else []


def _routed(table: Table, rule: PolicyRoute) -> tuple[Hop, ...]:
    """Return the ways to a next hop that no link has; the default route is none."""
    fitting = [prefix for prefix in table if prefix.prefixlen and rule.next_hop in prefix]
    ways = table[max(fitting, key=lambda prefix: prefix.prefixlen)] if fitting else ()
    return tuple(Hop(way.interface, way.next or rule.next_hop) for way in ways)
