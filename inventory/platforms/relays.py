"""The DHCP relay of vendors' devices (RFC 1542): which servers an interface carries its computers' questions to.

VRP and Comware are told to at the device, at the interface, and where to; IOS relays by itself where an interface names
a server, RGOS once its DHCP is on. What is said by halves relays nothing, and is listed. Sources: the vendors' command
references, `dhcp select relay`, `dhcp relay server-ip` (Huawei), `dhcp relay server-address` (H3C), `ip helper-address`
(Cisco, Ruijie).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

from countynet.errors import Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig, Interface
from inventory.platforms.blocks import Handler, Line
from inventory.platforms.gathering import Gathering
from inventory.platforms.uniques import twice

NAMELESS = _("an interface relays DHCP in the name of its first address, and this one has none")


@dataclass(frozen=True)
class Words:
    """What a platform says in its own way."""

    server: str
    """the words before a server's address"""
    select: str = ""
    """the line by which an interface relays, or nothing"""
    enable: str = ""
    """the line by which the device relays, or nothing: it does unless it is told not to"""


VRP = Words("dhcp relay server-ip", "dhcp select relay", "dhcp enable")
COMWARE = Words("dhcp relay server-address", "dhcp select relay", "dhcp enable")
IOS = Words("ip helper-address")
RGOS = Words("ip helper-address", enable="service dhcp")


def render_head(words: Words, config: DeviceConfig) -> list[list[str]]:
    """Return the line at the top of a device that relays."""
    relaying = any(item.dhcp_relays for item in config.interfaces)
    return [[words.enable]] if words.enable and relaying else []


def lines(words: Words, item: Interface) -> list[str]:
    """Return what is said of it at an interface."""
    if not item.dhcp_relays:
        return []
    select = [words.select] if words.select else []
    return [*select, *(f"{words.server} {server}" for server in item.dhcp_relays)]


def problems(config: DeviceConfig) -> Iterator[Problem]:
    """Yield what no platform can do: relay in no name, or to one server twice."""
    for item in config.interfaces:
        where = f"interfaces.{item.name}.dhcp_relays"
        yield from twice(where, item.dhcp_relays)
        if item.dhcp_relays and (not item.addresses or item.kind == "loopback"):
            yield Problem(NAMELESS, where=where)


def _selected(reading: Gathering, line: Line, _match: re.Match[str]) -> bool:
    return reading.put(reading.interfaces[line.scope], "relays by", line)


def _server(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    try:
        found = IPv4Address(match[1])
    except AddressValueError:
        return False
    return reading.add(reading.interfaces[line.scope], "dhcp_relays", found)


def _on(reading: Gathering, _line: Line, _match: re.Match[str]) -> bool:
    reading.flags.add("dhcp")
    return True


def _off(reading: Gathering, _line: Line, _match: re.Match[str]) -> bool:
    reading.flags.add("no dhcp")
    return True


def top(words: Words) -> list[tuple[str, Handler[Gathering]]]:
    """Return the rules for lines at the top of a text."""
    return [(words.enable or "service dhcp", _on), (f"(?:no|undo) {words.enable or 'service dhcp'}", _off)]


def interface(words: Words) -> list[tuple[str, Handler[Gathering]]]:
    """Return the rules for lines at an interface."""
    select = [(words.select, _selected)] if words.select else []
    return [*select, (rf"{words.server} (\d\S+)", _server)]


def finish(words: Words, reading: Gathering) -> None:
    """Give the interfaces their servers, once they are put together; what relays nothing is listed."""
    for name, fields in reading.interfaces.items():
        servers, by = fields.get("dhcp_relays", ()), fields.get("relays by")
        if by is not None and not servers:
            reading.refuse(by)
        if not servers or name not in reading.done:
            continue
        if words.select and by is None:
            reading.lacks(f"interface {name}", words.select)
        if (words.enable and "dhcp" not in reading.flags) or "no dhcp" in reading.flags:
            reading.lacks("", words.enable or "service dhcp")
        item = reading.done[name]
        reading.done[name] = item.model_copy(update={"dhcp_relays": tuple(sorted(servers))})
    reading.fields["interfaces"] = tuple(reading.done.values())
