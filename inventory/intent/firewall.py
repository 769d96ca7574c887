"""A firewall of the pair: where the county's policy is enforced, flow by flow. Pure.

The first firewall of the inventory is preferred everywhere: VRRP master on every leg, in one sync group that watches
the inside ports too, and the routes to what lies behind the legs follow (`leading`). Every rule of the policy that
crosses a leg becomes rules of the same name; what no rule opens is dropped.
"""

from ipaddress import IPv4Interface, IPv4Network

from countynet.vocabulary import DeviceRole, ZoneName
from inventory.deviceconfig import (
    DeviceConfig,
    FilterRule,
    Interface,
    MasterRoute,
    NatRule,
    Ospf,
    OspfInterface,
    PacketFilter,
    Redistribution,
    StaticRoute,
    Vrrp,
)
from inventory.intent.common import Secrets, loopback, services, transit, with_idle_ports
from inventory.intent.core import PRIORITIES, group
from inventory.intent.leading import beyond, leads, on_link
from inventory.intent.rules import ESTABLISHED, INVALID, accept, input_filter, management, speakers
from inventory.intent.selectors import networks
from inventory.intent.wiring import Networks, Wiring, collapse, nth, single
from inventory.model import Device, Host, PolicyRule, Zone
from inventory.selectors import parse_selector

_INTERNET = "zone:internet"
METRICS = (10, 100)
"""OSPF metric of what lies behind the first and the second firewall"""
AFTER_OSPF = 200
"""administrative distance of a route for when OSPF (110) has none"""
SYNC = "zones"
"""the VRRP sync group of all legs"""
PUBLISHED_GROUP = 200
"""VRRP groups of published addresses begin here"""
INTERNAL = tuple(IPv4Network(n) for n in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"))
"""addresses that are never the Internet's (RFC 1918, RFC 6598)"""


def firewall(wiring: Wiring, device: Device, secrets: Secrets) -> DeviceConfig:
    """Return a firewall's configuration. Raises BadInput for a missing secret."""
    metric = METRICS[min(wiring.place(device), 1)]
    leading = leads(wiring, device)
    legs = [_leg(wiring, device, zone) for zone in wiring.county.zones]
    transits = [transit(link) for link in wiring.links(device)]
    return DeviceConfig(
        **services(wiring, device, secrets),
        interfaces=with_idle_ports(device, [loopback(device, ospf=True), *transits, *legs]),
        forwarding=True,
        routes=tuple(_past_the_inside(wiring, device) if leading else _routes(wiring)),
        ospf=Ospf(
            router_id=device.management,
            redistribute=(Redistribution(source="vrrp" if leading else "static", metric=metric),),
            default_metric=metric if _internet(wiring) and not leading else None,
        ),
        filters=(_input(wiring, device), _forward(wiring, device)),
        nat=(*_published(wiring), *_browsing(wiring)),
    )


def _internet(wiring: Wiring) -> Zone | None:
    return wiring.county.zone_by_name.get(ZoneName.INTERNET)


def _segment(zone: Zone) -> IPv4Network:
    return zone.segment or zone.prefix


def own_address(wiring: Wiring, device: Device, zone: Zone) -> IPv4Interface:
    """Return a firewall's own address on a leg: the next ones after the pair's virtual address."""
    offset = int(zone.gateway) - int(_segment(zone).network_address)
    return nth(_segment(zone), offset + 1 + wiring.place(device))


def _leg(wiring: Wiring, device: Device, zone: Zone) -> Interface:
    """Return a leg: its master tells what lies behind it; where the platform cannot, OSPF or a static route does."""
    place = min(wiring.place(device), 1)
    inside = wiring.gateway_out(zone) is None and not leads(wiring, device)
    cost = METRICS[place]
    return Interface(
        name=zone.port,
        description=f"zone {zone.name.value}",
        addresses=(own_address(wiring, device, zone),),
        ospf=OspfInterface(passive=True, point_to_point=False, cost=cost) if inside else None,
        vrrp=tuple(_groups(wiring, device, zone)),
    )


def _groups(wiring: Wiring, device: Device, zone: Zone) -> list[Vrrp]:
    """Return the virtual gateway and, towards the Internet, the published addresses; all watch the inside."""
    priority, inside = PRIORITIES[min(wiring.place(device), 1)], tuple(link.port for link in wiring.links(device))
    length = _segment(zone).prefixlen
    addresses = [zone.gateway]
    if zone.name is ZoneName.INTERNET:
        addresses += [h.published for h in wiring.county.hosts if h.published]
    groups = [group(zone.vlan), *(PUBLISHED_GROUP + i for i in range(len(addresses) - 1))]
    found = [
        Vrrp(group=number, address=IPv4Interface((address, length)), priority=priority, sync=SYNC, track=inside)
        for number, address in zip(groups, addresses, strict=True)
    ]
    return [found[0].model_copy(update={"routes": _led(wiring, device, zone)}), *found[1:]]


def _led(wiring: Wiring, device: Device, zone: Zone) -> tuple[MasterRoute, ...]:
    """Return the routes that the master of a leg has."""
    if not leads(wiring, device):
        return ()
    gateway = wiring.gateway_out(zone)
    return beyond(zone.prefix, gateway) if gateway else on_link(_segment(zone))


def _routes(wiring: Wiring) -> list[StaticRoute]:
    found = []
    for zone in wiring.county.zones:
        gateway = wiring.gateway_out(zone)
        if gateway:
            found.append(StaticRoute(prefix=zone.prefix, next_hop=gateway))
    return found


def _past_the_inside(wiring: Wiring, device: Device) -> list[StaticRoute]:
    """Return the routes to the other firewalls over the management zone, for when they are cut off from inside."""
    others = [other for other in wiring.county.devices_in(DeviceRole.FIREWALL) if other != device]
    return [
        StaticRoute(
            prefix=single(other.management),
            next_hop=own_address(wiring, other, wiring.management).ip,
            distance=AFTER_OSPF,
        )
        for other in others
    ]


def _input(wiring: Wiring, device: Device) -> PacketFilter:
    links, zones = wiring.links(device), wiring.county.zones
    others = [d for d in wiring.county.devices_in(DeviceRole.FIREWALL) if d != device]
    vrrp = [  # each leg's neighbour on that leg alone: the Internet may not speak with the server zone's address
        rule
        for zone in zones
        for rule in speakers("vrrp", [zone.port], (single(own_address(wiring, other, zone).ip) for other in others))
    ]
    ospf = speakers("ospf", (link.port for link in links), (link.prefix for link in links))
    return input_filter(wiring, device, (*(link.port for link in links), wiring.management.port), *ospf, *vrrp)


def _forward(wiring: Wiring, device: Device) -> PacketFilter:
    rules = [*_to_the_other(wiring, device), INVALID, ESTABLISHED, *_bogus(wiring)]
    for rule in wiring.county.rules:
        rules += _policy(wiring, device, rule)
    return PacketFilter(hook="forward", default="drop", rules=tuple(rules))


def _to_the_other(wiring: Wiring, device: Device) -> list[FilterRule]:
    """Return the rules for managing the other firewall: it answers the station directly, so only half of the flow
    passes here and no state can be kept of it."""
    rules: list[FilterRule] = []
    for other in wiring.county.devices_in(DeviceRole.FIREWALL):
        if other != device:
            rules += management(wiring, other, (wiring.management.port,), _legs(wiring, device, "devices"))
    return rules


def _bogus(wiring: Wiring) -> list[FilterRule]:
    """Return the drops at the Internet leg of what cannot be the Internet's."""
    zone = _internet(wiring)
    if zone is None:
        return []
    leg = (zone.port,)
    return [
        FilterRule(action="drop", name="internet-spoof", in_interfaces=leg, sources=INTERNAL, log=True),
        FilterRule(action="drop", name="internet-leak", out_interfaces=leg, destinations=INTERNAL),
    ]


def _legs(wiring: Wiring, device: Device, selector: str) -> tuple[str, ...]:
    """Return the interfaces behind which what a selector names lies."""
    parsed = parse_selector(selector)
    inside = tuple(link.port for link in wiring.links(device))
    if parsed is None or parsed.kind in ("units", "browsing-units", "unit"):
        return inside
    if parsed.kind == "devices":
        return (*inside, wiring.management.port)
    zone = parsed.name if parsed.kind == "zone" else wiring.county.host_by_name[parsed.name].zone
    return tuple(z.port for z in wiring.county.zones if z.name == zone)


def _policy(wiring: Wiring, device: Device, rule: PolicyRule) -> list[FilterRule]:
    services = {s.name: s for s in wiring.county.services}
    return [
        found
        for legs, sources in _sources(wiring, device, rule.source)
        for found in accept(
            rule.id,
            [services[name] for name in rule.services],
            in_interfaces=legs,
            out_interfaces=_legs(wiring, device, rule.target),
            sources=sources,
            destinations=networks(wiring, rule.target),
        )
    ]


def _sources(wiring: Wiring, device: Device, selector: str) -> list[tuple[tuple[str, ...], Networks | None]]:
    """Return the legs that packets of a selector come in by, with their addresses.

    Devices stand on both sides: those in the management zone come by its leg and no others, so that nothing there
    can pass for a switch behind the cores.
    """
    if selector != "devices":
        return [(_legs(wiring, device, selector), networks(wiring, selector))]
    zone, inside = wiring.management, tuple(link.port for link in wiring.links(device))
    here = collapse(single(d.management) for d in wiring.county.devices if d.management in zone.prefix)
    there = collapse(single(d.management) for d in wiring.county.devices if d.management not in zone.prefix)
    return [(inside, there or None), ((zone.port,), here or None)]


def _browsing(wiring: Wiring) -> list[NatRule]:
    """Return the source translation of everything that the policy lets out to the Internet."""
    zone = _internet(wiring)
    if zone is None:
        return []
    allowed = [(rule.id, networks(wiring, rule.source)) for rule in wiring.county.rules if rule.target == _INTERNET]
    return [
        NatRule(kind="source", name=name, interface=zone.port, sources=sources, to=zone.gateway)
        for name, sources in allowed
        if sources is not None
    ]


def _published(wiring: Wiring) -> list[NatRule]:
    """Return the destination translations of the hosts that the policy opens to the Internet."""
    zone = _internet(wiring)
    rules: list[NatRule] = []
    for rule in wiring.county.rules:
        host = _target_host(wiring, rule)
        if zone and rule.source == _INTERNET and host and host.published:
            rules += [_publish(rule, host, zone, p, ports) for p, ports in _ports(wiring, rule).items()]
    return rules


def _target_host(wiring: Wiring, rule: PolicyRule) -> Host | None:
    parsed = parse_selector(rule.target)
    return wiring.county.host_by_name.get(parsed.name) if parsed and parsed.kind == "host" else None


def _ports(wiring: Wiring, rule: PolicyRule) -> dict[str, tuple[int, ...]]:
    ports: dict[str, tuple[int, ...]] = {}
    for service in wiring.county.services:
        if service.name in rule.services and service.ports:
            ports[service.protocol] = (*ports.get(service.protocol, ()), *service.ports)
    return ports


def _publish(rule: PolicyRule, host: Host, zone: Zone, protocol: str, ports: tuple[int, ...]) -> NatRule:
    return NatRule(
        kind="destination",
        name=rule.id,
        interface=zone.port,
        destinations=(IPv4Network(host.published),) if host.published else (),
        protocol=protocol,
        ports=ports,
        to=host.address.ip,
    )
