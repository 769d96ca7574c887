"""What the rules of `security-policy` and `nat-policy` match: zones, addresses, hardware addresses, services.

One rule of VRP can name several services of several protocols; the model's rule has one protocol, so such a rule is
read as several of one name.
"""

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network
from typing import Any

from inventory.platforms.blocks import Handler, Inside, Line, Table
from inventory.platforms.huawei_vrp import words
from inventory.platforms.huawei_vrp.reading import Vrp

_NUMBERS = {"esp": 50, "ospf": 89, "vrrp": 112}
_PORTS_IN_A_LINE = 60
SERVICES: dict[str, tuple[tuple[str, tuple[int, ...]], ...]] = {
    "icmp": (("icmp", ()),), "esp": (("esp", ()),), "ospf": (("ospf", ()),),
    "ftp": (("tcp", (21,)),), "ssh": (("tcp", (22,)),), "telnet": (("tcp", (23,)),), "smtp": (("tcp", (25,)),),
    "dns": (("tcp", (53,)), ("udp", (53,))), "dns-tcp": (("tcp", (53,)),), "http": (("tcp", (80,)),),
    "pop3": (("tcp", (110,)),), "ntp": (("udp", (123,)),), "imap": (("tcp", (143,)),), "snmp": (("udp", (161,)),),
    "snmptrap": (("udp", (162,)),), "https": (("tcp", (443,)),), "syslog": (("udp", (514,)),),
    "tcp": (("tcp", ()),), "udp": (("udp", ()),),
}  # fmt: skip
"""services that firewalls come with, as protocols and ports"""


def addresses(word: str, networks: Iterable[IPv4Network]) -> list[str]:
    """Return the lines that name networks."""
    return [f"{word} {n.network_address} mask {n.netmask}" for n in networks]


def macs(word: str, items: Iterable[str]) -> list[str]:
    """Return the lines that name hardware addresses, as `0011-2233-4455`."""
    digits = (item.replace(":", "") for item in items)
    return [f"{word} {m[:4]}-{m[4:8]}-{m[8:]}" for m in digits]


def service(protocol: str | None, ports: Sequence[int], echo: bool = False) -> list[str]:
    """Return the lines that name a protocol and its ports."""
    if protocol is None:
        return []
    start = f"service protocol {_NUMBERS.get(protocol, protocol)}"
    chunks = [ports[i : i + _PORTS_IN_A_LINE] for i in range(0, len(ports), _PORTS_IN_A_LINE)]
    return [f"{start} destination-port {' '.join(map(str, chunk))}" for chunk in chunks] or [
        start + (" icmp-type 8 0" if echo else "")
    ]


def _list(field: str) -> Handler[Vrp]:
    """Return the handler of a line that adds names to a list of the rule; `any` says nothing."""

    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
        names = [] if match[1] == "any" else match[1].split()
        return _said(line) and (reading.add(line.scope, field, *names) or not names)

    return handler


def _said(line: Line) -> bool:
    line.scope["lines"].append(line)
    return True


def _network(field: str) -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
        if match[1] == "any":
            return _said(line)
        found = words.network(match[2], match[3])
        return found is not None and _said(line) and reading.add(line.scope, field, found)

    return handler


def _set_of(field: str) -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
        line.scope.setdefault("sets", []).append((field, match[1]))
        return _said(line)

    return handler


def _mac(field: str) -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
        digits = match[1].replace("-", "").lower()
        text = ":".join(digits[i : i + 2] for i in range(0, 12, 2))
        return _said(line) and reading.add(line.scope, field, text)

    return handler


def _service(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    name = {str(n): word for word, n in _NUMBERS.items()}.get(match[1], match[1])
    ports = words.numbers(match[2], 1, 65535) if match[2] else []
    if ports is None or (ports and name not in ("tcp", "udp")) or name not in (*_NUMBERS, "tcp", "udp", "icmp"):
        return False
    return _said(line) and reading.add(line.scope, "services", (name, tuple(ports), False))


def _echo(reading: Vrp, line: Line, _match: re.Match[str]) -> bool:
    return _said(line) and reading.add(line.scope, "services", ("icmp", (), True))


def _services(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    if match[1] == "any":
        return _said(line)
    for name in match[1].split():
        if name not in SERVICES:
            line.scope.setdefault("sets", []).append(("services", name))
        for protocol, ports in SERVICES.get(name, ()):
            reading.add(line.scope, "services", (protocol, ports, False))
    return _said(line)


_IP = r"(any|(\d\S+) (?:mask )?(\S+))"
_MAC = r"([0-9a-fA-F]{4}(?:-[0-9a-fA-F]{4}){2})"
RULES: list[tuple[str, Handler[Vrp]]] = [
    (r"source-zone (.+)", _list("from")),
    (r"destination-zone (.+)", _list("to")),
    (rf"source-address {_MAC}", _mac("source_macs")),
    (rf"source-address-exclude {_MAC}", _mac("not_source_macs")),
    (r"source-address address-set (\S+)", _set_of("sources")),
    (r"destination-address address-set (\S+)", _set_of("destinations")),
    (rf"source-address {_IP}", _network("sources")),
    (rf"source-address-exclude {_IP}", _network("not_sources")),
    (rf"destination-address {_IP}", _network("destinations")),
    (r"service protocol icmp icmp-type (?:8 0|echo)", _echo),
    (r"service protocol (\S+)(?: destination-port (.+))?", _service),
    (r"service ((?!protocol ).+)", _services),
]
"""lines of a rule's block that say what it matches; their scope is the rule's part"""


def _object(reading: Vrp, line: Line, match: re.Match[str]) -> Inside:
    part = reading.part("set", match[1], line)
    return Inside(_ADDRESS_SET if line.text.startswith("ip address-set") else _SERVICE_SET, part)


def _member(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    found = words.network(match[1], match[3]) if match[2] else words.wildcard(match[1], match[3])
    return found is not None and _said(line) and reading.add(line.scope, "items", found)


def _set_service(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    ports = words.numbers(match[2], 1, 65535) if match[2] else []
    return ports is not None and _said(line) and reading.add(line.scope, "items", (match[1], tuple(ports), False))


def _noted(_reading: Vrp, line: Line, _match: re.Match[str]) -> bool:
    return _said(line)


_ADDRESS_SET: Table[Vrp] = Table([(r"address (?:\d+ )?(\d+\.\S+) (mask )?(\S+)", _member), (r"description .+", _noted)])
_SERVICE_SET: Table[Vrp] = Table(
    [
        (
            r"service (?:\d+ )?protocol (tcp|udp|icmp)(?: source-port 0 to 65535)?(?: destination-port (.+))?",
            _set_service,
        ),
        (r"description .+", _noted),
    ]
)
SET_RULES: list[tuple[str, Handler[Vrp]]] = [
    (r"ip address-set (\S+)(?: type (?:object|group))?", _object),
    (r"ip service-set (\S+)(?: type (?:object|group))?(?: \d+)?", _object),
]


def expand(reading: Vrp, part: dict[str, Any]) -> bool:
    """Put the members of named sets into a rule; False if a set is not there or says more than we read."""
    for field, name in part.get("sets", ()):
        found = reading.parts["set"].get(name)
        heard = found is not None and bool(found.get("items"))
        if not heard or found is None:
            return False
        found["used"] = True
        reading.add(part, field, *found["items"])
    return True


def finish(reading: Vrp) -> None:
    """List the sets that nobody uses; last of all."""
    for part in reading.parts["set"].values():
        if "used" not in part:
            reading.refuse_part(part)
