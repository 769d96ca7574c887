"""Ruijie RGOS 11 and 12, box devices: a package is installed by `upgrade flash:FILE`; there is no `boot system`.

RG-WLAN series RGOS configuration guide: "Configuring PKG_MGMT" (the file is stored in the local file system, then
`upgrade URL`; the main package brings boot, kernel and rootfs, up and down, adds them beside what runs, and a restart
activates them) and "Configuring SSH" 14.2.5 (with the SCP service on, a client copies to and fro). Such a device
keeps no file of what it ran, so the way back is the earlier version's package, which has to be there too. No public
text was found of a digest command, so the file is read back, nor of a reading of what is started next, so `upgrade`
has to say that it is done. Not seen in a manual but taken from other sources: `ip scp server enable`, the form of
`dir`.
"""

import re
from typing import Literal

from countynet.errors import DeviceError
from countynet.i18n import _
from playbooks.day2.software.makers.seam import (
    ACCOUNT,
    NO_ROOM,
    NO_VERSION,
    Ask,
    Boot,
    Digest,
    Doors,
    Files,
    Flash,
    Hands,
    Unsaved,
    number,
)
from playbooks.device.vendor import Answers

_ROOM = re.compile(r"([\d,]+) bytes(?: \([^)]*\))? (?:free|available)")
_FILE = re.compile(r"\s*(?:\d+\s+-\S+|\d+)\s+([\d,]+)\s.*\d\s+(\S+)")
_DONE = re.compile(r"(?i)\[OK\]|success|take effect|100 ?%")


class Ruijie(Unsaved):
    """RGOS."""

    suffixes: tuple[str, ...] = (".bin",)
    room = 1
    keeps = False
    copying: Literal["sftp", "scp"] = "scp"
    opened = "ip scp server enable"
    deletes = "delete {name}"
    slow: tuple[str, ...] = ("upgrade ",)
    reboot = "reload"
    rebooting: Answers = ((r"(?i)save\b.*[\[(]", "n"), (r"(?i)reload\b.*\?.*[\[(]", "y"))

    def version(self, device: str, ask: Ask) -> str:
        """`System software version : S29_RGOS 11.4(1)B12P11`."""
        words = ask("show version", ())
        if found := re.search(r"(?m)^\s*System software version\s*:\s*(.*\S)", words):
            return found[1]
        raise DeviceError(device, NO_VERSION, "show version", words[:200])

    def boot(self, device: str, ask: Ask) -> Boot:
        """It starts from what was installed, which has no name."""
        return Boot((), ())

    def flash(self, device: str, ask: Ask) -> Flash:
        """`dir flash:`; a file whose size is not told in bytes counts as not there, and is copied."""
        words = ask("dir flash:", ())
        room = _ROOM.search(words)
        if room is None:
            raise DeviceError(device, NO_ROOM, "dir flash:", words[-200:])
        sizes = {m[2]: number(m[1]) for line in words.splitlines() if (m := _FILE.fullmatch(line))}
        return Flash(number(room[1]), sizes)

    def start_from(self, at: Hands, files: Files) -> str:
        """`upgrade flash:FILE`, which may offer the restart that comes later. Raises DeviceError unless it is done."""
        command = f"upgrade flash:{files[-1]}"
        words = at.ask(command, ((r"(?i)reload\b.*\?.*[\[(]", "n"),))
        if not _DONE.search(words):
            raise DeviceError(
                at.name, _("does not say that {name} was installed"), command, words[-500:], name=files[-1]
            )
        return words

    def digest(self, device: str, ask: Ask, name: str) -> Digest | None:
        """No such command is documented."""
        return None

    def place(self, device: str, ask: Ask, name: str) -> str:
        """With the flash in front."""
        return f"flash:/{name}"

    def doors(self, device: str, user: str, running: str) -> Doors:
        """SCP is one line."""
        if not re.search(rf"(?m)^username {re.escape(user)}\b", running):
            raise DeviceError(device, ACCOUNT)
        return Doors((self.opened,), (f"no {self.opened}",))

    def neighbours(self, ask: Ask) -> frozenset[str]:
        """`show lldp neighbors`: name, port and more, in columns."""
        lines = ask("show lldp neighbors", ()).splitlines()
        begin = next((n for n, line in enumerate(lines, 1) if line.startswith("System Name")), len(lines))
        rows = (re.split(r"\s{2,}", line.strip()) for line in lines[begin:])
        return frozenset(f"{row[1]} {row[0]}" for row in rows if len(row) >= 4)
