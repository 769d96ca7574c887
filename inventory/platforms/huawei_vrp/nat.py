"""Address translation as one `nat-policy`: source rules by the interface they leave, destination rules by the zone
they come from.

What older texts say at an interface (`nat outbound`, `nat server`) is read as the same rules; it is not written.
"""

import re
from typing import Any

from inventory.deviceconfig import DeviceConfig, NatRule
from inventory.platforms import acl_rules, policies
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table
from inventory.platforms.huawei_vrp import acl, matching, zones
from inventory.platforms.huawei_vrp.reading import Vrp

_OURS = re.compile(r"(?:source|destination)-\d+")


def render(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the address pools and the policy."""
    if not config.nat:
        return []
    pools = sorted({rule.to for rule in config.nat if rule.kind == "source" and rule.to})
    blocks = [
        [f"nat address-group {_pool(address)} {n}", " mode pat", f" section 0 {address} {address}"]
        for n, address in enumerate(pools)
    ]
    lines = [line for n, rule in enumerate(config.nat, 1) for line in _rule(n, rule)]
    return [*blocks, ["nat-policy", *lines]]


def _pool(address: object) -> str:
    return f"to-{address}"


def _rule(n: int, rule: NatRule) -> list[str]:
    lines = [f"description {rule.name}"]
    if rule.interface:
        zone = f"source-zone {zones.zone(rule.interface)}"
        lines.append(f"egress-interface {rule.interface}" if rule.kind == "source" else zone)
    lines += matching.addresses("source-address", rule.sources)
    lines += matching.addresses("destination-address", rule.destinations)
    lines += matching.service(rule.protocol, rule.ports)
    if rule.kind == "destination":
        lines.append(f"action destination-nat static address-to-address address {rule.to}")
    else:
        lines.append(f"action source-nat {f'address-group {_pool(rule.to)}' if rule.to else 'easy-ip'}")
    return [f" rule name {rule.kind}-{n}", *(f"  {line}" for line in lines)]


def _open_rule(reading: Vrp, line: Line, match: re.Match[str]) -> Inside:
    return Inside(_RULE, reading.part("nat rule", match[1], line))


def _put(field: str, value: Any = None) -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
        line.scope["lines"].append(line)
        return reading.put(line.scope, field, match[1] if value is None else value)

    return handler


def _group(reading: Vrp, line: Line, match: re.Match[str]) -> Inside:
    return Inside(_GROUP, reading.part("pool", match[1], line))


def _section(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    line.scope["lines"].append(line)
    return match[1] == (match[2] or match[1]) and reading.put(line.scope, "address", match[1])


def _outbound(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    reading.pending["outbound"].append((line, match.group(1, 2)))
    return True


def _server(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    protocol, outside, port, inside, to_port = match.groups()
    rule = attempt(
        NatRule,
        kind="destination",
        name="nat-server",
        interface=line.scope,
        destinations=(outside,),
        protocol=protocol,
        ports=(_port(port),) if port else (),
        to=inside,
    )
    return rule is not None and to_port in (port, None) and reading.add(reading.fields, "nat server", rule)


def _port(text: str) -> int:
    return int(text) if text.isdecimal() else {"www": 80, "ftp": 21, "telnet": 23, "ssh": 22}.get(text, 0)


_RULE: Table[Vrp] = Table(
    [
        (r"description (.+)", _put("description")),
        (r"egress-interface (\S+)", _put("egress")),
        (r"action source-nat easy-ip", _put("action", "easy-ip")),
        (r"action source-nat address-group (\S+)", _put("pool")),
        (r"action destination-nat static address-to-address address (\S+)", _put("to")),
        (r"action nat easy-ip", _put("action", "easy-ip")),
        *matching.RULES,
    ]
)
_POLICY: Table[Vrp] = Table([(r"rule name (.+)", _open_rule)])
_GROUP: Table[Vrp] = Table([(r"mode pat", _put("mode", "pat")), (r"section (?:\d+ )?(\S+)(?: (\S+))?", _section)])
RULES: list[tuple[str, Handler[Vrp]]] = [
    (r"nat-policy", lambda _r, _l, _m: Inside(_POLICY)),
    (r"nat address-group (\S+)(?: \d+)?", _group),
]
INTERFACE: list[tuple[str, Handler[Vrp]]] = [
    (r"nat outbound (\d{4})(?: interface (\S+))?", _outbound),
    (
        r"nat server protocol (tcp|udp) global (\d\S+)(?: (\w+))? inside (\d\S+)(?: (\w+))?",
        _server,
    ),
]


def finish(reading: Vrp) -> None:
    """Put the rules together, destination rules first as a packet meets them."""
    rules = list(reading.fields.pop("nat server", ()))
    for part in reading.parts["nat rule"].values():
        found = _rules(reading, part)
        if found is None:
            reading.refuse_part(part)
        rules += found or ()
    for line, (name, _) in reading.pending["outbound"]:
        outbound = _of_acl(reading, line, name)
        if outbound is None:
            reading.refuse(line)
        rules += outbound or ()
    reading.fields["nat"] = tuple(rules)
    for pool in reading.parts["pool"].values():
        if "used" not in pool:
            reading.refuse_part(pool)


def _rules(reading: Vrp, part: dict[str, Any]) -> list[NatRule] | None:
    destination = "to" in part
    interface = _side(reading, part, destination)
    if interface is None or "not_sources" in part or not matching.expand(reading, part):
        return None
    to = part.get("to")
    if "pool" in part:
        pool = reading.parts["pool"].get(part["pool"], {})
        to, pool["used"] = pool.get("address", "?"), True
    elif not destination and "action" not in part:
        return None
    found = []
    for service in policies.services(part):
        fields = {k: v for k, v in service.items() if k != "icmp_echo_only"}
        kind = "destination" if destination else "source"
        named = re.sub(r"[^a-z0-9-]+", "-", part.get("description", "nat").lower())[:60]
        sides = {"sources": part.get("sources", ()), "destinations": part.get("destinations", ())}
        found.append(attempt(NatRule, kind=kind, name=named, interface=interface, to=to, **sides, **fields))
    return [rule for rule in found if rule] if all(found) else None


def _side(reading: Vrp, part: dict[str, Any], destination: bool) -> str | None:
    """Return the interface that a rule speaks of, empty for any; None if it is not just one."""
    if not destination:
        return str(part.get("egress", "")) if not {"from", "to"} & part.keys() else None
    if "egress" in part or "to_zone" in part:
        return None
    members = zones.interfaces(reading, part.get("from", ()))
    return None if members is None or len(members) > 1 else next(iter(members), "")


def _of_acl(reading: Vrp, line: Line, name: str) -> list[NatRule] | None:
    rules = acl.rules(reading, name)
    plain = rules and all(r.action == "accept" and r.plain and r.destination == acl_rules.ANY for r in rules)
    if not plain or rules is None:
        return None
    acl.use(reading, name)
    sources = sorted({r.source for r in rules if r.source != acl_rules.ANY})
    wide = any(r.source == acl_rules.ANY for r in rules)
    found = attempt(NatRule, kind="source", name=f"acl-{name}", interface=line.scope, sources=() if wide else sources)
    return [found] if found else None
