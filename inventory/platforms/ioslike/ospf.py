"""OSPF: one process, and its timers, cost and kind at an interface.

IOS is told at the interface (`ip ospf 1 area 0`), RGOS by `network` lines of the process; both are read everywhere, and
the longest network that an interface's main address lies in counts. A loopback is announced as a host, so it is always
point-to-point to the model. The dead interval is four times the hello interval until something is said. A router id
that is not said is the highest address of a loopback, else of any port that is up (command reference, `router-id`).
Kinds of areas (`stub`, `nssa`, each with `no-summary`) and what a border tells of an area as one prefix are read, not
written. A border tells a not-so-stubby area no default route but with `no-summary` or `default-information-originate`;
the latter on a router that is no border is listed, as is what an area does not take in (`no-redistribution`).
"""

import re
from ipaddress import IPv4Address
from typing import Any

from inventory.deviceconfig import DeviceConfig, Interface, Ospf, OspfInterface, Redistribution
from inventory.platforms import area_kinds, ospfkeys
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.ioslike import words
from inventory.platforms.ioslike.dialect import Dialect
from inventory.platforms.ioslike.reading import Ios
from inventory.routeconfig import AreaRange

_HELLO, _COST, _METRIC, _DEFAULT_METRIC = 10, 1, 20, 1
"""the defaults, where a line is not there; cost is that of a port of 100 Mbit/s or more"""


def render(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the block of the process."""
    if config.ospf is None:
        return []
    on = [(item, item.ospf) for item in config.interfaces if item.ospf]
    default = config.ospf.default_metric
    lines = [f"router-id {config.ospf.router_id}"]
    lines += [f"redistribute {item.source} metric {item.metric} subnets" for item in config.ospf.redistribute]
    lines += [f"passive-interface {dialect.printed(item.name)}" for item, ospf in on if ospf.passive]
    if not dialect.ospf_at_interface:
        lines += [f"network {a.ip} 0.0.0.0 area {ospf.area}" for item, ospf in on for a in item.addresses]
    lines += [f"default-information originate always metric {default}"] if default is not None else []
    return [["router ospf 1", *words.indent(lines)]]


def lines(dialect: Dialect, item: Interface) -> list[str]:
    """Return the lines of an interface."""
    ospf = item.ospf
    if ospf is None:
        return []
    wide = item.kind == "loopback" and any(a.network.prefixlen < 32 for a in item.addresses)
    found = ["ip ospf network point-to-point"] if wide or (ospf.point_to_point and item.kind != "loopback") else []
    found += [f"ip ospf dead-interval {ospf.dead}"] if ospf.dead != 4 * ospf.hello else []
    found += [f"ip ospf hello-interval {ospf.hello}"] if ospf.hello != _HELLO else []
    found += ospfkeys.ios_lines(ospf)
    found += [f"ip ospf 1 area {ospf.area}"] if dialect.ospf_at_interface else []
    return [*found, f"ip ospf cost {ospf.cost}"]


def _process(reading: Ios, _line: Line, match: re.Match[str]) -> bool | Inside:
    return Inside(_OSPF) if reading.put(reading.fields, "ospf process", match[1]) else False


def _router_id(reading: Ios, _line: Line, match: re.Match[str]) -> bool:
    return words.address(match[1]) is not None and reading.put(reading.parts["ospf"][""], "router_id", match[1])


def _redistribute(reading: Ios, _line: Line, match: re.Match[str]) -> bool:
    item = attempt(Redistribution, source=match[1], metric=match[2] or _METRIC)
    return item is not None and reading.put(reading.parts["ospf"][""], match[1], item)


def _default(reading: Ios, _line: Line, match: re.Match[str]) -> bool:
    return reading.put(reading.parts["ospf"][""], "default_metric", int(match[1] or _DEFAULT_METRIC))


def _passive(kind: str) -> Handler[Ios]:
    def handler(reading: Ios, line: Line, match: re.Match[str]) -> bool:
        reading.part(kind, reading.name(match[1]), line)
        return True

    return handler


def _network(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    net = words.wildcard(match[1], match[2])
    if net is None or net in reading.parts["ospf network"]:
        return False
    reading.part("ospf network", net, line)["area"] = match[3]
    return True


def _field(field: str) -> Handler[Ios]:
    def handler(reading: Ios, line: Line, match: re.Match[str]) -> bool:
        found = reading.interfaces[line.scope].setdefault("ospf", {"lines": []})
        found["lines"].append(line)
        return reading.put(found, field, match.groups() if field == "on" else match[1])

    return handler


def _range(reading: Ios, _line: Line, match: re.Match[str]) -> bool:
    area, prefix = _area(match[1]), words.network(match[2], match[3])
    found = attempt(AreaRange, area=area, prefix=prefix, advertise=match[4] != "not-advertise")
    return found is not None and reading.add(reading.parts["ospf"][""], "ranges", found)


def _stub(reading: Ios, _line: Line, match: re.Match[str]) -> bool:
    area, process = _area(match[1]), reading.parts["ospf"][""]
    if area is None or (match[2] and not reading.add(process, "closed", area)):
        return False
    return reading.add(process, "stubs", area)


def _nssa(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    return area_kinds.nssa(
        reading, line, _area(match[1]), closed="no-summary" in match[2], told="default" in match[2], metric=match[3]
    )


def _area(text: str) -> IPv4Address | None:
    """Return an area as an address; None if it is none."""
    if text.isdigit():
        return IPv4Address(int(text)) if int(text) < 2**32 else None
    return words.address(text)


_AREA = r"(\d+\.\d+\.\d+\.\d+|\d{1,10})"
_OSPF: Table[Ios] = Table(
    [
        (r"router-id (\S+)", _router_id),
        (r"redistribute (connected|static)(?: metric (\d{1,8}))?(?: metric-type 2)? subnets", _redistribute),
        (r"default-information originate always(?: metric (\d{1,8}))?(?: metric-type 2)?", _default),
        (rf"passive-interface ({words.REFERENCE}|default)", _passive("passive")),
        (rf"no passive-interface ({words.REFERENCE})", _passive("not passive")),
        (rf"network (\d\S+) (\d\S+) area {_AREA}", _network),
        (rf"area {_AREA} range (\d\S+) (\d\S+)(?: (advertise|not-advertise))?", _range),
        (rf"area {_AREA} stub( no-summary)?", _stub),
        (
            rf"area {_AREA} nssa((?: no-summary| default-information-originate(?: metric (\d{{1,8}}))?"
            r"(?: metric-type 2)?)*)",
            _nssa,
        ),
        (r"auto-cost reference-bandwidth 100", known),
        (r"log-adjacency-changes(?: detail)?", known),
    ]
)
RULES: list[tuple[str, Handler[Ios]]] = [(r"router ospf (\d+)", _process)]
INTERFACE: list[tuple[str, Handler[Ios]]] = [
    (rf"ip ospf (\d+) area {_AREA}", _field("on")),
    (r"ip ospf cost (\d+)", _field("cost")),
    (r"ip ospf hello-interval (\d+)", _field("hello")),
    (r"ip ospf dead-interval (\d+)", _field("dead")),
    (r"ip ospf network (point-to-point|broadcast)", _field("type")),
    (ospfkeys.DIGEST, _field("digest")),
    (ospfkeys.KEY, _field("key")),
]


def on(reading: Ios, item: Interface, fields: dict[str, Any]) -> OspfInterface | None:
    """Return what OSPF does on an interface, after the main addresses are known; list what comes to nothing."""
    said = fields.get("ospf", {})
    process, area = said.get("on", (reading.fields.get("ospf process"), None))
    area = area or _by_network(reading, item)
    number = reading.fields.get("ospf process")
    if area is None or number is None or process != number:
        reading.refuse_part(said)
        return None
    hello = said.get("hello", _HELLO)
    loopback = item.kind == "loopback"
    found = attempt(
        OspfInterface,
        area=_area(area),
        cost=said.get("cost", _COST),
        point_to_point=loopback or said.get("type") == "point-to-point",
        passive=item.name in _silent(reading),
        hello=hello,
        dead=said.get("dead", 4 * int(hello)),
        key=said.get("key") if "digest" in said else None,
    )
    half = ("digest" in said) is not ("key" in said)
    wide = loopback and any(a.network.prefixlen < 32 for a in item.addresses)
    if found is None or half or (loopback and said.get("type") == "broadcast"):
        reading.refuse_part(said)
    elif wide and "type" not in said:
        reading.lacks(f"interface {reading.dialect.printed(item.name)}", "ip ospf network point-to-point")
    return found


def _by_network(reading: Ios, item: Interface) -> str | None:
    """Return the area of the longest network that the main address lies in; note those that any address lies in."""
    main, found = reading.own(item.name), list[tuple[int, str]]()
    for net, part in reading.parts["ospf network"].items():
        if any(a.ip in net for a in item.addresses):
            part["used"] = True
            found += [(net.prefixlen, part["area"])] if main is not None and main in net else []
    return max(found)[1] if found else None


def _silent(reading: Ios) -> set[str]:
    everywhere = set(reading.interfaces) if "default" in reading.parts["passive"] else set()
    return (everywhere | {*reading.parts["passive"]}) - {*reading.parts["not passive"]}


def _highest(reading: Ios) -> IPv4Address | None:
    """Return the router id where none is said; None if no interface has an address."""
    up = [item for item in reading.done.values() if item.enabled]
    looped = [a.ip for item in up if item.kind == "loopback" for a in item.addresses]
    return max(looped or [a.ip for item in up for a in item.addresses], default=None)


def finish(reading: Ios) -> None:
    """Put the process together, after the interfaces."""
    number = reading.fields.pop("ospf process", None)
    if number is None:
        return
    said = reading.parts["ospf"][""]
    identity = said.get("router_id") or _highest(reading)
    if identity is None:
        reading.lacks(f"router ospf {number}", "router-id")
    reading.fields["ospf"] = attempt(
        Ospf,
        router_id=identity or "0.0.0.0",  # noqa: S104
        ranges=said.get("ranges", ()),
        stubs=said.get("stubs", ()),
        nssas=said.get("nssas", ()),
        closed=said.get("closed", ()),
        redistribute=[said[source] for source in ("connected", "static") if source in said],
        default_metric=said.get("default_metric"),
    )
    area_kinds.finish(reading)
    speaking = {item.name for item in reading.done.values() if item.ospf}
    for net in reading.parts["ospf network"].values():
        if "used" not in net:
            reading.refuse_part(net)
    for name, part in reading.parts["passive"].items():
        if name not in speaking | {"default"}:
            reading.refuse_part(part)
