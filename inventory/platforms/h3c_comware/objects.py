"""Object groups: what the rules of a security policy call services and addresses by.

Written is a group for each set of ports that rules name, called by what it holds; read is any group of hosts, subnets,
ranges, and of destination ports. One rule can name services of several protocols; the model's rule has one protocol, so
such a rule is read as several of one name.
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Network, summarize_address_range
from typing import Any

from inventory.deviceconfig import DeviceConfig, FilterRule
from inventory.platforms import access_lists, acl_rules
from inventory.platforms.blocks import Handler, Inside, Line, Table
from inventory.platforms.h3c_comware import acl, words
from inventory.platforms.h3c_comware.reading import Comware
from inventory.platforms.policies import HOOKS

Service = tuple[str, tuple[int, ...], bool]
"""protocol, destination ports (none for any), and whether only echo requests are meant"""
_NUMBERS = {"esp": "50", "ospf": "89", "vrrp": "112"}
_BACK = {"1": "icmp", "6": "tcp", "17": "udp", "50": "esp", "89": "ospf", "112": "vrrp"}
_LONGEST_NAME = 31
SERVICES: dict[str, tuple[Service, ...]] = {
    "ftp": (("tcp", (21,), False),), "ssh": (("tcp", (22,), False),), "telnet": (("tcp", (23,), False),),
    "smtp": (("tcp", (25,), False),), "dns-tcp": (("tcp", (53,), False),), "dns-udp": (("udp", (53,), False),),
    "http": (("tcp", (80,), False),), "pop3": (("tcp", (110,), False),), "ntp": (("udp", (123,), False),),
    "imap": (("tcp", (143,), False),), "snmp-request": (("udp", (161,), False),),
    "snmp-trap": (("udp", (162,), False),), "https": (("tcp", (443,), False),), "syslog": (("udp", (514,), False),),
    "ping": (("icmp", (), True),),
}  # fmt: skip
"""services that firewalls come with"""


def service(rule: FilterRule, place: str) -> str | None:
    """Return the name of the group of a rule's service, None if it names none; `place` names one of many ports."""
    if rule.protocol is None:
        return None
    runs = access_lists.runs(rule.ports) if rule.ports else ()
    parts = ["echo"] * rule.icmp_echo_only + [f"{r[0]}to{r[-1]}" if len(r) > 1 else f"{r[0]}" for r in runs]
    name = "-".join(["svc", rule.protocol, *parts])
    return name if len(name) <= _LONGEST_NAME else f"svc-{place}"


def render(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the groups that the rules of a security policy name."""
    found: dict[str, list[str]] = {}
    held = {item.hook: item.rules for item in config.filters if not item.stateless}
    for hook in HOOKS:
        for n, rule in enumerate(held.get(hook, ()), 1):  # type: ignore[call-overload]
            name = service(rule, f"{hook}-{n}")
            if name:
                found[name] = _members(rule)
    return [[f"object-group service {name}", *found[name]] for name in sorted(found)]


def _members(rule: FilterRule) -> list[str]:
    protocol = rule.protocol or ""
    start = f"service {_NUMBERS.get(protocol, protocol)}"
    texts = [f"{start} destination {acl_rules.run(run)}" for run in access_lists.runs(rule.ports)] if rule.ports else []
    texts = texts or [start + (" 8 0" if rule.icmp_echo_only else "")]
    return [f" {10 * n} {text}" for n, text in enumerate(texts)]


def addresses(word: str, networks: Iterable[IPv4Network]) -> list[str]:
    """Return the lines of a rule that name networks; `word` is source or destination."""
    return [
        f"{word}-ip-host {n.network_address}" if n.prefixlen == 32 else f"{word}-ip-subnet {words.masked(n)}"
        for n in networks
    ]


def _said(line: Line) -> bool:
    line.scope["lines"].append(line)
    return True


def zone_list(field: str) -> Handler[Comware]:
    """Return the handler of a line that adds a zone to a rule; `any` says nothing."""

    def handler(reading: Comware, line: Line, match: re.Match[str]) -> bool:
        names = [] if match[1].lower() == "any" else [match[1].lower()]
        return _said(line) and (reading.add(line.scope, field, *names) or not names)

    return handler


def _networks(field: str, read: Any) -> Handler[Comware]:
    def handler(reading: Comware, line: Line, match: re.Match[str]) -> bool:
        found = read(*match.groups())
        return bool(found) and _said(line) and reading.add(line.scope, field, *found)

    return handler


def host(text: str) -> list[IPv4Network]:
    """Return one address as a network; nothing if it is none."""
    found = words.network(text, "32")
    return [found] if found else []


def subnet(text: str, mask: str) -> list[IPv4Network]:
    """Return a network; nothing if it is none. A mask may be given as a wildcard, as older texts do."""
    found = words.network(text, mask)
    return [found] if found else []


def between(first: str, last: str) -> list[IPv4Network]:
    """Return the networks from one address to another; nothing if they are none."""
    start, end = words.address(first), words.address(last)
    if start is None or end is None or start > end:
        return []
    return list(summarize_address_range(start, end))


def _group_of(field: str) -> Handler[Comware]:
    def handler(reading: Comware, line: Line, match: re.Match[str]) -> bool:
        if match[1].lower() != "any":
            line.scope.setdefault("sets", []).append((field, match[1]))
        return _said(line)

    return handler


def _plain_service(field: str) -> Handler[Comware]:
    def handler(reading: Comware, line: Line, match: re.Match[str]) -> bool:
        found = read_service(match[1])
        return found is not None and _said(line) and reading.add(line.scope, field, found)

    return handler


def read_service(text: str) -> Service | None:
    """Return what `tcp destination eq 80`, `icmp 8 0` or `50` says; None if it says more than this can hold."""
    match = re.fullmatch(
        r"([a-z]+|\d{1,3})(?: source range 0 65535)?(?: destination (eq \S+|range \S+ \S+)| (8 0|echo))?",
        text,
        re.ASCII,
    )
    protocol = _BACK.get(match[1], match[1]) if match else ""
    if match is None or protocol not in _BACK.values():
        return None
    ports = acl.GRAMMAR.ports_of(match[2]) if match[2] != "range 0 65535" else ()
    if ports is None or (match[2] and protocol not in ("tcp", "udp")) or (match[3] and protocol != "icmp"):
        return None
    return protocol, ports, bool(match[3])


MATCHES: list[tuple[str, Handler[Comware]]] = [
    (r"source-zone (\S+)", zone_list("from")),
    (r"destination-zone (\S+)", zone_list("to")),
    (r"source-ip-host (\S+)", _networks("sources", host)),
    (r"source-ip-subnet (\S+) (\S+)", _networks("sources", subnet)),
    (r"source-ip-range (\S+) (\S+)", _networks("sources", between)),
    (r"source-ip (\S+)", _group_of("sources")),
    (r"destination-ip-host (\S+)", _networks("destinations", host)),
    (r"destination-ip-subnet (\S+) (\S+)", _networks("destinations", subnet)),
    (r"destination-ip-range (\S+) (\S+)", _networks("destinations", between)),
    (r"destination-ip (\S+)", _group_of("destinations")),
    (r"service-port (.+)", _plain_service("services")),
    (r"service (\S+)", _group_of("services")),
]
"""lines of a rule's block that say what it matches; their scope is the rule's part"""
_ADDRESSES: Table[Comware] = Table(
    [
        (r"(?:\d+ )?network host address (\S+)", _networks("items", host)),
        (r"(?:\d+ )?network subnet (\S+) (\S+)", _networks("items", subnet)),
        (r"(?:\d+ )?network range (\S+) (\S+)", _networks("items", between)),
        (r"description .+", lambda _r, line, _m: _said(line)),
    ]
)
_SERVICES: Table[Comware] = Table(
    [(r"(?:\d+ )?service (.+)", _plain_service("items")), (r"description .+", lambda _r, line, _m: _said(line))]
)


def _open(kind: str, table: Table[Comware]) -> Handler[Comware]:
    def handler(reading: Comware, line: Line, match: re.Match[str]) -> Inside:
        return Inside(table, reading.part("object", (kind, match[1].lower()), line))

    return handler


RULES: list[tuple[str, Handler[Comware]]] = [
    (r"object-group ip address (\S+)", _open("address", _ADDRESSES)),
    (r"object-group service (\S+)", _open("service", _SERVICES)),
]


def expand(reading: Comware, part: dict[str, Any]) -> bool:
    """Put the members of named groups into a rule; False if a group is not there, empty, or says more than we read."""
    for field, name in part.get("sets", ()):
        kind = "service" if field == "services" else "address"
        found = reading.parts["object"].get((kind, name.lower()))
        items = found.get("items") if found else SERVICES.get(name.lower()) if kind == "service" else None
        if not items:
            return False
        if found:
            found["used"] = True
        reading.add(part, field, *items)
    return True


def finish(reading: Comware) -> None:
    """List the groups that nobody uses; last of all."""
    for part in reading.parts["object"].values():
        if "used" not in part:
            reading.refuse_part(part)
