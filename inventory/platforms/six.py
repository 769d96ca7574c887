"""IPv6 of VRP and Comware, which say it in nearly the same words: addresses on interfaces and static routes.

A device with two addressed interfaces is taken to forward between them, as it is for IPv4: older VRP waits for `ipv6`
at the top, newer ones and Comware do not. The usual preference of a route is 60. Access lists of IPv6 are `six_lists`.
A firewall that judges by zones judges IPv6 by them, too, which the model does not know of: there every line of IPv6 is
listed, and the configuration refused. Sources: the vendors' command references, `ipv6 enable`, `ipv6 address`, `ipv6
route-static`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from countynet.errors import Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig, Interface, StaticRoute6
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line
from inventory.platforms.gathering import Gathering
from inventory.platforms.routing import PREFERENCE
from inventory.platforms.unwritten import UNWRITTEN

FORWARDS = _("this platform forwards IPv6 between its addressed interfaces, so forwarding6 must be {wanted}")
ENABLED = _("an interface with an IPv6 address speaks IPv6 here, so ipv6 must be true")
LOCAL = _("this platform gives a link-local address no length: write {value} as /64")
_ADDRESS = r"[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*"
_LOCAL_LENGTH = 64
_NAMED = r"[A-Za-z][A-Za-z-]*[\d/.:]+"


@dataclass(frozen=True)
class Words:
    """What a platform says in its own way."""

    speaks: str
    """the line by which an interface speaks IPv6 without an address of its own"""
    always: bool
    """whether that line stands at an interface with an address, too"""
    head: str
    """the line at the top of a device that has IPv6, or nothing"""


VRP = Words("ipv6 enable", always=True, head="ipv6")
COMWARE = Words("ipv6 address auto link-local", always=False, head="")


def lines(words: Words, item: Interface) -> list[str]:
    """Return what is said of IPv6 at an interface."""
    found = [words.speaks] if item.ipv6 else []
    for address in item.addresses6:
        text = str(address.ip).upper()
        end = " link-local" if address.ip.is_link_local else f"/{address.network.prefixlen}"
        found.append(f"ipv6 address {text}{end}")
    return found


def render_head(words: Words, config: DeviceConfig) -> list[list[str]]:
    """Return the line at the top of a device that speaks IPv6."""
    speaking = any(item.ipv6 or item.addresses6 for item in config.interfaces)
    return [[words.head]] if words.head and speaking else []


def render_routes(config: DeviceConfig) -> list[list[str]]:
    """Return the block of the static routes."""
    return [[_route(route) for route in config.routes6]] if config.routes6 else []


def _route(route: StaticRoute6) -> str:
    hop = str(route.next_hop).upper() if route.next_hop else "NULL0"
    prefix = f"{str(route.prefix.network_address).upper()} {route.prefix.prefixlen}"
    preference = "" if route.distance == PREFERENCE else f"preference {route.distance}"
    return " ".join(filter(None, ["ipv6 route-static", prefix, route.interface, hop, preference]))


def problems(words: Words, config: DeviceConfig) -> Iterator[Problem]:
    """Yield what such a platform cannot hold of a configuration's IPv6."""
    there = bool(config.routes6 or any(item.ipv6 or item.addresses6 for item in config.interfaces))
    if config.filters6 or (there and any(not item.stateless for item in config.filters)):
        yield Problem(UNWRITTEN, {"what": "IPv6"}, where="filters")
    if config.forwarding6 is not _forwards(config.interfaces):
        yield Problem(FORWARDS, {"wanted": not config.forwarding6}, where="forwarding6")
    for item in config.interfaces:
        yield from _interface(words, item)
    for route in config.routes6:
        if not _is_whole(route):
            yield Problem(UNWRITTEN, {"what": "IPv6"}, where=f"routes6.{route.prefix}")


def _interface(words: Words, item: Interface) -> Iterator[Problem]:
    where = f"interfaces.{item.name}"
    if item.switchport and (item.ipv6 or item.addresses6):
        yield Problem(UNWRITTEN, {"what": "IPv6"}, where=where)
    if words.always and item.addresses6 and not item.ipv6:
        yield Problem(ENABLED, where=where)
    for address in item.addresses6:
        if address.ip.is_link_local and address.network.prefixlen != _LOCAL_LENGTH:
            yield Problem(LOCAL, {"value": str(address.ip)}, where=where)


def _is_whole(route: StaticRoute6) -> bool:
    """Whether a route names its interface where one is needed: at a link-local next hop, and at no discarded one."""
    if route.next_hop is None:
        return not route.interface
    return bool(route.interface) or not route.next_hop.is_link_local


def _forwards(items: tuple[Interface, ...]) -> bool:
    return sum(bool(item.addresses6) for item in items) > 1


def _speaks(reading: Gathering, line: Line, _match: re.Match[str]) -> bool:
    reading.pending["ipv6"].append((line, None))
    return reading.put(reading.interfaces[line.scope], "ipv6", True)


def _head(reading: Gathering, line: Line, _match: re.Match[str]) -> bool:
    reading.pending["ipv6"].append((line, None))
    return True


def _address(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    length = match[2] if match.re.groups > 1 else str(_LOCAL_LENGTH)
    found = attempt(Interface, name="x", addresses6=(f"{match[1]}/{length}",))
    local = match.re.groups == 1
    if found is None or found.addresses6[0].ip.is_link_local is not local:
        return False
    reading.pending["ipv6"].append((line, None))
    return reading.add(reading.interfaces[line.scope], "addresses6", found.addresses6[0])


def _static(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    hop = None if match[4].lower().startswith("null") else match[4]
    fields = {"prefix": f"{match[1]}/{match[2]}", "next_hop": hop, "interface": match[3] or ""}
    route = attempt(StaticRoute6, **fields, distance=match[5] or PREFERENCE)
    if route is None or not _is_whole(route):
        return False
    reading.pending["ipv6"].append((line, None))
    return reading.add(reading.fields, "routes6", route)


RULES: list[tuple[str, Handler[Gathering]]] = [
    (r"ipv6", _head),
    (
        rf"ipv6 route-static ({_ADDRESS}) (\d{{1,3}}) (?:({_NAMED}) )?({_ADDRESS}|NULL ?0)"
        r"(?: preference (\d{1,3}))?(?: description .*)?",
        _static,
    ),
]
INTERFACE: list[tuple[str, Handler[Gathering]]] = [
    (r"ipv6 enable", _speaks),
    (r"ipv6 address auto link-local", _speaks),
    (rf"ipv6 address ({_ADDRESS})[/ ](\d{{1,3}})", _address),
    (rf"ipv6 address ({_ADDRESS}) link-local", _address),
]


def finish(reading: Gathering) -> None:
    """Put IPv6 together, after interfaces and filters; where zones judge it, list every line of it."""
    if any(not item.stateless for item in reading.fields.get("filters", ())):
        reading.fields.pop("routes6", None)
        for line, _nothing in reading.pending["ipv6"]:
            reading.refuse(line)
        return
    for name, item in reading.done.items():
        said = reading.interfaces[name]
        found = {"addresses6": tuple(sorted(said.get("addresses6", ()))), "ipv6": said.get("ipv6", False)}
        reading.done[name] = item.model_copy(update=found)
    known = {item.name: item for item in reading.done.values()}
    reading.fields["interfaces"] = tuple(known.get(i.name, i) for i in reading.fields.get("interfaces", ()))
    reading.fields["forwarding6"] = _forwards(reading.fields["interfaces"])
