"""A core switch: routes the fiber units' VLANs, the switches' management VLANs and the transits. Pure.

Two cores may carry the two directions of one flow, so the forward filter is stateless: it decides each packet by
addresses and interfaces. What may start a flow is the firewalls' decision; what a unit may never reach, another unit
or a device, is already dropped here.
"""

from collections.abc import Mapping

from countynet.vocabulary import DeviceRole
from inventory import names
from inventory.deviceconfig import (
    DeviceConfig,
    FilterRule,
    Interface,
    Ospf,
    OspfInterface,
    PacketFilter,
    Redistribution,
    StaticRoute,
    SwitchPort,
    Vlan,
    Vrrp,
)
from inventory.intent.common import Secrets, loopback, services, transit, with_idle_ports
from inventory.intent.leading import beyond, leads, on_link
from inventory.intent.rules import between, input_filter, speakers
from inventory.intent.selectors import peers_of_devices
from inventory.intent.wiring import Networks, Wiring, collapse, nth, single
from inventory.model import Device, SwitchManagement, Unit

PRIORITIES = (150, 100)
"""VRRP priorities of the first and the second of a pair"""
METRICS = (10, 20)
"""OSPF metric of the units' routes at the first and the second core"""

Trunks = Mapping[int, tuple[str, ...]]
"""ports by VLAN"""


def group(vlan: int) -> int:
    """Return the VRRP group of a VLAN; one group lives on a VLAN, so the number only has to fit into a byte."""
    return vlan if vlan <= 255 else vlan % 255 + 1


def core(wiring: Wiring, device: Device, secrets: Secrets) -> DeviceConfig:
    """Return a core's configuration. Raises BadInput for a missing secret."""
    units = wiring.units_below(device)
    plans = wiring.switch_management(device)
    place, leading = min(wiring.place(device), 1), leads(wiring, device)
    return DeviceConfig(
        **services(wiring, device, secrets),
        vlans=tuple(_vlans(wiring, units, plans)),
        interfaces=with_idle_ports(device, _interfaces(wiring, device, units, plans)),
        forwarding=True,
        routes=() if leading else tuple(route for unit in units for route in _routes(wiring, unit)),
        ospf=Ospf(
            router_id=device.management,
            redistribute=(Redistribution(source="vrrp" if leading else "static", metric=METRICS[place]),),
        ),
        filters=(_input(wiring, device, units, plans), _forward(wiring, device, units, plans)),
    )


def _vlans(wiring: Wiring, units: tuple[Unit, ...], plans: tuple[SwitchManagement, ...]) -> list[Vlan]:
    lines = [Vlan(id=wiring.vlan(u), name=u.id) for u in units]
    return lines + [Vlan(id=m.vlan, name=f"mgmt-{m.aggregation}") for m in plans]


def _interfaces(
    wiring: Wiring, device: Device, units: tuple[Unit, ...], plans: tuple[SwitchManagement, ...]
) -> list[Interface]:
    found = [loopback(device, ospf=True)]
    found += [transit(link) for link in wiring.links(device)]
    found += [_trunk(wiring, port, peer) for port, peer in wiring.neighbours(device, DeviceRole.AGGREGATION).items()]
    trunks = _trunks(wiring, device)
    found += [_unit_svi(wiring, device, unit, trunks) for unit in units]
    found += [_management_svi(wiring, device, plan, trunks) for plan in plans]
    return found


def _below(wiring: Wiring, peer: Device) -> tuple[int, ...]:
    """Return the VLANs of an aggregation switch and what is below it."""
    units, plans = wiring.units_below(peer), wiring.switch_management(peer)
    return (*(wiring.vlan(unit) for unit in units), *(plan.vlan for plan in plans))


def _trunks(wiring: Wiring, device: Device) -> Trunks:
    """Return by VLAN the trunks by which it comes to a core: without them it is no gateway of that VLAN."""
    found: dict[int, tuple[str, ...]] = {}
    for port, peer in wiring.neighbours(device, DeviceRole.AGGREGATION).items():
        found |= {vlan: (*found.get(vlan, ()), port) for vlan in _below(wiring, peer)}
    return found


def _trunk(wiring: Wiring, port: str, peer: Device) -> Interface:
    vlans = _below(wiring, peer)
    return Interface(name=port, description=f"to {peer.name}", switchport=SwitchPort(mode="trunk", trunk=vlans))


def _unit_svi(wiring: Wiring, device: Device, unit: Unit, trunks: Trunks) -> Interface:
    """Return the routed end of a fiber unit's line: virtual gateway .1, the cores .2 and .3."""
    line, place = wiring.county.circuit_by_unit[unit.id], wiring.place(device)
    vlan, told = wiring.vlan(unit), _routes(wiring, unit) if leads(wiring, device) else ()
    vrrp = Vrrp(
        group=group(vlan),
        address=nth(line.link, 1),
        priority=PRIORITIES[min(place, 1)],
        track=trunks.get(vlan, ()),
        routes=tuple(led for route in told if route.next_hop for led in beyond(route.prefix, route.next_hop)),
    )
    return Interface(
        name=names.svi(vlan),
        kind="vlan",
        vlan=vlan,
        description=f"{unit.id} {line.id}",
        addresses=(nth(line.link, 2 + place),),
        vrrp=(vrrp,),
    )


def _management_svi(wiring: Wiring, device: Device, plan: SwitchManagement, trunks: Trunks) -> Interface:
    place, leading = wiring.place(device), leads(wiring, device)
    vrrp = Vrrp(
        group=group(plan.vlan),
        address=nth(plan.prefix, 1),
        priority=PRIORITIES[min(place, 1)],
        track=trunks.get(plan.vlan, ()),
        routes=on_link(plan.prefix) if leading else (),
    )
    return Interface(
        name=names.svi(plan.vlan),
        kind="vlan",
        vlan=plan.vlan,
        description=f"management of {plan.aggregation} and below",
        addresses=(nth(plan.prefix, 2 + place),),
        ospf=None if leading else OspfInterface(passive=True, point_to_point=False),
        vrrp=(vrrp,),
    )


def _routes(wiring: Wiring, unit: Unit) -> tuple[StaticRoute, StaticRoute]:
    """Return the routes to a fiber unit's LAN and to its CPE's management address."""
    cpe = nth(wiring.county.circuit_by_unit[unit.id].link, 4).ip
    management = single(wiring.county.cpe_by_unit[unit.id].management)
    return StaticRoute(prefix=unit.lan, next_hop=cpe), StaticRoute(prefix=management, next_hop=cpe)


def _input(
    wiring: Wiring, device: Device, units: tuple[Unit, ...], plans: tuple[SwitchManagement, ...]
) -> PacketFilter:
    links = wiring.links(device)
    others = [d for d in wiring.county.devices_in(DeviceRole.CORE) if d != device]
    segments = [wiring.county.circuit_by_unit[u.id].link for u in units] + [m.prefix for m in plans]
    vrrp = speakers(
        "vrrp",
        (names.svi(v.id) for v in _vlans(wiring, units, plans)),
        (single(nth(s, 2 + wiring.place(other)).ip) for other in others for s in segments),
    )
    ospf = speakers("ospf", (link.port for link in links), (link.prefix for link in links))
    return input_filter(wiring, device, _north(wiring, device), *ospf, *vrrp)


def _forward(
    wiring: Wiring, device: Device, units: tuple[Unit, ...], plans: tuple[SwitchManagement, ...]
) -> PacketFilter:
    """Return the stateless filter: first what never passes, then towards the firewalls, then back from them."""
    north = _north(wiring, device)
    hub = tuple(link.port for link in wiring.links(device) if link.peer.role is DeviceRole.VPN_HUB)
    lines = (*(names.svi(wiring.vlan(u)) for u in units), *hub, *north)
    managed = (*(names.svi(m.vlan) for m in plans), *lines)
    peers = peers_of_devices(wiring) or None
    rules = [
        *_spoofing(wiring, units, plans, hub),
        *never(wiring),
        *between("units-out", lines, north, wiring.unit_lans, ()),
        *between("units-back", north, lines, (), wiring.unit_lans),
        *between("devices-out", managed, north, wiring.device_addresses, peers),
        *between("devices-back", north, managed, peers, wiring.device_addresses),
    ]
    return PacketFilter(hook="forward", default="drop", rules=tuple(rules))


def _north(wiring: Wiring, device: Device) -> tuple[str, ...]:
    """Return the ports towards the firewalls, directly or by the other core."""
    return tuple(link.port for link in wiring.links(device) if link.peer.role is not DeviceRole.VPN_HUB)


def never(wiring: Wiring) -> list[FilterRule]:
    """Return what no policy opens: unit to unit, and unit to anything of the network itself."""
    lans = (wiring.county.plan.unit_lans,)
    return [
        FilterRule(action="drop", name="unit-to-unit", sources=lans, destinations=lans, log=True),
        FilterRule(action="drop", name="unit-to-network", sources=lans, destinations=wiring.never_for_units, log=True),
    ]


def _spoofing(
    wiring: Wiring, units: tuple[Unit, ...], plans: tuple[SwitchManagement, ...], hub: tuple[str, ...]
) -> list[FilterRule]:
    """Return, per line, the drop of every packet whose source does not belong behind that line."""
    cpes, county = wiring.county.cpe_by_unit, wiring.county
    rules = [
        _only_from(f"spoof-{u.id}", names.svi(wiring.vlan(u)), (u.lan, single(cpes[u.id].management))) for u in units
    ]
    rules += [_only_from(f"spoof-{m.aggregation}", names.svi(m.vlan), (m.prefix,)) for m in plans]
    hubs = [single(d.management) for d in county.devices_in(DeviceRole.VPN_HUB)]
    return rules + [_only_from("spoof-vpn", port, collapse([*wiring.tunnel_sources, *hubs])) for port in hub]


def _only_from(name: str, interface: str, sources: Networks) -> FilterRule:
    return FilterRule(action="drop", name=name, in_interfaces=(interface,), not_sources=sources, log=True)
