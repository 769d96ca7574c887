"""What several makers' devices have in common of what `seam` asks for, and the words for what is wrong with any."""

import re
from typing import ClassVar, Literal

from countynet.errors import DeviceError
from countynet.i18n import _
from playbooks.day2.software.makers.seam import Ask, Doors, Flash, Hands
from playbooks.device.vendor import Answers

YES: Answers = ((r"(?i)[\[(]y/n[\])]", "y"),)
STACK = _("is a stack of several boxes, which is not upgraded from here")
ACCOUNT = _("has another account than the inventory says; bring it to the inventory first")
NO_VERSION = _("does not say which version it runs")
NO_START = _("does not say what it starts from")
NO_ROOM = _("does not say how much its flash has left")


class Unsaved:
    """What makers have in common whose next start is told without saving: no version writes over what was saved."""

    def keep_configuration(self, at: Hands) -> None:
        """It stays saved."""

    def restore_configuration(self, at: Hands) -> None:
        """It is saved still."""

    def forget_configuration(self, at: Hands) -> None:
        """Nothing was kept."""


class Versioned:
    """What all makers have in common: one command says the version, somewhere among its words."""

    asks: ClassVar[str]
    says: ClassVar[re.Pattern[str]]
    """its first group is the version"""

    def version(self, device: str, ask: Ask) -> str:
        """Return what the command says. Raises DeviceError when it says nothing of a version."""
        words = ask(self.asks, ())
        if found := self.says.search(words):
            return found[1]
        raise DeviceError(device, NO_VERSION, self.asks, words[:200])


_ROOM = re.compile(r"[\d,]+ KB total \(([\d,]+) KB free\)")
_FILE = re.compile(r"\s*\d+\s+\S+\s+([\d,]+)\s.*\s(\S+)")


class Displaying(Versioned, Unsaved):
    """What Huawei's and H3C's devices have in common: `display`, SFTP, and a flash that is told in kilobytes."""

    keeps = True
    copying: Literal["sftp", "scp"] = "sftp"
    opened = "sftp server enable"
    deletes = ""
    asks = "display version"

    def flash(self, device: str, ask: Ask) -> Flash:
        """`dir flash:/`."""
        found = flash_of(device, ask, "dir flash:/", _ROOM, _FILE)
        return Flash(found.free * 1024, found.sizes)

    def place(self, device: str, ask: Ask, name: str) -> str:
        """SFTP begins on the flash."""
        return name


class Showing(Versioned):
    """What Cisco's and Ruijie's devices have in common: `show`, `reload`, and SCP, which one line lets in."""

    suffixes: tuple[str, ...] = (".bin",)
    room = 1
    copying: Literal["sftp", "scp"] = "scp"
    opened = "ip scp server enable"
    reboot = "reload"
    asks = "show version"
    account: ClassVar[str]
    """what has to follow an account's name for it to copy files, as a regular expression"""

    def doors(self, device: str, user: str, running: str) -> Doors:
        """SCP is one line. Raises DeviceError for an account that may not use it."""
        if not re.search(rf"(?m)^username {re.escape(user)}{self.account}", running):
            raise DeviceError(device, ACCOUNT)
        return Doors((self.opened,), (f"no {self.opened}",))


def flash_of(device: str, ask: Ask, command: str, room: re.Pattern[str], file: re.Pattern[str]) -> Flash:
    """Return what a listing says: `room` has the bytes that are free, `file` size and name. Raises DeviceError."""
    words = ask(command, ())
    free = room.search(words)
    if free is None:
        raise DeviceError(device, NO_ROOM, command, words[-200:])
    sizes = {m[2]: number(m[1]) for line in words.splitlines() if (m := file.fullmatch(line))}
    return Flash(number(free[1]), sizes)


def below(ask: Ask, command: str, heading: str) -> list[str]:
    """Return the lines of a table below the one that begins with a heading; none where that is not there."""
    lines = ask(command, ()).splitlines()
    begin = next((n for n, line in enumerate(lines, 1) if line.startswith(heading)), len(lines))
    return lines[begin:]


def number(text: str) -> int:
    """Return a number that is written with commas, or without."""
    return int(text.replace(",", ""))


def plain(name: str) -> str:
    """Return a file's name without the flash that it lies on."""
    return re.sub(r"^[\w-]+:/*", "", name.strip())
