"""Policy routing of Comware: `policy-based-route NAME permit node N`, at a port by `ip policy-based-route NAME`.

A node whose list permits a packet sends it to its next hop; one that denies, or applies nothing, leaves it to the
routing table; what it does not take goes to the next node (H3C, layer 3 routing guide, "PBR"). Nodes that steer into
tunnels are `ipsec_reading`'s. `inventory.platforms.steered` says what is not understood; besides, a second next hop,
one that is tracked or a default one, another match, and what the device itself sends (`ip local policy-based-route`).
"""

import re
from typing import Any

from inventory.platforms import steered
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.gathering import Gathering
from inventory.platforms.h3c_comware import acl
from inventory.platforms.h3c_comware.reading import Comware


def _set(field: str) -> Handler[Comware]:
    def handler(reading: Comware, line: Line, match: re.Match[str]) -> bool:
        line.scope["lines"].append(line)
        return reading.put(line.scope, field, match[1])

    return handler


def _strange(_reading: Comware, line: Line, _match: re.Match[str]) -> bool:
    """Note that a node says more than is understood."""
    line.scope["strange"] = True
    return False


NODE: list[tuple[str, Handler[Comware]]] = [
    (r"if-match acl (?:name )?(\S+)", _set("acl")),
    (r"apply next-hop (\d+\.\d+\.\d+\.\d+)", _set("hop")),
    (r"description .*", known),
    (r".+", _strange),
]
"""lines of a node, beside that which steers into a tunnel"""
_DENY: Table[Comware] = Table(NODE)


def _denied(reading: Comware, line: Line, match: re.Match[str]) -> Inside:
    return Inside(_DENY, reading.part("deny node", match.groups(), line))


RULES: list[tuple[str, Handler[Comware]]] = [(r"policy-based-route (\S+) deny node (\d+)", _denied)]


def plain(reading: Gathering) -> bool:
    """Whether nothing is steered into tunnels, so that nodes are those of policy routing."""
    return not reading.parts["tunnel interface"] and not reading.fields.get("tunnels")


def finish(reading: Comware) -> None:
    """Put the rules together, after tunnels and interfaces; list what is not understood."""
    used: set[int] = set()
    if plain(reading):
        said = [(line, _policy(reading, name)) for line, name in reading.pending["steering"]]
        used = steered.finish(reading, said, lambda name: acl.rules(reading, name), lambda name: acl.use(reading, name))
        for line, _name in reading.pending["local steering"]:
            reading.refuse(line)
    for kind in ("node", "deny node") if plain(reading) else ("deny node",):
        for part in reading.parts[kind].values():
            if id(part) not in used:
                reading.refuse_part(part)


def _policy(reading: Comware, name: str) -> steered.Policy | None:
    """Return a policy by its name; None if there is none or it does what none of these may."""
    found: dict[int, tuple[str, dict[str, Any]]] = {}
    for kind in ("node", "deny node"):
        found |= {int(n): (kind, part) for (group, n), part in reading.parts[kind].items() if group == name}
    count = sum(group == name for kind in ("node", "deny node") for group, _n in reading.parts[kind])
    parts = [found[number] for number in sorted(found)]
    if not parts or count != len(parts) or any("to" in part or "strange" in part for _kind, part in parts):
        return None
    clauses = [
        steered.Clause((part["acl"],) if "acl" in part else (), part.get("hop") if kind == "node" else None)
        for kind, part in parts
    ]
    return steered.Policy(tuple(clauses), tuple(part for _kind, part in parts))
