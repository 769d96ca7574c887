"""VRRP groups of an interface. Their addresses have no mask: it is that of the interface's network they lie in.

IOS writes version 3 as `vrrp N address-family ipv4` below `fhrp version vrrp v3`, RGOS as `vrrp N version 3`; a text
that does not say so is of version 2, which is listed. No group changes together with another: neither system has that.
"""

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address
from typing import Any

from inventory.deviceconfig import Interface, Vrrp
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table
from inventory.platforms.ioslike import words
from inventory.platforms.ioslike.reading import Ios, flag, noted, setting

PRIORITY = 100
"""the default, where a line is not there"""


def family(group: Vrrp) -> list[str]:
    """Return the lines of a group as IOS writes version 3."""
    priority = [f" priority {group.priority}"] if group.priority != PRIORITY else []
    lines = [*priority, f" address {group.address.ip} primary", " exit-vrrp"]
    return [f"vrrp {group.group} address-family ipv4", *lines]


def plain(group: Vrrp) -> list[str]:
    """Return the lines of a group as RGOS writes it."""
    start = f"vrrp {group.group}"
    priority = [f"{start} priority {group.priority}"] if group.priority != PRIORITY else []
    return [f"{start} version 3", f"{start} ip {group.address.ip}", *priority]


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


_FAMILY: Table[Ios] = Table(
    [
        (r"priority (\d+)", setting("priority")),
        (r"address (\S+) primary", setting("address")),
        (r"preempt", noted),
    ]
)
RULES: list[tuple[str, Handler[Ios]]] = [(r"fhrp version vrrp v3", flag("vrrp v3"))]
INTERFACE: list[tuple[str, Handler[Ios]]] = [
    (r"vrrp (\d+) address-family ipv4", _open),
    (r"vrrp (\d+) version (3)", _field("version")),
    (r"vrrp (\d+) ip (\d\S+)", _field("address")),
    (r"vrrp (\d+) priority (\d+)", _field("priority")),
    (r"vrrp (\d+) (preempt)", _field("preempt")),
]


def groups(reading: Ios, item: Interface, fields: dict[str, Any]) -> Iterator[Vrrp]:
    """Yield the groups of an interface; list what is none, and what is not of version 3."""
    for number, said in fields.get("vrrp", {}).items():
        virtual = words.address(said.get("address", ""))
        length = next(iter(_lengths(item, virtual)), "")
        priority = said.get("priority", PRIORITY)
        found = attempt(Vrrp, group=number, address=f"{virtual}/{length}", priority=priority)
        new = reading.dialect.vrrp_version
        if found is None or said.get("version") != ("family" if new else "3"):
            reading.refuse_part(said)
        if found is not None:
            reading.flags.add("vrrp")
            yield found


def _lengths(item: Interface, virtual: IPv4Address | None) -> Sequence[int]:
    return [a.network.prefixlen for a in item.addresses if virtual is not None and virtual in a.network]


def prefix_of(item: Interface, virtual: IPv4Address) -> int | None:
    """Return the length of the first network of an interface that a virtual address lies in."""
    return next(iter(_lengths(item, virtual)), None)


def finish(reading: Ios) -> None:
    """Say that VRRP is not told to be of version 3."""
    version = reading.dialect.vrrp_version
    if version and "vrrp" in reading.flags and "vrrp v3" not in reading.flags:
        reading.lacks("", version)
