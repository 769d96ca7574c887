"""What FRR and the kernel route by now, as FRR's files would say it.

`show running-config` leaves out defaults, and knows nothing of what somebody did past FRR: addresses and routes added
by `ip`, links set down, policy rules. The kernel's word wins: what it has and FRR did not configure is added as the
line that would have caused it, what it lacks is left out, an interface that is up without any configuration (the
staging port) shows.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from inventory.platforms.linux import frr_tree
from inventory.platforms.linux.frr_tree import Tree, add

STAGING = "stg0"
_LINK = re.compile(r"\d+: ([^:@\s]+)(?:@[^:]*)?: <([^>]*)>.*")
_ADDRESS = re.compile(r"\d+: (\S+) +inet (\d\S*) .*")
_ADDRESS6 = re.compile(r"\d+: (\S+) +inet6 ([0-9a-f:.]+/\d+) (?!.*\bdynamic\b).*")
"""of an address that nobody learned from a router's advertisement"""
_ROUTE6 = re.compile(r"(?:(\w+) )?(default|[0-9a-f]*:[0-9a-f:.]*(?:/\d+)?)(?: via (\S+))?(?: dev (\S+))?(.*)")
_RULE = re.compile(r"(\d+):\t(from .*)")
_ROUTE = re.compile(r"(?:(\w+) )?(default|\d+(?:\.\d+){3}(?:/\d+)?)(?: via (\S+))?(?: dev (\S+))?(.*)")
_LOOPBACK, BRIDGES, TUNNELS = r"lo", r"br0|ovs-.*", r"ipsec\d+"
"""interfaces that are no configuration of FRR's: always, where Open vSwitch runs, and where charon does"""
RULES = ("0: from all lookup 255", "32766: from all lookup 254", "32767: from all lookup 253")
PAST_TUNNEL = "200: from all lookup 254 suppress_prefixlength 0"
TUNNEL_RULES = (PAST_TUNNEL, "220: from all lookup 220")
ROUTE_KINDS = {"6": "blackhole", "7": "unreachable", "8": "prohibit"}
_THROW = "9"
"""charon's routes: into its tunnels, and past them to its peers"""
_ADVERTISED = "9"
"""a route of a router's advertisement, which a device that forwards no IPv6 may take"""
_PBRD = "proto 11"
"""of the rules that zebra makes for pbrd: FRR's configuration has them"""
_DAEMONS = {"2", "11", "18"} | {str(number) for number in range(186, 200)}


@dataclass
class Kernel:
    """The kernel's links (name: up), addresses by interface, routes that no daemon set, and policy rules."""

    links: dict[str, bool] = field(default_factory=dict)
    addresses: dict[str, set[str]] = field(default_factory=dict)
    routes: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    addresses6: dict[str, set[str]] | None = None
    """the IPv6 addresses but those that the kernel makes itself; None where nobody asked for them"""


def kernel6(lines: Sequence[str], into: Kernel) -> None:
    """Read the output of `ip -N -6 -o` for addresses and routes; without any line nobody asked."""
    found: dict[str, set[str]] = {}
    for line in lines:
        if address := _ADDRESS6.fullmatch(line):
            if not address[2].startswith("fe80:") and address[2] != "::1/128":
                found.setdefault(address[1], set()).add(address[2])
        elif " inet6 " not in line and (route := _ROUTE6.fullmatch(line.strip())):
            into.routes += _foreign6(route)
    into.addresses6 = found if lines else None


def _foreign6(route: re.Match[str]) -> list[str]:
    kind, prefix, gateway, device, rest = route.groups()
    protocol = re.search(r"proto (\d+)", rest)
    if (protocol and protocol[1] in _DAEMONS | {_ADVERTISED}) or kind == _THROW:
        return []
    target = ROUTE_KINDS.get(kind, kind) if kind else " ".join(filter(None, (gateway, device)))
    whole = "::/0" if prefix == "default" else prefix if "/" in prefix else f"{prefix}/128"
    return [f"ipv6 route {whole} {target}"]


def kernel(lines: Iterable[str]) -> Kernel:
    """Read the output of `ip -N -4 -o` for links, addresses, routes and rules."""
    found = Kernel()
    for line in lines:
        if link := _LINK.fullmatch(line):
            found.links[link[1]] = "UP" in link[2].split(",")
        elif address := _ADDRESS.fullmatch(line):
            found.addresses.setdefault(address[1], set()).add(_prefixed(address[2]))
        elif rule := _RULE.fullmatch(line):
            if not rule[2].rstrip().endswith(_PBRD):
                found.rules.append(f"{rule[1]}: {rule[2].strip()}")
        elif route := _ROUTE.fullmatch(line.strip()):
            found.routes += _foreign(route)
    return found


def _prefixed(address: str) -> str:
    return address if "/" in address else f"{address}/32"


def _foreign(route: re.Match[str]) -> list[str]:
    kind, prefix, gateway, device, rest = route.groups()
    protocol = re.search(r"proto (\d+)", rest)
    if (protocol and protocol[1] in _DAEMONS) or re.fullmatch(TUNNELS, device or "") or kind == _THROW:
        return []
    target = ROUTE_KINDS.get(kind, kind) if kind else gateway or device
    return [f"ip route {'0.0.0.0/0' if prefix == 'default' else _prefixed(prefix)} {target}"]


def normalise(
    running: Sequence[str] | None, saved: Sequence[str], now: Kernel, virtual: Iterable[str], others: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Return FRR's files as the device behaves.

    `running` is `show running-config`, or None when FRR does not run; `saved` is zebra's file, which alone remembers
    interfaces without settings; `virtual` are VRRP addresses, which are keepalived's; `others` are patterns (BRIDGES,
    TUNNELS) of interfaces that daemons which run here make.
    """
    tree = frr_tree.tree(running or ())
    if running is not None:
        _fill_in(tree, saved)
    theirs = re.compile("|".join((_LOOPBACK, *others)))
    for name, up in now.links.items():
        if f"interface {name}" in tree or (up and not theirs.fullmatch(name)):
            _link(tree, name, up)
    for name, addresses in now.addresses.items():
        _addresses(tree, name, addresses - set(virtual), now)
    for name, found in (now.addresses6 or {}).items():
        if now.links.get(name):
            add(tree, f"interface {name}", *(f"ipv6 address {address}" for address in found))
    for context in [context for context in tree if context.startswith("interface ")]:
        _gone(tree[context], context.removeprefix("interface "), now)
    known = {*RULES, *(TUNNEL_RULES if TUNNELS in others else ())}
    foreign = [*now.routes, *(f"ip rule {rule}" for rule in now.rules if rule not in known)]
    if foreign:
        add(tree, "", *foreign)
    files = frr_tree.write(tree)
    return files if running is not None else {path: lines for path, lines in files.items() if lines}


def _fill_in(tree: Tree, saved: Sequence[str]) -> None:
    """Add what FRR leaves out: forwarding that is on, empty interfaces, links that are up, OSPF's defaults."""
    top = tree.setdefault("", set())
    if "no ip forwarding" not in top:
        top.add("ip forwarding")
    if "no ipv6 forwarding" not in top:
        top.add("ipv6 forwarding")
    for line in saved:
        if line.startswith("interface "):
            tree.setdefault(line, set())
    for context, lines in tree.items():
        if context.startswith("interface ") and "shutdown" not in lines:
            lines.add("no shutdown")
        if any(line.startswith("ip ospf area ") for line in lines):
            _ospf_defaults(lines, context == "interface lo")


def _ospf_defaults(lines: set[str], loopback: bool) -> None:
    defaults = {"ip ospf hello-interval ": "10", "ip ospf dead-interval ": "40"}
    defaults |= {} if loopback else {"ip ospf network ": "broadcast"}
    for start, value in defaults.items():
        if not any(line.startswith(start) for line in lines):
            lines.add(start + value)


def _link(tree: Tree, name: str, up: bool) -> None:
    lines = tree.setdefault(f"interface {name}", set())
    lines -= {"shutdown", "no shutdown"}
    lines.add("no shutdown" if up else "shutdown")


def _addresses(tree: Tree, name: str, addresses: set[str], now: Kernel) -> None:
    foreign = {f"ip address {address}" for address in addresses - {"127.0.0.1/8"}}
    if foreign and now.links.get(name):
        add(tree, f"interface {name}", *foreign)


def _gone(lines: set[str], name: str, now: Kernel) -> None:
    if now.links.get(name):
        present = {f"ip address {address}" for address in now.addresses.get(name, ())}
        lines -= {line for line in lines if line.startswith("ip address ")} - present
    if now.links.get(name) and now.addresses6 is not None:
        present = {f"ipv6 address {address}" for address in now.addresses6.get(name, ())}
        kept = {line for line in lines if line.startswith("ipv6 address fe80:")}
        lines -= {line for line in lines if line.startswith("ipv6 address ")} - present - kept
