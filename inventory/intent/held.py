"""Ports that are held because of somebody at them: shut, or confined to a VLAN of their own. Pure.

A confined port's VLAN is on no other port of the device, so what is plugged in there meets nobody: not its own LAN, not
another one who is confined. At a unit's access device on fiber that keeps state it also gets the notice page: that
network's packets to that host and service alone are forwarded, translated to the LAN's gateway address, so that nothing
else of the county has to know of it. Over ADSL the tunnel takes the LAN's own packets only, and a switch or a platform
without state cannot tell answers from the rest: there nothing is reached.
"""

from ipaddress import IPv4Network

from countynet.vocabulary import Access, DeviceRole
from inventory import names
from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, NatRule, SwitchPort, Vlan
from inventory.intent.platforms import KINDS
from inventory.intent.rules import accept
from inventory.intent.wiring import Wiring, first_host, nth, single
from inventory.model import Confinement, County, Device, HeldPort

SIZE = 29
"""prefix length of one confined port's network"""


def held(wiring: Wiring, device: Device, config: DeviceConfig) -> DeviceConfig:
    """Return a device's configuration with the ports shut or confined that the county holds."""
    for one in wiring.county.held_ports:
        if one.device == device.name and one.port in device.ports:
            plan = wiring.county.plan.confinement
            config = _down(config, one) if one.how == "down" or plan is None else _confined(wiring, device, config, one)
    return config


def vlan(plan: Confinement, device: Device, port: str) -> int:
    """Return the VLAN of a port that is confined: by its place among the device's ports, whatever else is held."""
    return plan.vlan + device.ports.index(port)


def network(plan: Confinement, device: Device, port: str) -> IPv4Network:
    """Return the network of a confined port; where it is one too many for the prefix, validation refuses it."""
    size = 2 ** (32 - SIZE)
    return IPv4Network((int(plan.prefix.network_address) + size * device.ports.index(port), SIZE))


def shows_notice(county: County, device: Device) -> bool:
    """Whether who is confined at a device gets the notice page."""
    plan = county.plan.confinement
    if plan is None or plan.notice is None or device.role is not DeviceRole.CPE or device.unit is None:
        return False
    return county.circuit_by_unit[device.unit].access is not Access.ADSL and not KINDS[device.platform].lists_only


def _down(config: DeviceConfig, one: HeldPort) -> DeviceConfig:
    kept = tuple(
        i.model_copy(update={"enabled": False, "description": f"held {one.id}"}) if i.name == one.port else i
        for i in config.interfaces
    )
    return config.model_copy(update={"interfaces": kept})


def _confined(wiring: Wiring, device: Device, config: DeviceConfig, one: HeldPort) -> DeviceConfig:
    plan = wiring.county.plan.confinement
    assert plan is not None
    number = vlan(plan, device, one.port)
    port = Interface(name=one.port, description=f"held {one.id}", switchport=SwitchPort(mode="access", access=number))
    others = tuple(i for i in config.interfaces if i.name != one.port)
    found = DeviceConfig.model_validate(
        dict(config) | {"interfaces": (*others, port), "vlans": (*config.vlans, Vlan(id=number, name=f"held-{number}"))}
    )
    return _noticed(wiring, device, found, one) if shows_notice(wiring.county, device) else found


def _noticed(wiring: Wiring, device: Device, config: DeviceConfig, one: HeldPort) -> DeviceConfig:
    """Return the configuration with the network of a confined port, and its way to the notice page."""
    county, plan = wiring.county, wiring.county.plan.confinement
    assert plan is not None
    assert plan.notice is not None
    assert device.unit is not None
    net, number = network(plan, device, one.port), vlan(plan, device, one.port)
    gate = Interface(
        name=names.svi(number), kind="vlan", vlan=number, description=f"held {one.id}", addresses=(nth(net, 1),)
    )
    host = county.host_by_name[plan.notice].address.ip
    uplink = names.fiber(device)
    services = [service for service in county.services if service.name == plan.service]
    rules = accept(
        "notice-page", services, in_interfaces=(gate.name,), out_interfaces=(uplink,), sources=(net,),
        destinations=(single(host),),
    )  # fmt: skip
    nat = NatRule(
        kind="source", name="notice-page", interface=uplink, sources=(net,),
        to=first_host(county.unit_by_id[device.unit].lan),
    )  # fmt: skip
    filters = tuple(
        f.model_copy(update={"rules": _with(f.rules, rules)}) if f.hook == "forward" else f for f in config.filters
    )
    return DeviceConfig.model_validate(
        dict(config) | {"interfaces": (*config.interfaces, gate), "filters": filters, "nat": (*config.nat, nat)}
    )


def _with(rules: tuple[FilterRule, ...], more: list[FilterRule]) -> tuple[FilterRule, ...]:
    """Return rules with more after those that judge by state: before what is said of the LAN, which this is not."""
    place = max((n + 1 for n, rule in enumerate(rules) if rule.state), default=0)
    return (*rules[:place], *more, *rules[place:])
