"""Policy routing: `ip policy route-map` at the interface that packets come in by, an entry and a list for each rule.

An entry that permits sends what its list permits to its next hop; one that denies, or sets none, leaves it to the
routing table. What a list denies goes to the next entry: that is understood where no entry follows, so that it goes by
the table, too. Lists of many entries are read as so many rules, which then have numbers of their own. A map that no
interface names, that matches or sets anything else, or of which a list is not understood, is listed with all its
lines. Policy routing beside tunnels is not understood: which of the two comes first is not the same everywhere.
"""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

from countynet.errors import Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table
from inventory.platforms.ioslike import acl, route_policies
from inventory.platforms.ioslike.dialect import Dialect
from inventory.platforms.ioslike.reading import Ios, noted, setting
from inventory.platforms.uniques import twice
from inventory.routeconfig import PolicyRoute

UNFIT = _("{system} cannot hold {value!r} here")
CLASH = _("these settings contradict each other on {system}")
STEERED = _("policy routing and tunnels on one device are not supported: which of the two comes first differs")
_MOST = 256
"""rules of one map; lists of more ports than that are not unrolled"""


def _map(interface: str) -> str:
    return f"steer-{interface.replace('/', '-').replace(':', '_')}"


def _empty(rule: PolicyRoute) -> bool:
    return (rule.source, rule.destination, rule.protocol) == (None, None, None)


def render(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the lists and maps."""
    found = []
    for rule in config.policy_routes:
        name = f"{_map(rule.interface)}-{rule.order}"
        lines = [f"route-map {_map(rule.interface)} {'deny' if rule.next_hop is None else 'permit'} {rule.order}"]
        if not _empty(rule):
            found.append(acl.block(dialect, name, [_entry(rule)]))
            lines.append(f" match ip address {name}")
        found.append([*lines, *([f" set ip next-hop {rule.next_hop}"] if rule.next_hop else [])])
    return found


def _entry(rule: PolicyRoute) -> acl.Entry:
    ports = [(port,) if port is not None else () for port in (rule.source_port, rule.port)]
    return acl.Entry(
        "accept", "", rule.protocol, rule.source or acl.ANY, rule.destination or acl.ANY, (ports[0],), (ports[1],)
    )  # fmt: skip


def lines(config: DeviceConfig, interface: str) -> list[str]:
    """Return the line at an interface that has rules."""
    there = any(rule.interface == interface for rule in config.policy_routes)
    return [f"ip policy route-map {_map(interface)}"] if there else []


def problems(config: DeviceConfig) -> Iterator[Problem]:
    """Yield what cannot be held: rules of no routed interface, ports without a protocol, tunnels beside them."""
    names = {item.name for item in config.interfaces if item.switchport is None and item.kind != "loopback"}
    yield from twice("policy_routes", ((rule.interface, rule.order) for rule in config.policy_routes))
    if config.policy_routes and config.tunnels:
        yield Problem(STEERED, where="policy_routes")
    for rule in config.policy_routes:
        where = f"policy_routes.{rule.interface}.{rule.order}"
        if rule.interface not in names:
            yield Problem(UNFIT, {"value": rule.interface}, where=where)
        if (rule.port or rule.source_port) and rule.protocol not in ("tcp", "udp"):
            yield Problem(CLASH, where=where)
        for net in (rule.source, rule.destination):
            if net == acl.ANY:  # leaving it out says the same
                yield Problem(UNFIT, {"value": str(net)}, where=where)


def _open(reading: Ios, line: Line, match: re.Match[str]) -> Inside:
    part = reading.part("route map", (match[1], int(match[3] or 10)), line)
    part.setdefault("action", match[2])
    part["same"] = part.get("same", True) and part["action"] == match[2]
    return Inside(_ENTRY, part)


def _named(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    reading.pending["policy"].append((line, match[1]))
    return reading.put(reading.interfaces[line.scope], "policy", match[1])


_ENTRY: Table[Ios] = Table(
    [
        (r"match ip address ([\w-]\S*)", setting("list")),
        (r"set ip next-hop (\d+\.\d+\.\d+\.\d+)", setting("hop")),
        (r"description .*", noted),
        *route_policies.CLAUSES,
        (r".+", route_policies.strange),
    ]
)
RULES: list[tuple[str, Handler[Ios]]] = [(r"route-map (\S+) (permit|deny)(?: (\d{1,5}))?", _open)]
INTERFACE: list[tuple[str, Handler[Ios]]] = [(r"ip policy route-map (\S+)", _named)]


def finish(reading: Ios) -> None:
    """Put the rules together, after interfaces and tunnels."""
    maps: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for (name, number), part in sorted(reading.parts["route map"].items()):
        maps.setdefault(name, []).append((number, part))
    used = set()
    for name, fields in reading.interfaces.items():
        said = fields.get("policy")
        rules = _rules(reading, name, maps.get(said, [])) if said and not reading.fields.get("tunnels") else None
        if said and rules:
            reading.fields["policy_routes"] = [*reading.fields.get("policy_routes", ()), *rules]
            used.add(said)
    for line, said in reading.pending["policy"]:
        if said not in used:
            reading.refuse(line)
    for name, entries in maps.items():
        for _number, part in entries if name not in used else ():
            if "used" not in part:  # by BGP
                reading.refuse_part(part)


def _rules(reading: Ios, interface: str, entries: list[tuple[int, dict[str, Any]]]) -> list[PolicyRoute] | None:
    """Return the rules of a map at an interface; None where not all of it is understood."""
    found, lists = list[tuple[int, dict[str, Any]]](), list[str]()
    if interface not in reading.done:
        return None
    for place, (number, part) in enumerate(entries):
        hop = part.get("hop") if part["action"] == "permit" else None
        given = [acl.Entry("accept", "")] if "list" not in part else acl.entries(reading, part["list"])
        last = place == len(entries) - 1
        more = {"matches", "sets", "strange"} & part.keys()
        if more or not part["same"] or given is None or any(not _fits(one, last=last) for one in given):
            return None
        lists += [part["list"]] if "list" in part else []
        for one in given:
            found += (
                (number, {**fields, "next_hop": hop if one.action == "accept" else None}) for fields in _each(one)
            )
    single = len({number for number, _fields in found}) == len(found)
    told = [
        attempt(PolicyRoute, interface=interface, order=number if single else n, **fields)
        for n, (number, fields) in enumerate(found, 1)
    ]
    if not all(told) or len(told) > _MOST:
        return None
    for name in lists:
        acl.use(reading, name)
    return [rule for rule in told if rule]


def _fits(one: acl.Entry, *, last: bool) -> bool:
    plain = not (one.established or one.echo) and one.protocol in (None, "tcp", "udp", "icmp")
    return plain and (one.action == "accept" or last)


def _each(one: acl.Entry) -> Iterator[dict[str, Any]]:
    """Yield the fields of the rules that an entry is: one for each pair of ports."""
    told = ([port for run in runs for port in run] for runs in (one.from_ports, one.to_ports))
    sides: list[list[int | None]] = [[*ports] or [None] for ports in told]
    for source_port, port in product(*sides) if len(sides[0]) * len(sides[1]) <= _MOST else [(0, 0)]:
        yield {
            "source": None if one.source == acl.ANY else one.source,
            "destination": None if one.destination == acl.ANY else one.destination,
            "protocol": one.protocol, "port": port, "source_port": source_port,
        }  # fmt: skip
