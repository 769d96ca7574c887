"""IPv4 and IPv6: what of the proof differs between the two, and how a device is seen by packets of one of them. Pure.

One proof is run for each family, by the same engines over the same sets, only that an address has 32 or 128 bits. What
a device does with packets of IPv6 is told in a view of it: a DeviceConfig that holds its IPv6 addresses, routes and
rules where the model keeps those of IPv4. So a view is no configuration of anything: no platform may render one, and
what a reader here asks of an address, network or interface is what both families of `ipaddress` have.

A rule with an IPv4 address is none of IPv6's and the other way round. nftables' `inet` (Linux) judges both families by
the same rules; the access lists of all other platforms judge one family, so their `filters` let all IPv6 by and
`filters6` judge it. Linux speaks IPv6 on every interface by itself, others where they are told to. That includes the
ports of a Linux switch: the kernel, too, sees what Open vSwitch takes from them, and has a link-local address there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, Literal, cast

from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, PacketFilter, StaticRoute, StaticRoute6
from inventory.wireguard import WireGuard, WireGuardPeer

JUDGES_BOTH = "linux"
"""the platform whose filters judge both families, and whose interfaces speak IPv6 by themselves"""
Name = Literal["ipv4", "ipv6"]


@dataclass(frozen=True)
class Family:
    """One family; its networks are those of `ipaddress`."""

    name: Name
    bits: int
    default: IPv4Network
    """the prefix of every address"""
    taken: tuple[IPv4Network, ...]
    """destinations that every device on the segment takes for itself, and none forwards"""
    never: tuple[IPv4Network, ...]
    """destinations that no router forwards to"""
    never_from: tuple[IPv4Network, ...] = ()
    """sources that no router forwards from"""
    local: tuple[IPv4Network, ...] = ()
    """the addresses that every interface has besides those it is told: what a device sends may come from any"""
    echo: Literal["icmp", "icmpv6"] = "icmp"
    """the protocol whose messages are echo requests"""


def _v4(*found: str) -> tuple[IPv4Network, ...]:
    return tuple(IPv4Network(one) for one in found)


def _v6(*found: str) -> tuple[IPv4Network, ...]:
    return tuple(cast(IPv4Network, IPv6Network(one)) for one in found)


V4 = Family(
    name="ipv4",
    bits=32,
    default=IPv4Network("0.0.0.0/0"),
    taken=_v4("224.0.0.0/24"),
    never=_v4("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32"),
)
V6 = Family(
    name="ipv6",
    bits=128,
    default=_v6("::/0")[0],
    taken=_v6("fe80::/10", "ff00::/8"),
    never=_v6("::/128", "::1/128", "fe80::/10", "ff00::/8"),
    never_from=_v6("::/128", "::1/128", "fe80::/10", "ff00::/8"),
    local=_v6("fe80::/10"),
    echo="icmpv6",
)
"""RFC 4291: link-local addresses and the unspecified one are never forwarded. A link-local address is not known from a
configuration, so on its segment a device takes them all, as it takes all multicast: more than it will"""
FAMILIES = (V4, V6)


@lru_cache(maxsize=1 << 16)
def host(address: IPv4Address) -> IPv4Network:
    """Return the network of one address, of its own family."""
    return cast(IPv4Network, IPv6Network(address)) if is_six(address) else IPv4Network(address)


def is_six(address: object) -> bool:
    """Return whether an address is one of IPv6."""
    return isinstance(address, IPv6Address)


def is_local(address: IPv4Address) -> bool:
    """Return whether an address is a link-local one of IPv6, which several routers may have."""
    return is_six(address) and address.is_link_local


def routers_anycast(config: DeviceConfig) -> frozenset[IPv4Address]:
    """Return the addresses that a device takes as every router of its links does (RFC 4291, 2.6.1), in a view of IPv6.

    The first address of each prefix, if it forwards at all. Who has it is not sure, so packets to it go on as well.
    """
    if not config.forwarding:
        return frozenset()
    found = (a.network for item in config.interfaces for a in item.addresses if is_six(a.ip))
    return frozenset(n.network_address for n in found if n.prefixlen < n.max_prefixlen - 1)


@dataclass(frozen=True)
class Views:
    """The views of one network's devices, with what they are of, so that an edit keeps those of all other devices."""

    of: Mapping[str, DeviceConfig]
    seen: Mapping[str, DeviceConfig] = field(repr=False)


def views(
    family: Family, configs: Mapping[str, DeviceConfig], platforms: Mapping[str, str], earlier: Views | None = None
) -> Views:
    """Return how packets of a family see each device; `earlier` views stand where a device looks the same."""
    found = {}
    for name, config in configs.items():
        known = earlier.of.get(name) if earlier else None
        old = earlier.seen[name] if earlier and known is not None else None
        if old is None or known is not config:
            fresh = seen(family, config, platforms.get(name, ""))
            found[name] = old if old is not None and (known == config or old == fresh) else fresh
        else:
            found[name] = old
    return Views(configs, found)


def seen(family: Family, config: DeviceConfig, platform: str) -> DeviceConfig:
    """Return a device as packets of a family see it; itself where nothing of it speaks of the other family."""
    return _by_ipv4(config) if family is V4 else _by_ipv6(config, platform)


def speaks(family: Family, item: Interface) -> bool:
    """Return whether an interface, as its family sees it, sends and takes packets of that family."""
    return bool(item.addresses) or (family is V6 and item.ipv6)


def _by_ipv4(config: DeviceConfig) -> DeviceConfig:
    if not any(_is_six(rule) for chain in config.filters for rule in chain.rules):
        return config
    filters = (_chain(one, (r for r in one.rules if not _is_six(r))) for one in config.filters)
    return config.model_copy(update={"filters": tuple(filters)})


def _is_six(rule: FilterRule) -> bool:
    """Return whether a rule speaks of IPv6 alone."""
    asked = rule.discovery_only or (rule.icmp_echo_only and rule.protocol == "icmpv6")
    return bool(rule.sources6 or rule.destinations6 or rule.not_sources6 or asked)


def _is_four(rule: FilterRule) -> bool:
    """Return whether a rule speaks of IPv4 alone."""
    asked = rule.icmp_echo_only and rule.protocol == "icmp"
    return bool(rule.sources or rule.destinations or rule.not_sources or asked)


def _chain(one: PacketFilter, rules: Iterable[FilterRule]) -> PacketFilter:
    return one.model_copy(update={"rules": tuple(rules)})


def _by_ipv6(config: DeviceConfig, platform: str) -> DeviceConfig:
    chains = config.filters if platform == JUDGES_BOTH else config.filters6
    filters = tuple(_chain(one, (_turned(r) for r in one.rules if not _is_four(r))) for one in chains)
    made: dict[str, Any] = {
        "hostname": config.hostname,
        "vlans": config.vlans,
        "interfaces": tuple(_interface(item, platform) for item in config.interfaces),
        "forwarding": config.forwarding6,
        "routes": tuple(_routes(config.routes6)),
        "filters": filters,
        "nat": tuple(rule for rule in config.nat if platform == JUDGES_BOTH and _hides_both(rule)),
    }
    return DeviceConfig.model_construct(**made)


def _turned(rule: FilterRule) -> FilterRule:
    """Return a rule with its IPv6 addresses where those of IPv4 stand."""
    if not _is_six(rule):
        return rule
    found = {"sources": rule.sources6, "destinations": rule.destinations6, "not_sources": rule.not_sources6}
    return rule.model_copy(update={**found, "sources6": (), "destinations6": (), "not_sources6": ()})


def _interface(item: Interface, platform: str) -> Interface:
    spoken = platform == JUDGES_BOTH or (item.switchport is None and (item.ipv6 or bool(item.addresses6)))
    made: dict[str, Any] = {
        "name": item.name,
        "kind": item.kind,
        "enabled": item.enabled,
        "addresses": item.addresses6,
        "vlan": item.vlan,
        "switchport": item.switchport,
        "ipv6": spoken,
        "wireguard": item.wireguard and _turned_peers(item.wireguard),
    }
    return Interface.model_construct(**made)


def _turned_peers(told: WireGuard) -> WireGuard:
    """Return what WireGuard is told, with each peer's IPv6 addresses where those of IPv4 stand."""
    seen = ((peer.key, cast(tuple[IPv4Network, ...], peer.allowed6)) for peer in told.peers)
    peers = tuple(WireGuardPeer.model_construct(key=key, allowed=allowed) for key, allowed in seen)
    return WireGuard.model_construct(key=told.key, port=told.port, peers=peers)


def _routes(routes: Iterable[StaticRoute6]) -> Iterator[StaticRoute]:
    for one in routes:
        yield SeenRoute.model_construct(
            prefix=cast(IPv4Network, one.prefix),
            next_hop=cast(IPv4Address, one.next_hop),
            distance=one.distance,
            interface=one.interface,
        )


class SeenRoute(StaticRoute):
    """A static route in a view, which may name its way out."""

    interface: str = ""


def out_of(route: StaticRoute) -> str:
    """Return the interface that a static route names; empty if it names none."""
    return route.interface if isinstance(route, SeenRoute) else ""


def _hides_both(rule: Any) -> bool:
    """Return whether a translation of `inet` hides IPv6, too: a masquerade that asks for no address."""
    return rule.kind == "source" and rule.to is None and not rule.sources and not rule.destinations
