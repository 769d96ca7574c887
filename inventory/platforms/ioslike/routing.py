"""Static routes, and whether the device routes at all.

A router routes until `no ip routing`, a switch from `ip routing` on; only what differs from that is written, as the
devices print it. The default distance of a static route is 1. A device that does not route is a host: it knows one
default gateway, and static routes are nothing to it; a device that routes does not look at its default gateway.
"""

import re

from inventory.deviceconfig import DeviceConfig, StaticRoute
from inventory.platforms import instances
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line
from inventory.platforms.ioslike import switching, words
from inventory.platforms.ioslike.dialect import Dialect
from inventory.platforms.ioslike.reading import Ios


def render_switch(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the line that makes the device route, or not, if it would not do so by itself."""
    if config.forwarding is dialect.routes_as(switching.switches(config)):
        return []
    return [["ip routing" if config.forwarding else "no ip routing"]]


def render(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the block of the static routes."""
    if not config.forwarding:
        return [[f"ip default-gateway {route.next_hop}"] for route in config.routes]
    return [[_route(dialect, route) for route in config.routes]] if config.routes else []


def is_gateway(route: StaticRoute) -> bool:
    """Whether a route is all that a device without routing can be told."""
    return not route.prefix.prefixlen and route.next_hop is not None and route.distance == 1


def _route(dialect: Dialect, route: StaticRoute) -> str:
    distance = f" {route.distance}" if route.distance != 1 else ""
    return f"ip route {words.masked(route.prefix)} {route.next_hop or dialect.null}{distance}"


def _read(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    hop = None if match[3].lower().startswith("null") else match[3]
    reading.pending["routes"].append((line, None))
    route = attempt(StaticRoute, prefix=words.network(match[1], match[2]), next_hop=hop, distance=match[4] or 1)
    return route is not None and reading.add(reading.fields, "routes", route)


def _of_instance(match: re.Match[str]) -> StaticRoute | None:
    hop = None if match[4].lower().startswith("null") else match[4]
    prefix = words.network(match[2], match[3])
    return attempt(StaticRoute, vrf=match[1], prefix=prefix, next_hop=hop, distance=match[5] or 1)


def _gateway(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    reading.pending["gateway"].append((line, match[1]))
    return len(reading.pending["gateway"]) == 1


def _switch(reading: Ios, _line: Line, match: re.Match[str]) -> bool:
    return reading.put(reading.fields, "forwarding", match[1] is None)


RULES: list[tuple[str, Handler[Ios]]] = [
    (r"ip route (\d\S+) (\d\S+) (\d+\.\d+\.\d+\.\d+|[Nn]ull ?0)(?: (\d{1,3}))?(?: name \S+)?", _read),
    *instances.routed(
        r"ip route vrf (\S+) (\d\S+) (\d\S+) (\d+\.\d+\.\d+\.\d+|[Nn]ull ?0)(?: (\d{1,3}))?(?: name \S+)?", _of_instance
    ),
    (r"ip default-gateway (\d\S+)", _gateway),
    (r"(no )?ip routing", _switch),
]


def finish(reading: Ios) -> None:
    """Say whether a device routes that does not say so, after the interfaces; list routes that are nothing to it."""
    routes = reading.fields.setdefault("forwarding", reading.dialect.routes_as("switches" in reading.flags))
    for line, _ in reading.pending["gateway" if routes else "routes"]:
        reading.refuse(line)
    if not routes:
        reading.fields["routes"] = []
        for line, hop in reading.pending["gateway"][:1]:
            route = attempt(StaticRoute, prefix="0.0.0.0/0", next_hop=hop)
            reading.fields["routes"] += [route] if route else []
            if route is None:
                reading.refuse(line)
