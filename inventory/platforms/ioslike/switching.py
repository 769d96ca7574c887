"""VLANs and the layer-2 mode of ports.

A port of a device that switches switches until it is told otherwise: where a text has VLANs, a routed port is written
with `no switchport` and a bare port is read as access to VLAN 1. A trunk carries every VLAN until it is told which.
VLAN 1 is always there: IOS never shows it, RGOS always does, and the model has it only where it has a name of its own.
A native VLAN that a trunk does not carry says only that nothing travels untagged.
"""

import re
from collections.abc import Sequence
from typing import Any

from inventory.deviceconfig import DeviceConfig, SwitchPort, Vlan
from inventory.platforms import trunks
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.ioslike import words
from inventory.platforms.ioslike.dialect import Dialect
from inventory.platforms.ioslike.reading import Ios

ALL = frozenset(range(1, 4095))


def switches(config: DeviceConfig) -> bool:
    """Whether a device has VLANs, so that its ports switch unless they are told otherwise."""
    return bool(config.vlans) or any(i.switchport or i.kind == "vlan" for i in config.interfaces)


def render(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the VLANs."""
    named = {v.id for v in config.vlans if v.name}
    bare = {v.id for v in config.vlans} - named
    bare |= {1} - named if dialect.shows_vlan_1 and switches(config) else set()
    heads = [f"{dialect.vlan_list if {',', '-'} & set(text) else 'vlan'} {text}" for text in words.ranges(bare)]
    blocks = [[head] for head in heads]
    return blocks + [[f"vlan {v.id}", f" name {v.name}"] for v in config.vlans if v.name]


def lines(dialect: Dialect, port: SwitchPort) -> Sequence[str]:
    """Return the lines of a port that switches."""
    if port.mode == "access":
        mode = ["switchport mode access"] if dialect.access_said else []
        return [f"switchport access vlan {port.access}", *mode] if port.access != 1 else mode
    carried = dialect.trunk(port.trunk) if set(port.trunk) != ALL else ()
    native = trunks.said(port)
    return [*([f"switchport trunk native vlan {native}"] if native else []), *carried, "switchport mode trunk"]


def _list(reading: Ios, _line: Line, match: re.Match[str]) -> bool:
    found = words.numbers(match[1])
    for number in found or ():
        reading.vlans.setdefault(number, "")
    return found is not None


def _vlan(reading: Ios, _line: Line, match: re.Match[str]) -> bool | Inside:
    if not 1 <= int(match[1]) <= 4094:
        return False
    reading.vlans.setdefault(int(match[1]), "")
    return Inside(_VLAN, int(match[1]))


def _name(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    if reading.vlans[line.scope] not in ("", match[1]):
        return False
    reading.vlans[line.scope] = match[1]
    return True


def _set(field: str, value: Any = None) -> Handler[Ios]:
    def handler(reading: Ios, line: Line, match: re.Match[str]) -> bool:
        return reading.put(reading.interfaces[line.scope], field, match[1] if value is None else value)

    return handler


def _allowed(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    fields, how = reading.interfaces[line.scope], match[1]
    found = {"none": [], "all": list(ALL)}.get(match[2], words.numbers(match[2]) or None)
    if found is None or (how == "only" and "trunk" in fields):
        return False
    now: set[int] = fields.setdefault("trunk", set(ALL))
    if how == "add":
        now |= set(found)
    elif how in ("remove", "except"):
        fields["trunk"] = (now if how == "remove" else ALL) - set(found)
    else:
        fields["trunk"] = set(found)
    return True


_VLAN: Table[Ios] = Table([(r"name (.+)", _name), (r"state active", known)])
RULES: list[tuple[str, Handler[Ios]]] = [
    (r"vlan (\d{1,4})", _vlan),
    (r"vlan (?:range )?(\d[\d,-]*)", _list),
]
INTERFACE: list[tuple[str, Handler[Ios]]] = [
    (r"no switchport", _set("routed", True)),
    (r"switchport", _set("routed", False)),
    (r"switchport mode (access|trunk)", _set("mode")),
    (r"switchport access vlan (\d{1,4})", _set("access")),
    (r"switchport trunk allowed vlan (?:(add|remove|except|only) )?(\d[\d, -]*|none|all)", _allowed),
    (r"switchport trunk native vlan (\d{1,4})", _set("native")),
    (r"switchport trunk encapsulation dot1q", known),
    (r"switchport nonegotiate", known),
]


def said(fields: dict[str, Any]) -> bool:
    """Whether an interface's lines speak of switching."""
    return bool({"mode", "access", "trunk", "native"} & fields.keys())


def port(reading: Ios, name: str, fields: dict[str, Any], switching: bool) -> SwitchPort | None:
    """Return the layer-2 mode of an interface, None for one that routes; list what does not go together."""
    told = said(fields) or fields.get("routed") is False
    routed = bool(fields.get("routed") or {"addresses", "ospf", "vrrp"} & fields.keys())
    if not words.can_switch(name) or (not told and (routed or not switching or "unaddressed" in fields)):
        _lacking(reading, name, said(fields))
        return None
    mode = fields.get("mode", "access")
    trunk, access = set(fields.get("trunk", ALL)), int(fields.get("access", 1))
    carried = {"trunk": sorted(trunk), "native": trunks.read(trunk, fields.get("native"))}
    found = attempt(SwitchPort, mode=mode, **(carried if mode == "trunk" else {"access": access}))
    silent = "mode" not in fields and said(fields) and reading.dialect.access_said
    _lacking(reading, name, found is None or routed or silent or not 1 <= access <= 4094)
    return None if routed else found


def _lacking(reading: Ios, name: str, wrong: bool) -> None:
    if wrong:
        reading.lacks(f"interface {reading.dialect.printed(name)}", "one mode of switching")


def finish(reading: Ios) -> None:
    """Put the VLANs together; a name that the model refuses cannot be, so nothing is listed here."""
    said = {number: name for number, name in reading.vlans.items() if number != 1 or name}
    reading.fields["vlans"] = tuple(Vlan(id=number, name=name) for number, name in said.items())
