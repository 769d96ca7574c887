"""A unit's CPE: routes one LAN, over fiber or inside a tunnel over ADSL. Pure.

Promises, whatever the center does: nothing new ever starts towards the LAN; nothing with a foreign source leaves it; on
ADSL nothing but the tunnel's own packets leaves by the telephone line, so a tunnel that is down leaks nothing. Where
every terminal of the unit has its hardware address in the inventory, no other computer gets past the CPE or an answer
of it. Where the center gives out addresses (`inventory.dhcp`), the CPE carries the LAN's questions there. One
terminal has a routed port; several share a VLAN whose routed interface takes that port's place.
"""

from ipaddress import IPv4Address

from countynet.vocabulary import Access, DeviceRole
from inventory import dhcp, names
from inventory.deviceconfig import (
    DeviceConfig,
    FilterRule,
    Interface,
    PacketFilter,
    StaticRoute,
    SwitchPort,
    Tunnel,
    Vlan,
)
from inventory.intent.common import Secrets, loopback, services, with_idle_ports
from inventory.intent.core import never
from inventory.intent.hub import behind, identity, ike, tunnel_only
from inventory.intent.rotation import tunnel_end
from inventory.intent.rules import ESTABLISHED, INVALID, input_filter
from inventory.intent.selectors import EVERYTHING
from inventory.intent.wiring import Wiring, first_host, nth, single
from inventory.lan import Lan
from inventory.model import Circuit, Device, Unit

NOBODY, EVERYBODY = IPv4Address("0.0.0.0"), IPv4Address("255.255.255.255")  # noqa: S104 - addresses of packets
"""the source of who has no address yet, and the limited broadcast (RFC 2131, 4.1)"""


def cpe(wiring: Wiring, device: Device, secrets: Secrets) -> DeviceConfig:
    """Return a CPE's configuration. Raises BadInput for a missing secret."""
    unit = wiring.county.unit_by_id[device.unit or ""]
    line = wiring.county.circuit_by_unit[unit.id]
    adsl = line.access is Access.ADSL
    lan = wiring.lan(unit)
    interfaces = [loopback(device, ospf=False), *_lan(wiring, unit, lan), _uplink(device, line)]
    return DeviceConfig(
        **services(wiring, device, secrets),
        vlans=(Vlan(id=names.LAN_VLAN, name=unit.id),) if lan.switched else (),
        interfaces=with_idle_ports(device, interfaces),
        forwarding=True,
        routes=(StaticRoute(prefix=EVERYTHING, next_hop=first_host(line.link)),),
        filters=(
            _input(wiring, device, unit, lan, adsl),
            _forward(wiring, unit, lan, names.TUNNEL if adsl else names.fiber(device)),
            *((_output(wiring, device, line),) if adsl else ()),
        ),
        tunnels=(_tunnel(wiring, device, unit, line, secrets),) if adsl else (),
    )


def _lan(wiring: Wiring, unit: Unit, lan: Lan) -> list[Interface]:
    """Return the interface with the LAN's gateway address, and the ports below it if that is a VLAN's."""
    routed = {
        "name": lan.interface,
        "description": f"{unit.id} LAN",
        "addresses": (nth(unit.lan, 1),),
        "dhcp_relays": dhcp.relayed(wiring.county, unit),
    }
    if not lan.switched:
        return [Interface.model_validate(routed)]
    access = SwitchPort(mode="access", access=names.LAN_VLAN)
    ports = [Interface(name=port, description=f"{unit.id} {t}", switchport=access) for port, t in lan.used.items()]
    return [Interface.model_validate(routed | {"kind": "vlan", "vlan": names.LAN_VLAN}), *ports]


def _strangers(lan: Lan) -> tuple[FilterRule, ...]:
    """Return the drop of every packet from the LAN that none of the unit's own computers sent; before all else."""
    if not lan.macs:
        return ()
    return (
        FilterRule(
            action="drop", name="unknown-computer", in_interfaces=(lan.interface,), not_source_macs=lan.macs, log=True
        ),
    )


def _asking(wiring: Wiring, unit: Unit, lan: Lan) -> tuple[FilterRule, ...]:
    """Return the acceptance of what computers ask everybody for an address; nothing where the CPE carries it nowhere.

    To everybody only: whoever has an address renews it with the server itself, through the forward filter.
    """
    if not dhcp.relayed(wiring.county, unit):
        return ()
    asked = FilterRule(
        action="accept",
        name="dhcp-relay",
        in_interfaces=(lan.interface,),
        sources=(single(NOBODY), unit.lan),
        destinations=(single(EVERYBODY),),
        protocol="udp",
        ports=(67,),
    )
    return (asked,)


def _uplink(device: Device, line: Circuit) -> Interface:
    port, n = (names.dsl(device), 2) if line.access is Access.ADSL else (names.fiber(device), 4)
    return Interface(name=port, description=f"{line.id} {line.contract}", addresses=(nth(line.link, n),))


def _input(wiring: Wiring, device: Device, unit: Unit, lan: Lan, adsl: bool) -> PacketFilter:
    ping = FilterRule(
        action="accept",
        name="lan-gateway",
        in_interfaces=(lan.interface,),
        sources=(unit.lan,),
        destinations=(single(first_host(unit.lan)),),
        protocol="icmp",
        icmp_echo_only=True,
    )
    uplink = names.TUNNEL if adsl else names.fiber(device)
    line = nth(wiring.county.circuit_by_unit[unit.id].link, 2).ip
    tunnel = ike(names.dsl(device), (single(wiring.county.plan.hub.ip),), line) if adsl else ()
    held = input_filter(wiring, device, (uplink,), ping, *_asking(wiring, unit, lan), *tunnel)
    return PacketFilter(hook=held.hook, default=held.default, rules=(*_strangers(lan), *held.rules))


def _forward(wiring: Wiring, unit: Unit, lan: Lan, uplink: str) -> PacketFilter:
    out = FilterRule(
        action="accept",
        name="lan-out",
        in_interfaces=(lan.interface,),
        out_interfaces=(uplink,),
        sources=(unit.lan,),
    )
    rules = (*_strangers(lan), INVALID, ESTABLISHED, *never(wiring), out)
    return PacketFilter(hook="forward", default="drop", rules=rules)


def _output(wiring: Wiring, device: Device, line: Circuit) -> PacketFilter:
    """Return the filter that lets only the tunnel's own packets out to the operator."""
    rules = tunnel_only(names.dsl(device), nth(line.link, 2).ip, (single(wiring.county.plan.hub.ip),))
    return PacketFilter(hook="output", default="accept", rules=rules)


def _tunnel(wiring: Wiring, device: Device, unit: Unit, line: Circuit, secrets: Secrets) -> Tunnel:
    center = wiring.county.devices_in(DeviceRole.VPN_HUB)[0]
    end = tunnel_end(secrets, device.name)
    return Tunnel(
        name=center.name,
        local=nth(line.link, 2).ip,
        remote=wiring.county.plan.hub.ip,
        local_id=identity(wiring, end.name),
        remote_id=identity(wiring, center.name),
        local_prefixes=behind(wiring, unit),
        remote_prefixes=(EVERYTHING,),
        key=end.key,
        also=end.also,
        initiate=True,
    )
