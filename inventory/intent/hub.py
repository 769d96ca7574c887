"""The VPN hub: ends the tunnels of all ADSL units. Pure.

A unit's LAN and its CPE's management address are known to the rest of the network by discard routes here, which the
daemon's routes into the tunnel override while the tunnel is up: with a tunnel down, packets die here, not elsewhere.
The daemon hairpins unit to unit, so that is dropped before anything else. To the operator nothing leaves but what
tunnels are made of.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from inventory import names
from inventory.deviceconfig import (
    DeviceConfig,
    FilterRule,
    Interface,
    Ospf,
    PacketFilter,
    Redistribution,
    StaticRoute,
    Tunnel,
)
from inventory.intent.common import Secrets, loopback, services, transit, with_idle_ports
from inventory.intent.core import never
from inventory.intent.rotation import TunnelEnd, tunnel_ends
from inventory.intent.rules import ESTABLISHED, INVALID, accept, between, input_filter, speakers
from inventory.intent.selectors import EVERYTHING, networks, peers_of_devices
from inventory.intent.wiring import Networks, Wiring, collapse, single
from inventory.model import Device, Unit

IKE_PORTS = (500, 4500)


def identity(wiring: Wiring, name: str) -> str:
    """Return what a device that goes by a name proves to be to its tunnel's other end."""
    return f"{name}.{wiring.county.plan.domain}"


def behind(wiring: Wiring, unit: Unit) -> tuple[IPv4Network, IPv4Network]:
    """Return what lies at a unit's end of the tunnel: its LAN and its CPE's management address."""
    return unit.lan, single(wiring.county.cpe_by_unit[unit.id].management)


def ike(port: str, peers: Networks, own: IPv4Address) -> tuple[FilterRule, FilterRule]:
    """Return the input rules for a tunnel's own packets: from its peers to its end, and to no other address here."""
    ends = {"in_interfaces": (port,), "sources": peers, "destinations": (single(own),)}
    fields = ({"name": "ike", "protocol": "udp", "ports": IKE_PORTS}, {"name": "esp", "protocol": "esp"})
    ike_rule, esp_rule = (FilterRule.model_validate({"action": "accept", **ends, **each}) for each in fields)
    return ike_rule, esp_rule


def tunnel_only(port: str, own: IPv4Address, peers: Networks) -> tuple[FilterRule, FilterRule, FilterRule]:
    """Return the output rules of a tunnel's end: by this port nothing but its own packets, from its own address."""
    ends = {"out_interfaces": (port,), "sources": (single(own),), "destinations": peers}
    fields = ({"name": "ike", "protocol": "udp", "ports": IKE_PORTS}, {"name": "esp", "protocol": "esp"})
    ike_rule, esp_rule = (FilterRule.model_validate({"action": "accept", **ends, **each}) for each in fields)
    return ike_rule, esp_rule, FilterRule(action="drop", name="tunnel-only", out_interfaces=(port,))


def hub(wiring: Wiring, device: Device, secrets: Secrets) -> DeviceConfig:
    """Return the hub's configuration. Raises BadInput for a missing secret."""
    plan = wiring.county.plan
    outside = Interface(name=names.fiber(device), description="to the operator", addresses=(plan.hub,))
    transits = [transit(link) for link in wiring.links(device)]
    discards = [StaticRoute(prefix=p, next_hop=None) for u in wiring.adsl_units for p in behind(wiring, u)]
    return DeviceConfig(
        **services(wiring, device, secrets),
        interfaces=with_idle_ports(device, [loopback(device, ospf=True), outside, *transits]),
        forwarding=True,
        routes=(StaticRoute(prefix=plan.tunnels, next_hop=plan.hub_gateway), *discards),
        ospf=Ospf(router_id=device.management, redistribute=(Redistribution(source="static"),)),
        filters=(_input(wiring, device), _forward(wiring, device), _output(wiring, device)),
        tunnels=tuple(tunnel for unit in wiring.adsl_units for tunnel in _tunnels(wiring, device, unit, secrets)),
    )


def _tunnels(wiring: Wiring, device: Device, unit: Unit, secrets: Secrets) -> Iterator[Tunnel]:
    """Yield a unit's tunnel; two while its CPE changes its name with its key."""
    for end in tunnel_ends(secrets, wiring.county.cpe_by_unit[unit.id].name):
        yield _tunnel(wiring, device, unit, end)


def _tunnel(wiring: Wiring, device: Device, unit: Unit, end: TunnelEnd) -> Tunnel:
    return Tunnel(
        name=end.name,
        local=wiring.county.plan.hub.ip,
        remote=None,
        local_id=identity(wiring, device.name),
        remote_id=identity(wiring, end.name),
        local_prefixes=(EVERYTHING,),
        remote_prefixes=behind(wiring, unit),
        key=end.key,
        also=end.also,
        initiate=False,
    )


def _input(wiring: Wiring, device: Device) -> PacketFilter:
    links, plan = wiring.links(device), wiring.county.plan
    ports = tuple(link.port for link in links)
    ospf = speakers("ospf", ports, (link.prefix for link in links))
    return input_filter(wiring, device, ports, *ospf, *ike(names.fiber(device), (plan.tunnels,), plan.hub.ip))


def _forward(wiring: Wiring, device: Device) -> PacketFilter:
    inside = tuple(link.port for link in wiring.links(device))
    tunnel = (names.TUNNEL,)
    lans = collapse(u.lan for u in wiring.adsl_units) or None
    cpes = collapse(single(wiring.county.cpe_by_unit[u.id].management) for u in wiring.adsl_units) or None
    rules = [
        FilterRule(action="drop", name="tunnel-to-tunnel", in_interfaces=tunnel, out_interfaces=tunnel, log=True),
        INVALID,
        ESTABLISHED,
        *never(wiring),
        *between("units-out", tunnel, inside, lans),
        *between("devices-out", tunnel, inside, cpes, peers_of_devices(wiring) or None),
        *_management(wiring, inside, cpes),
    ]
    return PacketFilter(hook="forward", default="drop", rules=tuple(rules))


def _output(wiring: Wiring, device: Device) -> PacketFilter:
    """Return the filter that lets only the tunnels' own packets out to the operator, whoever sends from the hub."""
    plan = wiring.county.plan
    leaving = tunnel_only(names.fiber(device), plan.hub.ip, (plan.tunnels,))
    return PacketFilter(hook="output", default="accept", rules=(ESTABLISHED, *leaving))


def _management(wiring: Wiring, inside: tuple[str, ...], cpes: Networks | None) -> list[FilterRule]:
    """Return the rules of the policy that reach the CPEs at the tunnels' ends."""
    known = {s.name: s for s in wiring.county.services}
    rules: list[FilterRule] = []
    for rule in wiring.county.rules:
        if rule.target == "devices":
            rules += accept(
                rule.id,
                [known[name] for name in rule.services],
                in_interfaces=inside,
                out_interfaces=(names.TUNNEL,),
                sources=networks(wiring, rule.source),
                destinations=cpes,
            )
    return rules
