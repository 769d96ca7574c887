"""Comware's lines as a device keeps them, after H3C's command references (Comware 7: switches, MSR, SecPath).

Each VLAN is a block of its own; a trunk's VLANs are one list; a port is bridged or routed, and what it says is gone
when that changes; rules of access lists and policies have numbers also when none was typed, and stand in their order;
prefixes of static routes are written as lengths, masks of addresses written out. What refers to a VLAN that is not
there is refused.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from ipaddress import IPv4Interface, IPv4Network
from typing import Any, ClassVar

from inventory.platforms.blocks import Reading, Table
from inventory.platforms.h3c_comware import words as parser_words
from topology.twin.vendor.device import Description
from topology.twin.vendor.engine import LineGrammar, Special
from topology.twin.vendor.grammar import Outcome, Refused
from topology.twin.vendor.secrets import Cipher
from topology.twin.vendor.tree import Entry, Path, Tree
from topology.twin.vendor.vlan_lists import keep, listed, numbers

INTERFACE = r"interface .*"
PORTS = r"(M-)?(Ten-|Twenty-Five|Forty|Hundred|Two|Five)?-?Gig(abit)?(E|Ethernet)\d\S*|(M-)?Ethernet\d\S*|Bridge-Aggr.*"
PERMIT = "port trunk permit vlan"
CIPHER = Cipher(
    patterns=(
        r"\bauthentication-mode \S+ (?P<secret>\S+) privacy-mode",
        r"\bprivacy-mode \S+ (?P<secret>\S+)$",
        r"\bpassword (?:hash|cipher|simple) (?P<secret>\S+)$",
        r"\bpre-shared-key (?:ciphertext|plaintext|cipher|simple) (?P<secret>\S+)$",
    ),
    before="$c$3$",
    after="=",
    irreversible=r"password hash",
    hash_marks=("$h$6$", "=="),
)
_STORED = (
    (r"(snmp-agent usm-user v3 \S+ \S+) simple (.*)", r"\1 cipher \2"),
    (r"(password) simple (.*)", r"\1 hash \2"),
    (r"(pre-shared-key) plaintext (.*)", r"\1 ciphertext \2"),
)
"""how a device keeps what was typed plain"""
_TYPES = (
    "GigabitEthernet", "Ten-GigabitEthernet", "Twenty-FiveGigE", "FortyGigE", "HundredGigE", "M-GigabitEthernet",
    "Vlan-interface", "LoopBack", "Tunnel", "Bridge-Aggregation", "NULL", "Ethernet",
)  # fmt: skip
_FREE_TEXT = r"description|header|name|rule \d+ comment|snmp-agent sys-info (contact|location)"


def tables() -> tuple[Table[Any], Reading]:
    """Return the parser's table of top lines, and a fresh reading."""
    from inventory.platforms.h3c_comware.reading import Comware
    from inventory.platforms.h3c_comware.sections import TOP

    return TOP, Comware()


def vlans(tree: Tree) -> set[int]:
    """Return the VLANs that the device has; 1 is always there."""
    found = {1}
    for entry in tree.roots:
        if match := re.fullmatch(r"vlan (\d+)(?: to (\d+))?", entry.text):
            found |= set(range(int(match[1]), int(match[2] or match[1]) + 1))
    return found


def _vlan(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
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


def _trunk(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
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


def _link_type(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
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


def _access_vlan(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome:
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


def _link_mode(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
    if negated or not grammar.known(path, body)[0]:
        return None
    now = next((e.text for e in tree.below(path) if e.text.startswith("port link-mode ")), "")
    if now != body:
        tree.open(path)[:] = []
        tree.add(path, body)
    return Outcome()


def _address(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
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


def _rule(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
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


def _policy_rule(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
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


def _move(grammar: LineGrammar, tree: Tree, path: Path, body: str, negated: bool) -> Outcome | None:
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


class ComwareLines(LineGrammar):
    """Comware's grammar; the device's model decides whether ports are bridged from the start."""

    KEYS = (
        ("", r"(sysname) "),
        ("", r"(header login) "),
        ("", r"(lldp global tlv-enable basic-tlv management-address-tlv)"),
        ("", r"(info-center loghost source)"),
        ("", r"(dns source-interface)"),
        ("", r"(ntp-service source)"),
        ("", r"(snmp-agent trap source)"),
        ("", r"(snmp-agent sys-info (?:contact|location|version))"),
        ("", r"(snmp-agent local-engineid)"),
        ("", r"(snmp-agent usm-user v3 \S+)"),
        ("", r"(snmp-agent target-host trap address udp-domain \S+)"),
        ("", r"(snmp-agent group v3 \S+)"),
        ("", r"(ip route-static \S+ \S+ \S+)"),
        ("", r"(ip local policy-based-route)"),
        ("", r"(ssh server (?:authentication-retries|authentication-timeout|port|acl))"),
        ("", r"(ssh server source)"),
        ("", r"(ssh user \S+)"),
        ("", r"(router id)"),
        ("", r"(clock timezone)"),
        ("", r"(track \d+)"),
        ("", r"(ospf \d+)"),
        ("", r"(security-zone name \S+)"),
        ("", r"(public-key peer \S+)"),
        ("", r"(object-group (?:ip address|service) \S+)"),
        ("", r"(nat address-group \S+)"),
        ("", r"(acl (?:advanced|basic) (?:name )?\S+)"),
        ("", r"(local-user \S+)(?: class manage)?"),
        ("", r"(line vty \d+)"),
        ("", r"(policy-based-route \S+) (?:permit|deny) (node \d+)"),
        ("", r"(ipsec (?:transform-set|profile) \S+)"),
        ("", r"(ikev2 (?:keychain|proposal|policy|profile) \S+)"),
        ("", r"(interface Tunnel\d+)"),
        (INTERFACE, r"(description|speed|duplex|mtu|port link-mode|port link-type|port access vlan)(?: |$)"),
        (INTERFACE, r"(ospf (?:cost|network-type|timer hello|timer dead))(?: |$)"),
        (INTERFACE, r"(ospf \d+ area)(?: |$)"),
        (INTERFACE, r"(vrrp vrid \d+ (?:priority|name|follow))(?: |$)"),
        (INTERFACE, r"(vrrp vrid \d+ track \d+)"),
        (INTERFACE, r"(packet-filter) (?:name )?\S+ (inbound|outbound)"),
        (INTERFACE, r"(ip policy-based-route|tunnel protection|source|destination)(?: |$)"),
        (r"local-user .*", r"(password|state|authorization-attribute user-role \S+)(?: |$)"),
        (r"line .*", r"(authentication-mode|idle-timeout|protocol inbound)(?: |$)"),
        (r"ospf .*", r"(default-route-advertise|bandwidth-reference)(?: |$)"),
        (r"ospf .*", r"(import-route \S+)"),
        (r"vlan \d+", r"(description|name)(?: |$)"),
        (r"rule .*", r"(description|action)(?: |$)"),
        (r"policy-based-route .*", r"(if-match acl|apply output-interface|apply next-hop)(?: |$)"),
        (r"object-group .*", r"(\d+)(?: |$)"),
        (r"ipsec transform-set .*", r"(esp \S+-algorithm|encapsulation-mode|protocol|pfs)(?: |$)"),
        (r"ipsec profile .*", r"(transform-set|ikev2-profile|sa trigger-mode)(?: |$)"),
        (r"ikev2 proposal .*", r"(encryption|integrity|dh|prf)(?: |$)"),
        (r"ikev2 policy .*", r"(proposal|priority)(?: |$)"),
        (r"ikev2 profile .*", r"(authentication-method (?:local|remote)|keychain|dpd interval|identity local)(?: |$)"),
        (r"ikev2 profile .*", r"(match remote identity \S+)"),
        (r"peer .*", r"(address|identity|pre-shared-key|hostname)(?: |$)"),
        (r"nat address-group .*", r"(address)(?: |$)"),
        (r"acl .*", r"(description|step)(?: |$)"),
    )
    TOGGLES = (
        (INTERFACE, r"lldp enable", True),
        (INTERFACE, r"shutdown", False),
        ("", r"lldp global enable|ssh server enable|ntp-service enable|snmp-agent( trap enable)?", False),
        ("", r"info-center enable", True),
        ("", r"telnet server enable|ip https? enable|ftp server enable", False),
        (r"rule .*", r"disable", False),
    )
    SPECIALS: ClassVar[Sequence[tuple[str, str, Special]]] = (
        ("", r"vlan \d+( to \d+)?", _vlan),
        (INTERFACE, rf"{PERMIT} .+", _trunk),
        (INTERFACE, r"port link-type( .*)?", _link_type),
        (INTERFACE, r"port link-mode .*", _link_mode),
        (INTERFACE, r"port access vlan( \d+)?", _access_vlan),
        (INTERFACE, r"ip address( .*)?", _address),
        (r"acl .*", r"rule .+", _rule),
        (r"security-policy ip", r"rule .+", _policy_rule),
        (r"security-policy ip", r"move rule .+", _move),
    )
    ASKS = (
        (
            INTERFACE,
            r"port link-mode .*",
            "The configuration of the interface will be restored to the default. Continue? [Y/N]:",
        ),
        ("", r"undo ospf \d+.*", "Undo OSPF process? [Y/N]:"),
        ("", r"undo public-key peer .*", "Public key will be removed. Continue? [Y/N]:"),
    )
    FIXED = rf"interface ({PORTS})|interface NULL0|line .*|security-zone name (Local|Trust|DMZ|Untrust|Management)"
    RANKS = (
        r"version", r"sysname", r"clock", r"(undo )?(telnet|ip http|ftp)", r"irf|config", r"track", r"ospf", r"lldp",
        r"dns", r"password", r"vlan", r"object-group", r"policy-based-route", r"ip local", r"stp|dhcp",
        r"nat address-group", r"interface NULL", r"interface LoopBack", r"interface Vlan-interface",
        r"interface (?!Tunnel|M-)", r"interface M-", r"interface Tunnel", r"security-zone", r"scheduler", r"line class",
        r"line", r"ip route-static", r"(undo )?info-center", r"snmp-agent", r"public-key", r"ssh", r"ntp-service",
        r"header", r"acl", r"radius|domain|aaa", r"user-group", r"local-user", r"ipsec transform-set", r"ipsec",
        r"ikev2 keychain", r"ikev2 proposal", r"ikev2 policy", r"ikev2", r"security-policy",
    )  # fmt: skip
    INNER = (
        (
            INTERFACE,
            (r"port link-mode", r"description", r"shutdown", r"port link-type", r"undo port trunk", r"port",
             r"ip address .*(?<!sub)$", r"ip address", r"ospf", r"vrrp", r"packet-filter", r"nat", r"undo lldp"),
        ),
        (r"public-key peer .*", (r"public-key-code begin", r"public-key-code end", r"peer")),
        (r"ospf .*", (r"default", r"silent", r"import", r"area")),
        (r"security-policy ip", (r"rule", r"default")),
    )  # fmt: skip

    def __init__(self, about: Description) -> None:
        super().__init__(tables, CIPHER)
        self.about = about
        self.bridges = re.match(r"(?i)S\d|LS-", about.model) is not None

    def known(self, path: Path, body: str) -> tuple[bool, bool]:
        """Return whether a line is understood; a rule is commented once it stands, which the parser cannot see."""
        if path and path[-1].startswith("acl ") and re.fullmatch(r"rule \d+ comment .+", body):
            return True, False
        return super().known(path, body)

    def normal(self, path: Path, line: str) -> str:
        """Return a line as Comware keeps it."""
        if not re.match(_FREE_TEXT, line):
            line = re.sub(r"\s+", " ", line)
        if match := re.fullmatch(
            r"(undo )?int(?:e|er|erf|erfa|erfac|erface)? ([A-Za-z][A-Za-z-]*) ?(\d\S*)( mode .*)?", line
        ):
            return f"interface {self._type(match[2])}{match[3]}{match[4] or ''}"
        if match := re.fullmatch(r"(ip route-static \S+) (\d+\.\S+)( .*)?", line):
            return f"{match[1]} {parser_words.length(match[2])}{match[3] or ''}"
        if match := re.fullmatch(r"(ip address \S+) (\d{1,2})( sub)?", line):
            return f"{match[1]} {_mask(int(match[2]))}{match[3] or ''}"
        if match := re.fullmatch(r"(area|ospf \d+ area) (\d+)", line):
            return f"{match[1]} {_dotted(int(match[2]))}"
        if line == "ospf":
            return "ospf 1"
        return self.stored(line)

    @staticmethod
    def stored(line: str) -> str:
        """Return a line with the word for how its secret is kept."""
        for pattern, kept in _STORED:
            line = re.sub(f"^{pattern}$", kept, line)
        return line

    def _type(self, typed: str) -> str:
        exact = next((t for t in _TYPES if t.lower() == typed.lower()), None)
        return exact or next((t for t in _TYPES if t.lower().startswith(typed.lower())), typed)

    def check(self, tree: Tree, path: Path, line: str) -> None:
        """Refuse ports that are not there, a VLAN interface of no VLAN, and what a port of that mode does not have."""
        self._layer(tree, path, line.removeprefix("undo "))
        name = line.removeprefix("interface ").split(" ")[0] if not path and line.startswith("interface ") else ""
        if match := re.fullmatch(r"Vlan-interface(\d+)", name):
            if int(match[1]) not in vlans(tree):
                raise Refused("The VLAN does not exist.")
        elif re.fullmatch(PORTS, name) and self._lacks(name):
            raise Refused("Wrong parameter", len("interface "))

    def _lacks(self, name: str) -> bool:
        made = re.search(r"Aggr|\.", name) is not None
        return bool(self.about.ports) and not made and name not in (*self.about.ports, self.about.management)

    def _layer(self, tree: Tree, path: Path, line: str) -> None:
        port = path[-1].removeprefix("interface ") if path else ""
        if not re.fullmatch(PORTS, port) or port == self.about.management:
            return
        mode = next((e.text.split()[-1] for e in tree.below(path) if e.text.startswith("port link-mode ")), "")
        mode = mode or ("bridge" if self.bridges else "route")
        if re.match(r"port (?!link-mode)" if mode == "route" else r"ip address|ospf|vrrp|packet-filter|nat", line):
            raise Refused("Unrecognized command", 0)

    def asks(self, tree: Tree, path: Path, whole: str) -> bool:
        """Ask only where something changes."""
        return not whole.startswith("port link-mode") or tree.find(path, whole) is None

    def place(self, entry: Entry) -> tuple[object, ...]:
        """Order interfaces and VLANs by their numbers."""
        if re.match(r"interface |vlan \d|track ", entry.text):
            return (re.sub(r"\d.*", "", entry.text), [int(n) for n in re.findall(r"\d+", entry.text)])
        return ("", [])

    def header(self) -> list[str]:
        """Return the line with the version, as a block of its own."""
        return ["#", f" version {version(self.about.model)}"]

    def password(self, tree: Tree, user: str) -> str:
        """Return the password of a local user."""
        for entry in tree.below((f"local-user {user} class manage",)):
            if match := re.fullmatch(r"password \S+ (\S+)", entry.text):
                return match[1]
        return ""

    def syslog(self, tree: Tree, moment: datetime, message: str) -> str:
        """Return a log message in Comware's form: facility local7, `%%10MODULE/LEVEL/MNEMONIC: words`."""
        level = re.match(r"[A-Z0-9_]+/(\d)/", message)
        priority = 23 * 8 + int(level[1] if level else 5)
        return f"<{priority}>{moment:%b %e %H:%M:%S %Y} {host_name(tree)} %%10{message}"

    def factory(self, about: Description) -> str:
        """Return the configuration that such a device leaves the factory with."""
        mode = "bridge" if self.bridges else "route"
        lines = ["#", "vlan 1", "#"]
        for port in about.ports:
            lines += [f"interface {port}", f" port link-mode {mode}", "#"]
        if about.management:
            lines += [f"interface {about.management}"]
            if about.staging:
                address, _, length = about.staging.partition("/")
                lines += [f" ip address {address} {_mask(int(length or 24))}"]
            lines += ["#"]
        lines += ["interface NULL0", "#", "ssh server enable", "#", "line vty 0 63", " authentication-mode scheme", "#"]
        if about.user:
            lines += [f"local-user {about.user} class manage", " service-type ssh",
                      " authorization-attribute user-role network-admin", "#"]  # fmt: skip
        return "\n".join([*lines, "return", ""])


def host_name(tree: Tree) -> str:
    """Return the device's name."""
    return next((e.text.removeprefix("sysname ") for e in tree.roots if e.text.startswith("sysname ")), "H3C")


def version(model: str) -> str:
    """Return the software version of a model."""
    return "7.1.064, Release 6728P06" if not re.match(r"(?i)S\d|LS-", model) else "7.1.070, Release 6616P05"


def _mask(length: int) -> str:
    return _dotted(0xFFFFFFFF << (32 - length) & 0xFFFFFFFF)


def _dotted(number: int) -> str:
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
