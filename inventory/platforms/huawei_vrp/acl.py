"""Access lists: rules of protocol, source, destination and port, as tunnels, translations and traffic filters use them.

An access list by itself does nothing. One that nobody refers to, or whose rules the referring feature cannot hold, is
listed by all its lines.
"""

import re
from ipaddress import IPv4Network

from inventory.deviceconfig import FilterRule
from inventory.platforms.acl_rules import ANY, NUMBERS, AclRule, Grammar, run
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.huawei_vrp import words
from inventory.platforms.huawei_vrp.reading import Vrp

NAMED = {"ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "dns": 53, "tftp": 69, "www": 80, "ntp": 123,
         "snmp": 161, "snmptrap": 162, "syslog": 514, "bgp": 179, "pop3": 110}  # fmt: skip
"""ports that VRP prints by name in an access list"""
_HEAD = re.compile(
    r"rule(?: (?P<id>\d+))?(?: name \S+)? (?P<action>permit|deny)"
    r"(?: (?!source|destination|logging)(?P<protocol>[a-z]+|\d+))?",
    re.ASCII,
)
_PARTS = re.compile(
    r" (?:source (?P<source>any|\S+ \S+)|destination (?P<destination>any|\S+ \S+)"
    r"|source-port (?P<from>(?:eq \S+|range \S+ \S+))|destination-port (?P<to>(?:eq \S+|range \S+ \S+))"
    r"|(?P<echo>icmp-type (?:echo|8 0))|(?P<state>tcp-flag established)|(?P<log>logging))(?= |$)",
    re.ASCII,
)
"""what may follow in any order, each once"""
_GRAMMAR = Grammar(_HEAD, _PARTS, NAMED)


def render(number: int, rules: list[str]) -> list[str]:
    """Return the block of an advanced access list."""
    return [f"acl number {number}", *(f" rule {5 * (n + 1)} {rule}" for n, rule in enumerate(rules))]


def permit(source: IPv4Network, destination: IPv4Network) -> str:
    """Return the rule that names packets from one network to another."""
    parts = [f"source {words.wild(source)}"] if source != ANY else []
    parts += [f"destination {words.wild(destination)}"] if destination != ANY else []
    return " ".join(["permit ip", *parts])


def _open(reading: Vrp, line: Line, match: re.Match[str]) -> Inside:
    part = reading.part("acl", match[1], line)
    part.setdefault("rules", {})
    part.setdefault("names", {})
    return Inside(_ACL, part)


def entry(rule: FilterRule) -> str:
    """Return what a rule of the access-list form says, without its number."""
    parts = [
        {"accept": "permit", "drop": "deny"}[rule.action],
        NUMBERS.get(rule.protocol or "ip", rule.protocol or "ip"),
    ]
    parts += [f"source {words.wild(network)}" for network in rule.sources]
    parts += [f"source-port {run(rule.source_ports)}"] if rule.source_ports else []
    parts += [f"destination {words.wild(network)}" for network in rule.destinations]
    parts += [f"destination-port {run(rule.ports)}"] if rule.ports else []
    parts += ["icmp-type echo"] if rule.icmp_echo_only else []
    parts += ["tcp-flag established"] if rule.state else []
    return " ".join([*parts, *(["logging"] if rule.log else [])])


def _described(_reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    line.scope["names"][int(match[1])] = match[2]
    line.scope["lines"].append(line)
    return int(match[1]) in line.scope["rules"]


def _rule(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    found = _GRAMMAR.parse(line.text)
    if found is None:
        line.scope["partial"] = True
        return False
    rules: dict[int, AclRule] = line.scope["rules"]
    rules[int(found_id) if (found_id := match[1]) else 5 * (len(rules) + 1)] = found
    line.scope["lines"].append(line)
    return True


def rules(reading: Vrp, name: str) -> list[AclRule] | None:
    """Return an access list's rules in order and note that it is used; None if not all of it is understood."""
    part = reading.parts["acl"].get(name)
    if part is None or part.get("partial"):
        return None
    return [part["rules"][number] for number in sorted(part["rules"])]


def names(reading: Vrp, name: str) -> list[str]:
    """Return the descriptions of an access list's rules in order, empty for none."""
    part = reading.parts["acl"][name]
    return [part["names"].get(number, "") for number in sorted(part["rules"])]


def use(reading: Vrp, name: str) -> None:
    """Note that what an access list says is in the model."""
    reading.parts["acl"][name]["used"] = True


_ACL: Table[Vrp] = Table(
    [
        (r"rule (\d+) description (.+)", _described),
        (r"rule(?: (\d+))? .+", _rule),
        (r"description .+", known),
        (r"step 5", known),
    ]
)
RULES: list[tuple[str, Handler[Vrp]]] = [
    (r"acl (?:number )?(\d{4,5})", _open),
    (r"acl name (\S+)(?: advance\S*| basic| \d+)?", _open),
]


def finish(reading: Vrp) -> None:
    """List the access lists that nobody uses; last of all."""
    for part in reading.parts["acl"].values():
        if "used" not in part:
            reading.refuse_part(part)
