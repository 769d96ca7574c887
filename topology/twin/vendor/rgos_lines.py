"""RGOS's lines as a device keeps them: IOS's, as far as Ruijie's command references do not say otherwise.

Interfaces have a space before their number, VLAN 1 and entries' numbers are printed, a list of VLANs is `vlan range`,
a trunk takes `only`, LLDP is on, and a user's key is a file on the flash whose name says what is in it (that is how
this simulator has it: the file itself is nobody's). A VLAN interface needs its VLAN first.
"""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from inventory.platforms.blocks import Reading, Table
from topology.twin.vendor import ios_specials as does
from topology.twin.vendor import ios_words as words
from topology.twin.vendor.device import Description
from topology.twin.vendor.engine import Special
from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.ios_lines import IosLines
from topology.twin.vendor.ios_tables import INTERFACE
from topology.twin.vendor.tree import Path, Tree


class RgosLines(IosLines):
    """The grammar of RGOS."""

    SVI = "VLAN"
    SPACED = True
    NAME = "Ruijie"
    SWITCHES = r"(?i)(RG-)?(S|CS|XS)\d"
    TERMINALS: ClassVar[Sequence[str]] = ("line vty 0 4",)
    KEYS: ClassVar[Sequence[tuple[str, str]]] = (
        *IosLines.KEYS,
        ("", r"(enable service \S+)"),
        ("", r"(snmp-server enable traps)(?: |$)"),
        ("", r"(ip ssh peer \S+ public-key rsa \S+)"),
        (INTERFACE, r"(vrrp \d+ track [A-Za-z]+ ?\d[\d/]*)(?: |$)"),
    )
    SPECIALS: ClassVar[Sequence[tuple[str, str, Special]]] = tuple(
        special for special in IosLines.SPECIALS if special[2] is not does.traps
    )
    SAYS: ClassVar[Sequence[tuple[str, str, str]]] = ()
    says_only = True
    needs_vlans = True
    unseen = ()
    INSTALLS = True

    @property
    def name(self) -> str:
        """What a device calls itself until it is told a name."""
        return self.NAME

    @staticmethod
    def parser() -> tuple[Table[Any], Reading]:
        """Return the parser's table of top lines, and a fresh reading."""
        from inventory.platforms.ioslike.reading import Ios
        from inventory.platforms.ioslike.sections import _tables
        from inventory.platforms.ruijie.dialect import RGOS

        top, interface = _tables(RGOS)
        return top, Ios(RGOS, interface)

    def toggles(self) -> Sequence[tuple[str, str, bool]]:
        """Return the lines that are on or off, and which of it holds where nothing is said."""
        return (
            (INTERFACE, r"shutdown", False),
            (INTERFACE, r"lldp enable", True),
            ("", r"ip routing", True),
            ("", r"ip domain[ -]lookup", True),
            ("", r"lldp enable", True),
        )

    def normal(self, path: Path, line: str) -> str:
        """Return a line as RGOS keeps it."""
        line = super().normal(path, line)
        if not path:
            line = re.sub(r"^logging (?:host|server) (?=\d+\.)", "logging server ", line)
            line = re.sub(r"^logging source-interface ", "logging source interface ", line)
        return line

    @staticmethod
    def stored(line: str) -> str:
        """Return a line with the word for how its secret is kept."""
        line = re.sub(r"^(username .*?)\b(?:password|secret) (?:[05789] )?(\S+)$", r"\1secret 9 \2", line)
        return re.sub(r"^enable (?:password|secret) (?:[05789] )?(\S+)$", r"enable secret 9 \1", line)

    def check(self, tree: Tree, path: Path, line: str) -> None:
        """Refuse an interface of a VLAN that is not there, too."""
        super().check(tree, path, line)
        if not path and line.startswith("boot system"):
            raise Refused(words.INVALID, 0)
        match = re.fullmatch(r"interface VLAN (\d+)", line) if not path else None
        if match and tree.find((), f"vlan {int(match[1])}") is None:
            raise Refused(f"%Error: VLAN {match[1]} does not exist.")

    def vlans(self, numbers: set[int]) -> list[str]:
        """Return the lines of VLANs without names."""
        found = words.spelled(numbers)
        several = words.lines_of("vlan range", "vlan range", found)
        return [line if {",", "-"} & set(line) else line.replace("vlan range", "vlan") for line in several]

    def trunk(self, found: str) -> list[str]:
        """Return the lines of a trunk's VLANs, from what the tree says."""
        if found == "none":
            return [f"{does.ALLOWED} remove 1-4094"]
        return words.lines_of(f"{does.ALLOWED} only", f"{does.ALLOWED} add", found)

    def rule(self, text: str) -> str:
        """Return an entry of an access list as it is printed: with its number, remarks without."""
        return re.sub(r"^\d+ (?=remark )", "", text)

    @property
    def version(self) -> str:
        """The version of the software, as a configuration says it."""
        return self.release or self.factory_release

    @property
    def factory_release(self) -> str:
        """The version that a device comes with."""
        return "11.0(5)B9P33"

    def software(self, model: str) -> tuple[str, tuple[str, ...]]:
        """Return the version that a model comes with; it is on no flash."""
        return self.factory_release, ()

    def boots(self, tree: Tree) -> tuple[str, ...] | None:
        """No configuration says it."""
        return None

    def services(self) -> list[str]:
        """Return what the factory has switched on."""
        return ["enable service ssh-server", "ip ssh version 2"]

    def factory(self, about: Description) -> str:
        """Return the configuration that such a device leaves the factory with: one VLAN."""
        return ("vlan 1\n!\n" if self.switches else "") + super().factory(about)
