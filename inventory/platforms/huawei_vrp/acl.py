"""Access lists: rules of protocol, source, destination and port, as tunnels, translations and traffic filters use them.

An access list by itself does nothing. One that nobody refers to, or whose rules the referring feature cannot hold, is
listed by all its lines.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network

from inventory.deviceconfig import FilterRule
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.huawei_vrp import words
from inventory.platforms.huawei_vrp.reading import Vrp

ANY = IPv4Network("0.0.0.0/0")
PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "50": "esp", "112": "vrrp", "89": "ospf"}
_WORDS = {"esp": "50", "vrrp": "112"}
"""protocols that have no word here"""
_NAMED = {"ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "dns": 53, "tftp": 69, "www": 80, "ntp": 123,
          "snmp": 161, "snmptrap": 162, "syslog": 514, "bgp": 179, "pop3": 110}  # fmt: skip
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


@dataclass(frozen=True)
class AclRule:
    """One rule; ANY is any address."""

    action: str
    protocol: str | None
    source: IPv4Network
    destination: IPv4Network
    ports: tuple[int, ...]
    from_ports: tuple[int, ...]
    echo: bool
    established: bool
    log: bool
    line: Line

    @property
    def plain(self) -> bool:
        """Whether it names whole packets by their networks alone."""
        return self.protocol is None and not (self.ports or self.from_ports or self.echo or self.established)


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
        _WORDS.get(rule.protocol or "ip", rule.protocol or "ip"),
    ]
    parts += [f"source {words.wild(network)}" for network in rule.sources]
    parts += [f"source-port {_run(rule.source_ports)}"] if rule.source_ports else []
    parts += [f"destination {words.wild(network)}" for network in rule.destinations]
    parts += [f"destination-port {_run(rule.ports)}"] if rule.ports else []
    parts += ["icmp-type echo"] if rule.icmp_echo_only else []
    parts += ["tcp-flag established"] if rule.state else []
    return " ".join([*parts, *(["logging"] if rule.log else [])])


def _run(ports: tuple[int, ...]) -> str:
    return f"eq {ports[0]}" if len(ports) == 1 else f"range {ports[0]} {ports[-1]}"


def _described(_reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    line.scope["names"][int(match[1])] = match[2]
    line.scope["lines"].append(line)
    return int(match[1]) in line.scope["rules"]


def _rule(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    found = parse(line)
    if found is None:
        line.scope["partial"] = True
        return False
    rules: dict[int, AclRule] = line.scope["rules"]
    rules[int(found_id) if (found_id := match[1]) else 5 * (len(rules) + 1)] = found
    line.scope["lines"].append(line)
    return True


def parse(line: Line) -> AclRule | None:
    """Return what a rule says, or None when it says more than this can hold."""
    head = _HEAD.match(line.text)
    parts = _parts(line.text[head.end() :]) if head else None
    if head is None or parts is None:
        return None
    source, destination = _side(parts.get("source")), _side(parts.get("destination"))
    from_ports, ports = _ports(parts.get("from")), _ports(parts.get("to"))
    named = PROTOCOLS.get(head["protocol"] or "ip", head["protocol"])
    if source is None or destination is None or from_ports is None or ports is None:
        return None
    if named not in {*PROTOCOLS.values(), "ip", None} or not _fits(named, parts):
        return None
    return AclRule(
        action="accept" if head["action"] == "permit" else "drop",
        protocol=None if named == "ip" else named,
        source=source,
        destination=destination,
        ports=ports,
        from_ports=from_ports,
        echo="echo" in parts,
        established="state" in parts,
        log="log" in parts,
        line=line,
    )


def _parts(text: str) -> dict[str, str] | None:
    """Return what follows a rule's protocol by kind; None if a word is not known or a kind stands twice."""
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        match = _PARTS.match(text, place)
        kind = match.lastgroup if match else None
        if match is None or kind is None or kind in found:
            return None
        found[kind], place = match[kind], match.end()
    return found


def _fits(protocol: str | None, parts: dict[str, str]) -> bool:
    """Whether a rule asks only what packets of its protocol have."""
    ports = {"from", "to"} & parts.keys()
    return not (
        (ports and protocol not in ("tcp", "udp"))
        or ("echo" in parts and protocol != "icmp")
        or ("state" in parts and protocol != "tcp")
    )


def _side(text: str | None) -> IPv4Network | None:
    if text is None or text == "any":
        return ANY
    return words.wildcard(*text.split(" "))


def _ports(text: str | None) -> tuple[int, ...] | None:
    """Return the ports that `eq 22` or `range 1 9` names, none for no text; None if they are no ports."""
    if text is None:
        return ()
    numbers = [_NAMED.get(w) or (int(w) if w.isascii() and w.isdigit() else 0) for w in text.split(" ")[1:]]
    first, last = numbers[0], numbers[-1]
    return tuple(range(first, last + 1)) if 1 <= first <= last <= 65535 else None


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
