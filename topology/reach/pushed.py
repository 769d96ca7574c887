"""Policy routes as one packet meets them: rule by rule, with nothing of sets; for those who walk. Pure.

What it says of next hops that do not answer, or that no link has, is what `topology.reach.steering` says of sets.
"""

from collections.abc import Mapping
from ipaddress import IPv4Address

from inventory.routeconfig import PolicyRoute
from topology.reach.network import Network
from topology.reach.routes import Hop, Table
from topology.reach.space import PROTOCOLS, Packet


def pushed(
    network: Network, tables: Mapping[str, Table], device: str, into: str, packet: Packet, *, steady: bool
) -> tuple[list[Hop], bool]:
    """Return the next hops that a packet is given by policy, and whether tunnels and routes may have it.

    `steady`: while nothing fails, so that who is on a link answers.
    """
    found, usual = list[Hop](), False
    for rule in network.configs[device].policy_routes:
        if rule.interface != into or not _meant(rule, packet):
            continue
        careless = network.platforms[device] == "linux"
        if rule.next_hop is None:
            if careless and not any(packet.target in prefix for prefix in tables[device]):
                usual = True
                continue
            return found, True
        hops, linked = _to(network, tables[device], device, rule.next_hop)
        found += [hop for hop in hops if hop not in found]
        if linked:
            return found, usual or not (steady or careless or all(_there(network, device, hop) for hop in hops))
        usual = usual or bool(hops) or not careless
        if not hops and not careless:
            return found, True
    return found, True


def _meant(rule: PolicyRoute, packet: Packet) -> bool:
    fits = rule.protocol is None or PROTOCOLS[rule.protocol] == packet.protocol
    fits = fits and (rule.source is None or packet.source in rule.source)
    fits = fits and (rule.destination is None or packet.target in rule.destination)
    return fits and rule.port in (None, packet.port) and rule.source_port in (None, packet.from_port)


def _to(network: Network, table: Table, device: str, wanted: IPv4Address) -> tuple[list[Hop], bool]:
    """Return the ways to a next hop, and whether it is on a link."""
    items = network.configs[device].interfaces
    if any(wanted == a.ip for i in items for a in i.addresses) or any(
        wanted == v.address.ip for i in items for v in i.vrrp
    ):
        return [], False
    on = [
        (a.network, i.name)
        for i in items
        for a in i.addresses
        if wanted in a.network and (device, i.name) in network.of
    ]
    if on:
        most = max(net.prefixlen for net, _name in on)
        return [Hop(name, wanted) for net, name in on if net.prefixlen == most], True
    known = [prefix for prefix in table if wanted in prefix and prefix.prefixlen]
    best = max(known, key=lambda prefix: prefix.prefixlen, default=None)
    return [Hop(hop.interface, hop.next or wanted) for hop in (table[best] if best else ())], False


def _there(network: Network, device: str, hop: Hop) -> bool:
    return any(hop.next in other.own for other in network.of[device, hop.interface].routed if other.device != device)
