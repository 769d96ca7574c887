"""Address translation at the interface: `nat outbound` with an access list, `nat server` for what is published.

Of several `nat outbound` lines of an interface the one with the higher list is asked first, so the lists are numbered
downwards from 3999 in the order of the rules; the list's description is the rule's name. A line of `nat server` is
called by the place of its rule, the line's own and the rule's name, and says one address and one run of ports.
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address
from itertools import product
from typing import Any

from inventory.deviceconfig import DeviceConfig, NatRule
from inventory.platforms import access_lists, acl_rules
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table
from inventory.platforms.h3c_comware import acl, words
from inventory.platforms.h3c_comware.reading import Comware

FIRST_ACL = 3999
_OURS = re.compile(r"(\d{1,3})-(\d{1,3})-([a-z0-9-]{1,40})", re.ASCII)


def sources(config: DeviceConfig) -> list[NatRule]:
    """Return the rules that hide sources, in order."""
    return [rule for rule in config.nat if rule.kind == "source"]


def pools(config: DeviceConfig) -> list[IPv4Address]:
    """Return the addresses to hide behind, in the order of their groups."""
    return sorted({rule.to for rule in sources(config) if rule.to})


def render_acls(config: DeviceConfig) -> list[list[str]]:
    """Return the access lists that say which packets are translated."""
    return [
        acl.render(str(FIRST_ACL - n), _matches(rule), about=rule.name)
        for n, rule in reversed(list(enumerate(sources(config))))
    ]


def _matches(rule: NatRule) -> Iterator[str]:
    anywhere, runs = (acl_rules.ANY,), access_lists.runs(rule.ports)
    sides = product(rule.sources or anywhere, rule.destinations or anywhere, runs)
    for source, destination, ports in sides:
        yield acl.permit(source, destination, rule.protocol, ports)


def render_pools(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the groups of addresses to hide behind."""
    return [[f"nat address-group {n}", f" address {to} {to}"] for n, to in enumerate(pools(config), 1)]


def render_interface(config: DeviceConfig, name: str) -> list[str]:
    """Return the lines of an interface."""
    groups = {to: f" address-group {n}" for n, to in enumerate(pools(config), 1)}
    lines = [
        f"nat outbound {FIRST_ACL - n}{groups[rule.to] if rule.to else ''}"
        for n, rule in enumerate(sources(config))
        if rule.interface == name
    ]
    published = [rule for rule in config.nat if rule.kind == "destination"]
    for place, rule in enumerate(published, 1):
        lines += _servers(place, rule) if rule.interface == name else []
    return lines


def _servers(place: int, rule: NatRule) -> Iterator[str]:
    pairs = product(rule.destinations, access_lists.runs(rule.ports))
    protocol = f"protocol {rule.protocol} " if rule.protocol else ""
    for n, (outside, ports) in enumerate(pairs, 1):
        text = "".join(f" {port}" for port in sorted({ports[0], ports[-1]})) if ports else ""
        sides = f"global {outside.network_address}{text} inside {rule.to}{text}"
        yield f"nat server {protocol}{sides} rule {place}-{n}-{rule.name}"


def _group(reading: Comware, line: Line, match: re.Match[str]) -> Inside:
    return Inside(_GROUP, reading.part("pool", match[1], line))


def _section(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    line.scope["lines"].append(line)
    return match[1] == match[2] and reading.put(line.scope, "address", match[1])


def _outbound(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    reading.pending["outbound"].append((line, match.group(1, 2)))
    return True


def _server(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    outside, inside = match["outside"], match["inside"]
    ports = _run(match["ports"], match["protocol"])
    same = _run(match["to_ports"], match["protocol"]) == ports or match["to_ports"] is None
    addressed = words.address(outside) is not None and words.address(inside) is not None
    if ports is None or not same or not addressed:
        return False
    said = {"protocol": match["protocol"], "outside": outside, "ports": ports, "to": inside, "interface": line.scope}
    reading.pending["server"].append((line, said | {"name": match["rule"] or ""}))
    return True


def _run(text: str | None, protocol: str | None) -> tuple[int, ...] | None:
    """Return the ports of `80` or `80 90`; None if they are none, or have no protocol."""
    if text is None:
        return ()
    found = [acl.GRAMMAR.port(word) for word in text.split()]
    return tuple(range(found[0], found[-1] + 1)) if protocol and 1 <= found[0] <= found[-1] else None


_GROUP: Table[Comware] = Table([(r"address (\S+) (\S+)", _section)])
RULES: list[tuple[str, Handler[Comware]]] = [(r"nat address-group (\d+)", _group)]
INTERFACE: list[tuple[str, Handler[Comware]]] = [
    (r"nat outbound(?: (?:name )?(?!address-group)(\S+))?(?: address-group (\d+))?", _outbound),
    (
        r"nat server (?:protocol (?P<protocol>tcp|udp) )?global (?P<outside>\d\S+)(?P<ports>(?: (?!inside)\w+){1,2})? "
        r"inside (?P<inside>\d\S+)(?P<to_ports>(?: (?!rule)\w+){1,2})?(?: rule (?P<rule>\S+))?",
        _server,
    ),
]
"""lines of an interface's block"""


def finish(reading: Comware) -> None:
    """Put the rules together, destination rules first as a packet meets them."""
    rules = [*_published(reading), *_hidden(reading)]
    reading.fields["nat"] = tuple(rules)
    for pool in reading.parts["pool"].values():
        if "used" not in pool:
            reading.refuse_part(pool)


def _published(reading: Comware) -> Iterator[NatRule]:
    """Yield a rule for the lines that we wrote for one, and for each other line."""
    found: dict[tuple[int, str, str], list[tuple[Line, dict[str, Any]]]] = {}
    for n, (line, said) in enumerate(reading.pending["server"]):
        match = _OURS.fullmatch(said["name"])
        key = (int(match[1]), match[3], said["interface"]) if match else (1000 + n, "", said["interface"])
        found.setdefault(key, []).append((line, said))
    for (_, name, interface), lines in sorted(found.items(), key=lambda item: item[0][0]):
        rule = _one(name or _slug(lines[0][1]["name"]), interface, [said for _, said in lines])
        if rule:
            yield rule
        else:
            for line, _ in lines:
                reading.refuse(line)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9-]+", "-", text.lower())[:60] or "nat-server"


def _one(name: str, interface: str, lines: list[dict[str, Any]]) -> NatRule | None:
    """Return the rule that lines are; None if they are no product of addresses and ports."""
    outside, ports = {said["outside"] for said in lines}, {said["ports"] for said in lines}
    if len({(said["protocol"], said["to"]) for said in lines}) > 1 or len(lines) != len(outside) * len(ports):
        return None
    return attempt(
        NatRule,
        kind="destination",
        name=name,
        interface=interface,
        destinations=sorted(outside, key=IPv4Address),
        protocol=lines[0]["protocol"],
        ports=sorted(port for run in ports for port in run),
        to=lines[0]["to"],
    )


def _hidden(reading: Comware) -> Iterator[NatRule]:
    """Yield the rules that hide sources: those with the higher list first, those without a list last."""
    asked = sorted(reading.pending["outbound"], key=lambda item: _rank(item[1][0]))
    for line, (name, pool) in asked:
        rule = _of_acl(reading, line, name, pool)
        if rule:
            yield rule
        else:
            reading.refuse(line)


def _rank(name: str | None) -> tuple[int, int, str]:
    if name is None:
        return (2, 0, "")
    return (0, -int(name), "") if re.fullmatch(r"\d{4}", name, re.ASCII) else (1, 0, name)


def _of_acl(reading: Comware, line: Line, name: str | None, pool: str | None) -> NatRule | None:
    to = reading.parts["pool"].get(pool, {}).get("address", "?") if pool else None
    fields = _named_packets(reading, name) if name else {}
    if fields is None:
        return None
    label = (acl.description(reading, name) if name else "") or f"acl-{name or 'any'}"
    found = attempt(NatRule, kind="source", name=_slug(label), interface=line.scope, to=to, **fields)
    if found and name:
        acl.use(reading, name)
    if found and pool:
        reading.parts["pool"][pool]["used"] = True
    return found


def _named_packets(reading: Comware, name: str) -> dict[str, Any] | None:
    """Return what an access list names as the fields of one rule; None if it is no product of them."""
    rules = acl.rules(reading, name)
    if not rules or any(r.action == "drop" or r.source_ports or r.echo or r.established or r.log for r in rules):
        return None
    sides = {(r.source, r.destination, r.ports) for r in rules}
    from_, to, ports = ({side[n] for side in sides} for n in range(3))
    protocols = {r.protocol for r in rules}
    if len(protocols) > 1 or len(sides) != len(from_) * len(to) * len(ports) or len(sides) != len(rules):
        return None
    return {
        "sources": _unless_any(from_),
        "destinations": _unless_any(to),
        "protocol": protocols.pop(),
        "ports": sorted({port for run in ports for port in run}),
    }


def _unless_any(networks: set[Any]) -> list[Any]:
    return [] if networks == {acl_rules.ANY} else sorted(networks)
