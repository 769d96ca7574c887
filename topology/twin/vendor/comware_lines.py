"""Comware's lines as a device keeps them, after H3C's command references (Comware 7: switches, MSR, SecPath).

Each VLAN is a block of its own; a trunk's VLANs are one list; a port is bridged or routed, and what it says is gone
when that changes; rules of access lists and policies have numbers also when none was typed, and stand in their order;
prefixes of static routes are written as lengths, masks of addresses written out. What refers to a VLAN that is not
there is refused.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from inventory.platforms.blocks import Reading, Table
from inventory.platforms.h3c_comware import words as parser_words
from topology.twin.vendor import comware_specials as specials
from topology.twin.vendor.device import Description
from topology.twin.vendor.engine import LineGrammar, Special
from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.secrets import Cipher
from topology.twin.vendor.tree import Entry, Path, Tree

INTERFACE = r"interface .*"
PORTS = r"(M-)?(Ten-|Twenty-Five|Forty|Hundred|Two|Five)?-?Gig(abit)?(E|Ethernet)\d\S*|(M-)?Ethernet\d\S*|Bridge-Aggr.*"
CIPHER = Cipher(
    patterns=(
        r"\bauthentication-mode \S+ (?P<secret>\S+) privacy-mode",
        r"\bprivacy-mode \S+ (?P<secret>\S+)$",
        r"\bospf authentication-mode md5 \d+ (?:cipher|plain) (?P<secret>\S+)$",
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
    (r"(ospf authentication-mode md5 \d+) plain (.*)", r"\1 cipher \2"),
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


class ComwareLines(LineGrammar):
    """Comware's grammar; the device's model decides whether ports are bridged from the start."""

    KEYS = (
        ("", r"(sysname) "),
        ("", r"(header login) "),
        ("", r"(lldp global tlv-enable basic-tlv management-address-tlv)"),
        ("", r"(info-center loghost source)"),
        ("", r"(dns source-interface)"),
        ("", r"(ntp-service source)"),
        ("", r"(ntp-service (?:authentication-keyid|unicast-server) \S+)"),
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
        (INTERFACE, r"(description|speed|duplex|mtu|port (?:link-mode|link-type|access vlan|trunk pvid vlan))(?: |$)"),
        (INTERFACE, r"(ospf (?:cost|network-type|timer hello|timer dead))(?: |$)"),
        (INTERFACE, r"(ospf \d+ area)(?: |$)"),
        (INTERFACE, r"(ospf authentication-mode \S+ \d+)"),
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
    BESIDE = (("", r"sftp server enable"),)
    TOGGLES = (
        (INTERFACE, r"lldp enable", True),
        (INTERFACE, r"shutdown", False),
        ("", r"lldp global enable|ssh server enable|ntp-service enable|snmp-agent( trap enable)?", False),
        ("", r"info-center enable", True),
        ("", r"s?ftp server enable|telnet server enable|ip https? enable", False),
        (r"rule .*", r"disable", False),
    )
    SPECIALS: ClassVar[Sequence[tuple[str, str, Special]]] = (
        ("", r"vlan \d+( to \d+)?", specials.vlan),
        (INTERFACE, rf"{specials.PERMIT} .+", specials.trunk),
        (INTERFACE, r"port link-type( .*)?", specials.link_type),
        (INTERFACE, r"port link-mode .*", specials.link_mode),
        (INTERFACE, r"port access vlan( \d+)?", specials.access_vlan),
        (INTERFACE, r"ip address( .*)?", specials.address),
        (r"acl .*", r"rule .+", specials.rule),
        (r"security-policy ip", r"rule .+", specials.policy_rule),
        (r"security-policy ip", r"move rule .+", specials.move),
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
            if int(match[1]) not in specials.vlans(tree):
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
        return ["#", f" version {self.release or version(self.about.model)}"]

    def software(self, model: str) -> tuple[str, tuple[str, ...]]:
        """Return a model's release and the images that it starts from."""
        release = version(model).rpartition(" ")[2].lower()
        stem = f"{model.lower()}-cmw710"
        return version(model), (f"{stem}-boot-r{release}.bin", f"{stem}-system-r{release}.bin")

    def files_open(self, tree: Tree) -> bool:
        """Whether SFTP is on and some account may use it."""
        lines = [entry.text for entry in tree.roots]
        return "sftp server enable" in lines and any(re.match(r"ssh user \S+ service-type all", x) for x in lines)

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
