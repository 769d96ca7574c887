"""What Comware's lines do beyond taking each other's place: VLANs, modes of ports, addresses, numbered rules.

Sources: H3C's command references for layer 2, layer 3 and security (Comware 7).
"""

import re
from ipaddress import IPv4Interface, IPv4Network

from topology.twin.vendor.engine import LineGrammar
from topology.twin.vendor.grammar import Outcome, Refused
from topology.twin.vendor.tree import Entry, Path, Tree
from topology.twin.vendor.vlan_lists import keep, listed, numbers

PERMIT = "port trunk permit vlan"


def vlans(tree: Tree) -> set[int]:
    """Return the VLANs that the device has; 1 is always there."""
    found = {1}
    for entry in tree.roots:
        if match := re.fullmatch(r"vlan (\d+)(?: to (\d+))?", entry.text):
            found |= set(range(int(match[1]), int(match[2] or match[1]) + 1))
    return found


def vlan(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
    """`vlan N [to M]`: each VLAN is a block."""
    said = numbers(body.removeprefix("vlan "))
    if negated:
        if 1 in said and len(said) == 1:
            raise Refused("The default VLAN cannot be deleted.")
        _drop(tree, said - {1})
        return Outcome()
    for number in sorted(said):
        if number != 1:
            tree.add((), f"vlan {number}").block = True
    tree.roots.sort(key=lambda e: int(e.text.split()[1]) if re.fullmatch(r"vlan \d+", e.text) else 0)
    if said == {1}:
        tree.add((), body).block = True
    if len(said) > 1:
        return Outcome()
    return Outcome(enter=(f"vlan {min(said)}",))


def _drop(tree: Tree, gone: set[int]) -> None:
    used = [n for n in sorted(gone) if tree.find((), f"interface Vlan-interface{n}")]
    if used:
        raise Refused(f"VLAN {used[0]} cannot be deleted because it has a VLAN interface.")
    tree.remove((), lambda text: text in {f"vlan {number}" for number in gone})
    for entry in tree.roots:
        entry.children[:] = [c for c in entry.children if c.text not in {f"port access vlan {n}" for n in gone}]


def trunk(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
    """`port trunk permit vlan`: one list, VLAN 1 in it until it is taken out."""
    grammar.check(tree, path, body)
    said = numbers(body.removeprefix(f"{PERMIT} "))
    if not any(e.text == "port link-type trunk" for e in tree.below(path)):
        raise Refused("The port link type is not trunk.")
    held = listed(tree, path, PERMIT) | (set() if tree.find(path, f"undo {PERMIT} 1") else {1})
    held = held - said if negated else held | said
    tree.remove(path, lambda text: text == f"undo {PERMIT} 1")
    if 1 not in held:
        tree.add(path, f"undo {PERMIT} 1")
    keep(tree, path, PERMIT, held - {1})
    return Outcome(words="" if negated or said <= vlans(tree) else "Please wait... Done.")


def link_type(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    """`port link-type`: what the other kind said is gone."""
    grammar.check(tree, path, body)
    now = next((e.text for e in tree.below(path) if e.text.startswith("port link-type ")), "port link-type access")
    if not negated and not grammar.known(path, body)[0]:
        return None
    wanted = "port link-type access" if negated else body
    if now != wanted:
        tree.remove(path, lambda t: re.fullmatch(rf"port (access|trunk|link-type) .*|undo {PERMIT} 1", t) is not None)
        if not wanted.endswith("access"):
            tree.add(path, wanted)
    return Outcome()


def access_vlan(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
    """`port access vlan`."""
    grammar.check(tree, path, body)
    number = int(body.split()[-1]) if body.split()[-1].isdecimal() else 1
    if not negated and number not in vlans(tree):
        raise Refused("The VLAN does not exist.")
    if not negated and any(re.fullmatch(r"port link-type (trunk|hybrid)", e.text) for e in tree.below(path)):
        raise Refused("The port link type is not access.")
    tree.remove(path, lambda text: text.startswith("port access vlan "))
    if not negated and number != 1:
        tree.add(path, body)
    return Outcome()


def link_mode(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    """`port link-mode`: everything that the port said is gone."""
    if negated or not grammar.known(path, body)[0]:
        return None
    now = next((e.text for e in tree.below(path) if e.text.startswith("port link-mode ")), "")
    if now != body:
        tree.open(path)[:] = []
        tree.add(path, body)
    return Outcome()


def address(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    """`ip address A MASK [sub]`."""
    grammar.check(tree, path, body)
    if body.startswith("ip address unnumbered"):
        return None
    if negated:
        plain = body.removesuffix(" sub")
        if body == "ip address":
            tree.remove(path, lambda text: text.startswith("ip address "))
        elif not tree.remove(path, lambda text: text in (plain, f"{plain} sub")):
            raise Refused("The IP address does not exist.")
        return Outcome()
    if not grammar.known(path, body)[0]:
        return None
    _conflict(tree, path, body)
    if body.endswith(" sub"):
        tree.add(path, body)
    else:
        tree.remove(path, lambda text: text == f"{body} sub")
        tree.replace(path, lambda text: text.startswith("ip address ") and not text.endswith(" sub"), body)
    return Outcome()


def _network(address: str, mask: str) -> IPv4Network | None:
    try:
        return IPv4Interface(f"{address}/{mask}").network
    except ValueError:
        return None


def _conflict(tree: Tree, path: Path, body: str) -> None:
    mine = _network(*body.split()[2:4])
    if mine is None:
        raise Refused("Wrong parameter")
    for root in tree.roots:
        if not root.text.startswith("interface ") or (root.text,) == path:
            continue
        for entry in root.children:
            if match := re.fullmatch(r"ip address (\S+) (\S+)(?: sub)?", entry.text):
                other = _network(match[1], match[2])
                if other is not None and other.overlaps(mine):
                    raise Refused(f"The IP address overlaps with another interface {root.text.split()[1]}.")


def rule(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    """A rule of an access list, and its comment; they stand in the order of their numbers."""
    rest = body.split()[1:]
    if negated:
        if not rest[0].isdigit() or not tree.remove(path, lambda t: t == body or t.startswith(f"{body} ")):
            raise Refused("The specified rule does not exist.")
        return Outcome()
    if not rest[0].isdigit():
        taken = [int(e.text.split()[1]) for e in tree.below(path) if e.text.startswith("rule ")]
        body = f"rule {(max(taken, default=-5) // 5 + 1) * 5} {' '.join(rest)}"
    number, commented = body.split()[1], re.fullmatch(r"rule \d+ comment .{1,127}", body) is not None
    if not commented and not grammar.known(path, body)[0]:
        return None
    if commented:
        if not any(e.text.startswith(f"rule {number} ") for e in tree.below(path)):
            raise Refused("The specified rule does not exist.")
        tree.replace(path, lambda text: text.startswith(f"rule {number} comment "), body)
    else:
        same = re.sub(r"^rule \d+ ", "", body)
        for entry in tree.below(path):
            if re.sub(r"^rule \d+ ", "", entry.text) == same and entry.text != body:
                raise Refused("The rule already exists.")
        tree.replace(path, lambda t: t.startswith(f"rule {number} ") and " comment " not in t, body)
    tree.open(path).sort(key=lambda e: _rule_order(e.text))
    return Outcome()


def _rule_order(text: str) -> tuple[int, bool]:
    match = re.match(r"rule (\d+)( comment)?", text)
    return (int(match[1]), bool(match[2])) if match else (-1, False)


def policy_rule(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    """A rule of the security policy: found by number or name, made with the next number where none is said."""
    match = re.fullmatch(r"rule(?: (\d+))?(?: name (\S+))?", body)
    if match is None:
        return None
    entries = tree.below(path) if negated else tree.open(path)
    held = [e for e in entries if e.text.startswith("rule ")]
    mine = next((e for e in held if _is_rule(e.text, match[1], match[2])), None)
    if negated:
        if mine is None:
            raise Refused("The specified rule does not exist.")
        entries.remove(mine)
        return Outcome()
    if mine is None:
        if not match[2]:
            raise Refused("Incomplete command")
        if any(e.text.endswith(f" name {match[2]}") for e in held):
            raise Refused("A rule with the same name already exists.")
        number = match[1] or str(max((int(e.text.split()[1]) for e in held), default=-1) + 1)
        mine = Entry(f"rule {number} name {match[2]}", block=True)
        entries.append(mine)
    return Outcome(enter=(*path, mine.text))


def _is_rule(text: str, number: str | None, name: str | None) -> bool:
    words = text.split()
    return words[1] == number if number else words[3] == name


def move(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    """`move rule A before|after B` in a security policy."""
    match = re.fullmatch(r"move rule (?:name )?(\S+) (before|after) (?:name )?(\S+)", body)
    if match is None or negated:
        return None
    entries = tree.open(path)

    def find(word: str) -> Entry:
        found = next(
            (e for e in entries if e.text.startswith("rule ") and word in (e.text.split()[1], e.text.split()[3])), None
        )
        if found is None:
            raise Refused("The specified rule does not exist.")
        return found

    mine, other = find(match[1]), find(match[3])
    if mine is not other:
        entries.remove(mine)
        entries.insert(entries.index(other) + (match[2] == "after"), mine)
    return Outcome()
