"""Interface blocks: addresses, and what other features say at an interface.

The first address of an interface is its main one, the others are `secondary`; a text may have them in any order. A
tunnel interface has no place in the model and is listed, with all its lines.
"""

import re
from collections.abc import Mapping
from typing import Any

from inventory.deviceconfig import DeviceConfig, Interface
from inventory.platforms import instances, relays
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.ioslike import filters, nat, ospf, policy_routing, switching, vrrp, words
from inventory.platforms.ioslike.dialect import Dialect
from inventory.platforms.ioslike.ignored import INTERFACE as IGNORED
from inventory.platforms.ioslike.reading import Ios


def render(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the interfaces."""
    items, objects = sorted(config.interfaces, key=lambda i: words.natural(i.name)), vrrp.entries(config)
    return [[f"interface {dialect.printed(item.name)}", *_lines(dialect, config, item, objects)] for item in items]


def _lines(dialect: Dialect, config: DeviceConfig, item: Interface, objects: Mapping[str, int]) -> list[str]:
    routed = switching.switches(config) and words.can_switch(item.name) and not item.switchport
    lines = [f"description {item.description}"] if item.description else []
    lines += ["no switchport"] if routed else []
    lines += switching.lines(dialect, item.switchport) if item.switchport else []
    lines += _addresses(item)
    lines += relays.lines(dialect.relay, item)
    lines += ["no ip proxy-arp"] if item.proxy_arp is False else []
    lines += filters.lines(config, item.name)
    lines += nat.lines(config, item)
    lines += policy_routing.lines(config, item.name)
    lines += ospf.lines(dialect, item) if item.ospf else []
    lines += [] if item.enabled else ["shutdown"]
    lines += [line for group in item.vrrp for line in dialect.vrrp(dialect, group, objects)]
    lines += dialect.part.lines(config, item.name)
    silent = config.lldp and words.is_port(item.name) and item.name not in config.lldp.ports
    return words.indent([*lines, *(dialect.lldp_off if silent else ())])


def _addresses(item: Interface) -> list[str]:
    if not item.addresses:
        return [] if item.switchport else ["no ip address"]
    return [f"ip address {a.ip} {a.netmask}{' secondary' if n else ''}" for n, a in enumerate(item.addresses)]


def _open(reading: Ios, line: Line, match: re.Match[str]) -> bool | Inside:
    name = words.canonical(match[1], reading.dialect.svi)
    if name is None or words.kind(name) == "tunnel":
        return False
    if words.kind(name) == "null":
        return Inside(_NULL)
    reading.interfaces[name].setdefault("line", line)
    return Inside(reading.interface, name)


def _set(field: str, value: Any = None) -> Handler[Ios]:
    def handler(reading: Ios, line: Line, match: re.Match[str]) -> bool:
        return reading.put(reading.interfaces[line.scope], field, match[1] if value is None else value)

    return handler


def _address(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    length, fields = words.length(match[2]), reading.interfaces[line.scope]
    main = match[3] is None
    if length is None or words.address(match[1]) is None or (main and "main" in fields):
        return False
    text = f"{match[1]}/{length}"
    if not reading.add(fields, "addresses", text):
        return False
    if main:
        fields["main"] = text
        fields["addresses"].remove(text)
        fields["addresses"].insert(0, text)
    return True


def _apart(reading: Ios, line: Line, _match: re.Match[str]) -> bool:
    """Note that a management port is in a table of its own, as it comes; that says nothing while it has no address."""
    reading.interfaces[line.scope]["apart"] = line
    return True


def _silent(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    reading.interfaces[line.scope].setdefault("silent", {})[match[1]] = line
    return True


_NULL: Table[Ios] = Table([(r"no ip unreachables", known)])
RULES: list[tuple[str, Handler[Ios]]] = [(rf"interface ({words.REFERENCE})", _open)]
INTERFACE: list[tuple[str, Handler[Ios]]] = [
    (r"description (.+)", _set("description")),
    (r"shutdown", _set("enabled", False)),
    (r"no shutdown", _set("enabled", True)),
    (r"ip address (\d\S+) (\d\S+)(?: (secondary))?", _address),
    (r"no ip address", _set("unaddressed", True)),
    *relays.interface(relays.IOS),
    (r"ip proxy-arp", known),
    (r"no ip proxy-arp", _set("proxy_arp", False)),
    (r"(?:ip )?vrf forwarding Mgmt-(?:intf|vrf)", _apart),
    *instances.IOS_INTERFACE,
    (r"no lldp (transmit|receive|enable)", _silent),
    (r"lldp (?:transmit|receive|enable)", known),
    *switching.INTERFACE,
    *ospf.INTERFACE,
    *vrrp.INTERFACE,
    *filters.INTERFACE,
    *nat.INTERFACE,
    *policy_routing.INTERFACE,
    *IGNORED,
]


def finish(reading: Ios) -> None:
    """Put the interfaces together; what does not come together is listed by its lines."""
    switching_ = bool(reading.vlans) or any(
        switching.said(fields) or words.vlan_of(name) for name, fields in reading.interfaces.items()
    )
    reading.flags |= {"switches"} if switching_ else set()
    for name, fields in reading.interfaces.items():
        item = attempt(
            Interface,
            name=name,
            kind=words.kind(name),
            vlan=words.vlan_of(name),
            description=fields.get("description", ""),
            enabled=fields.get("enabled", True),
            addresses=fields.get("addresses", ()),
            proxy_arp=fields.get("proxy_arp"),
        )
        if item is None:
            reading.refuse(fields["line"])
            continue
        if item.addresses and "apart" in fields:
            reading.refuse(fields["apart"])
        if item.addresses and "main" not in fields:
            reading.lacks(f"interface {reading.dialect.printed(name)}", "ip address")
        extra = {
            "switchport": switching.port(reading, name, fields, switching_),
            "vrrp": tuple(vrrp.groups(reading, item, fields)),
        }
        reading.done[name] = item.model_copy(update=extra)
    for name, item in reading.done.items():
        reading.done[name] = item.model_copy(update={"ospf": ospf.on(reading, item, reading.interfaces[name])})
    reading.fields["interfaces"] = tuple(reading.done.values())
