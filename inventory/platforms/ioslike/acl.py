"""Access lists: entries of protocol, source, destination and ports, as filters, translations and tunnels use them.

A `remark` names the entries after it, up to the next one; an entry without is called by its list. An access list does
nothing by itself: one that nobody refers to, or that the referring feature cannot hold, is listed by all its lines.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.ioslike import ports, words
from inventory.platforms.ioslike.dialect import Dialect
from inventory.platforms.ioslike.reading import Ios

ANY = IPv4Network("0.0.0.0/0")
PROTOCOLS = {"ip": None, "tcp": "tcp", "udp": "udp", "icmp": "icmp", "esp": "esp", "ospf": "ospf", "112": "vrrp",
             "50": "esp", "89": "ospf", "6": "tcp", "17": "udp", "1": "icmp", "ipinip": "", "gre": ""}  # fmt: skip
_NUMBERS = {"vrrp": "112"}
_HOST = r"(?:any|host \S+|\d\S+ \d\S+)"
_PORT = r"(?: (?:eq(?: [a-z0-9-]+){1,10}?|gt [a-z0-9-]+|neq [a-z0-9-]+|range [a-z0-9-]+ [a-z0-9-]+))"
_ENTRY = re.compile(
    rf"(?:\d{{1,10}} )?(?P<action>permit|deny) (?P<protocol>[a-z]+|\d+) (?P<source>{_HOST})(?P<from>{_PORT})?"
    rf" (?P<destination>{_HOST})(?P<to>{_PORT})?(?P<echo> echo)?(?P<established> established)?"
    r"(?P<log> log(?:-input)?)?",
    re.ASCII,
)
_STANDARD = re.compile(
    r"(?:\d{1,10} )?(?P<action>permit|deny) (?P<source>any|host \S+|\d\S+ \d\S+|\d\S+)(?P<log> log)?", re.ASCII
)


@dataclass(frozen=True)
class Entry:
    """One entry; ANY is any address. `ports` are runs, of which each is one entry to the model."""

    action: str
    name: str
    protocol: str | None = None
    source: IPv4Network = ANY
    destination: IPv4Network = ANY
    from_ports: tuple[tuple[int, ...], ...] = ((),)
    to_ports: tuple[tuple[int, ...], ...] = ((),)
    established: bool = False
    echo: bool = False
    log: bool = False


def text(entry: Entry) -> str:
    """Return an entry, its words one space apart."""
    protocol = _NUMBERS.get(entry.protocol or "ip", entry.protocol or "ip")
    parts = ["permit" if entry.action == "accept" else "deny", protocol, _host(entry.source)]
    parts += ports.write(protocol, entry.from_ports[0])
    parts += [_host(entry.destination), *ports.write(protocol, entry.to_ports[0])]
    flags = {"echo": entry.echo, "established": entry.established, "log": entry.log}
    return " ".join([*parts, *(word for word, there in flags.items() if there)])


def _host(net: IPv4Network) -> str:
    if net == ANY:
        return "any"
    return f"host {net.network_address}" if net.prefixlen == 32 else words.wild(net)


def block(dialect: Dialect, name: str, entries: Iterable[Entry]) -> list[str]:
    """Return the block of a list; a remark stands before the first entry of its name."""
    lines, last = [f"ip access-list extended {name}"], ""
    for n, entry in enumerate(entries, 1):
        lines += [f" remark {entry.name}"] if entry.name != last else []
        printed = text(entry).replace("deny", dialect.deny, 1)
        lines.append(f" {f'{10 * n} ' if dialect.numbered else ''}{printed}")
        last = entry.name
    return lines


def _open(reading: Ios, line: Line, match: re.Match[str]) -> Inside:
    part = reading.part("acl", match[2], line)
    part.setdefault("entries", {})
    return Inside(_EXTENDED if match[1] == "extended" else _STANDARD_LIST, part)


def _numbered(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    part = reading.part("acl", match[1], line)
    part.setdefault("entries", {})
    standard = int(match[1]) < 100 or 1300 <= int(match[1]) < 2000
    return _take(reading, Line(match[2], line.number, line.section, part), standard)


def _take(reading: Ios, line: Line, standard: bool) -> bool:
    if remark := re.fullmatch(r"(?:\d{1,10} )?remark (.*)", line.text):
        line.scope["remark"] = remark[1]
        line.scope.setdefault("remarks", []).append(remark[1])
        return True
    found = _read(" ".join(line.text.split()), standard, _label(line.scope))
    if found is None:
        line.scope["partial"] = True
        return False
    given: dict[int, Entry] = line.scope["entries"]
    number = re.match(r"\d+", line.text, re.ASCII)
    place = int(number[0]) if number else max(given, default=0) + 10
    return given.setdefault(place, found) is found


def _entry(standard: bool) -> Handler[Ios]:
    def handler(reading: Ios, line: Line, _match: re.Match[str]) -> bool:
        good = _take(reading, line, standard)
        line.scope["lines"] += [line] if good else []
        return good

    return handler


def _label(part: dict[str, object]) -> str:
    """Return the name that a list's last remark gives to the entries after it."""
    remark = str(part.get("remark", "entry"))
    if re.fullmatch(r"[a-z0-9-]{1,60}", remark, re.ASCII):
        return remark
    return re.sub(r"[^a-z0-9-]+", "-", remark.lower(), flags=re.ASCII).strip("-")[:60] or "entry"


def _read(line: str, standard: bool, name: str) -> Entry | None:
    match = (_STANDARD if standard else _ENTRY).fullmatch(line)
    if match is None:
        return None
    said = {"protocol": "ip", "destination": "any", "from": None, "to": None, "echo": None, "established": None}
    said |= match.groupdict()
    source, destination = _net(said["source"] or ""), _net(said["destination"] or "")
    protocol = PROTOCOLS.get(said["protocol"] or "", "")
    from_, to = (ports.read(protocol, said[side]) for side in ("from", "to"))
    if source is None or destination is None or protocol == "" or from_ is None or to is None:
        return None
    if (said["echo"] and protocol != "icmp") or (said["established"] and protocol != "tcp"):
        return None
    action = "accept" if match["action"] == "permit" else "drop"
    flags = [bool(said["established"]), bool(said["echo"]), bool(match["log"])]
    return Entry(action, name, protocol, source, destination, from_, to, *flags)


def _net(said: str) -> IPv4Network | None:
    if said == "any":
        return ANY
    first, _, second = said.partition(" ")
    if first == "host" or not second:
        found = words.address(second or first)
        return IPv4Network(found) if found is not None else None
    return words.wildcard(first, second)


def entries(reading: Ios, name: str) -> Sequence[Entry] | None:
    """Return a list's entries in order; None if there is none, or not all of it is understood."""
    part = reading.parts["acl"].get(name)
    if part is None or part.get("partial") or not part["entries"]:
        return None
    return [part["entries"][number] for number in sorted(part["entries"])]


def use(reading: Ios, name: str) -> None:
    """Note that what an access list says is in the model."""
    reading.parts["acl"][name]["used"] = True


_LINE = r"(?:\d{1,10} )?(?:permit|deny|remark) .+"
_EXTENDED: Table[Ios] = Table([(_LINE, _entry(False))])
_STANDARD_LIST: Table[Ios] = Table([(_LINE, _entry(True))])
RULES: list[tuple[str, Handler[Ios]]] = [
    (r"ip access-list (extended|standard) (\S+)", _open),
    (r"access-list (\d{1,4}) (.+)", _numbered),
    (r"ip access-list (?:log-update|logging) .*", known),
]


def unused(reading: Ios) -> Iterator[dict[str, object]]:
    """Yield the lists that nobody uses."""
    yield from (part for part in reading.parts["acl"].values() if "used" not in part)


def finish(reading: Ios) -> None:
    """List the access lists that nobody uses; last of all."""
    for part in unused(reading):
        reading.refuse_part(part)
