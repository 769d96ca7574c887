"""VRP's lines that do more than stand: lists of VLANs, addresses, numbers that the device gives, the order of rules.

Each is a `Special` of the grammar: it changes the tree, or says None for the usual way.
"""

import re

from inventory.platforms.huawei_vrp import words as parser_words
from topology.twin.vendor.engine import LineGrammar
from topology.twin.vendor.grammar import Outcome, Refused
from topology.twin.vendor.tree import Path, Tree
from topology.twin.vendor.vlan_lists import keep, listed, numbers
from topology.twin.vendor.vrp_words import two_phase


def vlans(tree: Tree) -> set[int]:
    """Return the VLANs that the device has; 1 is always there."""
    return listed(tree, (), "vlan batch") | {1}


def _drop_vlan(tree: Tree, gone: set[int]) -> None:
    for number in sorted(gone):
        if tree.find((), f"interface Vlanif{number}"):
            raise Refused("Error: The VLAN has a L3 interface. Please delete it first.")
    keep(tree, (), "vlan batch", vlans(tree) - gone - {1})
    tree.remove((), lambda text: text in {f"vlan {number}" for number in gone})
    for entry in tree.roots:
        kept = [c for c in entry.children if c.text not in {f"port default vlan {number}" for number in gone}]
        entry.children[:] = kept


def vlan_batch(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
    """`vlan batch LIST`."""
    said = numbers(body.removeprefix("vlan batch "))
    if negated:
        if not said & vlans(tree):
            raise Refused("Error: The VLAN does not exist.")
        _drop_vlan(tree, said)
    else:
        keep(tree, (), "vlan batch", (vlans(tree) | said) - {1})
    return Outcome(words="Info: This operation may take a few seconds. Please wait for a moment...done.")


def one_vlan(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
    """`vlan N`: makes it, and opens its view."""
    number = int(body.split()[1])
    if not 1 <= number <= 4094:
        raise Refused("Wrong parameter")
    if negated:
        if number == 1:
            raise Refused("Error: The default VLAN cannot be deleted.")
        if number not in vlans(tree):
            raise Refused("Error: The VLAN does not exist.")
        _drop_vlan(tree, {number})
        return Outcome()
    if number != 1:
        keep(tree, (), "vlan batch", (vlans(tree) | {number}) - {1})
    tree.add((), body).block = True
    return Outcome(enter=(body,))


def trunk(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
    """`port trunk allow-pass vlan LIST`."""
    grammar.check(tree, path, f"undo {body}" if negated else body)
    match = re.fullmatch(r"port trunk allow-pass vlan (.+)", body)
    assert match is not None
    said = numbers(match[1])
    if not any(e.text == "port link-type trunk" for e in tree.below(path)):
        raise Refused("Error: Please configure the port link type to trunk first.")
    start = "port trunk allow-pass vlan"
    without_one = tree.find(path, f"undo {start} 1") is not None
    held = listed(tree, path, start) | (set() if without_one else {1})
    held = held - said if negated else held | said
    tree.remove(path, lambda text: text == f"undo {start} 1")
    if 1 not in held:
        tree.add(path, f"undo {start} 1")
    keep(tree, path, start, held - {1})
    return Outcome()


def link_type(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    """`port link-type`: another type loses what the old one had."""
    grammar.check(tree, path, f"undo {body}" if negated else body)
    now = next((e.text for e in tree.below(path) if e.text.startswith("port link-type ")), "")
    if not negated and not grammar.known(path, body)[0]:
        return None
    if negated or now != body:
        other = r"port (default vlan|trunk|link-type) .*|undo port trunk allow-pass vlan 1"
        tree.remove(path, lambda text: re.fullmatch(other, text) is not None)
    if not negated:
        tree.add(path, body)
    return Outcome()


def default_vlan(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
    """`port default vlan N`."""
    if not negated:
        number = int(body.split()[-1])
        if number not in vlans(tree):
            raise Refused("Error: The VLAN does not exist.")
        if not any(e.text == "port link-type access" for e in tree.below(path)):
            raise Refused("Error: Please configure the port link type to access first.")
    tree.remove(path, lambda text: text.startswith("port default vlan "))
    if not negated and number != 1:
        tree.add(path, body)
    return Outcome()


def address(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    """`ip address`: the main one is one, `sub` are several."""
    grammar.check(tree, path, f"undo {body}" if negated else body)
    if negated:
        plain = body.removesuffix(" sub")
        mains = [e.text for e in tree.below(path) if e.text.startswith("ip address ") and not e.text.endswith(" sub")]
        subs = [e.text for e in tree.below(path) if e.text.startswith("ip address ") and e.text.endswith(" sub")]
        if plain in mains and subs:
            raise Refused("Error: Please delete the secondary addresses first.")
        if body == "ip address":
            tree.remove(path, lambda text: text.startswith("ip address "))
        elif not tree.remove(path, lambda text: text in (plain, f"{plain} sub")):
            raise Refused("Error: The specified IP address does not exist.")
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


def _conflict(tree: Tree, path: Path, body: str) -> None:
    mine = body.split()[2:4]
    net = parser_words.network(mine[0], "32"), parser_words.length(mine[1])
    if net[0] is None or net[1] is None:
        raise Refused("Wrong parameter")
    mine_net = net[0].supernet(new_prefix=net[1])
    for root in tree.roots:
        if not root.text.startswith("interface ") or (root.text,) == path:
            continue
        for entry in root.children:
            if match := re.fullmatch(r"ip address (\S+) (\S+)(?: sub)?", entry.text):
                host, length = parser_words.network(match[1], "32"), parser_words.length(match[2])
                if host is not None and length is not None and host.supernet(new_prefix=length).overlaps(mine_net):
                    raise Refused("Error: The specified address conflicts with another address.")


def rule(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    """`rule` of an access list: it has a number, and stands in its order."""
    rest = body.split()[1:]
    if negated:
        if not rest[0].isdigit() or not tree.remove(path, lambda t: t == body or t.startswith(f"{body} ")):
            raise Refused("Error: The rule does not exist.")
        return Outcome()
    if not rest[0].isdigit():
        taken = [int(e.text.split()[1]) for e in tree.below(path) if e.text.startswith("rule ")]
        body = f"rule {(max(taken, default=0) // 5 + 1) * 5} {' '.join(rest)}"
    described = re.fullmatch(r"rule \d+ description .{1,127}", body) is not None
    if not described and not grammar.known(path, body)[0]:
        return None
    number = body.split()[1]
    if described:
        if not any(e.text.startswith(f"rule {number} ") for e in tree.below(path)):
            raise Refused("Error: The rule does not exist.")
        tree.replace(path, lambda text: text.startswith(f"rule {number} description "), body)
    else:
        tree.replace(path, lambda t: t.startswith(f"rule {number} ") and " description " not in t, body)
    tree.open(path).sort(key=lambda e: _rule_order(e.text))
    return Outcome()


def _rule_order(text: str) -> tuple[int, bool]:
    match = re.match(r"rule (\d+)( description)?", text)
    return (int(match[1]), bool(match[2])) if match else (-1, False)


def move_rule(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    """`rule move A before B` of a policy."""
    match = re.fullmatch(r"rule move (.+?) (before|after|top|bottom)(?: (.+))?", body)
    entries = tree.below(path)
    mine = next((e for e in entries if match and e.text == f"rule name {match[1]}"), None)
    other = next((e for e in entries if match and e.text == f"rule name {match[3]}"), None)
    if negated or match is None:
        return None
    if mine is None or (match[3] and other is None):
        raise Refused("Error: The rule does not exist.")
    entries.remove(mine)
    rules = [n for n, e in enumerate(entries) if e.text.startswith("rule name ")]
    place = {"top": rules[0] if rules else 0, "bottom": len(entries)}.get(match[2], 0)
    if other is not None:
        place = entries.index(other) + (match[2] == "after")
    entries.insert(place, mine)
    return Outcome()


def named_acl(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    """`acl name NAME`: it is given a number, or is `advance` on VRP8."""
    name = body.split()[2]
    held = next((e.text for e in tree.roots if e.block and e.text.split()[:3] == ["acl", "name", name]), None)
    if negated:
        if held is None:
            raise Refused("Error: The ACL does not exist.")
        tree.remove((), lambda text: text == held)
        return Outcome()
    if held is None:
        said = body.split()[3:]
        basic = bool(said) and said[0] == "basic"
        digits = next((w for w in said if w.isdigit()), "")
        taken = {e.text.split()[-1] for e in tree.roots if e.text.startswith("acl ")}
        number = digits or next(str(n) for n in range(2999 if basic else 3999, 0, -1) if str(n) not in taken)
        kind = ("basic" if basic else "advance") if two_phase(grammar.model) and not digits else number
        held = f"acl name {name} {kind}"
        if not grammar.known((), held)[0]:
            return None
        tree.add((), held).block = True
    return Outcome(enter=(held,))
