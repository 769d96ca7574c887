"""Access lists: rules of protocol, source, destination and ports, as filters, tunnels and translations use them.

An access list by itself does nothing. One that nobody refers to, or whose rules the referring feature cannot hold, is
listed by all its lines. What follows a rule's protocol is read in any order; `rule N comment` is the rule's name.
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Network

from inventory.deviceconfig import FilterRule
from inventory.platforms.acl_rules import ANY, NUMBERS, AclRule, Grammar, run
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.h3c_comware import words
from inventory.platforms.h3c_comware.reading import Comware

_TCP = {
    "ftp-data": 20, "ftp": 21, "telnet": 23, "smtp": 25, "time": 37, "whois": 43, "tacacs": 49, "domain": 53,
    "gopher": 70, "finger": 79, "www": 80, "pop2": 109, "pop3": 110, "sunrpc": 111, "nntp": 119, "bgp": 179, "irc": 194,
    "login": 513, "cmd": 514, "lpd": 515,
}  # fmt: skip
_UDP = {
    "tacacs-ds": 65, "dns": 53, "bootps": 67, "bootpc": 68, "tftp": 69, "sunrpc": 111, "ntp": 123, "netbios-ns": 137,
    "netbios-dgm": 138, "netbios-ssn": 139, "snmp": 161, "snmptrap": 162, "xdmcp": 177, "syslog": 514, "rip": 520,
}  # fmt: skip
_NAMES = {"tcp": _TCP, "udp": _UDP}
NAMED = _TCP | _UDP | {"ssh": 22}
"""ports that Comware prints by name in an access list"""
_HEAD = re.compile(
    r"rule (?P<id>\d{1,5} )?(?P<action>permit|deny)(?: (?!source |destination )(?P<protocol>[a-z]+|\d{1,3}))?", re.ASCII
)
_PARTS = re.compile(
    r" (?:source (?P<source>any|\S+ \S+)|destination (?P<destination>any|\S+ \S+)"
    r"|source-port (?P<from>eq \S+|range \S+ \S+)|destination-port (?P<to>eq \S+|range \S+ \S+)"
    r"|icmp-type (?P<echo>echo|8 0)|(?P<state>established)|(?P<log>logging)|(?P<count>counting))(?= |$)",
    re.ASCII,
)
GRAMMAR = Grammar(_HEAD, _PARTS, NAMED)


def permit(
    source: IPv4Network = ANY, destination: IPv4Network = ANY, protocol: str | None = None, ports: tuple[int, ...] = ()
) -> str:
    """Return a rule that names packets from one network to another, to one run of ports."""
    parts = [f"permit {protocol or 'ip'}"]
    parts += [f"source {words.wild(source)}"] if source != ANY else []
    parts += [f"destination {words.wild(destination)}"] if destination != ANY else []
    return " ".join([*parts, *([f"destination-port {_run(ports, protocol)}"] if ports else [])])


def entry(rule: FilterRule) -> str:
    """Return what a rule of the access-list form says, without its number."""
    protocol = rule.protocol or "ip"
    parts = [{"accept": "permit", "drop": "deny"}[rule.action], NUMBERS.get(protocol, protocol)]
    parts += [f"source {words.wild(item)}" for item in rule.sources]
    parts += [f"destination {words.wild(item)}" for item in rule.destinations]
    parts += [f"source-port {_run(rule.source_ports, protocol)}"] if rule.source_ports else []
    parts += [f"destination-port {_run(rule.ports, protocol)}"] if rule.ports else []
    parts += ["icmp-type echo"] if rule.icmp_echo_only else []
    parts += ["established"] if rule.state else []
    return " ".join([*parts, *(["logging"] if rule.log else [])])


def _run(ports: tuple[int, ...], protocol: str | None) -> str:
    """Return a run of ports as an access list prints it: one port by its name, if it has one."""
    names = {number: name for name, number in _NAMES.get(protocol or "", {}).items()}
    return f"eq {names.get(ports[0], ports[0])}" if len(ports) == 1 else run(ports)


def render(name: str, rules: Iterable[str], comments: Iterable[str] = (), about: str = "") -> list[str]:
    """Return the block of an advanced access list; a comment names the rule in the same place."""
    names = list(comments)
    lines = [f" description {about}"] if about else []
    for n, rule in enumerate(rules):
        lines.append(f" rule {5 * n} {rule}")
        lines += [f" rule {5 * n} comment {names[n]}"] if names else []
    return [f"acl advanced {name}", *lines]


def _open(reading: Comware, line: Line, match: re.Match[str]) -> Inside:
    part = reading.part("acl", match[1], line)
    part.setdefault("rules", {})
    part.setdefault("names", {})
    return Inside(_ACL, part)


def _rule(_reading: Comware, line: Line, match: re.Match[str]) -> bool:
    found, part = GRAMMAR.parse(line.text), line.scope
    number = int(match[1]) if match[1] else 5 * (max(part["rules"], default=-5) // 5 + 1)
    if found is None or number in part["rules"]:
        part["partial"] = True
        return False
    part["rules"][number] = found
    part["lines"].append(line)
    return True


def _comment(_reading: Comware, line: Line, match: re.Match[str]) -> bool:
    line.scope["names"][int(match[1])] = match[2]
    line.scope["lines"].append(line)
    return True


def _described(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    line.scope["lines"].append(line)
    return reading.put(line.scope, "description", match[1])


def rules(reading: Comware, name: str) -> list[AclRule] | None:
    """Return an access list's rules in order; None if not all of it is understood."""
    part = reading.parts["acl"].get(name)
    if part is None or part.get("partial"):
        return None
    return [part["rules"][number] for number in sorted(part["rules"])]


def comments(reading: Comware, name: str) -> list[str]:
    """Return the comments of an access list's rules in order, empty for none."""
    part = reading.parts["acl"][name]
    return [part["names"].get(number, "") for number in sorted(part["rules"])]


def description(reading: Comware, name: str) -> str | None:
    """Return the description of an access list, or None."""
    found: str | None = reading.parts["acl"].get(name, {}).get("description")
    return found


def use(reading: Comware, name: str) -> None:
    """Note that what an access list says is in the model."""
    reading.parts["acl"][name]["used"] = True


_ACL: Table[Comware] = Table(
    [
        (r"rule (\d{1,5}) comment (.+)", _comment),
        (r"rule (?:(\d{1,5}) )?(?:permit|deny)(?: .+)?", _rule),
        (r"description (.+)", _described),
        (r"step \d+", known),
    ]
)
RULES: list[tuple[str, Handler[Comware]]] = [
    (r"acl (?:advanced|basic|number) (\d{4})", _open),
    (r"acl (?:advanced|basic) name (\S+)", _open),
    (r"acl (?:advanced |basic |number )\d{4} name (\S+)", _open),
]


def finish(reading: Comware) -> None:
    """List the access lists that nobody uses; last of all."""
    for part in reading.parts["acl"].values():
        if "used" not in part:
            reading.refuse_part(part)
        stray = part["names"].keys() - part["rules"].keys()
        for line in part["lines"]:
            words_ = line.text.split(" ")
            if "used" in part and words_[2:3] == ["comment"] and int(words_[1]) in stray:
                reading.refuse(line)
