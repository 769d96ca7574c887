"""Access lists: rules of protocol, source, destination and port, as tunnels, translations and traffic filters use them.

An access list by itself does nothing. One that nobody refers to, or whose rules the referring feature cannot hold, is
listed by all its lines.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network

from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.huawei_vrp import words
from inventory.platforms.huawei_vrp.reading import Vrp

ANY = IPv4Network("0.0.0.0/0")
PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "50": "esp", "112": "vrrp", "89": "ospf"}
_NAMED = {"ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "dns": 53, "tftp": 69, "www": 80, "ntp": 123,
          "snmp": 161, "snmptrap": 162, "syslog": 514, "bgp": 179, "pop3": 110}  # fmt: skip
_RULE = re.compile(
    r"rule(?: (?P<id>\d+))?(?: name \S+)? (?P<action>permit|deny)(?: (?P<protocol>[a-z]+|\d+))?"
    r"(?: source (?P<source>any|\S+ \S+))?(?: destination (?P<destination>any|\S+ \S+))?"
    r"(?: destination-port (?P<how>eq|range) (?P<port>\S+)(?: (?P<last>\d+))?)?"
    r"(?P<echo> icmp-type (?:echo|8 0))?(?P<log> logging)?",
    re.ASCII,
)


@dataclass(frozen=True)
class AclRule:
    """One rule; ANY is any address."""

    action: str
    protocol: str | None
    source: IPv4Network
    destination: IPv4Network
    ports: tuple[int, ...]
    echo: bool
    log: bool
    line: Line


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
    return Inside(_ACL, part)


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
    match = _RULE.fullmatch(line.text)
    if match is None:
        return None
    source, destination = _side(match["source"]), _side(match["destination"])
    ports, protocol = _ports(match), match["protocol"]
    named = PROTOCOLS.get(protocol or "ip", protocol)
    if source is None or destination is None or ports is None or named not in {*PROTOCOLS.values(), "ip", None}:
        return None
    if (ports and named not in ("tcp", "udp")) or (match["echo"] and named != "icmp"):
        return None
    return AclRule(
        action="accept" if match["action"] == "permit" else "drop",
        protocol=None if named == "ip" else named,
        source=source,
        destination=destination,
        ports=ports,
        echo=bool(match["echo"]),
        log=bool(match["log"]),
        line=line,
    )


def _side(text: str | None) -> IPv4Network | None:
    if text is None or text == "any":
        return ANY
    return words.wildcard(*text.split(" "))


def _ports(match: re.Match[str]) -> tuple[int, ...] | None:
    if match["how"] is None:
        return ()
    first = _NAMED.get(match["port"]) or (int(match["port"]) if match["port"].isdecimal() else 0)
    last = int(match["last"]) if match["last"] else first
    if not 1 <= first <= last <= 65535 or (match["how"] == "range") is not (match["last"] is not None):
        return None
    return tuple(range(first, last + 1))


def rules(reading: Vrp, name: str) -> list[AclRule] | None:
    """Return an access list's rules in order and note that it is used; None if not all of it is understood."""
    part = reading.parts["acl"].get(name)
    if part is None or part.get("partial"):
        return None
    return [part["rules"][number] for number in sorted(part["rules"])]


def use(reading: Vrp, name: str) -> None:
    """Note that what an access list says is in the model."""
    reading.parts["acl"][name]["used"] = True


_ACL: Table[Vrp] = Table([(r"rule(?: (\d+))? .+", _rule), (r"description .+", known), (r"step 5", known)])
RULES: list[tuple[str, Handler[Vrp]]] = [
    (r"acl (?:number )?(\d{4,5})", _open),
    (r"acl name (\S+)(?: advance\S*| basic| \d+)?", _open),
]


def finish(reading: Vrp) -> None:
    """List the access lists that nobody uses; last of all."""
    for part in reading.parts["acl"].values():
        if "used" not in part:
            reading.refuse_part(part)
