"""The smallest way from what FRR and Open vSwitch run to what they shall run, without restarting them.

FRR's lines form a set per context, so the way is `no` for what goes and the line for what comes; a setting that has
one value is overwritten. Keys of OSPF neighbours are read out of ospfd's file on the device, which is written before,
so that no command line shows one; FRR refuses a key under a number that has another, so the old one goes first. What
somebody did past FRR in the kernel (an address, a route, a link) FRR does not undo: `ip` does.
"""

import re
import shlex
from collections.abc import Iterator, Sequence

from inventory.platforms.linux import frr_keys, frr_tree
from inventory.platforms.linux.frr_live import ROUTE_KINDS, STAGING
from inventory.platforms.linux.frr_tree import BGPD, COMMON, OSPFD, PBRD, STATICD, ZEBRA, Tree
from inventory.platforms.linux.ovs import BRIDGE
from inventory.platforms.linux.text import Files

_ONE_VALUE = (
    "description", "shutdown", "no shutdown", "ip forwarding", "no ip forwarding", "hostname", "log",
    "ipv6 forwarding", "no ipv6 forwarding",
    "ip ospf cost", "ip ospf hello-interval", "ip ospf dead-interval", "ip ospf network",
    "ip rule", "ospf router-id", "redistribute connected", "redistribute static", "redistribute kernel",
    "default-information",
)  # fmt: skip


_BY_HAND = (
    "for t in main 220; do for p in boot 4; do {ip} route del {route} table $t proto $p; done; done 2>/dev/null || :"
)
"""removes a route that a person added (protocol boot or static), never one that a daemon did"""


def frr(running: Files, intended: Files) -> Iterator[str]:
    """Yield the commands that bring a running FRR (and what went past it) to the intended configuration."""
    before, after = _tree(running), _tree(intended)
    removals = list(_removals(before, after))
    if removals:
        yield f"printf '%s\\n' {shlex.join(removals)} | vtysh -f /dev/stdin >/dev/null 2>&1 || :"
    yield from _past_frr(before, after)
    if keyed := [context for context in sorted(after) if frr_keys.of(after[context]) - before.get(context, set())]:
        yield _KEYED.format(parts=" ".join(f"-e {shlex.quote(_part(context))}" for context in keyed))
    additions = list(_additions(before, after))
    if additions:
        yield " ".join(["vtysh", *(f"-c {shlex.quote(line)}" for line in ("configure terminal", *additions))])


_KEYED = f"sed -n {{parts}} {OSPFD} | vtysh -f /dev/stdin >/dev/null"


def _part(context: str) -> str:
    """Return the words by which sed prints an interface's head and its keys."""
    return f"/^{context.replace('.', r'[.]')}$/,/^exit$/{{/^interface /p;/^ {frr_keys.KEY} /p}}"


def _tree(files: Files) -> Tree:
    found: Tree = {}
    for path in (ZEBRA, STATICD, OSPFD, BGPD, PBRD):
        for context, lines in frr_tree.tree(files[path].lines if path in files else ()).items():
            found.setdefault(context, set()).update(lines)
    return found


_OF_PEER = re.compile(r"(neighbor \S+ (?:remote-as|update-source|route-map|prefix-list)) \S+((?: in| out)?)")
_OF_BGP = ("bgp router-id", "maximum-paths ibgp", "maximum-paths", "timers bgp")


def _key(line: str, context: str = "") -> str:
    if context.startswith("router bgp"):
        peer = _OF_PEER.fullmatch(line)
        return peer[1] + peer[2] if peer else next((start for start in _OF_BGP if line.startswith(start)), line)
    key = next((start for start in _ONE_VALUE if line.startswith(start)), line)
    return key.removeprefix("no ")


def _removals(before: Tree, after: Tree) -> Iterator[str]:
    for context in sorted(before):
        wanted = after.get(context)
        gone = sorted(before[context] - (wanted or set()), key=frr_tree.order)
        if wanted is None and not context.startswith("interface "):
            yield f"no {context}"
            continue
        kept = {_key(line, context) for line in wanted or ()}
        gone = [line for line in gone if _key(line, context) not in {*kept, "shutdown", "ip rule"}]
        lines = [_no(line) for line in gone]
        if lines and context != f"interface {STAGING}":
            yield from ([context, *lines, "exit"] if context else lines)


def _no(line: str) -> str:
    plain = "no description" if line.startswith("description ") else f"no {line}".removeprefix("no no ")
    return frr_keys.removal(line) or plain


def _additions(before: Tree, after: Tree) -> Iterator[str]:
    for context in sorted(after):
        new = sorted(after[context] - before.get(context, set()) - frr_keys.of(after[context]), key=frr_tree.order)
        if context == f"interface {STAGING}":
            new = [line for line in new if line != "shutdown"]
        if context and (new or context not in before):
            yield from (context, *new, "exit")
        else:
            yield from (line for line in new if not line.startswith(COMMON[0]))


def _past_frr(before: Tree, after: Tree) -> Iterator[str]:
    for context in sorted(context for context in before if context.startswith("interface ")):
        name = context.removeprefix("interface ")
        wanted = after.get(context)
        if name == STAGING:
            continue
        for line in sorted(before[context] - (wanted or set())):
            if line.startswith(("ip address ", "ipv6 address ")):
                yield f"ip address del {shlex.quote(line.split()[2])} dev {shlex.quote(name)} 2>/dev/null || :"
        if wanted is None and "no shutdown" in before[context]:
            yield f"ip link set {shlex.quote(name)} down 2>/dev/null || :"
    yield from _routes_past_frr(before.get("", set()) - after.get("", set()))


def _routes_past_frr(gone: set[str]) -> Iterator[str]:
    for line in sorted(gone):
        if route := re.fullmatch(r"ipv6 route (\S+) (\S+)(?: ([A-Za-z]\S*))?(?: \d+)?", line):
            yield _BY_HAND.format(ip="ip -6", route=shlex.join(_told6(*route.groups())))
        elif route := re.fullmatch(r"ip route (\S+) (\S+)(?: \d+)?", line):
            via = "via" if route[2][0].isdigit() else "dev"
            target = "" if route[2] in ROUTE_KINDS.values() else f"{via} {route[2]} "
            kind = f"{route[2]} " if route[2] in ROUTE_KINDS.values() else ""
            yield _BY_HAND.format(ip="ip", route=shlex.join(f"{kind}{route[1]} {target}".split()))
        elif rule := re.fullmatch(r"ip rule (\d+): (.+)", line):
            yield f"ip rule del pref {rule[1]} {shlex.join(rule[2].split())} 2>/dev/null || :"


def _told6(prefix: str, hop: str, device: str | None) -> list[str]:
    """Return the words by which `ip -6 route del` knows a route."""
    if hop in ROUTE_KINDS.values():
        return [hop, prefix]
    return [prefix, "via", hop, *(("dev", device) if device else ())]


def ovs(before: Sequence[str], after: Sequence[str]) -> str:
    """Return the one ovs-vsctl transaction that brings the bridge from one record to the other."""
    gone, new = [line for line in before if line not in after], [line for line in after if line not in before]
    kept = {line.split()[1] for line in new if line.startswith(("port ", "svi "))}
    words: list[str] = []
    for line in gone:
        kind, name = line.split()[:2]
        if kind == "bridge" and name != BRIDGE:
            words += ["--", "--if-exists", "del-br", name]
        elif kind == "vlan":
            words += ["--", "--if-exists", "remove", "bridge", BRIDGE, "external_ids", f"vlan-{name}"]
        elif kind in ("port", "svi") and (name not in kept or _was_other(kind, name, new)):
            words += ["--", "--if-exists", "del-port", name]
    for line in new:
        words += _added(line)
    return shlex.join(["ovs-vsctl", "--timeout=60", *words]) if words else ""


def _was_other(kind: str, name: str, new: Sequence[str]) -> bool:
    return not any(line.startswith(f"{kind} {name} ") for line in new)


def _added(line: str) -> list[str]:
    kind, name, *rest = line.split(maxsplit=2)
    settings = rest[0] if rest else ""
    if kind == "bridge":
        return ["--", "--may-exist", "add-br", name, "--", "set", "bridge", name, "datapath_type=netdev"]
    if kind == "vlan":
        label = settings.removeprefix("name=").replace("\\", "\\\\").replace('"', '\\"')
        return ["--", "set", "bridge", BRIDGE, f'external_ids:vlan-{name}="{label}"']
    add = ["--", "--may-exist", "add-port", BRIDGE, name, "--", "set", "port", name]
    if kind == "svi":
        return [*add, settings, "--", "set", "interface", name, "type=internal"]
    mode, *values = settings.split()
    return ["--", "--if-exists", "clear", "port", name, "tag", "trunks", *add, f"vlan_mode={mode}", *values]
