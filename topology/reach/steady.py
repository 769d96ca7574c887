"""Who does what while nothing fails: who is master of a virtual address, whom people of a place send to. Pure.

Isolation is proven with every member of a group and every router of a segment at once. Whether an answer finds the
firewall that has its session is a question of the one that really is on the way, so here the higher priority is master
(RFC 5798; at equal priority the higher address). A device of which one interface of a sync group is down is master of
none of that group's addresses.
"""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address

from inventory.model import County
from topology.reach.network import Domain, Network, Routed

Masters = Mapping[tuple[int, IPv4Address], str]
"""by a domain's number and a virtual address: the device that has it"""
Gateways = Mapping[str, IPv4Address]
"""by place: the address that people and servers there send to what is not on their segment"""


def masters(network: Network) -> dict[tuple[int, IPv4Address], str]:
    """Return the master of each virtual address."""
    best: dict[tuple[int, IPv4Address], tuple[int, int, str]] = {}
    faulty = {(r, sync) for r, config in network.configs.items() for sync in _faulty(network, r)}
    for domain in network.domains:
        for routed in domain.routed:
            for group in routed.interface.vrrp:
                first = max((int(a.ip) for a in routed.interface.addresses), default=0)
                rank = (0 if (routed.device, group.sync) in faulty else group.priority, first, routed.device)
                key = (domain.number, group.address.ip)
                best[key] = max(best.get(key, rank), rank)
    return {key: device for key, (_priority, _address, device) in best.items()}


def _faulty(network: Network, device: str) -> Iterable[str]:
    """Yield the sync groups of a device that have an interface without a link."""
    for item in network.configs[device].interfaces:
        if (device, item.name) not in network.of:
            yield from (group.sync for group in item.vrrp if group.sync)


def speaking(found: Masters, domain: Domain, address: IPv4Address | None, owners: list[Routed]) -> list[Routed]:
    """Return who of an address's owners has it: the master of a virtual one, else whoever is configured with it."""
    master = found.get((domain.number, address)) if address else None
    return [r for r in owners if r.device == master] if master else owners


def gateways(county: County) -> dict[str, IPv4Address]:
    """Return the gateway of each place, as the inventory says."""
    found = {f"unit:{unit.id}": unit.lan.network_address + 1 for unit in county.units}
    return found | {f"zone:{zone.name.value}": zone.gateway for zone in county.zones}
