"""The switches: aggregation, building and datacenter. They switch, and route nothing. Pure.

A VLAN exists on a port only if something on that port belongs to it. Idle ports are shut.
"""

from countynet.vocabulary import DeviceRole
from inventory import names
from inventory.deviceconfig import DeviceConfig, Interface, StaticRoute, SwitchPort, Vlan
from inventory.intent.common import Secrets, services, with_idle_ports
from inventory.intent.rules import input_filter, no_forwarding
from inventory.intent.selectors import EVERYTHING
from inventory.intent.wiring import Wiring, first_host
from inventory.model import Device, Zone


def access_switch(wiring: Wiring, device: Device, secrets: Secrets) -> DeviceConfig:
    """Return the configuration of an aggregation or building switch. Raises BadInput for a missing secret."""
    plan = wiring.switch_management(device)[0]
    units = wiring.units_below(device)
    vlans = [Vlan(id=wiring.vlan(u), name=u.id) for u in units]
    management = Interface(
        name=names.svi(plan.vlan),
        kind="vlan",
        vlan=plan.vlan,
        description="management",
        addresses=(f"{device.management}/{plan.prefix.prefixlen}",),
    )
    ports = _trunks(wiring, device, (*(v.id for v in vlans), plan.vlan))
    if device.role is DeviceRole.BUILDING:
        ports += _lines(wiring, device)
    return DeviceConfig(
        **services(wiring, device, secrets),
        vlans=(*vlans, Vlan(id=plan.vlan, name="management")),
        interfaces=with_idle_ports(device, [management, *ports]),
        routes=(StaticRoute(prefix=EVERYTHING, next_hop=first_host(plan.prefix)),),
        filters=(input_filter(wiring, device, (management.name,)), no_forwarding()),
    )


def _trunks(wiring: Wiring, device: Device, vlans: tuple[int, ...]) -> list[Interface]:
    peers = wiring.neighbours(device, DeviceRole.CORE, DeviceRole.AGGREGATION, DeviceRole.BUILDING)
    return [
        Interface(name=port, description=f"to {peer.name}", switchport=SwitchPort(mode="trunk", trunk=vlans))
        for port, peer in peers.items()
    ]


def _lines(wiring: Wiring, device: Device) -> list[Interface]:
    """Return the ports to the units' CPEs, each in its unit's VLAN alone."""
    ports = []
    for port, cpe in wiring.neighbours(device, DeviceRole.CPE).items():
        if cpe.unit:
            vlan = wiring.vlan(wiring.county.unit_by_id[cpe.unit])
            ports.append(_access(port, f"{cpe.unit} {cpe.name}", vlan))
    return ports


def _access(port: str, description: str, vlan: int) -> Interface:
    return Interface(name=port, description=description, switchport=SwitchPort(mode="access", access=vlan))


def datacenter_switch(wiring: Wiring, device: Device, secrets: Secrets) -> DeviceConfig:
    """Return the configuration of the datacenter switch. Raises BadInput for a missing secret."""
    zone = wiring.management
    management = Interface(
        name=names.svi(zone.vlan),
        kind="vlan",
        vlan=zone.vlan,
        description="management",
        addresses=(f"{device.management}/{zone.prefix.prefixlen}",),
    )
    return DeviceConfig(
        **services(wiring, device, secrets),
        vlans=tuple(Vlan(id=z.vlan, name=z.name.value) for z in wiring.county.zones),
        interfaces=with_idle_ports(device, [management, *_zone_ports(wiring, device)]),
        routes=(StaticRoute(prefix=EVERYTHING, next_hop=zone.gateway),),
        filters=(input_filter(wiring, device, (management.name,)), no_forwarding()),
    )


def _zone_ports(wiring: Wiring, device: Device) -> list[Interface]:
    """Return the ports with a firewall's leg or a host in them, each in its zone's VLAN."""
    ports = []
    for port in device.ports:
        end = wiring.peers.get((device.name, port))
        zone = _zone_of(wiring, end.node, end.port) if end else None
        if end and zone:
            ports.append(_access(port, f"{end.node} {end.port}", zone.vlan))
    return ports


def _zone_of(wiring: Wiring, node: str, port: str) -> Zone | None:
    host = wiring.county.host_by_name.get(node)
    if host:
        return wiring.county.zone_by_name[host.zone]
    device = wiring.county.device_by_name.get(node)
    if device is None or device.role is not DeviceRole.FIREWALL:
        return None
    return next((z for z in wiring.county.zones if z.port == port), None)
