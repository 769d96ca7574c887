"""VRP's lines as a device keeps them, after Huawei's command references (S-series, CloudEngine, AR, USG).

VLANs are one list however they are typed, a trunk's VLANs too; an access list's rule has a number even when none was
typed, and rules stand in order of their numbers; masks are written out; the first address of an interface is its main
one. What refers to a VLAN that is not there is refused, as is taking out a VLAN whose Vlanif is there.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from inventory.platforms.blocks import Reading, Table
from inventory.platforms.huawei_vrp import words as parser_words
from topology.twin.vendor.device import Description
from topology.twin.vendor.engine import LineGrammar, Special
from topology.twin.vendor.grammar import Outcome, Refused
from topology.twin.vendor.secrets import Cipher
from topology.twin.vendor.tree import Entry, Path, Tree

PORTS = r"(X?GigabitEthernet|GE|XGE|Ethernet|MultiGE|MEth|(10|25|40|50|100|200|400)GE|Eth-Trunk)\d\S*"
INTERFACE = r"interface .*"
CIPHER = Cipher(
    patterns=(
        r"\b(?:authentication-mode|privacy-mode) \S+ (?:cipher )?(?P<secret>\S+)$",
        r"\blocal-user \S+ password (?:irreversible-cipher|cipher|simple) (?P<secret>\S+)$",
        r"\bpre-shared-key (?:cipher |simple )?(?P<secret>(?!cipher$|simple$)\S+)$",
    ),
    before="%^%#",
    after="%^%#",
    irreversible=r"password irreversible-cipher",
    hash_marks=("$1a$", "$"),
)
_LIST_ITEMS = 10
_TYPES = (
    "GigabitEthernet", "XGigabitEthernet", "Ethernet", "MultiGE", "MEth", "Eth-Trunk", "Vlanif", "LoopBack", "Tunnel",
    "Dialer", "NULL", "10GE", "25GE", "40GE", "100GE", "GE", "XGE", "Cellular", "Serial",
)  # fmt: skip
_FREE_TEXT = r"description|header|name|remark|snmp-agent sys-info (contact|location)|rule name|alias"


def tables() -> tuple[Table[Any], Reading]:
    """Return the parser's table of top lines, and a fresh reading."""
    from inventory.platforms.huawei_vrp.reading import Vrp
    from inventory.platforms.huawei_vrp.sections import TOP

    return TOP, Vrp()


def numbers(text: str) -> set[int]:
    """Return the VLANs of `10 20 to 30`. Raises Refused."""
    found = set(range(1, 4095)) if text == "all" else parser_words.numbers(text, 1, 4094)
    if found is None:
        raise Refused("Wrong parameter")
    return set(found)


def spelled(found: Iterable[int]) -> str:
    """Return VLANs as VRP lists them: two that follow each other also as a range."""
    runs: list[list[int]] = []
    for number in sorted(found):
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return " ".join(" to ".join(map(str, run)) for run in runs)


def pieces(start: str, found: Iterable[int]) -> list[str]:
    """Return the lines of a list, ten items each, as they are printed."""
    items = re.findall(r"\d+(?: to \d+)?", spelled(found))
    return [f"{start} {' '.join(items[n : n + _LIST_ITEMS])}" for n in range(0, len(items), _LIST_ITEMS)]


def _of(tree: Tree, path: Path, start: str) -> set[int]:
    found: set[int] = set()
    for entry in tree.below(path):
        if entry.text.startswith(f"{start} "):
            found |= numbers(entry.text[len(start) + 1 :])
    return found


def _keep(tree: Tree, path: Path, start: str, found: set[int]) -> None:
    lines = pieces(start, found)
    entries = tree.open(path)
    place = next((n for n, e in enumerate(entries) if e.text.startswith(f"{start} ")), len(entries))
    entries[:] = [e for e in entries if not e.text.startswith(f"{start} ")]
    entries[place:place] = [Entry(line) for line in lines]


def vlans(tree: Tree) -> set[int]:
    """Return the VLANs that the device has; 1 is always there."""
    return _of(tree, (), "vlan batch") | {1}


def _drop_vlan(tree: Tree, gone: set[int]) -> None:
    for number in sorted(gone):
        if tree.find((), f"interface Vlanif{number}"):
            raise Refused("Error: The VLAN has a L3 interface. Please delete it first.")
    _keep(tree, (), "vlan batch", vlans(tree) - gone - {1})
    tree.remove((), lambda text: text in {f"vlan {number}" for number in gone})
    for entry in tree.roots:
        kept = [c for c in entry.children if c.text not in {f"port default vlan {number}" for number in gone}]
        entry.children[:] = kept


def _batch(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
    said = numbers(body.removeprefix("vlan batch "))
    if negated:
        if not said & vlans(tree):
            raise Refused("Error: The VLAN does not exist.")
        _drop_vlan(tree, said)
    else:
        _keep(tree, (), "vlan batch", (vlans(tree) | said) - {1})
    return Outcome(words="Info: This operation may take a few seconds. Please wait for a moment...done.")


def _vlan(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
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
        _keep(tree, (), "vlan batch", (vlans(tree) | {number}) - {1})
    tree.add((), body).block = True
    return Outcome(enter=(body,))


def _trunk(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
    grammar.check(tree, path, body)
    match = re.fullmatch(r"port trunk allow-pass vlan (.+)", body)
    assert match is not None
    said = numbers(match[1])
    if not any(e.text == "port link-type trunk" for e in tree.below(path)):
        raise Refused("Error: Please configure the port link type to trunk first.")
    start = "port trunk allow-pass vlan"
    without_one = tree.find(path, f"undo {start} 1") is not None
    held = _of(tree, path, start) | (set() if without_one else {1})
    held = held - said if negated else held | said
    tree.remove(path, lambda text: text == f"undo {start} 1")
    if 1 not in held:
        tree.add(path, f"undo {start} 1")
    _keep(tree, path, start, held - {1})
    return Outcome()


def _link_type(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    grammar.check(tree, path, body)
    now = next((e.text for e in tree.below(path) if e.text.startswith("port link-type ")), "")
    if not negated and not grammar.known(path, body)[0]:
        return None
    if negated or now != body:
        other = r"port (default vlan|trunk|link-type) .*|undo port trunk allow-pass vlan 1"
        tree.remove(path, lambda text: re.fullmatch(other, text) is not None)
    if not negated:
        tree.add(path, body)
    return Outcome()


def _default_vlan(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
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


def _address(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    grammar.check(tree, path, body)
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


def _rule(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
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


def _move(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
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


def _named_acl(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
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
        model = grammar.about.model if isinstance(grammar, VrpLines) else ""
        kind = ("basic" if basic else "advance") if two_phase(model) and not digits else number
        held = f"acl name {name} {kind}"
        if not grammar.known((), held)[0]:
            return None
        tree.add((), held).block = True
    return Outcome(enter=(held,))


class VrpLines(LineGrammar):
    """VRP's grammar; the device's model decides whether ports switch from the start."""

    KEYS = (
        ("", r"(sysname) "),
        ("", r"(header login information)"),
        ("", r"(lldp management-address)"),
        ("", r"(info-center loghost source)"),
        ("", r"(dns server source-ip)"),
        ("", r"(ntp(?:-service)? source-interface)"),
        ("", r"(snmp-agent trap source)"),
        ("", r"(snmp-agent sys-info (?:contact|location|version))"),
        ("", r"(snmp-agent protocol source)-"),
        ("", r"(snmp-agent local-engineid)"),
        ("", r"(snmp-agent usm-user v3 \S+ (?:group|authentication-mode|privacy-mode))"),
        ("", r"(snmp-agent target-host trap address udp-domain \S+)"),
        ("", r"(snmp-agent group v3 \S+)"),
        ("", r"(ip route-static \S+ \S+ \S+)"),
        ("", r"(ssh server-source)"),
        ("", r"(ssh server authentication-retries)"),
        ("", r"(ssh authentication-type default)"),
        ("", r"(ssh user \S+ (?:authentication-type|service-type))"),
        ("", r"(ssh user \S+ assign \S+)"),
        ("", r"(router id)"),
        ("", r"(vrrp version)"),
        ("", r"(clock timezone)"),
        ("", r"(ospf \d+)"),
        ("", r"(firewall zone) (?:name )?(\S+)"),
        ("", r"((?:rsa|ecc) peer-public-key \S+)"),
        ("", r"(ike peer \S+)"),
        ("", r"(ip (?:address|service)-set \S+)"),
        ("", r"(nat address-group \S+)"),
        ("", r"(acl) (?:number )?(\d+)"),
        ("", r"(user-interface vty \d+)"),
        (INTERFACE, r"(description|alias|speed|duplex|mtu|port link-type|port default vlan)(?: |$)"),
        (INTERFACE, r"(ospf (?:cost|network-type|timer hello|timer dead|enable))(?: |$)"),
        (INTERFACE, r"(vrrp vrid \d+ priority)"),
        (INTERFACE, r"(vrrp vrid \d+ track admin-vrrp)"),
        (INTERFACE, r"(vrrp vrid \d+)$"),
        (INTERFACE, r"(admin-vrrp vrid \d+)"),
        (INTERFACE, r"(traffic-filter inbound|ipsec policy)(?: |$)"),
        (INTERFACE, r"(ip address)$"),
        ("aaa", r"(local-user \S+ (?:password|privilege|level|service-type|state))"),
        (r"user-interface .*", r"(authentication-mode|idle-timeout|protocol inbound|user privilege level)(?: |$)"),
        (r"ospf .*", r"(default-route-advertise|bandwidth-reference)(?: |$)"),
        (r"ospf .*", r"(import-route \S+)"),
        (r"vlan \d+", r"(description|name)(?: |$)"),
        (r"firewall zone .*", r"(set priority|description)(?: |$)"),
        (r"(security|nat)-policy", r"(default action)"),
        (r"rule name .*", r"(description|action)(?: |$)"),
        (r"rule name .*", r"((?:source|destination)-zone|(?:source|destination)-address|service)$"),
        (r"ip (address|service)-set .*", r"(address|service \d+|description)(?: |$)"),
        (r"ike peer .*", r"(pre-shared-key|ike-proposal|local-id-type|local-id|remote-id-type|remote-id)(?: |$)"),
        (r"ike peer .*", r"(remote-name|remote-address|dpd type|dpd idle-time|version)(?: |$)"),
        (r"(ike|ipsec) proposal .*", r"((?:\S+ )*\S+) \S+$"),
        (r"ipsec policy.*", r"(security acl|ike-peer|proposal|tunnel local|sa trigger-mode)(?: |$)"),
        (r"nat address-group .*", r"(mode|section \d+)"),
        (r"acl .*", r"(description|step)(?: |$)"),
    )
    TOGGLES = (
        (INTERFACE, r"lldp enable", True),
        (INTERFACE, r"shutdown", False),
        (INTERFACE, r"portswitch", True),
        (INTERFACE, r"negotiation auto", True),
        ("", r"lldp enable|info-center enable|dns resolve|stelnet server enable|snmp-agent trap enable", False),
        ("", r"telnet server enable|http (secure-)?server( enable)?|ftp server( enable)?", False),
        (r"ike peer .*", r"version 1", True),
        (r"rule name .*", r"disable", False),
    )
    SPECIALS: ClassVar[Sequence[tuple[str, str, Special]]] = (
        ("", r"vlan batch .+", _batch),
        ("", r"vlan \d+", _vlan),
        ("", r"acl name \S+.*", _named_acl),
        (INTERFACE, r"port trunk allow-pass vlan .+", _trunk),
        (INTERFACE, r"port link-type( .*)?", _link_type),
        (INTERFACE, r"port default vlan( \d+)?", _default_vlan),
        (INTERFACE, r"ip address( .*)?", _address),
        (r"acl .*", r"rule .+", _rule),
        (r"(security|nat)-policy", r"rule move .+", _move),
    )
    ASKS = (
        ("", r"undo vlan (batch )?\d.*", "Warning: The configurations of the VLAN will be deleted. Continue?[Y/N]:"),
        ("", r"undo ospf \d+.*", "Warning: The OSPF process will be deleted. Continue?[Y/N]:"),
        ("", r"undo stelnet server enable", "Warning: The operation will stop the STelnet server. Continue?[Y/N]:"),
        ("aaa", r"undo local-user [^ ]+", "Warning: The user will be deleted. Continue?[Y/N]:"),
        (
            INTERFACE,
            r"port link-type .*",
            "Warning: This command will delete VLANs on this port. Continue?[Y/N]:",
        ),
    )
    SAYS = (
        ("", r"stelnet server enable", "Info: Succeeded in starting the STELNET server."),
        ("", r"ssh user \S+", "Info: Succeeded in adding a new SSH user."),
        ("", r"lldp enable", "Info: Global LLDP is enabled successfully."),
        ("", r"undo lldp enable", "Info: Global LLDP is disabled successfully."),
    )
    FIXED = (
        rf"interface {PORTS}|interface NULL0|aaa|security-policy|nat-policy|user-interface .*"
        r"|firewall zone (name )?(local|trust|untrust|dmz)( .*)?"
    )
    RANKS = (
        r"sysname", r"header", r"ftm |license|set |save-conf|l2tp|update", r"(undo )?info-center", r"vlan batch",
        r"(undo )?lldp", r"vrrp version", r"clock", r"dns", r"(undo )?(http|telnet|ftp|web-manager)", r"router id",
        r"diffserv|drop-profile|pki|ssl|radius|authentication-p|dot1x|mac-|portal|free-rule",
        r"acl number", r"acl", r"ip (address|service)-set", r"vlan \d", r"ike proposal", r"ike peer",
        r"ipsec proposal", r"ipsec policy-template", r"ipsec policy", r"aaa", r"interface Vlanif", r"interface MEth",
        r"interface Eth-Trunk", r"interface (?!LoopBack|NULL|Tunnel)", r"interface NULL", r"interface LoopBack",
        r"interface Tunnel", r"firewall zone", r"ospf", r"ip route-static", r"nat address-group", r"security-policy",
        r"nat-policy", r"snmp-agent", r"(rsa|ecc) peer", r"(stelnet|ssh)", r"ntp", r"user-interface max",
        r"user-interface con", r"user-interface vty",
    )  # fmt: skip
    INNER = (
        (
            INTERFACE,
            (r"description", r"(undo )?portswitch", r"shutdown", r"ip address .*(?<!sub)$", r"ip address", r"port link",
             r"port default", r"undo port trunk", r"port trunk", r"vrrp", r"admin-vrrp", r"ospf", r"undo lldp"),
        ),
        (r"(rsa|ecc) peer-public-key .*", (r"public-key-code begin", r"public-key-code end", r"peer")),
        (r"rule name .*", (r"description", r"disable", r"policy log", r"source-zone", r"destination-zone",
                           r"source-address", r"destination-address", r"service", r"(?!action)", r"action")),
        (r"ospf .*", (r"default", r"silent", r"import", r"area")),
        (r"(security|nat)-policy", (r"rule name", r"default")),
    )  # fmt: skip

    def known(self, path: Path, body: str) -> tuple[bool, bool]:
        """Return whether a line is understood; a rule is described once it stands, which the parser cannot see."""
        if path and path[-1].startswith("acl ") and re.fullmatch(r"rule \d+ description .+", body):
            return True, False
        return super().known(path, body)

    def __init__(self, about: Description) -> None:
        super().__init__(tables, CIPHER)
        self.about = about
        self.switches = re.match(r"(?i)(S\d|CE)", about.model) is not None

    def normal(self, path: Path, line: str) -> str:
        """Return a line as VRP keeps it."""
        if not re.match(_FREE_TEXT, line):
            line = re.sub(r"\s+", " ", line)
        if match := re.fullmatch(r"int\w* ([A-Za-z][A-Za-z-]*|\d+GE|X?GE) ?(\d\S*)", line):
            return f"interface {self._type(match[1])}{match[2]}"
        if match := re.fullmatch(r"acl (\d+)", line):
            return f"acl number {match[1]}"
        if match := re.fullmatch(r"(ip address \S+|ip route-static \S+) (\d{1,2})( .*)?", line):
            return f"{match[1]} {_mask(int(match[2]))}{match[3] or ''}"
        if match := re.fullmatch(r"(ip route-static \S+ \S+) (?i:null ?0)(.*)", line):
            return f"{match[1]} NULL0{match[2]}"
        if match := re.fullmatch(r"ospf", line):
            return "ospf 1"
        if match := re.fullmatch(r"area (\d+)", line):
            return f"area {_area(int(match[1]))}"
        return line

    def _type(self, typed: str) -> str:
        exact = next((t for t in _TYPES if t.lower() == typed.lower()), None)
        return exact or next((t for t in _TYPES if t.lower().startswith(typed.lower())), typed)

    def check(self, tree: Tree, path: Path, line: str) -> None:
        """Refuse ports that are not there, a Vlanif of no VLAN, and what a port of that kind does not have."""
        self._layer(tree, path, line.removeprefix("undo "))
        name = line.removeprefix("interface ") if not path and line.startswith("interface ") else ""
        if match := re.fullmatch(r"Vlanif(\d+)", name):
            if int(match[1]) not in vlans(tree):
                raise Refused("Error: The VLAN does not exist.")
        elif name and self._lacks(name):
            raise Refused("Wrong parameter", len("interface "))

    def _layer(self, tree: Tree, path: Path, line: str) -> None:
        """Refuse addresses at a port that switches and VLANs at one that routes, on models that know the difference."""
        port = path[-1].removeprefix("interface ") if path else ""
        if not self.switches or not re.fullmatch(PORTS, port) or port.startswith("MEth") or "." in port:
            return
        routed = tree.find(path, "undo portswitch") is not None
        if re.match(r"port (?!switch)" if routed else r"ip address|ospf|vrrp|admin-vrrp", line):
            raise Refused("Unrecognized command", 0)

    def _lacks(self, name: str) -> bool:
        """Whether there is no such interface and none can be made."""
        if not parser_words.NAME.fullmatch(name):
            return name != "NULL0"
        made = not re.fullmatch(PORTS, name) or re.search(r"Eth-Trunk|\.", name)
        return bool(self.about.ports and not made and name not in (*self.about.ports, self.about.management))

    def asks(self, tree: Tree, path: Path, whole: str) -> bool:
        """Ask only where something is there to lose."""
        if whole.startswith("port link-type"):
            held = [e.text for e in tree.below(path)]
            return whole not in held and any(re.match(r"port (default|trunk)", text) for text in held)
        return True

    def hidden(self, path: Path, entry: Entry) -> bool:
        """A VLAN's own block is printed only when it says something."""
        return not path and re.fullmatch(r"vlan \d+", entry.text) is not None and not entry.children

    def place(self, entry: Entry) -> tuple[object, ...]:
        """Order interfaces and VLANs by their numbers, and a list's rules as they stand."""
        if re.match(r"interface |vlan \d|acl number|ike proposal", entry.text):
            return (re.sub(r"\d.*", "", entry.text), [int(n) for n in re.findall(r"\d+", entry.text)])
        return ("", [])

    def header(self) -> list[str]:
        """Return the comment with the version."""
        return [f"!Software Version {version(self.about.model)}"]

    def password(self, tree: Tree, user: str) -> str:
        """Return the password of a local user."""
        for entry in tree.below(("aaa",)):
            if match := re.fullmatch(rf"local-user {re.escape(user)} password \S+ (\S+)", entry.text):
                return match[1]
        return ""

    def syslog(self, tree: Tree, moment: datetime, message: str) -> str:
        """Return a log message in VRP's form: facility local7, `%%01MODULE/LEVEL/BRIEF(l)[n]:words`."""
        level = re.match(r"[A-Z0-9_]+/(\d)/", message)
        priority = 23 * 8 + int(level[1] if level else 5)
        return f"<{priority}>{moment:%b %d %Y %H:%M:%S} {host_name(tree)} %%01{message}"

    def factory(self, about: Description) -> str:
        """Return the configuration that such a device leaves the factory with."""
        lines = [
            "#",
            "aaa",
            " authentication-scheme default",
            "  authentication-mode local",
            " domain default_admin",
            "#",
        ]
        if about.user:
            lines[-1:] = [
                f" local-user {about.user} privilege level 15",
                f" local-user {about.user} service-type ssh",
                "#",
            ]
        for port in about.ports:
            lines += [f"interface {port}", "#"]
        if about.management:
            lines += [f"interface {about.management}"]
            if about.staging:
                address, _, length = about.staging.partition("/")
                lines += [f" ip address {address} {_mask(int(length or 24))}"]
            lines += ["#"]
        lines += ["interface NULL0", "#", "stelnet server enable", "ssh server-source all-interface"]
        if about.user:
            lines += [f"ssh user {about.user}", f"ssh user {about.user} authentication-type publickey"]
            lines += [f"ssh user {about.user} service-type stelnet"]
        lines += ["#", "user-interface con 0", "user-interface vty 0 4", " authentication-mode aaa"]
        return "\n".join([*lines, " protocol inbound ssh", "#", "return", ""])


def _mask(length: int) -> str:
    if not 0 <= length <= 32:
        raise Refused("Wrong parameter")
    bits = (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF
    return ".".join(str(bits >> shift & 255) for shift in (24, 16, 8, 0))


def _area(number: int) -> str:
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def host_name(tree: Tree) -> str:
    """Return the device's name."""
    found = next((e.text for e in tree.roots if e.text.startswith("sysname ")), "sysname HUAWEI")
    return found.removeprefix("sysname ")


def two_phase(model: str) -> bool:
    """Whether a model runs VRP8, where lines go to a candidate until `commit`."""
    return re.match(r"(?i)(CE|NE|ATN|CloudEngine|NetEngine)", model) is not None


def version(model: str) -> str:
    """Return the release that a device of a model says it runs."""
    if two_phase(model):
        return "V200R019C10SPC800"
    if model.upper().startswith("AR"):
        return "V300R019C13SPC200"
    return "V600R007C20SPC500" if model.upper().startswith("USG") else "V200R019C10SPC500"
