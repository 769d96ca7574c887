"""Who does what while nothing fails: who is master of a virtual address, whom people of a place send to. Pure.

Isolation is proven with every member of a group and every router of a segment at once. Whether an answer finds the
firewall that has its session is a question of the one that really is on the way, so here the higher priority is master
(RFC 5798; at equal priority the higher address). A device of which one interface of a sync group, or one that a group
tracks, has no link is master of none of that group's addresses: on Linux (keepalived) it never is, elsewhere (a lowered
priority) only where no other member stands.
"""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address

from inventory.deviceconfig import DeviceConfig, MasterRoute
from inventory.model import County
from topology.reach.network import Domain, Network, Routed, own_addresses

Masters = Mapping[tuple[int, IPv4Address], str]
"""by a domain's number and a virtual address: the device that has it; "" where every member has given it up"""
Gateways = Mapping[str, IPv4Address]
"""by place: the address that people and servers there send to what is not on their segment"""
GIVES_UP = "linux"
"""the platform whose member in fault is never master"""


def masters(network: Network) -> Masters:
    """Return the master of each virtual address."""
    if "masters" not in network.kept:
        network.kept["masters"] = _masters(network)
    found: Masters = network.kept["masters"]
    return found


def _masters(network: Network) -> dict[tuple[int, IPv4Address], str]:
    best: dict[tuple[int, IPv4Address], tuple[int, int, str]] = {}
    faulty = {name: _faulty(config) for name, config in network.configs.items()}
    for domain in network.domains:
        for routed in domain.routed:
            first = max((int(a.ip) for a in routed.interface.addresses), default=0)
            for group in routed.interface.vrrp:
                hit = (routed.interface.name, group.group) in faulty[routed.device]
                out = hit and network.platforms.get(routed.device) == GIVES_UP
                rank = (-1, 0, "") if out else (0 if hit else group.priority, first, routed.device)
                key = (domain.number, group.address.ip)
                best[key] = max(best.get(key, rank), rank)
    return {key: device for key, (_priority, _address, device) in best.items()}


def _faulty(config: DeviceConfig) -> set[tuple[str, int]]:
    """Return the groups of a device, by interface and number, that it has to give up."""
    held = [(item, group) for item in config.interfaces for group in item.vrrp]
    up = {item.name for item in config.interfaces if item.enabled}
    hit = {(item.name, group.group) for item, group in held if not up >= {item.name, *group.track}}
    syncs = {group.sync for item, group in held if (item.name, group.group) in hit} - {""}
    return hit | {(item.name, group.group) for item, group in held if group.sync in syncs}


def held(network: Network, device: str, found: Masters) -> frozenset[IPv4Address]:
    """Return the addresses that a device answers at: its own, and the virtual ones that it is master of."""
    return own_addresses(network.configs[device]) - lent(network, device, found)


def lent(network: Network, device: str, found: Masters) -> frozenset[IPv4Address]:
    """Return the virtual addresses of a device that another is master of.

    What comes for them it takes for a packet like others and sends on (RFC 5798, 6.4.2: it accepts none for itself).
    """
    config = network.configs[device]
    keys = ((network.of.get((device, i.name)), v.address.ip) for i in config.interfaces for v in i.vrrp)
    others = {address for domain, address in keys if domain and found[domain.number, address] not in ("", device)}
    return frozenset(others - {a.ip for item in config.interfaces for a in item.addresses})


def led(network: Network, device: str, found: Masters) -> Iterator[tuple[str, MasterRoute]]:
    """Yield the routes that a device has as a master, with the interface of each."""
    for item in network.configs[device].interfaces:
        domain = network.of.get((device, item.name))
        for group in item.vrrp if domain else ():
            if domain and found[domain.number, group.address.ip] == device:
                yield from ((item.name, route) for route in group.routes)


def speaking(found: Masters, domain: Domain, address: IPv4Address | None, owners: list[Routed]) -> list[Routed]:
    """Return who of an address's owners has it: the master of a virtual one, else whoever is configured with it."""
    master = found.get((domain.number, address)) if address else None
    return owners if master is None else [r for r in owners if r.device == master]


def gateways(county: County) -> dict[str, IPv4Address]:
    """Return the gateway of each place, as the inventory says."""
    found = {f"unit:{unit.id}": unit.lan.network_address + 1 for unit in county.units}
    return found | {f"zone:{zone.name.value}": zone.gateway for zone in county.zones}
