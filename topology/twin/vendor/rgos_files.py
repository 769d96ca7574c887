"""RGOS's flash and packages: `dir`, `upgrade`, `delete`, `show lldp neighbors`.

After Ruijie's RG-WLAN series RGOS configuration guide, "Configuring PKG_MGMT": the file lies in the local file system,
`upgrade flash:FILE` adds its subsystems beside those that run, and a restart activates them. `delete` and its question
as recorded. Guesses, because no recording was found: all that `upgrade` says, the form of `dir`, the columns of LLDP.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.ios_files import found
from topology.twin.vendor.ios_words import INCOMPLETE, INVALID
from topology.twin.vendor.shell import Shell
from topology.twin.vendor.software import CAPACITY, plain
from topology.twin.vendor.terminal import Closed

if TYPE_CHECKING:
    from topology.twin.vendor.rgos import RgosShell


class Upgrading(Shell):
    """What a session does to packages."""

    async def delete(self, words: list[str]) -> None:
        """`delete FILE`."""
        if len(words) != 1:
            raise Refused(INVALID if words else INCOMPLETE, len("delete "))
        place = found(self, words[0], "deleting")
        if await self.confirm(f"Do you want to delete [flash:/{place.name}]? [Y/N]:"):
            place.unlink()
            await self.say("Delete success.")

    async def upgrade(self, words: list[str]) -> None:
        """`upgrade flash:FILE [force]`: installs, and offers the restart that activates it."""
        if not words or words[1:] not in ([], ["force"]):
            raise Refused(INVALID if words else INCOMPLETE, len("upgrade "))
        place, before = found(self, words[0]), self.device.software.version
        for part in (10, 60):
            await self.say(f"Upgrade processing is {part}%")
        header = self.device.software.install(plain(place.name))
        if header is None:
            raise Refused("%Error: upgrade failed: the package is invalid or does not fit the device.")
        for line in (
            "Upgrade processing is 90%",
            "Upgrade info [OK]",
            f"    Rootfs version[{before}->{header.version}]",
            "Upgrade processing is 100%",
            "Reload system to take effect!",
        ):
            await self.say(line)
        if await self.confirm("Reload system?(Y/N)"):
            self.device.reboot()
            raise Closed


def show_dir(shell: "RgosShell", words: list[str]) -> list[str]:
    """`dir [flash:]`."""
    if words and words[0].rstrip("/") != "flash:":
        raise Refused(f"%Error opening {words[0]} (No such file or directory)")
    files = shell.device.software.files
    lines = ["Directory of flash:/"]
    for number, file in enumerate(files, 1):
        about = file.stat()
        when = datetime.fromtimestamp(about.st_mtime, UTC)
        lines.append(f"{number:5}  -rw-  {about.st_size:>12}  {when:%a %b %e %H:%M:%S %Y}  {file.name}")
    free = shell.device.software.free
    return [*lines, "", f"{len(files)} files, 0 directories", f"{CAPACITY:,} bytes total ({free:,} bytes free)"]


def show_lldp_neighbors(shell: "RgosShell", words: list[str]) -> list[str]:
    """`show lldp neighbors`."""
    seen = shell.device.neighbours()
    return [
        "Capability codes:",
        "    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device",
        "    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other",
        "",
        "System Name           Local Intf            Port ID               Capability  Aging-time",
        *(f"{name:<20}  {port:<20}  {there:<20}  B,R         1minutes 57seconds" for port, name, there in seen),
        "",
        f"Total entries displayed: {len(seen)}.",
    ]
