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

from countynet.errors import DeviceError
from countynet.i18n import _
from playbooks.day2.software.makers.common import Showing, Unsaved, below, flash_of
from playbooks.day2.software.makers.seam import Ask, Boot, Digest, Files, Flash, Hands
from playbooks.device.vendor import Answers

_ROOM = re.compile(r"([\d,]+) bytes(?: \([^)]*\))? (?:free|available)")
_FILE = re.compile(r"\s*(?:\d+\s+-\S+|\d+)\s+([\d,]+)\s.*\d\s+(\S+)")
_DONE = re.compile(r"(?i)\[OK\]|success|take effect|100 ?%")


class Ruijie(Showing, Unsaved):
    """RGOS."""

    keeps = False
    deletes = "delete {name}"
    slow: tuple[str, ...] = ("upgrade ",)
    rebooting: Answers = ((r"(?i)save\b.*[\[(]", "n"), (r"(?i)reload\b.*\?.*[\[(]", "y"))
    says = re.compile(r"(?m)^\s*System software version\s*:\s*(.*\S)")
    """`System software version : S29_RGOS 11.4(1)B12P11`"""
    account = r"\b"

    def boot(self, device: str, ask: Ask) -> Boot:
        """It starts from what was installed, which has no name."""
        return Boot((), ())

    def flash(self, device: str, ask: Ask) -> Flash:
        """`dir flash:`; a file whose size is not told in bytes counts as not there, and is copied."""
        return flash_of(device, ask, "dir flash:", _ROOM, _FILE)

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

    def neighbours(self, ask: Ask) -> frozenset[str]:
        """`show lldp neighbors`: name, port and more, in columns."""
        lines = below(ask, "show lldp neighbors", "System Name")
        rows = (re.split(r"\s{2,}", line.strip()) for line in lines)
        return frozenset(f"{row[1]} {row[0]}" for row in rows if len(row) >= 4)
