"""VLANs and interface blocks: switching, addresses and OSPF on an interface, LLDP on a port; VRRP stands in `vrrp`.

A port of a device that switches is a member of VLAN 1 until something is said: where a text has VLANs, a routed port is
written with `undo portswitch` and a bare port is read as access to VLAN 1. The first address of an interface is its
main one, the others are `sub`.
"""

import re
from ipaddress import IPv4Address
from typing import Any

from inventory.deviceconfig import DeviceConfig, Interface, OspfInterface, SwitchPort, Vlan
from inventory.platforms import instances, ospfkeys, relays, six, trunks
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.huawei_vrp import nat, routing, steering, traffic, vrrp, words
from inventory.platforms.huawei_vrp.ignored import INTERFACE as IGNORED
from inventory.platforms.huawei_vrp.reading import Vrp

_HELLO, _DEAD, _COST = 10, 40, 1
"""VRP's defaults, where a line is not there"""


def switches(config: DeviceConfig) -> bool:
    """Whether a device has VLANs, so that its ports switch unless they are told otherwise."""
    return bool(config.vlans) or any(i.switchport or i.kind == "vlan" for i in config.interfaces)


def render_vlans(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the VLANs."""
    blocks = [[f"vlan batch {text}" for text in words.ranges(v.id for v in config.vlans)]] if config.vlans else []
    return blocks + [[f"vlan {v.id}", f" description {v.name}"] for v in config.vlans if v.name]


def render(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the interfaces."""
    groups = vrrp.Sets(config)
    routed, lldp, filtered = switches(config), config.lldp, traffic.lists(config)
    blocks = []
    for item in sorted(config.interfaces, key=lambda i: words.natural(i.name)):
        lines = [f"description {item.description}"] if item.description else []
        lines += ["undo portswitch"] if routed and _can_switch(item.name) and not item.switchport else []
        lines += [] if item.enabled else ["shutdown"]
        lines += [f"ip address {a.ip} {a.netmask}{' sub' if n else ''}" for n, a in enumerate(item.addresses)]
        lines += ["arp-proxy enable"] if item.proxy_arp else []
        lines += six.lines(six.VRP, item)
        lines += relays.lines(relays.VRP, item)
        lines += _switching(item.switchport) if item.switchport else []
        lines += groups.lines(item)
        lines += _ospf(item.ospf) if item.ospf else []
        lines += [f"traffic-filter inbound acl name {traffic.name(item.name)}"] if item.name in filtered else []
        lines += ["undo lldp enable"] if lldp and words.is_port(item.name) and item.name not in lldp.ports else []
        blocks.append([f"interface {item.name}", *words.indent(lines)])
    return blocks


def _can_switch(name: str) -> bool:
    """Whether an interface may be a switch port: a management port and a subinterface never are."""
    return words.kind(name) == "physical" and "." not in name and not name.startswith("MEth")


def _switching(port: SwitchPort) -> list[str]:
    if port.mode == "access":
        return ["port link-type access", f"port default vlan {port.access}"]
    lines = ["port link-type trunk"] + (["undo port trunk allow-pass vlan 1"] if 1 not in port.trunk else [])
    lines += [f"port trunk pvid vlan {native}"] if (native := trunks.said(port)) else []
    return lines + [f"port trunk allow-pass vlan {text}" for text in words.ranges(v for v in port.trunk if v != 1)]


def _ospf(ospf: OspfInterface) -> list[str]:
    lines = [f"ospf cost {ospf.cost}", f"ospf network-type {'p2p' if ospf.point_to_point else 'broadcast'}"]
    lines += [f"ospf timer hello {ospf.hello}", f"ospf timer dead {ospf.dead}", *ospfkeys.block_lines(ospf, "cipher")]
    return [*lines, f"ospf enable 1 area {ospf.area}"]


def _batch(reading: Vrp, _line: Line, match: re.Match[str]) -> bool:
    found = words.numbers(match[1], 1, 4094)
    for number in found or ():
        reading.vlans.setdefault(number, "")
    return found is not None


def _vlan(reading: Vrp, _line: Line, match: re.Match[str]) -> bool | Inside:
    if not 1 <= int(match[1]) <= 4094:
        return False
    reading.vlans.setdefault(int(match[1]), "")
    return Inside(_VLAN, int(match[1]))


def _vlan_name(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    if reading.vlans[line.scope] not in ("", match[1]):
        return False
    reading.vlans[line.scope] = match[1]
    return True


def _open(reading: Vrp, line: Line, match: re.Match[str]) -> bool | Inside:
    name = match[1]
    if words.kind(name) == "null":
        return True
    if words.kind(name) == "tunnel":
        return Inside(_TUNNEL, name)
    reading.interfaces[name].setdefault("line", line)
    return Inside(_INTERFACE, name)


def _set(field: str, value: Any = None, group: int = 1) -> Handler[Vrp]:
    """Return the handler that sets a field of the interface to a value, or to what the pattern caught."""

    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
        return reading.put(reading.interfaces[line.scope], field, match[group] if value is None else value)

    return handler


def _address(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    length = words.length(match[2])
    fields = reading.interfaces[line.scope]
    if length is None or words.address(match[1]) is None:
        return False
    return reading.add(fields, "addresses", f"{match[1]}/{length}")


def _trunk(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    found = range(2, 4095) if match[1] == "all" else words.numbers(match[1], 1, 4094)
    reading.interfaces[line.scope].setdefault("trunk", set()).update(found or ())
    return found is not None


def _ospf_field(field: str) -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
        found = reading.interfaces[line.scope].setdefault("ospf", {"lines": []})
        found["lines"].append(line)
        return reading.put(found, field, match.groups() if field == "enable" else match[1])

    return handler


def _ipsec(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    reading.pending["ipsec policy"].append((line, match[1]))
    return True


_VLAN: Table[Vrp] = Table([(r"description (.+)", _vlan_name), (r"name (.+)", _vlan_name)])
_TUNNEL: Table[Vrp] = Table([(r"tunnel-protocol ipsec", known), (r"ipsec policy (\S+)", _ipsec)])
_INTERFACE: Table[Vrp] = Table(
    [
        (r"description (.+)", _set("description")),
        (r"shutdown", _set("enabled", False)),
        (r"undo shutdown", _set("enabled", True)),
        (r"undo portswitch", _set("routed", True)),
        (r"portswitch", _set("routed", False)),
        (r"ip address (\S+) (\S+)(?: sub)?", _address),
        (r"port link-type (access|trunk)", _set("mode")),
        (r"port default vlan (\d+)", _set("access")),
        (r"port trunk (?:allow-pass|permit) vlan (.+)", _trunk),
        (r"undo port trunk allow-pass vlan 1", _set("not_one", True)),
        (r"port trunk pvid vlan (\d{1,4})", _set("native")),
        (r"arp[- ]proxy enable", _set("proxy_arp", True)),
        *vrrp.INTERFACE,
        (r"ospf enable (?:(\d+) )?area (\S+)", _ospf_field("enable")),
        (r"ospf cost (\d+)", _ospf_field("cost")),
        (r"ospf network-type (p2p|broadcast)", _ospf_field("type")),
        (r"ospf timer hello (\d+)", _ospf_field("hello")),
        (r"ospf timer dead (\d+)", _ospf_field("dead")),
        (ospfkeys.BLOCK, _ospf_field("key")),
        (r"undo lldp enable", _set("lldp", False)),
        (r"lldp enable", _set("lldp", True)),
        (r"ipsec policy (\S+)", _ipsec),
        *nat.INTERFACE,
        *traffic.INTERFACE,
        *steering.INTERFACE,
        *six.INTERFACE,
        *relays.interface(relays.VRP),
        *instances.VPN_INTERFACE,
        *IGNORED,
    ]
)
RULES: list[tuple[str, Handler[Vrp]]] = [
    (r"vlan batch (\d.*)", _batch),
    (r"vlan (\d{1,4})", _vlan),
    (r"interface ([A-Za-z0-9]\S{0,39})", _open),
]


def finish(reading: Vrp) -> None:
    """Put the interfaces together; what does not come together is listed by its lines."""
    switching = bool(reading.vlans) or any(
        {"mode", "access", "trunk", "native"} & fields.keys() for fields in reading.interfaces.values()
    )
    reading.fields["vlans"] = tuple(Vlan(id=number, name=name) for number, name in reading.vlans.items())
    groups = vrrp.Reader(reading)
    for name, fields in reading.interfaces.items():
        item = attempt(
            Interface,
            name=name,
            kind=words.kind(name),
            vlan=int(name[6:]) if re.fullmatch(r"(?i)vlanif\d{1,4}", name) else None,
            description=fields.get("description", ""),
            enabled=fields.get("enabled", True),
            addresses=fields.get("addresses", ()),
            proxy_arp=fields.get("proxy_arp"),
        )
        if item is None:
            reading.refuse(fields["line"])
            continue
        extra = {
            "switchport": _port(reading, name, fields, switching),
            "ospf": _on_interface(reading, item, fields),
            "vrrp": tuple(groups.groups(item, fields)),
        }
        reading.done[name] = item.model_copy(update=extra)
    reading.fields["interfaces"] = tuple(reading.done.values())


def _port(reading: Vrp, name: str, fields: dict[str, Any], switching: bool) -> SwitchPort | None:
    said = {"mode", "access", "trunk", "native"} & fields.keys()
    routed = bool(fields.get("routed") or {"addresses", "ospf", "vrrp"} & fields.keys())
    plain = _can_switch(name)
    if not said and (routed or not switching or not plain):
        return None
    mode, access, trunk = fields.get("mode", "access"), int(fields.get("access", 1)), set(fields.get("trunk", ()))
    if mode == "trunk":
        carried = trunk | (set() if "not_one" in fields else {1})
        native = trunks.read(carried, fields.get("native"))
        port = attempt(SwitchPort, mode=mode, trunk=sorted(carried), native=native)
    else:
        port = attempt(SwitchPort, mode=mode, access=access)
    mixed = access != 1 if mode == "trunk" else trunk or "native" in fields
    if port is None or routed or mixed:
        reading.lacks(f"interface {name}", "one mode of switching")
    return None if routed else port


def _on_interface(reading: Vrp, item: Interface, fields: dict[str, Any]) -> OspfInterface | None:
    said = fields.get("ospf", {})
    process, area = said.get("enable", (None, None))
    nets = [n for n in reading.parts["ospf network"].values() if any(a.ip in n["net"] for a in item.addresses)]
    if area is None and nets:
        process, area = nets[0]["process"], nets[0]["area"]
        for net in nets:
            net["used"] = True
    if area is None or reading.fields.get("ospf process", "1") != (process or "1"):
        reading.refuse_part(said)
        return None
    found = attempt(
        OspfInterface,
        area=IPv4Address(int(area)) if area.isascii() and area.isdigit() and int(area) < 2**32 else area,
        cost=said.get("cost", _COST),
        point_to_point=said.get("type", "p2p" if item.kind == "loopback" else "broadcast") == "p2p",
        passive=item.name in routing.silent(reading),
        hello=said.get("hello", _HELLO),
        dead=said.get("dead", _DEAD),
        key=said.get("key"),
    )
    if found is None:
        reading.refuse_part(said)
    return found
