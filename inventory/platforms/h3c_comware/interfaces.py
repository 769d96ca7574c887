"""VLANs and interface blocks: switching, addresses, OSPF and LLDP on a port; VRRP stands in `vrrp`.

A port is told whether it switches or routes by `port link-mode`, which is always written where it can be; of an
aggregation its name says it. A port that switches is in VLAN 1 until something is said. VLAN 1 itself is always there
and says nothing without a name. The first address of an interface is its main one, the others are `sub`.
"""

import re
from typing import Any

from inventory.deviceconfig import DeviceConfig, Interface, OspfInterface, SwitchPort, Vlan
from inventory.platforms import instances, ospfkeys, relays, six, trunks
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table
from inventory.platforms.h3c_comware import ipsec, ipsec_reading, nat, packet_filters, routing, vrrp, words
from inventory.platforms.h3c_comware.ignored import INTERFACE as IGNORED
from inventory.platforms.h3c_comware.reading import Comware

_HELLO, _DEAD, _COST = 10, 40, 1
"""Comware's defaults, where a line is not there"""
_VLAN_NAME = 32
"""bytes; what is longer is written as the VLAN's description"""


def render_vlans(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the VLANs."""
    plain = words.ranges((v.id for v in config.vlans if not v.name), 1)
    return [[f"vlan {text}"] for text in plain] + [[f"vlan {v.id}", _named(v)] for v in config.vlans if v.name]


def _named(vlan: Vlan) -> str:
    return f" {'name' if len(vlan.name.encode()) <= _VLAN_NAME else 'description'} {vlan.name}"


def render(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the interfaces."""
    groups, lists = vrrp.Sets(config), packet_filters.names(config)
    blocks = []
    for item in sorted(config.interfaces, key=lambda i: words.natural(i.name)):
        lines = _mode(item)
        lines += [f"description {item.description}"] if item.description else []
        lines += [] if item.enabled else ["shutdown"]
        lines += [f"ip address {a.ip} {a.netmask}{' sub' if n else ''}" for n, a in enumerate(item.addresses)]
        lines += ["proxy-arp enable"] if item.proxy_arp else []
        lines += six.lines(six.COMWARE, item)
        lines += relays.lines(relays.COMWARE, item)
        lines += _switching(item.switchport) if item.switchport else []
        lines += _ospf(item.ospf) if item.ospf else []
        lines += groups.lines(item)
        lines += [f"packet-filter name {lists[item.name]} inbound"] if item.name in lists else []
        lines += nat.render_interface(config, item.name) + ipsec.render_interface(config, item)
        unsaid = config.lldp and words.is_port(item.name) and item.name not in config.lldp.ports
        lines += ["undo lldp enable"] if unsaid else []
        blocks.append([f"interface {item.name}", *words.indent(lines)])
    return blocks


def _mode(item: Interface) -> list[str]:
    if not words.is_port(item.name) or not words.bridges(item.name):
        return []
    return [f"port link-mode {'bridge' if item.switchport else 'route'}"]


def _switching(port: SwitchPort) -> list[str]:
    if port.mode == "access":
        return [f"port access vlan {port.access}"]
    lines = ["port link-type trunk"] + (["undo port trunk permit vlan 1"] if 1 not in port.trunk else [])
    lines += [f"port trunk permit vlan {text}" for text in words.ranges(v for v in port.trunk if v != 1)]
    return lines + ([f"port trunk pvid vlan {native}"] if (native := trunks.said(port)) else [])


def _ospf(ospf: OspfInterface) -> list[str]:
    lines = [f"ospf cost {ospf.cost}", f"ospf network-type {'p2p' if ospf.point_to_point else 'broadcast'}"]
    lines += [f"ospf timer hello {ospf.hello}", f"ospf timer dead {ospf.dead}", *ospfkeys.block_lines(ospf, "plain")]
    return [*lines, f"ospf 1 area {ospf.area}"]


def _vlans(reading: Comware, _line: Line, match: re.Match[str]) -> bool:
    found = words.numbers(match[1], 1, 4094)
    for number in found or ():
        reading.vlans.setdefault(number, "")
    return found is not None


def _vlan(reading: Comware, _line: Line, match: re.Match[str]) -> bool | Inside:
    if not 1 <= int(match[1]) <= 4094:
        return False
    reading.vlans.setdefault(int(match[1]), "")
    return Inside(_VLAN, int(match[1]))


def _vlan_name(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    if reading.vlans[line.scope] not in ("", match[1]):
        return False
    reading.vlans[line.scope] = match[1]
    return True


def _open(reading: Comware, line: Line, match: re.Match[str]) -> bool | Inside:
    name = match[1]
    if words.kind(name) == "null":
        return True
    reading.interfaces[name].setdefault("line", line)
    return Inside(_INTERFACE, name)


def _set(field: str, value: Any = None) -> Handler[Comware]:
    """Return the handler that sets a field of the interface to a value, or to what the pattern caught."""

    def handler(reading: Comware, line: Line, match: re.Match[str]) -> bool:
        return reading.put(reading.interfaces[line.scope], field, match[1] if value is None else value)

    return handler


def _address(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    length = words.length(match[2])
    if length is None or words.address(match[1]) is None:
        return False
    return reading.add(reading.interfaces[line.scope], "addresses", f"{match[1]}/{length}")


def _trunk(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    found = range(1, 4095) if match[1] == "all" else words.numbers(match[1], 1, 4094)
    reading.interfaces[line.scope].setdefault("trunk", {1}).update(found or ())
    return found is not None


def _without_one(reading: Comware, line: Line, _match: re.Match[str]) -> bool:
    reading.interfaces[line.scope].setdefault("trunk", {1}).discard(1)
    return True


def _ospf_field(field: str) -> Handler[Comware]:
    def handler(reading: Comware, line: Line, match: re.Match[str]) -> bool:
        found = reading.interfaces[line.scope].setdefault("ospf", {"lines": []})
        found["lines"].append(line)
        return reading.put(found, field, match.groups() if field == "enable" else match[1])

    return handler


_VLAN: Table[Comware] = Table([(r"description (.+)", _vlan_name), (r"name (.+)", _vlan_name)])
_INTERFACE: Table[Comware] = Table(
    [
        (r"description (.+)", _set("description")),
        (r"shutdown", _set("enabled", False)),
        (r"undo shutdown", _set("enabled", True)),
        (r"port link-mode (bridge|route)", _set("link")),
        (r"ip address (\S+) (\S+)(?: sub)?", _address),
        (r"port link-type (access|trunk)", _set("mode")),
        (r"port access vlan (\d{1,4})", _set("access")),
        (r"port trunk permit vlan (.+)", _trunk),
        (r"undo port trunk permit vlan 1", _without_one),
        (r"port trunk pvid vlan (\d{1,4})", _set("native")),
        (r"ospf (\d{1,5}) area (\S+)", _ospf_field("enable")),
        (r"ospf cost (\d{1,6})", _ospf_field("cost")),
        (r"ospf network-type (p2p|broadcast)", _ospf_field("type")),
        (r"ospf timer hello (\d{1,6})", _ospf_field("hello")),
        (r"ospf timer dead (\d{1,6})", _ospf_field("dead")),
        (ospfkeys.BLOCK, _ospf_field("key")),
        (r"undo lldp enable", _set("lldp", False)),
        (r"lldp enable", _set("lldp", True)),
        (r"proxy-arp enable", _set("proxy_arp", True)),
        *vrrp.INTERFACE,
        *nat.INTERFACE,
        *packet_filters.INTERFACE,
        *ipsec_reading.INTERFACE,
        *six.INTERFACE,
        *relays.interface(relays.COMWARE),
        *instances.VPN_INTERFACE,
        *IGNORED,
    ]
)
RULES: list[tuple[str, Handler[Comware]]] = [
    (r"vlan (\d{1,4})", _vlan),
    (r"vlan (\d{1,4} to \d{1,4}.*)", _vlans),
    (r"interface ([A-Za-z]\S{0,39})", _open),
]


def finish(reading: Comware) -> None:
    """Put the interfaces together; what does not come together is listed by its lines."""
    switching = bool(reading.vlans) or any(
        {"mode", "access", "trunk", "native"} & fields.keys() or fields.get("link") == "bridge"
        for fields in reading.interfaces.values()
    )
    named = ((number, name) for number, name in reading.vlans.items() if number != 1 or name)
    reading.fields["vlans"] = tuple(Vlan(id=number, name=name) for number, name in named)
    groups = vrrp.Reader(reading)
    for name, fields in reading.interfaces.items():
        item = attempt(
            Interface,
            name=name,
            kind=words.kind(name),
            vlan=words.vlan(name),
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
    groups.finish()
    reading.fields["interfaces"] = tuple(reading.done.values())


def _port(reading: Comware, name: str, fields: dict[str, Any], switching: bool) -> SwitchPort | None:
    said = {"mode", "access", "trunk", "native"} & fields.keys()
    routed = fields.get("link") == "route" or bool({"addresses", "ospf", "vrrp"} & fields.keys())
    told = fields.get("link") == "bridge"
    if not said and not told and (routed or not switching or not words.bridges(name)):
        return None
    mode = fields.get("mode", "access")
    port = attempt(SwitchPort, mode=mode, access=fields.get("access", 1))
    if mode == "trunk":
        carried = fields.get("trunk", {1})
        port = attempt(SwitchPort, mode=mode, trunk=sorted(carried), native=trunks.read(carried, fields.get("native")))
    mixed = bool({"access": {"trunk", "native"}, "trunk": {"access"}}[mode] & said)
    if port is None or mixed or routed or not words.bridges(name):
        reading.lacks(f"interface {name}", "one mode of switching")
    return None if routed else port


def _on_interface(reading: Comware, item: Interface, fields: dict[str, Any]) -> OspfInterface | None:
    said = fields.get("ospf", {})
    process, area = said.get("enable", (None, None))
    nets = [n for n in reading.parts["ospf network"].values() if any(a.ip in n["net"] for a in item.addresses)]
    if area is None and nets:
        nearest = max(nets, key=lambda n: n["net"].prefixlen)
        process, area = nearest["process"], nearest["area"]
    for net in nets:
        net["used"] = True
    if area is None or reading.fields.get("ospf process", "1") != process:
        reading.refuse_part(said)
        return None
    loop = item.kind == "loopback"
    found = attempt(
        OspfInterface,
        area=_area(area),
        cost=said.get("cost", 0 if loop else _COST),
        point_to_point=said.get("type", "p2p" if loop else "broadcast") == "p2p",
        passive=item.name in routing.silent(reading),
        hello=said.get("hello", _HELLO),
        dead=said.get("dead", _DEAD),
        key=said.get("key"),
    )
    if found is None:
        reading.refuse_part(said)
    return found


def _area(text: str) -> str:
    """Return an area as an address; Comware takes a number too."""
    number = int(text) if re.fullmatch(r"\d{1,10}", text, re.ASCII) else 2**32
    return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}" if number < 2**32 else text
