"""Everything that anybody names: what the grid has to be cut for.

The rules, translations, routes, links, selectors and addresses of every device, what the places own, what the policy
speaks of. Each set is given as it is named, so what is always named together stays one atom.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Network
from typing import cast

from inventory.deviceconfig import DeviceConfig, NatRule
from inventory.model import County
from inventory.wireguard import WireGuard
from topology.reach.family import V4, Family, host, is_six
from topology.reach.grid.asked import Networks, asked
from topology.reach.grid.filters import service_of, service_steered, service_translated
from topology.reach.grid.services import Service
from topology.reach.network import Network


@dataclass(frozen=True)
class Special:
    """What no device has to be told of a family's addresses."""

    own: Networks
    """never forwarded, taken by whoever is on the segment"""
    nowhere: Networks
    """no router forwards to these"""
    unseen: Networks
    """no router forwards from these"""
    linked: Networks
    """the sources that whoever speaks the family has on every link"""


_FAR6 = cast(Networks, tuple(IPv6Network(n) for n in ("::/127", "fe80::/10", "ff00::/8")))
SPECIAL = {
    "ipv4": Special(
        own=(IPv4Network("224.0.0.0/24"),),
        nowhere=tuple(IPv4Network(n) for n in ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32")),
        unseen=(),
        linked=(),
    ),
    "ipv6": Special(own=_FAR6[1:], nowhere=_FAR6, unseen=_FAR6, linked=_FAR6[1:2]),
}
"""RFC 1122, 1812 and 5771; RFC 4291, 2.5 to 2.7"""


@dataclass(frozen=True)
class Named:
    """What is named, by field."""

    destinations: frozenset[Networks]
    sources: frozenset[Networks]
    services: frozenset[Service]
    family: Family = V4
    turning: bool = False
    """whether answers are asked for: then both ends are cut for the same sets, and services for both ways"""


def named(network: Network, county: County | None = None) -> Named:
    """Return what is named in a network's configurations, and in a county's policy if one is to be asked."""
    to, come, services = set[Networks](), set[Networks](), set[Service]()
    special = SPECIAL[network.family.name]
    to |= {special.own, special.nowhere, (network.family.default,)}
    come |= {special.unseen, special.linked}
    for config in network.configs.values():
        to.update(_destinations(config))
        come.update(_sources(config))
        services.update(_services(config))
    to.update(tuple(map(host, sorted(r.own))) for domain in network.domains for r in domain.routed)
    if county is not None:
        policy = asked(county, network)
        managed = _managed(county) if network.family is V4 else ()
        each = {(one,) for one in (*managed, *(a for c in network.configs.values() for a in own(c)))}
        to |= policy.destinations | each
        come |= policy.sources_of | each
        services |= policy.services
        to = come = to | come
    return Named(frozenset(to), frozenset(come), frozenset(services), network.family, turning=county is not None)


def own(config: DeviceConfig) -> Networks:
    """Return every address that a device answers at."""
    found = {a.ip for i in config.interfaces for a in i.addresses}
    found |= {v.address.ip for i in config.interfaces for v in i.vrrp}
    return tuple(map(host, sorted(found)))


def links(config: DeviceConfig) -> Networks:
    """Return the networks of a device's interfaces."""
    return tuple(sorted({a.network for i in config.interfaces for a in i.addresses}))


def routers(config: DeviceConfig) -> Networks:
    """Return the subnet-router anycast addresses of a device that forwards IPv6 (RFC 4291, 2.6.1)."""
    found = {n for n in links(config) if config.forwarding and is_six(n.network_address) and n.prefixlen < 127}
    return tuple(sorted(host(n.network_address) for n in found))


def hiding(config: DeviceConfig, rule: NatRule, interface: str) -> IPv4Address | None:
    """Return the address that a translation puts in; its interface's first where it names none."""
    addresses = (a.ip for i in config.interfaces if i.name == interface for a in i.addresses)
    return rule.to or next(addresses, None)


def _destinations(config: DeviceConfig) -> Iterator[Networks]:
    yield from ((network,) for network in links(config))
    yield from ((route.prefix,) for route in config.routes)
    yield from ((route.prefix,) for item in config.interfaces for group in item.vrrp for route in group.routes)
    yield own(config)
    yield from ((rule.destination,) for rule in config.policy_routes if rule.destination is not None)
    yield from _of_bgp(config)
    yield from _of_wires(config)
    yield routers(config)
    yield links(config)
    for tunnel in config.tunnels:
        yield from (tunnel.local_prefixes, tunnel.remote_prefixes)
    for rule in (r for chain in config.filters for r in chain.rules):
        yield rule.destinations
    for one in config.nat:
        yield one.destinations
        yield from ((host(a),) for a in _put_in(config, one, "destination"))


def by_length(told: WireGuard) -> list[tuple[IPv4Network, str]]:
    """Return the addresses of the peers of WireGuard with the key of each, the shortest prefix first."""
    entries = [(prefix, peer.key) for peer in told.peers for prefix in peer.allowed]
    return sorted(entries, key=lambda entry: entry[0].prefixlen)


def _of_wires(config: DeviceConfig) -> Iterator[Networks]:
    for told in (item.wireguard for item in config.interfaces):
        yield from ((prefix,) for prefix, _key in (by_length(told) if told else ()))


def _of_bgp(config: DeviceConfig) -> Iterator[Networks]:
    """Yield what BGP and areas may make routes of beyond what is routed elsewhere."""
    if config.ospf is not None:
        yield from ((one.prefix,) for one in config.ospf.ranges)
    if config.bgp is not None:
        yield from ((prefix,) for prefix, _name in config.bgp.networks)
        yield from ((one.prefix,) for one in config.bgp.aggregates)
        yield from ((rule.prefix,) for one in config.bgp.policies.prefix_lists for rule in one.rules)


def _sources(config: DeviceConfig) -> Iterator[Networks]:
    yield own(config)
    yield from _of_wires(config)
    yield from ((rule.source,) for rule in config.policy_routes if rule.source is not None)
    for tunnel in config.tunnels:
        yield from (tunnel.local_prefixes, tunnel.remote_prefixes)
    for rule in (r for chain in config.filters for r in chain.rules):
        yield from (rule.sources, rule.not_sources)
    for one in config.nat:
        yield one.sources
        yield from ((host(a),) for a in _put_in(config, one, "source"))


def _put_in(config: DeviceConfig, rule: NatRule, kind: str) -> Iterator[IPv4Address]:
    if rule.kind == kind and rule.to is not None:
        yield rule.to
    elif rule.kind == kind:
        interfaces = [rule.interface] if rule.interface else [i.name for i in config.interfaces]
        yield from (a for name in interfaces if (a := hiding(config, rule, name)) is not None)


def _services(config: DeviceConfig) -> Iterator[Service]:
    yield from map(service_steered, config.policy_routes)
    yield from (service_of(rule) for chain in config.filters for rule in chain.rules)
    yield from map(service_translated, config.nat)


def _managed(county: County) -> Networks:
    return tuple(IPv4Network(device.management) for device in county.devices)
