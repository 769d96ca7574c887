"""VRP's lines as a device keeps them, after Huawei's command references (S-series, CloudEngine, AR, USG).

VLANs are one list however they are typed, a trunk's VLANs too; an access list's rule has a number even when none was
typed, and rules stand in order of their numbers; masks are written out; the first address of an interface is its main
one. What refers to a VLAN that is not there is refused, as is taking out a VLAN whose Vlanif is there.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from inventory.platforms.huawei_vrp import words as parser_words
from topology.twin.vendor import vrp_specials, vrp_tables
from topology.twin.vendor.device import Description
from topology.twin.vendor.engine import LineGrammar, Special
from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.tree import Entry, Path, Tree
from topology.twin.vendor.vrp_specials import vlans
from topology.twin.vendor.vrp_words import (
    CIPHER,
    FREE_TEXT,
    INTERFACE,
    PORTS,
    TYPES,
    area,
    host_name,
    mask,
    tables,
    version,
)


class VrpLines(LineGrammar):
    """VRP's grammar; the device's model decides whether ports switch from the start."""

    KEYS = vrp_tables.KEYS
    SHORT = vrp_tables.SHORT
    STRICT = True
    BESIDE = vrp_tables.BESIDE
    TOGGLES = vrp_tables.TOGGLES
    ASKS = vrp_tables.ASKS
    SAYS = vrp_tables.SAYS
    FIXED = vrp_tables.FIXED
    RANKS = vrp_tables.RANKS
    INNER = vrp_tables.INNER
    SPECIALS: ClassVar[Sequence[tuple[str, str, Special]]] = (
        ("", r"vlan batch .+", vrp_specials.vlan_batch),
        ("", r"vlan \d+", vrp_specials.one_vlan),
        ("", r"acl name \S+.*", vrp_specials.named_acl),
        (INTERFACE, r"port trunk allow-pass vlan .+", vrp_specials.trunk),
        (INTERFACE, r"port link-type( .*)?", vrp_specials.link_type),
        (INTERFACE, r"port default vlan( \d+)?", vrp_specials.default_vlan),
        (INTERFACE, r"ip address( .*)?", vrp_specials.address),
        (r"acl .*", r"rule .+", vrp_specials.rule),
        (r"(security|nat)-policy", r"rule move .+", vrp_specials.move_rule),
    )

    def known(self, path: Path, body: str) -> tuple[bool, bool]:
        """Return whether a line is understood; a rule is described once it stands, which the parser cannot see."""
        if path and path[-1].startswith("acl ") and re.fullmatch(r"rule \d+ description .+", body):
            return True, False
        return super().known(path, body)

    def __init__(self, about: Description) -> None:
        super().__init__(tables, CIPHER)
        self.about = about
        self.model = about.model
        self.switches = re.match(r"(?i)(S\d|CE)", about.model) is not None

    def normal(self, path: Path, line: str) -> str:
        """Return a line as VRP keeps it."""
        if not re.match(FREE_TEXT, line):
            line = re.sub(r"\s+", " ", line)
        if match := re.fullmatch(r"int\w* ([A-Za-z][A-Za-z-]*|\d+GE|X?GE) ?(\d\S*)", line):
            return f"interface {self._type(match[1])}{match[2]}"
        if match := re.fullmatch(r"acl (\d+)", line):
            return f"acl number {match[1]}"
        if match := re.fullmatch(r"(ip address \S+|ip route-static \S+) (\d{1,2})( .*)?", line):
            return f"{match[1]} {mask(int(match[2]))}{match[3] or ''}"
        if match := re.fullmatch(r"(ip route-static \S+ \S+) (?i:null ?0)(.*)", line):
            return f"{match[1]} NULL0{match[2]}"
        if match := re.fullmatch(r"ospf", line):
            return "ospf 1"
        if match := re.fullmatch(r"area (\d+)", line):
            return f"area {area(int(match[1]))}"
        return line

    def _type(self, typed: str) -> str:
        exact = next((t for t in TYPES if t.lower() == typed.lower()), None)
        return exact or next((t for t in TYPES if t.lower().startswith(typed.lower())), typed)

    def check(self, tree: Tree, path: Path, line: str) -> None:
        """Refuse ports that are not there, a Vlanif of no VLAN, and what a port of that kind does not have."""
        if not line.startswith("undo "):
            self._layer(tree, path, line)
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
        return [f"!Software Version {self.release or version(self.about.model)}"]

    def software(self, model: str) -> tuple[str, tuple[str, ...]]:
        """Return a model's release and the file that it starts from."""
        return version(model), (f"{model}-{version(model)}.cc",)

    def files_open(self, tree: Tree) -> bool:
        """Whether SFTP is on and some account may use it."""
        lines = [entry.text for entry in tree.roots]
        return "sftp server enable" in lines and any(re.fullmatch(r"ssh user \S+ service-type all", x) for x in lines)

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
                lines += [f" ip address {address} {mask(int(length or 24))}"]
            lines += ["#"]
        lines += ["interface NULL0", "#", "stelnet server enable", "ssh server-source all-interface"]
        if about.user:
            lines += [f"ssh user {about.user}", f"ssh user {about.user} authentication-type publickey"]
            lines += [f"ssh user {about.user} service-type stelnet"]
        lines += ["#", "user-interface con 0", "user-interface vty 0 4", " authentication-mode aaa"]
        return "\n".join([*lines, " protocol inbound ssh", "#", "return", ""])
