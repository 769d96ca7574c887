"""IOS's flash and images: `dir`, `verify`, `delete`, `show bootvar` or `show boot`, `show lldp neighbors`.

After the configuration fundamentals command reference, the Catalyst 2960/3560 command references (`show boot`, the
path-list, no SHA-512 in their trains) and outputs recorded for ntc-templates (`tests/cisco_ios/dir`, `show_boot`,
`show_lldp_neighbors`), netmiko and others (`verify /md5 (flash:F) = ...`). Otherwise than on a Catalyst: its path-list
is started from once it is saved. Guess: the words for a file that does not fit.
"""

import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.ios_shows import PERSON
from topology.twin.vendor.ios_words import INCOMPLETE, INVALID
from topology.twin.vendor.shell import Shell
from topology.twin.vendor.software import CAPACITY, plain

if TYPE_CHECKING:
    from pathlib import Path

    from topology.twin.vendor.ios import IosShell

FLASHES = ("flash:", "bootflash:")


class Flashing(Shell):
    """What a session does to files."""

    FORCE: ClassVar[str] = "/force"

    async def delete(self, words: list[str]) -> None:
        """`delete [/force] FILE`."""
        names = [word for word in words if not word.startswith("/")]
        if len(names) != 1:
            raise Refused(INVALID if names else INCOMPLETE, len("delete "))
        name = plain(names[0])
        if self.FORCE not in words:
            name = await self.ask(f"Delete filename [{name}]? ") or name
            if not await self.confirm(f"Delete {names[0].partition(':')[0]}:/{name}? [confirm]"):
                return
        found(self, name, "deleting").unlink()

    async def copy_file(self, words: list[str]) -> None:
        """`copy running-config|startup-config FILE`, `copy FILE startup-config`: asks for the name there."""
        if len(words) != 2:
            raise Refused(INVALID if len(words) > 2 else INCOMPLETE, len("copy "))
        source, target = words
        text = self._read(source)
        name = plain(target)
        await self.ask(f"Destination filename [{name}]? ")
        place = self.device.software.folder / name
        if target == "startup-config":
            self._restore(text)
        else:
            if place.exists() and not await self.confirm(
                "%Warning:There is a file already existing with this name\nDo you want to over write? [confirm]"
            ):
                return
            if len(text) > self.device.software.free:
                raise Refused(f"%Error copying {source} to {target} (No space left on device)")
            place.write_text(text)
        await self.say(f"{len(text)} bytes copied in 0.312 secs ({round(len(text) / 0.312)} bytes/sec)")

    def _read(self, source: str) -> str:
        if source == "running-config":
            lines = self.device.grammar.shown(self.device.running)
        elif source == "startup-config":
            lines = (self.device.startup or "").splitlines()
        else:
            lines = found(self, source).read_text().splitlines()
        return "".join(f"{line}\n" for line in lines if not line.startswith(PERSON))

    def _restore(self, text: str) -> None:
        """Make a text what is saved; users of SNMPv3 are kept elsewhere and stay as they were saved."""
        people = [line for line in (self.device.startup or "").splitlines() if line.startswith(PERSON)]
        lines = [line for line in text.splitlines() if line != "end"]
        self.device.keep("\n".join([*lines, *people, "end"]) + "\n")


def found(shell: Shell, name: str, doing: str = "opening") -> "Path":
    """Return a file's place on the flash. Raises Refused when it is not there."""
    place = shell.device.software.folder / plain(name)
    if not place.is_file():
        raise Refused(f"%Error {doing} {name} (No such file or directory)")
    return place


def show_dir(shell: "IosShell", words: list[str]) -> list[str]:
    """`dir [FLASH:]`."""
    flash = shell.grammar.flash
    if words and words[0].rstrip("/") not in FLASHES:
        raise Refused(f"%Error opening {words[0]} (No such device)")
    lines = [f"Directory of {flash}/", ""]
    for number, file in enumerate(shell.device.software.files, 11):
        about = file.stat()
        when = datetime.fromtimestamp(about.st_mtime, UTC)
        lines.append(f"{number:5}  -rw-  {about.st_size:>15}  {when:%b %e %Y %H:%M:%S} +00:00  {file.name}")
    return [*lines, "", f"{CAPACITY} bytes total ({shell.device.software.free} bytes free)"]


def show_verify(shell: "IosShell", words: list[str]) -> list[str]:
    """`verify /md5 FILE`, on IOS XE `verify /sha512 FILE` too."""
    if len(words) != 2:
        raise Refused(INVALID if len(words) > 2 else INCOMPLETE, len("verify "))
    kind = words[0].removeprefix("/")
    if kind not in (("md5",) if shell.grammar.switches else ("md5", "sha512")):
        raise Refused(INVALID, len("verify "))
    digest = hashlib.new(kind, found(shell, words[1]).read_bytes(), usedforsecurity=False).hexdigest()
    return [f"{'.' * 40}{kind.upper()} of {words[1]} Done!", f"verify /{kind} ({words[1]}) = {digest}", ""]


def show_bootvar(shell: "IosShell", words: list[str]) -> list[str]:
    """`show bootvar`: what is saved; switches of the older kind do not have it."""
    if shell.grammar.switches:
        raise Refused(INVALID, len("show "))
    named = "".join(f"{name},{n};" for n, name in enumerate(_saved(shell), 1))
    return [
        f"BOOT variable = {named}" if named else "BOOT variable does not exist",
        "CONFIG_FILE variable does not exist",
        "BOOTLDR variable does not exist",
        "Configuration register is 0x2102",
        "",
        "Standby not ready to show bootvar",
    ]


def show_boot(shell: "IosShell", words: list[str]) -> list[str]:
    """`show boot` of a switch; a router has `show bootflash:` too and cannot tell which is meant."""
    if not shell.grammar.switches:
        raise Refused('% Ambiguous command:  "show boot"')
    return [
        f"BOOT path-list      : {';'.join(shell.grammar.boots(shell.device.running) or ())}",
        "Config file         : flash:/config.text",
        "Private Config file : flash:/private-config.text",
        "Enable Break        : no",
        "Manual Boot         : no",
        "HELPER path-list    : ",
        "Auto upgrade        : yes",
        "Auto upgrade path   : ",
        "NVRAM/Config file",
        "      buffer size:   524288",
    ]


def _saved(shell: "IosShell") -> tuple[str, ...]:
    grammar, startup = shell.grammar, shell.device.startup
    return () if startup is None else grammar.boots(grammar.load(startup)) or ()


def show_lldp_neighbors(shell: "IosShell", words: list[str]) -> list[str]:
    """`show lldp neighbors`."""
    seen = shell.device.neighbours()
    return [
        "Capability codes:",
        "    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device",
        "    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other",
        "",
        "Device ID           Local Intf     Hold-time  Capability      Port ID",
        *(f"{name[:20]:<20}{_short(port):<15}120        B,R             {there}" for port, name, there in seen),
        "",
        f"Total entries displayed: {len(seen)}",
        "",
    ]


def _short(port: str) -> str:
    return re.sub(r"^([A-Z][a-z])[A-Za-z]*(?=\d)", r"\1", port)
