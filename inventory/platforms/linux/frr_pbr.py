"""Policy routing as pbrd reads it (FRR's manual, "PBR"): a `pbr-map` for each in interface, one entry a rule.

pbrd makes of an entry a rule of the kernel for packets that come in by the interface (`ip rule ... iif`), asked before
the main table and after that of the device's own addresses; while the next hop cannot be reached its table is empty,
and the next entry is asked, as it is after `set vrf unchanged` where the main table has no route. Ports never come into
kernel's rule (seen of FRR 8.4.4: `match dst-port` is shown as installed, and all ports are taken), so no entry with a
port is written, and one that has any is unparsed. Such rules bear the protocol of zebra, so they are not taken for
somebody's own. A map that no interface names, an entry that matches marks or sets anything else is unparsed.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.frr_tree import PBRD, Line, Tree, add
from inventory.platforms.linux.text import attempt
from inventory.routeconfig import PolicyRoute

LAST = 700
"""the highest number of an entry that pbrd takes"""
AS_USUAL = "set vrf unchanged"
_ENTRY = re.compile(r"pbr-map (\S+) seq (\d+)")
_CLAUSES = {
    r"match src-ip (\d\S+)": "source",
    r"match dst-ip (\d\S+)": "destination",
    r"match ip-protocol (tcp|udp)": "protocol",
    r"set nexthop (\d\S+)": "next_hop",
}


def to_tree(rules: tuple[PolicyRoute, ...], tree: Tree) -> None:
    """Add the lines of the rules, and of the interfaces where they apply."""
    for rule in rules:
        add(tree, f"interface {rule.interface}", f"pbr-policy {_map(rule)}")
        add(tree, f"pbr-map {_map(rule)} seq {rule.order}", *_clauses(rule))


def _map(rule: PolicyRoute) -> str:
    return f"in-{rule.interface}"


def _clauses(rule: PolicyRoute) -> Iterator[str]:
    if rule.source is not None:
        yield f"match src-ip {rule.source}"
    if rule.destination is not None:
        yield f"match dst-ip {rule.destination}"
    if rule.protocol is not None:
        yield f"match ip-protocol {rule.protocol}"
    yield AS_USUAL if rule.next_hop is None else f"set nexthop {rule.next_hop}"


class PbrReading:
    """Takes lines one by one; `finish` puts them together."""

    def __init__(self) -> None:
        self._maps: defaultdict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
        self._on: dict[str, str] = {}
        self._ends: set[tuple[str, int]] = set()
        self._lines: defaultdict[str, list[Line]] = defaultdict(list)

    def takes(self, line: Line) -> bool:
        """Return whether a line is about policy routing at all."""
        return line.context.startswith("pbr-map ") or line.text.startswith("pbr-policy ")

    def take(self, line: Line) -> bool:
        """Return whether a line is understood."""
        if line.context.startswith("interface "):
            name = line.context.removeprefix("interface ")
            policy = line.text.removeprefix("pbr-policy ")
            return self._on.setdefault(name, policy) == policy
        match = _ENTRY.fullmatch(line.context)
        if match is None:
            return False
        self._lines[match[1]].append(line)
        entry = self._maps[match[1]].setdefault(int(match[2]), {})
        return not line.text or self._clause(entry, (match[1], int(match[2])), line.text)

    def _clause(self, entry: dict[str, Any], which: tuple[str, int], text: str) -> bool:
        if text == AS_USUAL or text.startswith("set nexthop "):
            if which in self._ends:
                return False
            self._ends.add(which)
        if text == AS_USUAL:
            return True
        for pattern, name in _CLAUSES.items():
            if match := re.fullmatch(pattern, text):
                return bool(entry.setdefault(name, match[1]) == match[1])
        return False

    def finish(self, draft: Draft) -> None:
        """Put the rules into the draft; an entry that sets nothing routes nothing, and is unparsed."""
        for name, policy in self._on.items():
            if policy not in self._maps:
                draft.refuse(PBRD, 0, f"interface {name}: pbr-policy {policy}")
            for order, fields in self._maps.get(policy, {}).items():
                rule = attempt(PolicyRoute, interface=name, order=order, **fields)
                if rule is None or (policy, order) not in self._ends or order > LAST:
                    draft.refuse(PBRD, 0, f"pbr-map {policy} seq {order}")
                else:
                    draft.append("policy_routes", rule)
        for policy, lines in self._lines.items():
            if policy not in self._on.values():
                for line in lines:
                    draft.refuse(PBRD, line.number, f"{line.context}: {line.text}")
