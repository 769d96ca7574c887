"""What only Linux devices are told yet: BGP, areas' ranges and kinds, policy routing, masters' routes, IPv6. Pure.

A platform that would leave it out unsaid refuses it instead.
"""

from collections.abc import Iterator

from countynet.errors import Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig, FilterRule, Interface

UNWRITTEN = _("this platform is not written {what} yet; only a Linux device is")

TWO_KEYS = _("a tunnel takes one key on this platform: its key cannot be exchanged without a break")
TUNNELLED = _("tunnels of WireGuard are read and not written")
APART = _("routing tables of their own (VRF) are read and not written")
MIRRORED = _("sessions that one firewall mirrors to another are read and not written")


def unwritten(config: DeviceConfig, *, six: bool = False, steered: bool = False) -> Iterator[Problem]:
    """Yield a problem for each kind of routing that only the Linux platform writes.

    `six`: IPv6 is written, too; `steered`: policy routes are.
    """
    if not six and any(map(bool, (config.forwarding6, config.routes6, config.filters6, *map(_six, config.interfaces)))):
        yield Problem(UNWRITTEN, {"what": "IPv6"}, where="interfaces")
    yield from _filters(config)
    if config.mirrors is not None:
        yield Problem(MIRRORED, where="mirrors")
    yield from wires(config)
    yield from (Problem(TWO_KEYS, where=f"tunnels.{tunnel.name}") for tunnel in config.tunnels if tunnel.also)
    if config.bgp is not None:
        yield Problem(UNWRITTEN, {"what": "BGP"}, where="bgp")
    if config.ospf is not None and config.ospf.ranges:
        yield Problem(UNWRITTEN, {"what": "abr-summary"}, where="ospf.ranges")
    if config.ospf is not None and (config.ospf.stubs or config.ospf.nssas or config.ospf.closed):
        yield Problem(UNWRITTEN, {"what": "stub, nssa"}, where="ospf.stubs")
    if config.policy_routes and not steered:
        yield Problem(UNWRITTEN, {"what": "policy-based-route"}, where="policy_routes")
    if any(group.routes for item in config.interfaces for group in item.vrrp):
        yield Problem(UNWRITTEN, {"what": "VRRP routes"}, where="interfaces.vrrp.routes")
    if config.ospf is not None and any(item.source == "vrrp" for item in config.ospf.redistribute):
        yield Problem(UNWRITTEN, {"what": "VRRP routes"}, where="ospf.redistribute")


def _filters(config: DeviceConfig) -> Iterator[Problem]:
    if any(rule.log_rate for chain in (*config.filters, *config.filters6) for rule in chain.rules):
        yield Problem(UNWRITTEN, {"what": "log rate"}, where="filters")
    if any(_asks_six(rule) for chain in config.filters for rule in chain.rules):
        yield Problem(UNWRITTEN, {"what": "IPv6"}, where="filters")


def wires(config: DeviceConfig) -> Iterator[Problem]:
    """Yield a problem for each interface of WireGuard or in a VRF, and each route of one: no platform is told yet."""
    for item in config.interfaces:
        if item.wireguard:
            yield Problem(TUNNELLED, where=f"interfaces.{item.name}.wireguard")
        if item.vrf:
            yield Problem(APART, where=f"interfaces.{item.name}.vrf")
    yield from (Problem(APART, where="routes.vrf") for route in config.routes if route.vrf)


def _six(item: Interface) -> bool:
    return bool(item.addresses6 or item.ipv6)


def _asks_six(rule: FilterRule) -> bool:
    """Whether a rule in a filter of IPv4 asks for what packets of IPv6 have."""
    return bool(rule.sources6 or rule.destinations6 or rule.not_sources6 or rule.protocol == "icmpv6")
