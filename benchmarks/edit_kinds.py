"""The kinds of edits of one device that `benchmarks.edits` measures, and that tests draw from.

A kind is a function from a device's configuration to an edited one; None where a device has nothing to edit so.
"""

from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Interface

from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, NatRule, StaticRoute, SwitchPort
from inventory.routeconfig import PolicyRoute

Kind = Callable[[DeviceConfig], DeviceConfig | None]
FAR = IPv4Network("10.1.0.0/24")
"""the servers' net, which every unit's packets are meant for"""


def _with(config: DeviceConfig, **fields: object) -> DeviceConfig:
    return config.model_copy(update=fields)


def _rules(config: DeviceConfig, edit: Callable[[tuple[FilterRule, ...]], tuple[FilterRule, ...]]) -> DeviceConfig:
    return _with(config, filters=tuple(f.model_copy(update={"rules": edit(f.rules)}) for f in config.filters))


def _first(config: DeviceConfig, fits: Callable[[Interface], object], **fields: object) -> DeviceConfig | None:
    """Return a configuration with the first interface that fits altered; None if none does."""
    name = next((item.name for item in config.interfaces if fits(item)), None)
    altered = (i.model_copy(update=fields) if i.name == name else i for i in config.interfaces)
    return _with(config, interfaces=tuple(altered)) if name else None


def _routed(item: Interface) -> bool:
    return item.enabled and item.kind != "loopback" and bool(item.addresses)


def _speaking(item: Interface) -> bool:
    return bool(item.ospf and not item.ospf.passive)


def _item(config: DeviceConfig, fits: Callable[[Interface], object]) -> Interface | None:
    return next((item for item in config.interfaces if fits(item)), None)


def _gateway(config: DeviceConfig) -> IPv4Address | None:
    return next((route.next_hop for route in config.routes if route.next_hop), None)


def _without_first_rules(config: DeviceConfig) -> DeviceConfig | None:
    return _rules(config, lambda rules: rules[1:]) if any(f.rules for f in config.filters) else None


def _opened(config: DeviceConfig) -> DeviceConfig | None:
    more = FilterRule(action="accept", name="more", protocol="tcp", ports=(22,))
    return _rules(config, lambda rules: (more, *rules)) if config.filters else None


def _zones_changed(config: DeviceConfig) -> DeviceConfig | None:
    """Let the filters take one routed interface for another: two zones change places."""
    found = [item.name for item in config.interfaces if _routed(item)][:2]
    if len(found) < 2 or not any(f.rules for f in config.filters):
        return None
    turn = {found[0]: found[1], found[1]: found[0]}

    def edit(rule: FilterRule) -> FilterRule:
        sides = {"in_interfaces": rule.in_interfaces, "out_interfaces": rule.out_interfaces}
        turned = {side: tuple(turn.get(name, name) for name in names) for side, names in sides.items()}
        return rule.model_copy(update=turned)

    return _rules(config, lambda rules: tuple(map(edit, rules)))


def _less_routes(config: DeviceConfig) -> DeviceConfig | None:
    return _with(config, routes=config.routes[1:]) if config.routes else None


def _route_elsewhere(config: DeviceConfig) -> DeviceConfig | None:
    """Send the servers' net to the last neighbour that any address of the device leaves room for."""
    item = _item(config, _routed)
    if item is None:
        return None
    own = item.addresses[0]
    near = next(a for a in (own.network.network_address + 2, own.network.network_address + 1) if a != own.ip)
    return _with(config, routes=(*config.routes, StaticRoute(prefix=FAR, next_hop=near)))


def _discarded(config: DeviceConfig) -> DeviceConfig | None:
    return _with(config, routes=(*config.routes, StaticRoute(prefix=FAR, next_hop=None)))


def _dearer(config: DeviceConfig) -> DeviceConfig | None:
    item = _item(config, _speaking)
    told = item.ospf.model_copy(update={"cost": item.ospf.cost + 7}) if item and item.ospf else None
    return _first(config, _speaking, ospf=told)


def _silent(config: DeviceConfig) -> DeviceConfig | None:
    return _first(config, _speaking, ospf=None)


def _untold(config: DeviceConfig) -> DeviceConfig | None:
    """Take in nothing from outside into OSPF any more."""
    if config.ospf is None or not config.ospf.redistribute:
        return None
    return _with(config, ospf=config.ospf.model_copy(update={"redistribute": ()}))


def _renumbered(config: DeviceConfig) -> DeviceConfig | None:
    item = _item(config, _routed)
    if item is None:
        return None
    network = item.addresses[0].network
    free = IPv4Interface((int(network.broadcast_address) - 1, network.prefixlen))
    return _first(
        config,
        _routed,
        addresses=(free if free not in item.addresses else IPv4Interface((int(free.ip) - 1, network.prefixlen)),),
    )


def _second_address(config: DeviceConfig) -> DeviceConfig | None:
    item = _item(config, _routed)
    more = IPv4Interface("10.99.0.1/24")
    return _first(config, _routed, addresses=(*item.addresses, more)) if item else None


def _demoted(config: DeviceConfig) -> DeviceConfig | None:
    item = _item(config, lambda item: item.vrrp)
    groups = tuple(g.model_copy(update={"priority": 1}) for g in item.vrrp) if item else ()
    return _first(config, lambda item: item.vrrp, vrrp=groups)


def _no_nat(config: DeviceConfig) -> DeviceConfig | None:
    return _with(config, nat=()) if config.nat else None


def _hidden(config: DeviceConfig) -> DeviceConfig | None:
    item = _item(config, _routed)
    if item is None or not config.forwarding:
        return None
    rule = NatRule(kind="source", name="more", interface=item.name, sources=(IPv4Network("10.21.0.0/16"),))
    return _with(config, nat=(*config.nat, rule))


def _published(config: DeviceConfig) -> DeviceConfig | None:
    item = _item(config, _routed)
    if item is None or not config.forwarding:
        return None
    rule = NatRule(
        kind="destination", name="more", interface=item.name, destinations=(IPv4Network(item.addresses[0].ip),),
        protocol="tcp", ports=(8080,), to=IPv4Address("10.1.0.11"),
    )  # fmt: skip
    return _with(config, nat=(rule, *config.nat))


def _moved_port(config: DeviceConfig) -> DeviceConfig | None:
    """Put the first access port into another VLAN that the device knows: the last one."""
    fits = lambda item: item.switchport and item.switchport.mode == "access"  # noqa: E731
    item = _item(config, fits)
    others = [v.id for v in config.vlans if item and item.switchport and v.id != item.switchport.access]
    return _first(config, fits, switchport=SwitchPort(mode="access", access=others[-1])) if others else None


def _no_vlan(config: DeviceConfig) -> DeviceConfig | None:
    """Take the last VLAN off every trunk."""
    trunks = [i.switchport for i in config.interfaces if i.switchport and i.switchport.trunk]
    if not trunks:
        return None
    last = trunks[0].trunk[-1]
    items = []
    for i in config.interfaces:
        if i.switchport and last in i.switchport.trunk:
            left = tuple(v for v in i.switchport.trunk if v != last)
            i = i.model_copy(update={"switchport": i.switchport.model_copy(update={"trunk": left})})
        items.append(i)
    return _with(config, interfaces=tuple(items))


def _no_tunnel(config: DeviceConfig) -> DeviceConfig | None:
    return _with(config, tunnels=config.tunnels[1:]) if config.tunnels else None


def _wide_tunnel(config: DeviceConfig) -> DeviceConfig | None:
    if not config.tunnels:
        return None
    wide = config.tunnels[0].model_copy(update={"remote_prefixes": (IPv4Network("10.0.0.0/8"),)})
    return _with(config, tunnels=(wide, *config.tunnels[1:]))


def _steered(config: DeviceConfig) -> DeviceConfig | None:
    item, hop = _item(config, _routed), _gateway(config)
    if item is None or hop is None or not config.forwarding:
        return None
    rule = PolicyRoute(interface=item.name, order=1, protocol="tcp", port=443, next_hop=hop)
    return _with(config, policy_routes=(rule,))


def _deaf(config: DeviceConfig) -> DeviceConfig | None:
    return _with(config, forwarding=False) if config.forwarding else None


def _six(config: DeviceConfig) -> DeviceConfig | None:
    more = (IPv6Interface("2001:db8:99::1/64"),)
    found = _first(config, _routed, addresses6=more)
    return found and _with(found, forwarding6=True)


KINDS: Mapping[str, Kind] = {
    "filter: first rules gone": _without_first_rules,
    "filter: one rule more": _opened,
    "zones: two exchanged": _zones_changed,
    "route: one gone": _less_routes,
    "route: servers elsewhere": _route_elsewhere,
    "route: servers discarded": _discarded,
    "route: policy route": _steered,
    "route: forwarding off": _deaf,
    "ospf: a cost": _dearer,
    "ospf: a link silent": _silent,
    "ospf: nothing taken in": _untold,
    "link: first routed down": lambda config: _first(config, _routed, enabled=False),
    "link: first trunk down": lambda config: _first(
        config, lambda i: i.switchport and i.switchport.trunk, enabled=False
    ),
    "address: another": _renumbered,
    "address: one more": _second_address,
    "address: IPv6": _six,
    "vrrp: priority": _demoted,
    "vlan: a port moved": _moved_port,
    "vlan: off the trunks": _no_vlan,
    "nat: gone": _no_nat,
    "nat: sources hidden": _hidden,
    "nat: a server published": _published,
    "tunnel: one gone": _no_tunnel,
    "tunnel: wider": _wide_tunnel,
    "nothing of packets": lambda config: _with(config, banner="edited"),
}
"""by what is edited, then how"""
