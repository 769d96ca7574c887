"""Static routes and the OSPF process of VRP and Comware, which say them in the same words.

Such a device routes between all its addressed interfaces, always: `forwarding` is not written, it is whether there are
two of them. The default preference of a static route is 60, so the model's usual distance of 1 is written. One OSPF
process is held, as number 1; OSPF is switched on at the interface, and `network` lines of older texts are read as
that. Kinds of areas and `abr-summary` are read, not written: of the latter on VRP those that say
`generate-null0-route`, because without it a border sends on what lies in none of the parts, which the model discards;
Comware discards it by itself. On VRP a border tells a not-so-stubby area a default route without being told to.
"""

import re
from ipaddress import IPv4Address

from inventory.deviceconfig import DeviceConfig, Ospf, Redistribution, StaticRoute
from inventory.platforms import area_kinds, instances, words
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.gathering import Gathering
from inventory.routeconfig import AreaRange

PREFERENCE = 60
_SOURCES = {"connected": "direct", "static": "static"}


def preference(route: StaticRoute) -> str:
    """Return how a static route's line ends: nothing where its distance is what these devices take."""
    return "" if route.distance == PREFERENCE else f" preference {route.distance}"


def render_ospf(config: DeviceConfig) -> list[list[str]]:
    """Return the block of the OSPF process."""
    if config.ospf is None:
        return []
    on = [(item.name, item.ospf) for item in config.interfaces if item.ospf]
    default = config.ospf.default_metric
    lines = [f"default-route-advertise always cost {default}"] if default is not None else []
    lines += [f"silent-interface {name}" for name, ospf in on if ospf.passive]
    lines += [f"import-route {_SOURCES[item.source]} cost {item.metric}" for item in config.ospf.redistribute]
    lines += [f"area {area}" for area in sorted({ospf.area for _, ospf in on})]
    return [[f"ospf 1 router-id {config.ospf.router_id}", *words.indent(lines)]]


def _route(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    prefix = words.network(match[1], match[2])
    hop = None if match[3].lower() == "null0" else match[3]
    route = attempt(StaticRoute, prefix=prefix, next_hop=hop, distance=match[4] or PREFERENCE)
    return route is not None and reading.add(reading.fields, "routes", route)


def _of_instance(match: re.Match[str]) -> StaticRoute | None:
    hop, prefix = None if match[4].lower() == "null0" else match[4], words.network(match[2], match[3])
    return attempt(StaticRoute, vrf=match[1], prefix=prefix, next_hop=hop, distance=match[5] or PREFERENCE)


def _router_id(reading: Gathering, _line: Line, match: re.Match[str]) -> bool:
    return words.address(match[1]) is not None and reading.put(reading.fields, "router id", match[1])


def _process(reading: Gathering, _line: Line, match: re.Match[str]) -> bool | Inside:
    if not reading.put(reading.fields, "ospf process", match[1] or "1"):
        return False
    process = reading.parts["ospf"][""]
    if match[2] and not reading.put(process, "router_id", match[2]):
        return False
    return Inside(_OSPF)


def _default(reading: Gathering, _line: Line, match: re.Match[str]) -> bool:
    return reading.put(reading.parts["ospf"][""], "default_metric", int(match[1] or 1))


def _import(reading: Gathering, _line: Line, match: re.Match[str]) -> bool:
    source = "connected" if match[1] == "direct" else "static"
    item = attempt(Redistribution, source=source, metric=match[2] or 1)
    return item is not None and reading.put(reading.parts["ospf"][""], source, item)


def _silent(kind: str) -> Handler[Gathering]:
    def handler(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
        if match[1] == "all":
            reading.flags.add("silent-interface all")
        else:
            reading.part(kind, match[1], line)
        return True

    return handler


def _network(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    net = words.wildcard(match[1], match[2])
    if net is not None:
        found = reading.part("ospf network", net, line)
        found |= {"net": net, "area": line.scope, "process": reading.fields.get("ospf process")}
    return net is not None


def _stub(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    area, process = area_of(line.scope), reading.parts["ospf"][""]
    if area is None or (match[1] and not reading.add(process, "closed", area)):
        return False
    return reading.add(process, "stubs", area)


def _nssa(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    area, closed, told = area_of(line.scope), "no-summary" in match[1], "default-route-advertise" in match[1]
    return area_kinds.nssa(reading, line, area, closed=closed, told=told, metric=match[2])


def _summary(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    prefix, discards = words.network(match[1], match[2]), reading.discards or "generate-null0-route" in match[3]
    found = attempt(AreaRange, area=area_of(line.scope), prefix=prefix)
    return found is not None and discards and reading.add(reading.parts["ospf"][""], "ranges", found)


def area_of(text: str) -> IPv4Address | None:
    """Return an area, a number or an address, as an address; None if it is none."""
    if text.isascii() and text.isdigit():
        return IPv4Address(int(text)) if int(text) < 2**32 else None
    return words.address(text)


_AREA: Table[Gathering] = Table(
    [
        (r"network (\S+) (\S+)(?: description .*)?", _network),
        (r"description .*", known),
        (r"stub( no-summary)?", _stub),
        (r"nssa((?: no-summary| default-route-advertise(?: cost (\d{1,8}))?(?: type 2)?)*)", _nssa),
        (r"abr-summary (\S+) (\S+)((?: advertise)?(?: generate-null0-route)?(?: advertise)?)", _summary),
    ]
)
_OSPF: Table[Gathering] = Table(
    [
        (r"default-route-advertise always(?: cost (\d{1,8}))?(?: type 2)?", _default),
        (r"silent-interface (\S+)", _silent("silent")),
        (r"undo silent-interface (\S+)", _silent("not silent")),
        (r"import-route (direct|static)(?: cost (\d{1,8}))?(?: type 2)?", _import),
        (r"area (\d{1,10}|\d+\.\d+\.\d+\.\d+)", lambda _r, _l, match: Inside(_AREA, match[1])),
        (r"bandwidth-reference 100", known),
        (r"(?:opaque-capability enable|bfd all-interfaces enable)", known),
        (r"description .*", known),
    ]
)
RULES: list[tuple[str, Handler[Gathering]]] = [
    (r"ip route-static (\S+) (\S+) (\d+\.\d+\.\d+\.\d+|NULL ?0)(?: preference (\d{1,3}))?(?: description .*)?", _route),
    *instances.routed(
        r"ip route-static vpn-instance (\S+) (\S+) (\S+) (\d+\.\d+\.\d+\.\d+|NULL ?0)"
        r"(?: preference (\d{1,3}))?(?: description .*)?",
        _of_instance,
    ),
    (r"router id (\S+)", _router_id),
    (r"ospf(?: (\d{1,5}))?(?: router-id (\S+))?", _process),
]


def silent(reading: Gathering) -> set[str]:
    """Return the interfaces on which OSPF keeps silent."""
    everywhere = reading.interfaces if "silent-interface all" in reading.flags else ()
    return {*everywhere, *reading.parts["silent"]} - {*reading.parts["not silent"]}


def finish(reading: Gathering) -> None:
    """Put routing together, after the interfaces."""
    fields = reading.fields
    fields["forwarding"] = sum(bool(item.addresses) for item in reading.done.values()) > 1
    stated, number = fields.pop("router id", None), fields.pop("ospf process", None)
    if number is None:
        if any(item.ospf for item in reading.done.values()):
            reading.lacks("", "ospf 1 router-id")
        return
    process = reading.parts["ospf"][""]
    found = attempt(
        Ospf,
        router_id=process.get("router_id", stated or "0.0.0.0"),  # noqa: S104
        redistribute=[process[source] for source in _SOURCES if source in process],
        default_metric=process.get("default_metric"),
        ranges=process.get("ranges", ()),
        stubs=process.get("stubs", ()),
        nssas=process.get("nssas", ()),
        closed=process.get("closed", ()),
    )
    area_kinds.finish(reading)
    if found is None or not (stated or "router_id" in process):
        reading.lacks(f"ospf {number}", "router-id")
    if found is not None:
        fields["ospf"] = found
    _unused(reading)


def _unused(reading: Gathering) -> None:
    on = {item.name for item in reading.done.values() if item.ospf}
    for net in reading.parts["ospf network"].values():
        if "used" not in net:
            reading.refuse_part(net)
    for name, part in reading.parts["silent"].items():
        if name not in on:
            reading.refuse_part(part)
