"""VRRP groups of an interface. Their addresses have no mask: it is that of the interface's network they lie in.

IOS writes version 3 as `vrrp N address-family ipv4` below `fhrp version vrrp v3`, RGOS as `vrrp N version 3`; a text
that does not say so is of version 2, which is listed. No group changes together with another: neither system has that.
An interface that a group watches is an object of its own on IOS (`track N interface X line-protocol`), a name on RGOS.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

from inventory.deviceconfig import DeviceConfig, Interface, Vrrp
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table
from inventory.platforms.ioslike import words
from inventory.platforms.ioslike.reading import Ios, flag, noted, setting

if TYPE_CHECKING:
    from inventory.platforms.ioslike.dialect import Dialect

PRIORITY = 100
"""the default, where a line is not there"""
REDUCED = 255
"""by how much the priority falls while a watched interface is down: below that of any member that stands"""


def entries(config: DeviceConfig) -> dict[str, int]:
    """Return the number of the object for each interface that a group watches."""
    names = {name for item in config.interfaces for group in item.vrrp for name in group.track}
    return {name: number for number, name in enumerate(sorted(names, key=words.natural), 1)}


def tracks(dialect: "Dialect", config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the objects that watch interfaces, where the dialect has such."""
    if not dialect.vrrp_objects:
        return []
    return [[f"track {n} interface {dialect.printed(name)} line-protocol"] for name, n in entries(config).items()]


def family(dialect: "Dialect", group: Vrrp, objects: Mapping[str, int]) -> list[str]:
    """Return the lines of a group as IOS writes version 3."""
    priority = [f" priority {group.priority}"] if group.priority != PRIORITY else []
    watched = [f" track {number} decrement {REDUCED}" for number in sorted(objects[name] for name in group.track)]
    lines = [*priority, *watched, f" address {group.address.ip} primary", " exit-vrrp"]
    return [f"vrrp {group.group} address-family ipv4", *lines]


def plain(dialect: "Dialect", group: Vrrp, _objects: Mapping[str, int]) -> list[str]:
    """Return the lines of a group as RGOS writes it."""
    start = f"vrrp {group.group}"
    priority = [f"{start} priority {group.priority}"] if group.priority != PRIORITY else []
    watched = [f"{start} track {dialect.printed(name)} {REDUCED}" for name in group.track]
    return [f"{start} version 3", f"{start} ip {group.address.ip}", *priority, *watched]


def _group(reading: Ios, line: Line, number: str) -> dict[str, Any]:
    groups = reading.interfaces[line.scope].setdefault("vrrp", {})
    found: dict[str, Any] = groups.setdefault(int(number), {"lines": []})
    found["lines"].append(line)
    return found


def _open(reading: Ios, line: Line, match: re.Match[str]) -> Inside:
    found = _group(reading, line, match[1])
    found["version"] = "family"
    return Inside(_FAMILY, found)


def _field(field: str) -> Handler[Ios]:
    def handler(reading: Ios, line: Line, match: re.Match[str]) -> bool:
        return reading.put(_group(reading, line, match[1]), field, match[2])

    return handler


def _object(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    return reading.put(reading.part("track", int(match[1]), line), "interface", reading.name(match[2]))


def _by_object(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    line.scope["lines"].append(line)
    return reading.add(line.scope, "objects", int(match[1]))


def _by_name(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    return reading.add(_group(reading, line, match[1]), "tracks", reading.name(match[2]))


_FAMILY: Table[Ios] = Table(
    [
        (r"priority (\d+)", setting("priority")),
        (r"address (\S+) primary", setting("address")),
        (rf"track (\d+) decrement {REDUCED}", _by_object),
        (r"preempt", noted),
    ]
)
RULES: list[tuple[str, Handler[Ios]]] = [
    (r"fhrp version vrrp v3", flag("vrrp v3")),
    (rf"track (\d+) interface ({words.REFERENCE}) line-protocol", _object),
]
INTERFACE: list[tuple[str, Handler[Ios]]] = [
    (r"vrrp (\d+) address-family ipv4", _open),
    (r"vrrp (\d+) version (3)", _field("version")),
    (r"vrrp (\d+) ip (\d\S+)", _field("address")),
    (r"vrrp (\d+) priority (\d+)", _field("priority")),
    (r"vrrp (\d+) (preempt)", _field("preempt")),
    (rf"vrrp (\d+) track ({words.REFERENCE}) {REDUCED}", _by_name),
]


def groups(reading: Ios, item: Interface, fields: dict[str, Any]) -> Iterator[Vrrp]:
    """Yield the groups of an interface; list what is none, and what is not of version 3."""
    for number, said in fields.get("vrrp", {}).items():
        virtual = words.address(said.get("address", ""))
        length = next(iter(_lengths(item, virtual)), "")
        priority = said.get("priority", PRIORITY)
        found = attempt(
            Vrrp, group=number, address=f"{virtual}/{length}", priority=priority, track=_watched(reading, said)
        )
        new = reading.dialect.vrrp_version
        if found is None or said.get("version") != ("family" if new else "3"):
            reading.refuse_part(said)
        if found is not None:
            reading.flags.add("vrrp")
            yield found


def _watched(reading: Ios, said: dict[str, Any]) -> list[str]:
    """Return the interfaces that a group watches; list the group where it names an object that is none."""
    parts = [reading.parts["track"].get(number, {}) for number in said.get("objects", ())]
    if any("interface" not in part for part in parts):
        reading.refuse_part(said)
    for part in parts:
        part["used"] = True
    return sorted([*said.get("tracks", ()), *(part["interface"] for part in parts if "interface" in part)])


def _lengths(item: Interface, virtual: IPv4Address | None) -> Sequence[int]:
    return [a.network.prefixlen for a in item.addresses if virtual is not None and virtual in a.network]


def prefix_of(item: Interface, virtual: IPv4Address) -> int | None:
    """Return the length of the first network of an interface that a virtual address lies in."""
    return next(iter(_lengths(item, virtual)), None)


def finish(reading: Ios) -> None:
    """Say that VRRP is not told to be of version 3; list objects that no group watches by."""
    for part in reading.parts["track"].values():
        if "used" not in part:
            reading.refuse_part(part)
    version = reading.dialect.vrrp_version
    if version and "vrrp" in reading.flags and "vrrp v3" not in reading.flags:
        reading.lacks("", version)
