"""Access lists of IPv6 on VRP and Comware, which say them in nearly the same words.

`acl ipv6 ...` with rules of protocol, source, destination and ports in any order, at a routed port by `traffic-filter`
(VRP; switches say `acl ipv6 X`, AR routers `ipv6 acl X`) or `packet-filter ipv6` (Comware). Such a list judges what is
for the device and what passes through it, keeps no state, and lets pass what none of its rules names: it is read with a
rule `open` that says so, as one of IPv4 is. It is read, not written. Listed: a rule that says more (fragments, times,
single messages of ICMPv6 but the echo request), a list at a switched port or beside a security policy (which judges
IPv6 itself), a list that nobody uses. Sources: the vendors' command references, `acl ipv6`, `rule (IPv6)`,
`traffic-filter`, `packet-filter`.
"""

import re
from collections.abc import Mapping

from inventory.deviceconfig import FilterRule
from inventory.platforms import access_lists, outward
from inventory.platforms.acl_rules import Grammar
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.gathering import Gathering

OPEN = "open"
"""the name of the rule that says that a list lets pass what is left"""
_PROTOCOLS: dict[str, str | None] = {
    "ipv6": None, "tcp": "tcp", "udp": "udp", "icmpv6": "icmpv6", "ospf": "ospf", "ipv6-esp": "esp",
    "6": "tcp", "17": "udp", "58": "icmpv6", "50": "esp", "89": "ospf", "112": "vrrp",
}  # fmt: skip
_NET = r"any|[0-9A-Fa-f:.]+(?:/| )\d{1,3}"
_HEAD = re.compile(
    r"rule(?: (?P<id>\d{1,10}))?(?: name \S+)? (?P<action>permit|deny)"
    r"(?: (?!source |destination |logging|counting)(?P<protocol>[a-z0-9-]+))?",
    re.ASCII,
)
_PARTS = re.compile(
    rf" (?:source (?P<source>{_NET})|destination (?P<destination>{_NET})"
    r"|source-port (?P<from>eq \S+|range \S+ \S+)|destination-port (?P<to>eq \S+|range \S+ \S+)"
    r"|icmp6-type (?P<echo>echo-request|128 0)|(?:tcp-flag )?(?P<state>established)|(?P<log>logging)"
    r"|(?P<count>counting))(?= |$)",
    re.ASCII,
)
_LIST = "acl6"


def grammar(ports: Mapping[str, int]) -> Grammar:
    """Return how rules are read, where ports have names."""
    return Grammar(_HEAD, _PARTS, ports)


def rule(words: Grammar, text: str) -> FilterRule | None:
    """Return what a line `rule ...` says, of no interface yet; None where it says more than this can hold."""
    head = words.head.match(text)
    parts = words.clauses(text[head.end() :]) if head else None
    if head is None or parts is None:
        return None
    said = head["protocol"] or "ipv6"
    source_ports, ports = words.ports_of(parts.get("from")), words.ports_of(parts.get("to"))
    if said not in _PROTOCOLS or source_ports is None or ports is None or not _fits(_PROTOCOLS[said], parts):
        return None
    return attempt(
        FilterRule, action="accept" if head["action"] == "permit" else "drop", name="entry",
        state="established" if "state" in parts else None, protocol=_PROTOCOLS[said],
        sources6=_nets(parts.get("source")), destinations6=_nets(parts.get("destination")),
        ports=ports, source_ports=source_ports, icmp_echo_only="echo" in parts, log="log" in parts,
    )  # fmt: skip


def _fits(protocol: str | None, parts: Mapping[str, str]) -> bool:
    """Whether a rule asks only what packets of its protocol have."""
    ported = protocol in ("tcp", "udp") or not {"from", "to"} & parts.keys()
    return ported and ("echo" not in parts or protocol == "icmpv6") and ("state" not in parts or protocol == "tcp")


def _nets(said: str | None) -> tuple[str, ...]:
    net = (said or "any").replace(" ", "/")
    return () if net in ("any", "::/0") else (net,)


def rules(words: Grammar, *heads: str) -> list[tuple[str, Handler[Gathering]]]:
    """Return the lines of lists at the top; each head is a pattern with the list's name or number as its group."""
    table: Table[Gathering] = Table(
        [
            (r"rule (\d{1,10}) (?:comment|description) (.+)", _named),
            (r"rule(?: (\d{1,10}))?(?: name \S+)? (?:permit|deny)(?: .+)?", _taking(words)),
            (r"description .+", known),
            (r"step \d+", known),
        ]
    )

    def opened(reading: Gathering, line: Line, match: re.Match[str]) -> Inside:
        part = reading.part(_LIST, match[1], line)
        part.setdefault("rules", {})
        part.setdefault("names", {})
        return Inside(table, part)

    return [(head, opened) for head in heads]


def _taking(words: Grammar) -> Handler[Gathering]:
    def take(_reading: Gathering, line: Line, match: re.Match[str]) -> bool:
        part = line.scope
        number = int(match[1]) if match[1] else 5 * (max(part["rules"], default=0) // 5 + 1)
        found = rule(words, line.text)
        if found is None or number in part["rules"]:
            part["partial"] = True
            return False
        part["rules"][number] = found
        part["lines"].append(line)
        return True

    return take


def _named(_reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    line.scope["names"][int(match[1])] = re.sub(r"[^a-z0-9-]+", "-", match[2].lower(), flags=re.ASCII)[:60]
    line.scope["lines"].append(line)
    return True


def binding(name: int, way: int) -> Handler[Gathering]:
    """Return the handler of the line that binds a list to a port; by which groups it names the list and the way."""

    def bind(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
        reading.pending[f"{_LIST} {match[way]}"].append((line, match[name]))
        return True

    return bind


def finish(reading: Gathering) -> None:
    """Put the filters of IPv6 together, after the interfaces, the filters of IPv4 and `six`."""
    stateful = any(not item.stateless for item in reading.fields.get("filters", ()))
    ways: dict[str, dict[str, tuple[FilterRule, ...]]] = {}
    for way in ("inbound", "outbound"):
        ways[way] = {}
        for line, name in reading.pending[f"{_LIST} {way}"]:
            found = None if stateful or line.scope in ways[way] else _bound(reading, line.scope, name)
            if found is None:
                reading.refuse(line)
            else:
                ways[way][line.scope] = found
    filters = outward.filters(ways["inbound"], ways["outbound"])
    if filters is None:
        for line, _name in reading.pending[f"{_LIST} outbound"]:
            reading.refuse(line)
    reading.fields["filters6"] = access_lists.filters(ways["inbound"]) if filters is None else filters
    for part in reading.parts[_LIST].values():
        if "used" not in part:
            reading.refuse_part(part)


def _bound(reading: Gathering, port: str, name: str) -> tuple[FilterRule, ...] | None:
    """Return the rules of a list at a port, to their end; None where not all of it can be held."""
    part, item = reading.parts[_LIST].get(name), reading.done.get(port)
    if part is None or part.get("partial") or item is None or item.switchport or item.kind == "loopback":
        return None
    part["used"] = True
    given = [_called(part["rules"][n], port, part["names"].get(n) or _label(name)) for n in sorted(part["rules"])]
    last = access_lists.rest(port)
    if given and given[-1].model_copy(update={"name": last.name}) == last:
        return (*given[:-1], last)
    return (*given, last.model_copy(update={"action": "accept", "name": OPEN}), last)


def _called(one: FilterRule, port: str, name: str) -> FilterRule:
    label = f"{name}-" if name == access_lists.REST else name
    return one.model_copy(update={"in_interfaces": (port,), "name": label})


def _label(name: str) -> str:
    return re.sub(r"[^a-z0-9-]+", "-", f"acl-{name.lower()}", flags=re.ASCII)[:60]
