"""What the golden texts of IOS and RGOS are tested with: every line means something, and a foreign one is seen."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from inventory.deviceconfig import DeviceConfig
from inventory.platforms.seam import Parsed

NAMES = ("access", "core", "cpe", "gateway")
REDUNDANT = (
    "end", "!", " remark rest", " no ip address", " exit-vrrp", "  exit-vrrp", " mode tunnel", "ip ssh version",
    "snmp-server group", "logging source", "ntp source", "ip domain lookup source", "snmp-server trap-source",
    "snmp-server enable", "line vty 5 15", "vlan 102\n", "vlan range 1,102", "vlan 1\n",
    "ip ssh pubkey-chain", " no switchport\n ip",
    " 60 deny ip any any", " deny   ip any any\n!", " 20 deny ip any any\n!", " 50 deny ip any any\n!",
    " 40 deny ip any any\n!",
    " router-id", " remark nat", " remark hub", " match address local", " no switchport\n no ip", " 90 deny ip any any",
)  # fmt: skip
"""lines whose meaning is the default, or stands in another line too"""


@dataclass(frozen=True)
class Golden:
    """The golden texts of a platform."""

    folder: Path
    parse: Callable[[str], Parsed]

    def text(self, name: str) -> str:
        """Return a text."""
        return (self.folder / f"{name}.cfg").read_text(encoding="utf-8")

    def config(self, name: str) -> DeviceConfig:
        """Return what a text says."""
        return self.parse(self.text(name)).config

    def meaningful(self) -> Iterator[tuple[str, int]]:
        """Yield the lines that mean something: the text, and the line's place in it."""
        for name in NAMES:
            lines = self.text(name).splitlines(keepends=True)
            for index, line in enumerate(lines):
                if not f"{line}{''.join(lines[index + 1 : index + 2])}".startswith(REDUNDANT):
                    yield name, index

    def without(self, name: str, index: int) -> tuple[str, bool]:
        """Return a line, and whether a text without it goes unnoticed."""
        lines = self.text(name).splitlines(keepends=True)
        parsed = self.parse("".join([*lines[:index], *lines[index + 1 :]]))
        return lines[index], not parsed.unparsed and parsed.config == self.config(name)

    def unseen(self, name: str) -> Iterator[str]:
        """Yield the lines after which a foreign line would not be listed with its number."""
        lines = self.text(name).splitlines()
        for place in range(1, len(lines) - 1):
            before = lines[place - 1]
            foreign = f"{before[: len(before) - len(before.lstrip())]}fro_bnicate"
            listed = self.parse("\n".join([*lines[:place], foreign, *lines[place:]])).unparsed
            if not any((found.line, found.text) == (place + 1, "fro_bnicate") for found in listed):
                yield before
