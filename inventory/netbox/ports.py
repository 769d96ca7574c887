"""Interfaces, addresses and cables as NetBox's, from the intended configuration of every device. Pure.

Which interface has which address is what `inventory.intent` says, so NetBox shows what the devices are told: loopbacks,
routed VLAN interfaces and VRRP addresses too, which the inventory's files do not list.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from countynet.vocabulary import Access, DeviceRole
from inventory import deviceconfig, names
from inventory.intent.adapt import adapted
from inventory.intent.placeholders import placeholders
from inventory.model import Cable, County, Device, Host, Terminal, Unit
from inventory.netbox.kinds import address_key
from inventory.netbox.thing import Ref, Thing, Value, text

MEDIA = {"fiber": "1000base-x-sfp", "copper": "1000base-t"}
UPLINK = "uplink"
"""the label of a port that its device says is its uplink"""
CABLES = {"fiber": "smf", "copper": "cat6"}


_secret = placeholders(lambda _name: "none none")
"""stand-ins: no secret is in what we export"""


@dataclass
class _Ports:
    """What is gathered: each address once, and the media of the cables by port."""

    county: County
    media: dict[tuple[str, str], str] = field(default_factory=dict)
    """type of interface by device and port: the device type's, else the cable's"""
    seen: set[str] = field(default_factory=set)

    def address(self, address: str, node: str, port: str, more: dict[str, Value] | None = None) -> Iterator[Thing]:
        """Yield an address on a port, unless it was there before."""
        fields: dict[str, Value] = {"address": address, "status": "active", "role": "", **(more or {})}
        key = address_key(address, node, fields["role"] == "vrrp")
        if key in self.seen:
            return
        self.seen.add(key)
        on: dict[str, Value] = {"assigned_object_type": "dcim.interface", "assigned_object_id": port_ref(node, port)}
        yield Thing("addresses", key, fields | on, more={"device": node, "interface": port})

    def computer(self, node: str, address: str, more: dict[str, Value], mac: str | None = None) -> Iterator[Thing]:
        """Yield the one port of a host or terminal and its address, which is its primary one."""
        fields: dict[str, Value] = {"type": self.media.get((node, names.HOST), MEDIA["copper"]), "enabled": True}
        yield _port(node, names.HOST, fields | ({"mac_address": mac.upper()} if mac else {}))
        yield from self.address(address, node, names.HOST, more)


def port_ref(node: str, port: str) -> Ref:
    """Return how a port is named."""
    return Ref("interfaces", f"{node}:{port}")


def _port(node: str, port: str, fields: dict[str, Value]) -> Thing:
    given: dict[str, Value] = {"device": Ref("devices", node), "name": port}
    return Thing("interfaces", f"{node}:{port}", given | fields)


def things(county: County) -> Iterator[Thing]:
    """Yield every interface, address, primary address and cable."""
    ports = _Ports(county)
    for cable in county.cables:
        for end in (cable.a, cable.b):
            ports.media[end.node, end.port] = MEDIA[cable.kind]
    ports.media |= _printed(county)
    configs = adapted(county, _secret)
    for device in county.devices:
        yield from _device(ports, device, configs[device.name])
    for item in county.security_equipment:
        if item.management:
            yield _port(item.id, "management", {"type": "other", "mgmt_only": True})
            yield from ports.address(f"{item.management}/32", item.id, "management")
            yield _primary(item.id, item.management)
    for host in county.hosts:
        yield from _host(ports, host)
    for unit in county.units:
        for terminal in unit.terminals:
            yield from _terminal(ports, unit, terminal)
    for cable in county.cables:
        yield _cable(cable)


def _printed(county: County) -> dict[tuple[str, str], str]:
    """Return the type of each port that a device's type names."""
    types = {type_.slug: {port.name: port.type for port in type_.interfaces} for type_ in county.device_types}
    printed = {device.name: types.get(device.type or "", {}) for device in county.devices}
    return {(name, port): type_ for name, ports in printed.items() for port, type_ in ports.items()}


def _device(ports: _Ports, device: Device, config: deviceconfig.DeviceConfig) -> Iterator[Thing]:
    group = "countynet-center" if device.role is DeviceRole.DATACENTER else "countynet-access"
    home = names.loopback(device.platform)
    for port in config.interfaces:
        yield _port(device.name, port.name, _interface(ports, device, port, group))
        tenant: dict[str, Value] = {"tenant": Ref("tenants", device.unit) if device.unit else None}
        for address in port.addresses:
            yield from ports.address(str(address), device.name, port.name, tenant)
            home = port.name if address.ip == device.management else home
        for shared in port.vrrp:
            role: dict[str, Value] = {"role": "vrrp", "description": f"VRRP {shared.group}"}
            yield from ports.address(str(shared.address), device.name, port.name, role)
    yield _primary(device.name, device.management, device.management6)
    if device.management6:
        yield from ports.address(f"{device.management6}/128", device.name, home)


def _interface(ports: _Ports, device: Device, port: deviceconfig.Interface, group: str) -> dict[str, Value]:
    fields: dict[str, Value] = {
        "type": _type(ports, device, port),
        "enabled": port.enabled,
        "mgmt_only": port.name == names.staging(device),
        "description": text(port.description),
    }
    if port.name == device.uplink:
        fields["label"] = UPLINK
    switched = port.switchport
    if switched is None or device.role is DeviceRole.CPE:
        return fields
    if switched.mode == "access":
        fields |= {"mode": "access", "untagged_vlan": Ref("vlans", f"{group}:{switched.access}")}
    else:
        tagged = tuple(Ref("vlans", f"{group}:{v}") for v in switched.trunk if v != switched.native)
        fields |= {"mode": "tagged", "tagged_vlans": tagged}
        fields |= {"untagged_vlan": Ref("vlans", f"{group}:{switched.native}")} if switched.native else {}
    return fields


def _type(ports: _Ports, device: Device, port: deviceconfig.Interface) -> str:
    if port.kind != "physical" or port.name == names.tunnel(device.platform):
        return "virtual"
    usual = "xdsl" if _is_dsl(ports.county, device, port.name) else MEDIA["copper"]
    return ports.media.get((device.name, port.name), usual)


def _is_dsl(county: County, device: Device, port: str) -> bool:
    line = county.circuit_by_unit.get(device.unit or "")
    return line is not None and line.access is Access.ADSL and port == names.dsl(device)


def _primary(node: str, address: IPv4Address, address6: IPv6Address | None = None) -> Thing:
    fields: dict[str, Value] = {"primary_ip4": Ref("addresses", str(address))}
    return Thing("primaries", node, fields | ({"primary_ip6": Ref("addresses", str(address6))} if address6 else {}))


def _host(ports: _Ports, host: Host) -> Iterator[Thing]:
    more: dict[str, Value] = {"dns_name": host.names[0] if host.names else "", "description": text(host.name_zh)}
    yield from ports.computer(host.name, str(host.address), more)
    yield _primary(host.name, host.address.ip)
    if host.published:
        fields: dict[str, Value] = {
            "address": f"{host.published}/32",
            "status": "active",
            "role": "vip",
            "nat_inside": Ref("addresses", str(host.address.ip)),
            "description": text(f"{host.name} {host.name_zh}"),
        }
        yield Thing("addresses", str(host.published), fields)


def _terminal(ports: _Ports, unit: Unit, terminal: Terminal) -> Iterator[Thing]:
    def within(network: IPv4Network | IPv6Network | None, address: IPv4Address | IPv6Address) -> str:
        return f"{address}/{network.prefixlen if network else address.max_prefixlen}"

    more: dict[str, Value] = {"tenant": Ref("tenants", unit.id), "description": text(f"{unit.name} {terminal.user}")}
    yield from ports.computer(terminal.name, within(unit.lan, terminal.address), more, terminal.mac)
    if terminal.address6:
        yield from ports.address(within(unit.lan6, terminal.address6), terminal.name, names.HOST, more)
    yield _primary(terminal.name, terminal.address, terminal.address6)


def _cable(cable: Cable) -> Thing:
    fields: dict[str, Value] = {
        "label": cable.id,
        "type": CABLES[cable.kind],
        "status": "connected",
        "length": cable.length_m,
        "length_unit": "m" if cable.length_m else None,
    }
    for side, end in (("a_terminations", cable.a), ("b_terminations", cable.b)):
        fields[side] = ({"object_type": "dcim.interface", "object_id": port_ref(end.node, end.port)},)
    return Thing("cables", cable.id, fields, ("cables", cable.id, ""))
