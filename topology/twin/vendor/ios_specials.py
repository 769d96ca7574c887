"""What IOS and RGOS do with lines that are more than a value: VLANs, layer-2 ports, addresses, entries, accounts.

Each function takes the grammar, the tree, the view, the line without its `no`, and whether it had one; None means that
the line is kept the usual way. Sources: IOS command references; messages as recorded sessions have them.
"""

import re
from ipaddress import IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from topology.twin.vendor.grammar import Outcome, Refused
from topology.twin.vendor.ios_words import INCOMPLETE, INVALID, entry, spelled, vlans
from topology.twin.vendor.tree import Entry, Path, Tree

if TYPE_CHECKING:
    from topology.twin.vendor.engine import LineGrammar

ALLOWED = "switchport trunk allowed vlan"
TRAPS = "snmp-server enable traps"
KINDS_OF_TRAPS = (
    "snmp authentication linkdown linkup coldstart warmstart", "config-copy", "config", "entity", "ospf state-change",
    "syslog", "vtp", "envmon fan shutdown supply temperature status",
)  # fmt: skip
ALL = frozenset(range(1, 4095))
_L3 = r"ip address .*|ip ospf .*|vrrp .*|ip access-group .*|ip nat .*|crypto map .*"


def vlan(grammar: "LineGrammar", tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
    """Make or delete VLANs; each is a block of its own until it is printed."""
    said = vlans(body.split()[-1])
    if negated:
        if 1 in said:
            raise Refused("%Default VLAN 1 may not be deleted.")
        if used := getattr(grammar, "needs_vlans", False) and _with_interfaces(tree, said):
            raise Refused(f"%Error: VLAN {min(used)} has an interface.")
        tree.remove((), lambda text: text in {f"vlan {number}" for number in said})
        return Outcome()
    for number in said:
        tree.add((), f"vlan {number}").block = True
    return Outcome(enter=(f"vlan {min(said)}",) if len(said) == 1 else (body,))


def _with_interfaces(tree: Tree, numbers: set[int]) -> set[int]:
    heads = (re.fullmatch(r"interface VLAN (\d+)", e.text) for e in tree.roots)
    return {int(match[1]) for match in heads if match} & numbers


def switchport(grammar: "LineGrammar", tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
    """Have a port switch or route; what it said in the other way is gone."""
    grammar.check(tree, path, body)
    routed = tree.find(path, "no switchport") is not None
    if negated is routed:
        return Outcome()
    gone = r"switchport .*|spanning-tree .*" if negated else rf"no switchport|{_L3}"
    tree.remove(path, lambda text: re.fullmatch(gone, text) is not None)
    if negated:
        tree.add(path, "no switchport")
    return Outcome()


def carried(tree: Tree, path: Path) -> set[int]:
    """Return the VLANs that a port carries as a trunk."""
    said = next((e.text[len(ALLOWED) + 1 :] for e in tree.below(path) if e.text.startswith(f"{ALLOWED} ")), "all")
    return set(ALL) if said == "all" else set() if said == "none" else vlans(said)


def trunk(grammar: "LineGrammar", tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
    """Say which VLANs a trunk carries; `add`, `remove` and `except` go on from what it carries."""
    grammar.check(tree, path, body)
    how, _, what = body[len(ALLOWED) :].strip().rpartition(" ")
    if not what and not negated:
        raise Refused(INCOMPLETE)
    if how not in ("", "add", "remove", "except", *(("only",) if getattr(grammar, "says_only", False) else ())):
        raise Refused(INVALID, len(ALLOWED) + 1)
    named = set(ALL) if what == "all" else set() if what in ("none", "") else vlans(what.replace(" ", ""))
    now = carried(tree, path)
    found = {"add": now | named, "remove": now - named, "except": set(ALL) - named}.get(how, named)
    tree.remove(path, lambda text: text.startswith(f"{ALLOWED} "))
    if not negated and found != ALL:
        tree.add(path, f"{ALLOWED} {spelled(found) or 'none'}")
    return Outcome()


def access_vlan(grammar: "LineGrammar", tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
    """Put a port into a VLAN, which is made where it is not there."""
    grammar.check(tree, path, body)
    last = body.split()[-1]
    if not negated and not last.isdecimal():
        raise Refused(INCOMPLETE)
    tree.remove(path, lambda text: text.startswith("switchport access vlan "))
    if negated or last == "1":
        return Outcome()
    if not 1 <= int(last) <= 4094:
        raise Refused(INVALID, len("switchport access vlan "))
    tree.add(path, f"switchport access vlan {int(last)}")
    if tree.find((), f"vlan {int(last)}"):
        return Outcome()
    tree.add((), f"vlan {int(last)}").block = True
    return Outcome(words=f"% Access VLAN does not exist. Creating vlan {int(last)}")


def address(grammar: "LineGrammar", tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    """Give an interface an address or take it away."""
    grammar.check(tree, path, body)
    if negated:
        plain = body.removesuffix(" secondary")
        held = [e.text for e in tree.below(path) if e.text.startswith("ip address ")]
        if body == "ip address":
            tree.remove(path, lambda text: text in held)
        elif plain in held and not body.endswith("secondary") and len(held) > 1:
            raise Refused("Must delete secondary before deleting primary")
        else:
            tree.remove(path, lambda text: text in (body, plain))
        return Outcome()
    match = re.fullmatch(r"ip address (\S+) (\S+)( secondary)?", body)
    if match is None or not grammar.known(path, body)[0]:
        return None
    mine = _interface(match[1], match[2])
    if mine is None:
        raise Refused(f"Bad mask {match[2]} for address {match[1]}")
    _conflict(tree, path, body, mine.network)
    if match[3]:
        tree.add(path, body)
    else:
        tree.remove(path, lambda text: text == f"{body} secondary")
        tree.replace(path, lambda text: text.startswith("ip address ") and not text.endswith(" secondary"), body)
    return Outcome()


def _interface(given: str, mask: str) -> IPv4Interface | None:
    try:
        return IPv4Interface(f"{given}/{mask}")
    except ValueError:
        return None


def _conflict(tree: Tree, path: Path, body: str, mine: IPv4Network) -> None:
    for root in tree.roots:
        if not root.text.startswith("interface ") or (root.text,) == path:
            continue
        for held in root.children:
            if match := re.fullmatch(r"ip address (\S+) (\S+)(?: secondary)?", held.text):
                other = _interface(match[1], match[2])
                if other is not None and other.network.overlaps(mine):
                    raise Refused(f"% {mine.network_address} overlaps with {root.text.removeprefix('interface ')}")


def access_group(grammar: "LineGrammar", tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    """Put an access list on an interface; taken off by its direction."""
    grammar.check(tree, path, body)
    if not negated:
        return None
    way = body.split()[-1]
    tree.remove(path, lambda text: text.startswith("ip access-group ") and text.endswith(f" {way}"))
    return Outcome()


def place(text: str) -> tuple[float, bool, int]:
    """Return where a line of an access list stands: a remark before the entry that has its number."""
    match = re.match(r"(\d+) (remark )?", text)
    return (float(match[1]), not match[2], 0) if match else (float("inf"), False, 0)


def rule(grammar: "LineGrammar", tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    """Put an entry or a remark into an access list: by its number, else after the last one."""
    number, what = _split(body)
    if negated:
        return _taken_out(tree.below(path), number, what)
    if not grammar.known(path, f"{number} {what}".strip())[0]:
        return None
    entries = tree.open(path)
    if what.startswith("remark "):
        entries.append(Entry(f"{number} {what}".strip()))
    else:
        _entered(entries, number, entry(what))
    entries.sort(key=lambda e: place(e.text))
    return Outcome()


def _split(body: str) -> tuple[str, str]:
    match = re.match(r"(\d+)(?: (.*))?$", body)
    return (match[1], match[2] or "") if match else ("", body)


def _entered(entries: list[Entry], number: str, what: str) -> None:
    numbered = {_split(e.text)[0]: e for e in entries if " remark " not in f" {e.text}"}
    if any(_split(e.text)[1] == what for e in numbered.values()):
        return
    if number in numbered:
        raise Refused("% Duplicate sequence number")
    number = number or str(max((int(n) for n in numbered), default=0) // 10 * 10 + 10)
    for waiting in entries:
        if waiting.text.startswith("remark "):
            waiting.text = f"{number} {waiting.text}"
    entries.append(Entry(f"{number} {what}"))


def _taken_out(entries: list[Entry], number: str, what: str) -> Outcome:
    if what and not what.startswith("remark "):
        what = entry(what)
    remark = what.startswith("remark")
    found = [
        e
        for e in entries
        if (not number or _split(e.text)[0] == number)
        and (_split(e.text)[1] == what if what else not _split(e.text)[1].startswith("remark "))
    ]
    if not found and not remark:
        raise Refused("%Error: access-list or sequence number does not exist" if number else "% Entry not found")
    entries[:] = [e for e in entries if not any(e is gone for gone in found[:1])]
    return Outcome()


def resequence(grammar: "LineGrammar", tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
    """Number the entries of a list anew."""
    match = re.fullmatch(r"ip access-list resequence (\S+) (\d+) (\d+)", body)
    if match is None:
        raise Refused(INCOMPLETE)
    for root in tree.roots:
        if re.fullmatch(rf"ip access-list (extended|standard) {re.escape(match[1])}", root.text):
            number, step, seen = int(match[2]), int(match[3]), ""
            for held in root.children:
                old, what = _split(held.text)
                number += step if seen and old != seen else 0
                held.text, seen = f"{number} {what}", old
    return Outcome()


def user(grammar: "LineGrammar", tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    """Make an account: what was said of it before and is not said anew stays."""
    match = re.fullmatch(r"username (\S+)(?: privilege (\d+))?(?: (?:secret|password) (?:(\d) )?(\S.*))?", body)
    if match is None:
        return None
    held = next((e.text for e in tree.roots if re.match(rf"username {re.escape(match[1])}(?: |$)", e.text)), "")
    if negated:
        tree.remove((), lambda text: text == held)
        return Outcome()
    if not grammar.known(path, body)[0]:
        return None
    level = match[2] or (re.search(r" privilege (\d+)", held) or ["", ""])[1]
    kept = match[4] or (re.search(r" secret \d (.*)", held) or ["", ""])[1]
    text = f"username {match[1]}" + (f" privilege {level}" if level else "") + (f" secret 9 {kept}" if kept else "")
    tree.replace((), lambda line: line == held, text)
    return Outcome()


def neighbours_key(grammar: "LineGrammar", tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    """Refuse another key of neighbours under a number that has one."""
    start = " ".join(body.split()[:4])
    if not negated and any(e.text.startswith(f"{start} ") and e.text != body for e in tree.below(path)):
        raise Refused(f"OSPF: Key {start.split()[-1]} already exists")
    return None


def servers(grammar: "LineGrammar", tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    """Name servers of names, several on one line or one by one."""
    given = body.split()[2:]
    if not given and negated:
        tree.remove((), lambda text: text.startswith("ip name-server "))
    if not given or not grammar.known(path, body)[0]:
        return Outcome() if negated else None
    for server in given:
        if negated:
            tree.remove((), lambda text, server=server: text == f"ip name-server {server}")  # type: ignore[misc]
        else:
            tree.add((), f"ip name-server {server}")
    return Outcome()


def traps(grammar: "LineGrammar", tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
    """Send traps: all kinds are told by one line, and each is printed on one of its own."""
    if body == TRAPS:
        if negated:
            tree.remove((), lambda text: text.startswith(TRAPS))
        else:
            for kind in KINDS_OF_TRAPS:
                tree.add((), f"{TRAPS} {kind}")
        return Outcome()
    said = body.removeprefix(f"{TRAPS} ")
    if not any(kind.split()[0] == said.split()[0] for kind in KINDS_OF_TRAPS):
        raise Refused(INVALID, len(TRAPS) + 1)
    tree.remove((), lambda text: text == body or text.startswith(f"{TRAPS} {said.split()[0]} "))
    if not negated:
        tree.add((), body)
    return Outcome()


def vty(grammar: "LineGrammar", tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
    """Open the lines for remote terminals, whose blocks part where the numbers typed do."""
    match = re.fullmatch(r"line vty (\d+)(?: (\d+))?", body)
    if match is None:
        raise Refused(INCOMPLETE)
    low, high = int(match[1]), int(match[2] or match[1])
    _parted(tree, low)
    _parted(tree, high + 1)
    inside = [e for e in tree.roots if e.text.startswith("line vty ") and low <= _range(e.text)[0] <= high]
    if negated:
        tree.roots[:] = [e for e in tree.roots if not any(e is gone for gone in inside)]
        return Outcome()
    covered = {n for e in inside for n in range(_range(e.text)[0], _range(e.text)[1] + 1)}
    for first, last in _runs(set(range(low, high + 1)) - covered):
        tree.add((), f"line vty {first} {last}" if last > first else f"line vty {first}").block = True
    tree.roots.sort(key=lambda e: _range(e.text)[0] if e.text.startswith("line vty ") else -1)
    return Outcome(enter=(body,))


def _range(text: str) -> tuple[int, int]:
    numbers = [int(n) for n in text.split()[2:]]
    return numbers[0], numbers[-1]


def _runs(numbers: set[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        found = (
            [*found[:-1], (found[-1][0], number)]
            if found and found[-1][1] + 1 == number
            else [*found, (number, number)]
        )
    return found


def _parted(tree: Tree, at: int) -> None:
    for held in list(tree.roots):
        if held.text.startswith("line vty ") and _range(held.text)[0] < at <= _range(held.text)[1]:
            low, high = _range(held.text)
            more = held.copy()
            held.text = f"line vty {low} {at - 1}" if at - 1 > low else f"line vty {low}"
            more.text = f"line vty {at} {high}" if high > at else f"line vty {at}"
            tree.roots.insert(tree.roots.index(held) + 1, more)


def within(tree: Tree, path: Path) -> list[Path]:
    """Return the views that a line typed in a view goes to: each block of remote terminals that its numbers cover."""
    if not path or not path[0].startswith("line vty "):
        return [path]
    low, high = _range(path[0])
    heads = [e.text for e in tree.roots if e.text.startswith("line vty ")]
    return [(head,) for head in heads if low <= _range(head)[0] and _range(head)[1] <= high] or [path]
