"""Policy routing of USG firewalls: `policy-based-route` with rules by name, asked from the first on.

A rule says by which ports or zones packets come in, from and to which addresses and of which services; `action pbr
next-hop` sends them there, `action no-pbr` leaves them to the routing table (USG series administrator guide,
"Policy-based Routing"). Each becomes a rule of every port that it speaks of. `inventory.platforms.steered` says what is
not understood; besides, users, applications, times, tracking, egress ports, excluded and hardware addresses. All of the
block is listed then, because the order of its rules is their meaning.
"""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

from inventory.platforms import policies, steered
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table
from inventory.platforms.huawei_vrp import matching, zones
from inventory.platforms.huawei_vrp.reading import Vrp
from inventory.routeconfig import PolicyRoute

_KIND = "steering rule"
_UNHELD = ("to", "not_sources", "source_macs", "not_source_macs", "strange")


def _put(field: str, value: Any = None) -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
        line.scope["lines"].append(line)
        return reading.put(line.scope, field, match[1] if value is None else value)

    return handler


def _ports(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    line.scope["lines"].append(line)
    return reading.add(line.scope, "ports", match[1])


def _strange(_reading: Vrp, line: Line, _match: re.Match[str]) -> bool:
    """Note that a rule says more than is understood."""
    line.scope["strange"] = True
    return False


_RULE: Table[Vrp] = Table(
    [
        (r"description .+", lambda _r, _l, _m: True),
        (r"disable", _put("disabled", True)),
        (r"ingress-interface (\S+)", _ports),
        (r"action pbr next-hop (\d+\.\d+\.\d+\.\d+)", _put("hop")),
        (r"action no-pbr", _put("usual", True)),
        *matching.RULES,
        (r".+", _strange),
    ]
)


def _rule(reading: Vrp, line: Line, match: re.Match[str]) -> Inside:
    return Inside(_RULE, reading.part(_KIND, match[1], line))


_BLOCK: Table[Vrp] = Table([(r"rule name (.+)", _rule)])
RULES: list[tuple[str, Handler[Vrp]]] = [(r"policy-based-route", lambda _r, _l, _m: Inside(_BLOCK))]


def finish(reading: Vrp) -> None:
    """Put the rules together, after interfaces and tunnels, before `matching`; list all where one is not understood."""
    said = [part for part in reading.parts[_KIND].values() if not part.get("disabled")]
    told = [_told(reading, part) for part in said]
    good = [rule for some in told for rule in some or ()]
    ports = {rule.interface for rule in good}
    numbered = [
        rule.model_copy(update={"order": n})
        for port in sorted(ports)
        for n, rule in enumerate((one for one in good if one.interface == port), 1)
    ]
    fit = all(
        port in reading.done and steered.fits(reading, reading.done[port], [r for r in numbered if r.interface == port])
        for port in ports
    )
    alone = not good or "policy_routes" not in reading.fields
    if all(told) and len(good) <= steered.MOST and fit and alone:
        reading.fields["policy_routes"] = (*reading.fields.get("policy_routes", ()), *numbered)
        return
    for part in reading.parts[_KIND].values():
        reading.refuse_part(part)


def _told(reading: Vrp, part: dict[str, Any]) -> list[PolicyRoute] | None:
    """Return what a rule does at each port that it speaks of; None where not all of it is understood."""
    named = zones.interfaces(reading, part.get("from", ()))
    whole = ("hop" in part) is not ("usual" in part) and not any(part.get(field) for field in _UNHELD)
    if named is None or not whole or not matching.expand(reading, part) or (part.get("ports") and named):
        return None
    if any(service.get("icmp_echo_only") for service in policies.services(part)):
        return None
    routed = [name for name, item in reading.done.items() if item.switchport is None and item.kind != "loopback"]
    found = [
        attempt(PolicyRoute, interface=port, order=1, next_hop=part.get("hop"), **fields)
        for port in part.get("ports") or named or routed
        for fields in _each(part)
    ]
    return [rule for rule in found if rule] if all(found) else None


def _each(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    sources, destinations = (part.get(side) or [None] for side in ("sources", "destinations"))
    for source, destination, service in product(sources, destinations, policies.services(part)):
        for port in service.get("ports") or [None]:
            yield {"source": source, "destination": destination, "protocol": service.get("protocol"), "port": port}
