"""IOS's lines as a device keeps them, after Cisco's command references; the base of RGOS's, which differs in little.

Each VLAN is a block of its own, printed together where they have no names; entries of access lists have numbers that
IOS does not print; a key typed as `key-string` is kept and shown as its MD5; passwords and the keys of SNMP and IKE are
shown enciphered. SNMP users are lines here as on RGOS; what IOS shows leaves them out (`ios_shows.seen`).
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from inventory.platforms.blocks import Node, Reading, Table
from inventory.platforms.ioslike import text as texts
from topology.twin.vendor import ios_specials as does
from topology.twin.vendor import ios_tables as tables
from topology.twin.vendor import ios_words as words
from topology.twin.vendor.device import Description
from topology.twin.vendor.engine import Special
from topology.twin.vendor.grammar import Outcome, Refused
from topology.twin.vendor.ios_print import Printed, digest
from topology.twin.vendor.tree import Entry, Path, Tree


class IosLines(Printed):
    """The grammar of IOS; the device's model decides whether its ports switch."""

    NEGATION = "no"
    SVI: ClassVar[str] = "Vlan"
    SPACED: ClassVar[bool] = False
    NAME: ClassVar[str] = "Router"
    SWITCHES: ClassVar[str] = r"(?i)(cisco )?(WS-C|IE-|CBS|C?(29|35|36|37|38|45|65|91|92|93|94|95|96)\d\d|Catalyst)"
    TERMINALS: ClassVar[Sequence[str]] = ("line vty 0 4", "line vty 5 15")
    KEYS: ClassVar[Sequence[tuple[str, str]]] = tables.KEYS
    SPECIALS: ClassVar[Sequence[tuple[str, str, Special]]] = (
        ("", r"vlan (range )?[\d,-]+", does.vlan),
        ("", r"username .+", does.user),
        ("", r"ip name-server.*", does.servers),
        ("", r"line vty .+", does.vty),
        ("", rf"{does.TRAPS}( .+)?", does.traps),
        ("", r"ip access-list resequence .*", does.resequence),
        (tables.INTERFACE, r"switchport", does.switchport),
        (tables.INTERFACE, rf"{does.ALLOWED}.*", does.trunk),
        (tables.INTERFACE, r"switchport access vlan.*", does.access_vlan),
        (tables.INTERFACE, r"ip address.*", does.address),
        (tables.INTERFACE, r"ip access-group.*", does.access_group),
        (tables.INTERFACE, r"ip ospf message-digest-key \d+ .*", does.neighbours_key),
        (tables.LIST, r"(\d+( .*)?|(permit|deny|remark) .*)", does.rule),
    )
    BESIDE, SHORT = (("", r"ip scp server enable"),), (("", r"boot system"),)
    BY_SCP = True
    FULL = "%Error writing the file (No space left on device)"
    ASKS: ClassVar[Sequence[tuple[str, str, str]]] = tables.ASKS
    SAYS: ClassVar[Sequence[tuple[str, str, str]]] = tables.SAYS

    def __init__(self, about: Description) -> None:
        super().__init__(type(self).parser, tables.CIPHER)
        self.about = about
        self.switches = re.match(self.SWITCHES, about.model) is not None
        self.TOGGLES = self.toggles()  # type: ignore[misc] # as the model has it
        if self.switches:
            self.KEYS = (*self.KEYS, ("", r"(boot system)"))  # type: ignore[misc] # one path-list
        self._sent = 0

    @property
    def name(self) -> str:
        """What a device calls itself until it is told a name."""
        return self.NAME if not self.switches else "Switch"

    @staticmethod
    def parser() -> tuple[Table[Any], Reading]:
        """Return the parser's table of top lines, and a fresh reading."""
        from inventory.platforms.cisco_ios.dialect import IOS
        from inventory.platforms.ioslike.reading import Ios
        from inventory.platforms.ioslike.sections import _tables

        top, interface = _tables(IOS)
        return top, Ios(IOS, interface)

    def toggles(self) -> Sequence[tuple[str, str, bool]]:
        """Return the lines that are on or off, and which of it holds where nothing is said."""
        return (
            (tables.INTERFACE, r"shutdown", False),
            (tables.INTERFACE, r"lldp (transmit|receive)", True),
            ("", r"ip routing", not self.switches),
            ("", r"ip domain[ -]lookup", True),
            ("", r"lldp run", False),
        )

    # lines

    def normal(self, path: Path, line: str) -> str:
        """Return a line as it is kept."""
        if path and path[-1] == "key-string":
            return line.strip().removeprefix("ssh-rsa ").partition(" ")[0]
        line = self.stored(words.named(words.joined(line), self.SVI, self.SPACED))
        if not path:
            line = re.sub(r"^logging (?:host )?(?=\d+\.)", "logging host ", line)
            line = self._banner(line)
        if path and path[-1].startswith("router ospf"):
            line = re.sub(r"^(redistribute \S+)(?! .*subnets)(?= |$)(.*)$", r"\1\2", line)
        return line

    @staticmethod
    def stored(line: str) -> str:
        """Return a line with the word for how its secret is kept."""
        line = re.sub(r"^(username .*?)\b(?:password|secret) (?:[0579] )?(\S+)$", r"\1secret 9 \2", line)
        line = re.sub(r"^enable (?:password|secret) (?:[0579] )?(\S+)$", r"enable secret 9 \1", line)
        return re.sub(r"^pre-shared-key (?:[06] )?(\S+)$", r"pre-shared-key 6 \1", line)

    @staticmethod
    def _banner(line: str) -> str:
        match = tables.BANNER.fullmatch(line)
        if match is None:
            return line
        return f"banner {match[1]} ^C{match[3].partition(match[2])[0]}^C"

    def known(self, path: Path, body: str) -> tuple[bool, bool]:
        """Return whether a line is understood and opens a block; views that the parser takes whole have lines too."""
        for view, pattern in tables.SILENT:
            if path and re.fullmatch(view, path[-1]):
                good = re.fullmatch(pattern, body) is not None
                return good, good and body in ("log config", "address-family ipv4")
        return super().known(path, body)

    def apply(self, tree: Tree, path: Path, line: str, *, sure: bool = False) -> Outcome:
        """Change the tree by a line typed in a view; see Grammar."""
        if not path or path[-1] != "key-string":
            digest(tree)
        if not path and re.fullmatch(r"version \S+", line):
            return Outcome()
        if not path and re.match(r"default int", line):
            return self._default(tree, line)
        outcome = Outcome()
        for view in does.within(tree, path):
            outcome = super().apply(tree, view, line, sure=sure)
        return outcome

    def _default(self, tree: Tree, line: str) -> Outcome:
        head = self.normal((), line.split(None, 1)[1])
        found = tree.find((), head)
        if found is None:
            raise Refused(words.INVALID, len("default interface "))
        found.children.clear()
        if not self.switches and re.fullmatch(tables.PHYSICAL, head):
            found.children.append(Entry("shutdown"))
        return Outcome(words=f"Interface {head.removeprefix('interface ')} set to default configuration")

    def put(self, tree: Tree, path: Path, body: str, typed: str = "") -> Outcome:
        """Add a line, or open a block; what said it was off is gone. Raises Refused."""
        new = self.head(tree, path, body) is None
        outcome = super().put(tree, path, body, typed)
        tree.remove(path, lambda text: text == f"no {body}")
        if new and body.startswith("crypto map ") and body.endswith("ipsec-isakmp") and not path:
            outcome.words = (
                "% NOTE: This new crypto map will remain disabled until a peer\n"
                "        and a valid access list have been configured."
            )
        return outcome

    def negate(self, tree: Tree, path: Path, body: str, typed: str) -> Outcome:
        """Take out what a negation names, or keep that it is off where that is a line of its own. Raises Refused."""
        if not path and re.fullmatch(tables.PHYSICAL, body) and tree.find((), body):
            raise Refused("% Removal of physical interfaces is not permitted")
        if not path and body in tables.HEADS:
            raise Refused(words.INCOMPLETE)
        if "fhrp version vrrp v3".startswith(body) and not path:
            for entry in tree.roots:
                entry.children[:] = [c for c in entry.children if "address-family" not in c.text]
        if body.startswith("passive-interface "):
            return self._active(tree, path, body)
        off = self.known(path, f"no {body}")[0] and not body.startswith(("switchport", "ip address"))
        if off and not self._toggled(path, body):
            self.check(tree, path, f"no {body}")
            tree.remove(path, lambda text: text == body or text.startswith(f"{body} "))
            tree.add(path, f"no {body}")
            return Outcome()
        return super().negate(tree, path, body, typed)

    def _toggled(self, path: Path, body: str) -> bool:
        last = path[-1] if path else ""
        return any(re.fullmatch(v, last) and re.fullmatch(p, body) for v, p, _default in self.TOGGLES)

    def _active(self, tree: Tree, path: Path, body: str) -> Outcome:
        if not tree.remove(path, lambda text: text == body) and tree.find(path, "passive-interface default"):
            tree.add(path, f"no {body}")
        if body.endswith(" default"):
            tree.remove(path, lambda text: text.startswith("no passive-interface "))
        return Outcome()

    def could_stand(self, path: Path, body: str) -> bool:
        """Whether a negated line names something that could stand in the view; IOS takes most negations in silence."""
        last = path[-1] if path else ""
        if super().could_stand(path, body):
            return True
        given = body.split()
        return any(
            re.fullmatch(view, last) and _begins(given, pattern) and len(given) > 1 for view, pattern in self.KEYS
        )

    def check(self, tree: Tree, path: Path, line: str) -> None:
        """Refuse ports that are not there, and what a port of its kind does not have."""
        body = line.removeprefix("no ")
        if not path and (match := re.fullmatch(tables.PHYSICAL, body)) and self._lacks(match[1]):
            raise Refused(words.INVALID, len("interface "))
        if path and path[-1].startswith("interface "):
            self._layer(tree, path, body)
        if body.startswith("vrrp ") and "address-family" in body and not tree.find((), "fhrp version vrrp v3"):
            raise Refused(words.INVALID, 0)

    def _lacks(self, name: str) -> bool:
        return bool(self.about.ports) and name not in {
            words.named(f"interface {port}", self.SVI, self.SPACED).removeprefix("interface ")
            for port in (*self.about.ports, self.about.management)
        }

    def can_switch(self, head: str) -> bool:
        """Whether an interface can switch, by the head of its block."""
        name = head.removeprefix("interface ").replace(" ", "")
        port = (
            re.fullmatch(tables.PHYSICAL, head) is not None or re.match(r"Port-channel|AggregatePort", name) is not None
        )
        return self.switches and port and name not in ("GigabitEthernet0", "Mgmt0", self.about.management)

    def routed(self, tree: Tree, path: Path) -> bool:
        """Whether the interface of a view has addresses, or could have."""
        return not self.can_switch(path[-1]) or tree.find(path, "no switchport") is not None

    def _layer(self, tree: Tree, path: Path, body: str) -> None:
        switching = body.startswith("switchport")
        if switching and not self.can_switch(path[-1]):
            raise Refused(words.INVALID, 0)
        if switching and body != "switchport" and self.routed(tree, path):
            raise Refused("Command rejected: not a switching port.")
        if re.match(r"ip address|ip ospf|vrrp", body) and not self.routed(tree, path):
            raise Refused(
                "% IP addresses may not be configured on L2 links." if "address" in body else words.INVALID, 0
            )

    def unrecognized(self, line: str, at: int) -> Refused:
        """Return the refusal of a line that is not understood from a column on."""
        return Refused(words.INVALID, at)

    def column(self, path: Path, typed: str) -> int:
        """Return where a typed line goes wrong: after the words that are the beginning of some line here."""
        given = typed.split()
        skip = 1 if given and given[0] == "no" else 0
        last = path[-1] if path else ""
        patterns = [p for view, p in self.KEYS if re.fullmatch(view, last)]
        good = skip
        while good < len(given) and any(_begins(given[skip : good + 1], p) for p in patterns):
            good += 1
        if good == len(given) and len(given) > skip:
            raise Refused(words.INCOMPLETE)
        places = [m.start() for m in re.finditer(r"\S+", typed)]
        return places[good] if good < len(places) else len(typed)

    def load(self, text: str) -> Tree:
        """Return the tree of a configuration that was saved; lines that are not understood are left out."""
        tree = Tree()

        def take(nodes: list[Node], path: Path) -> None:
            for node in nodes:
                try:
                    outcome = self.apply(tree, path, node.text, sure=True)
                except Refused:
                    continue
                if node.children and outcome.enter is not None:
                    take(node.children, outcome.enter)

        take(texts.read(text), ())
        return tree

    def password(self, tree: Tree, user: str) -> str:
        """Return the password of an account."""
        pattern = rf"username {re.escape(user)}(?: .*)? secret 9 (\S+)"
        return next((m[1] for e in tree.roots if (m := re.fullmatch(pattern, e.text))), "")

    def syslog(self, tree: Tree, moment: datetime, message: str) -> str:
        """Return a log message in IOS's form: facility local7, a number, the time, `%FACILITY-LEVEL-MNEMONIC: ...`."""
        self._sent += 1
        level = re.match(r"%[A-Z0-9_]+-(\d)-", message)
        return f"<{23 * 8 + int(level[1] if level else 5)}>{self._sent}: {moment:%b %e %H:%M:%S}.{moment:%f}"[:-3] + (
            f": {message}"
        )

    def factory(self, about: Description) -> str:
        """Return the configuration that such a device leaves the factory with."""
        lines = ["!"]
        for port in about.ports:
            lines += [f"interface {port}", *([] if self.switches else [" no ip address", " shutdown"]), "!"]
        if about.management:
            lines += [f"interface {about.management}", *self._staged(about), "!"]
        if about.user:
            lines += [f"username {about.user} privilege 15", "!"]
        lines += [*self.services(), "!", "line con 0", "!"]
        for head in self.TERMINALS:
            lines += [head, " login local", " transport input ssh", "!"]
        return "\n".join([*lines, "end", ""])

    @property
    def flash(self) -> str:
        """What the flash is called."""
        return "flash:" if self.switches else "bootflash:"

    @property
    def image(self) -> str:
        """The image that a device comes with."""
        if self.switches:
            return "c2960x-universalk9-mz.152-7.E3.bin"
        return "isr4300-universalk9.16.09.04.SPA.bin"

    def software(self, model: str) -> tuple[str, tuple[str, ...]]:
        """Return the version that a model comes with, and its image."""
        return self.factory_release, (self.image,)

    def boots(self, tree: Tree) -> tuple[str, ...] | None:
        """Return the images of the `boot system` lines; a switch has one line with a list."""
        named = [e.text.split()[-1] for e in tree.roots if e.text.startswith("boot system ")]
        return tuple(name for names in named for name in names.split(";"))

    def files_open(self, tree: Tree) -> bool:
        """Whether SCP is on."""
        return any(e.text == "ip scp server enable" for e in tree.roots)

    def services(self) -> list[str]:
        """Return what the factory has switched on."""
        return ["ip ssh version 2"]

    def _staged(self, about: Description) -> list[str]:
        if not about.staging:
            return []
        from ipaddress import IPv4Interface

        found = IPv4Interface(about.staging)
        return [f" ip address {found.ip} {found.netmask}"]


def _begins(given: Sequence[str], pattern: str) -> bool:
    """Whether words are the beginning of what a pattern of an identity takes."""
    parts = re.sub(r"\(\?: \|\$\)$", "", pattern).split(" ")
    return len(given) <= len(parts) and _fits(" ".join(given), " ".join(parts[: len(given)]))


def _fits(text: str, pattern: str) -> bool:
    opened = pattern.count("(") - pattern.count(")")
    try:
        return re.fullmatch(pattern + ")" * max(opened, 0), text) is not None
    except re.error:
        return False
