"""FRR's configuration as a tree: lines by the context they stand in, in one canonical order.

Both the rendered files and the merged `show running-config` are read into it, so that they compare and the way from
one to the other is a difference of sets. Invariants: the noise that FRR prints (`!`, `exit`, `end`, version) is no
line; every other line keeps its context, understood or not; writing splits the tree into the daemons' own files, and
reading those gives the tree back.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Interface, IPv6Network
from typing import NamedTuple

Tree = dict[str, set[str]]
ZEBRA, STATICD, OSPFD = "/etc/frr/zebra.conf", "/etc/frr/staticd.conf", "/etc/frr/ospfd.conf"
BGPD, PBRD = "/etc/frr/bgpd.conf", "/etc/frr/pbrd.conf"
INTEGRATED = "/etc/frr/frr.conf"
COMMON = ("frr defaults ", "hostname ", "log ")
"""lines that each daemon has for itself"""
_NOISE = re.compile(
    r"\s*(|!.*|#.*|exit|exit-vrf|exit-address-family|end|Building configuration\.\.\.|Current configuration:|"
    r"frr version .*|(no )?service integrated-vtysh-config|line vty)"
)
_OPENS = re.compile(
    r"(interface|router|route-map|vrf|key chain|bfd|pbr-map|nexthop-group|address-family|segment-routing)(?: .*)?"
)


_LISTED = re.compile(r"(ip|bgp) (prefix-list|community-list|as-path) ")
"""the lists that route maps and BGP's peers use"""
_FAMILY = re.compile(r"\s+address-family (.+)")


class Line(NamedTuple):
    """One line with the context it stands in ('' is the top) and its number in the text."""

    context: str
    text: str
    number: int


def read(lines: Iterable[str]) -> Iterator[Line]:
    """Yield the meaningful lines; a context without lines yields one with an empty text."""
    context = outer = ""
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip()
        if _NOISE.fullmatch(line):
            inner = outer if line.strip() == "exit-address-family" else context
            context = "" if line in ("exit", "end", "line vty") else inner
        elif outer.startswith("router bgp") and (family := _FAMILY.fullmatch(line)):
            # what is said of IPv4 unicast is said of the process itself
            context = outer if family[1] in ("ipv4", "ipv4 unicast") else f"{outer}, {line.strip()}"
        elif line.startswith(" "):
            yield Line(context, line.strip(), number)
        elif _OPENS.fullmatch(line):
            context = outer = line
            yield Line(context, "", number)
        else:
            context = ""
            yield Line("", line, number)


def tree(lines: Iterable[str]) -> Tree:
    """Return the lines by context."""
    found: Tree = {}
    for context, text, _ in read(lines):
        found.setdefault(context, set()).update({text} - {""})
    return found


def add(into: Tree, context: str, *lines: str) -> None:
    """Add lines to a context, which comes into being."""
    into.setdefault(context, set()).update(lines)


def write(whole: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    """Return the daemons' files: interfaces in zebra's, routes in staticd's; OSPF in ospfd's, BGP and its policies in
    bgpd's, policy routing in pbrd's, each only when there is any."""
    parts: dict[str, Tree] = {ZEBRA: {"": set()}, STATICD: {"": set()}, OSPFD: {}, BGPD: {}, PBRD: {}}
    for context, lines in whole.items():
        parts[_home(context, "")].setdefault(context, set())
        for line in lines:
            for path in _homes(context, line):
                parts[path].setdefault(context, set()).add(line)
    for path in (OSPFD, BGPD, PBRD):
        if set(parts[path]) <= {""} and all(line.startswith(COMMON) for line in parts[path].get("", ())):
            del parts[path]
    return {path: tuple(_lines(part)) for path, part in parts.items() if part}


def _homes(context: str, line: str) -> tuple[str, ...]:
    if not context and line.startswith(COMMON):
        return (ZEBRA, STATICD, OSPFD, BGPD, PBRD)
    return (_home(context, line),)


def _home(context: str, line: str) -> str:
    if context.startswith("router ospf") or line.startswith(("ip ospf", "no ip ospf")):
        return OSPFD
    if context.startswith(("router bgp", "route-map ")) or (not context and _LISTED.match(line)):
        return BGPD
    if context.startswith("pbr-map ") or line.startswith("pbr-policy "):
        return PBRD
    if not context and line.startswith(("ip route ", "ipv6 route ")):
        return STATICD
    return ZEBRA


def _lines(part: Tree) -> Iterator[str]:
    yield from sorted(part.get("", ()), key=order)
    for context in sorted(part.keys() - {""}):
        yield "!"
        yield context
        yield from (f" {line}" for line in sorted(part[context], key=order))
        yield "exit"


def order(line: str) -> tuple[object, ...]:
    """Return the place of a line within its context: known kinds first, addresses and prefixes by number."""
    ranks = (
        "frr", "hostname", "log", "bgp router-id", "bgp ", "no bgp ", "description", "shutdown", "no shutdown",
        "ip address", "ip route", "ipv6 address", "ipv6 route",
    )  # fmt: skip
    rank = next((i for i, start in enumerate(ranks) if line.startswith(start)), len(ranks))
    return (rank, _number(line), line)


def _number(line: str) -> tuple[int, int]:
    words = line.split()
    try:
        if line.startswith("neighbor "):  # its AS first, or FRR does not know it yet
            return int(IPv4Address(words[1])) + 1, int(words[2] != "remote-as")
        if line.startswith("ip address "):
            address = IPv4Interface(words[2])
            return int(address.ip), address.network.prefixlen
        if line.startswith("ip route "):
            prefix = IPv4Network(words[2])
            return int(prefix.network_address), prefix.prefixlen
        if line.startswith("ipv6 address "):
            address6 = IPv6Interface(words[2])
            return int(address6.ip), address6.network.prefixlen
        if line.startswith("ipv6 route "):
            prefix6 = IPv6Network(words[2])
            return int(prefix6.network_address), prefix6.prefixlen
    except (ValueError, IndexError):
        pass
    return 0, 0
