"""Routing tables of their own (VRF, VPN instance) as IOS, RGOS, VRP and Comware say them. Read, written nowhere.

An interface that is bound to an instance, and a static route of one, bear its name in the model (`vrf`). Understood is
what cannot leak: addresses, filters, virtual addresses, static routes whose next hop is asked for in the same instance.
Route distinguishers and targets are names until a BGP of that instance carries routes, and that is not understood. A
device that translates, keeps tunnels, mirrors sessions or steers by policy besides, an interface of an instance that
speaks OSPF or IPv6 or watches other ports, an instance that is named and never made: such lines are listed, so that
what meets the device is unknown. A next hop in another table (`global`, `public`, `vpn-instance B`) is one.
"""

import re
from collections.abc import Callable

from inventory.deviceconfig import Interface, StaticRoute
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.gathering import Gathering

Read = Callable[[re.Match[str]], StaticRoute | None]
"""what a line of a route says, whose first group is the instance"""
_INERT = [
    (r"description .*", known),
    (r"(?:rd|route-distinguisher) \S+", known),
    (r"route-target (?:import |export |both )?\S+", known),
    (r"vpn-target [\d:. ]+(?: (?:both|export-extcommunity|import-extcommunity))?", known),
    (r"exit-address-family", known),
]
_FAMILY: Table[Gathering] = Table(_INERT)
_INSTANCE: Table[Gathering] = Table(
    [*_INERT, (r"(?:address-family ipv[46](?: unicast)?|ipv[46]-family)", lambda _r, _l, _m: Inside(_FAMILY))]
)
_BESIDES = ("nat", "tunnels", "mirrors", "policy_routes", "bgp")
"""what of a device leaves its instances not understood"""


def _open(reading: Gathering, line: Line, match: re.Match[str]) -> Inside:
    reading.part("vrf", match[1], line)
    return Inside(_INSTANCE)


def _bound(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    reading.pending["in an instance"].append((line, (line.scope, match[1])))
    return reading.put(reading.interfaces[line.scope], "vrf", match[1])


def routed(pattern: str, read: Read) -> list[tuple[str, Handler[Gathering]]]:
    """Return the rule of static routes of an instance: `read` makes one of the pattern's match."""

    def handler(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
        if (route := read(match)) is None:
            return False
        reading.pending["route of an instance"].append((line, route))
        return True

    return [(pattern, handler)]


IOS: list[tuple[str, Handler[Gathering]]] = [(r"(?:ip vrf|vrf definition) (\S+)", _open)]
IOS_INTERFACE: list[tuple[str, Handler[Gathering]]] = [(r"(?:ip )?vrf forwarding (\S+)", _bound)]
VPN: list[tuple[str, Handler[Gathering]]] = [(r"ip vpn-instance (\S+)", _open)]
VPN_INTERFACE: list[tuple[str, Handler[Gathering]]] = [(r"ip binding vpn-instance (\S+)", _bound)]


def finish(reading: Gathering) -> None:
    """Put interfaces and routes into their instances, last of all; list the lines of those that are not understood."""
    plain = not any(reading.fields.get(name) for name in _BESIDES)
    made = set(reading.parts["vrf"]) if plain else set()
    items = {item.name: item for item in reading.fields.get("interfaces", ())}
    for line, (name, vrf) in reading.pending["in an instance"]:
        if vrf in made and name in items and _alone(items[name]):
            items[name] = items[name].model_copy(update={"vrf": vrf})
        else:
            reading.refuse(line)
    reading.fields["interfaces"] = tuple(items.values())
    for line, route in reading.pending["route of an instance"]:
        fits = route.vrf in made and reading.fields.get("forwarding")
        if not fits or not reading.add(reading.fields, "routes", route):
            reading.refuse(line)


def _alone(item: Interface) -> bool:
    """Return whether nothing of an interface reaches beyond its instance."""
    watching = any(group.track or group.sync or group.routes for group in item.vrrp)
    return not (item.ospf or item.addresses6 or item.ipv6 or item.switchport or item.wireguard or watching)
