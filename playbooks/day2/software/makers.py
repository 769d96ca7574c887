"""How each maker's devices are asked for their software and told another: tables and small readers. Pure but for `ask`.

Huawei: S2720/S5700/S6700 V200R019C10 command reference (`dir`, `display startup`, `startup system-software`, `sftp
server enable`, `ssh user`); there is no command for a file's SHA-256, so it is read back. H3C: Comware 7 fundamentals
command reference (`dir`, `sha256sum`, `display boot-loader`, `boot-loader file`) and switch software upgrade guide; a
package is taken apart on the flash, so that it takes its room twice. Several boxes in a stack are refused.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from countynet.errors import DeviceError
from countynet.i18n import _
from playbooks.device.vendor import Answers

Files = tuple[str, ...]
Ask = Callable[[str, Answers], str]
"""types a line where commands are typed and returns what the device said; raises DeviceError when it refuses"""
YES: Answers = ((r"(?i)[\[(]y/n[\])]", "y"),)
_ROOM = re.compile(r"([\d,]+) KB total \(([\d,]+) KB free\)")
_FILE = re.compile(r"\s*\d+\s+\S+\s+([\d,]+)\s.*\s(\S+)")
STACK = _("is a stack of several boxes, which is not upgraded from here")
ACCOUNT = _("has another account than the inventory says; bring it to the inventory first")


@dataclass(frozen=True)
class Flash:
    """What is on a flash."""

    free: int
    sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Boot:
    """What a device runs, and what it starts from next."""

    current: Files
    main: Files
    backup: Files = ()


@dataclass(frozen=True)
class Doors:
    """Lines that let files be copied, and those that take that back."""

    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()


class Maker(Protocol):
    """One maker's devices."""

    suffixes: tuple[str, ...]
    room: int
    """how many times its size an image takes"""
    reboot: str
    rebooting: Answers
    """the questions of `reboot`; what is not saved is not to be saved then"""

    def version(self, device: str, ask: Ask) -> str:
        """Return the version that runs. Raises DeviceError."""
        ...

    def boot(self, device: str, ask: Ask) -> Boot:
        """Return what the device starts from. Raises DeviceError."""
        ...

    def start_from(self, device: str, ask: Ask, files: Files) -> str:
        """Tell the next start to take these files and return what was said; whether it does so, `boot` says."""
        ...

    def digest(self, device: str, ask: Ask, name: str) -> str:
        """Return the SHA-256 of a file on the flash; nothing where the device has no command for it."""
        ...

    def doors(self, device: str, user: str, running: str) -> Doors:
        """Return what lets an account copy files, given what runs. Raises DeviceError."""
        ...

    def neighbours(self, ask: Ask) -> frozenset[str]:
        """Return what is seen by LLDP: port and name of each neighbour."""
        ...


def flash(device: str, ask: Ask) -> Flash:
    """Return what is on the flash. Raises DeviceError."""
    words = ask("dir flash:/", ())
    room = _ROOM.search(words)
    if room is None:
        raise DeviceError(device, _("does not say how much its flash has left"), "dir flash:/", words[-200:])
    sizes = {m[2]: int(m[1].replace(",", "")) for line in words.splitlines() if (m := _FILE.fullmatch(line))}
    return Flash(int(room[2].replace(",", "")) * 1024, sizes)


def _plain(name: str) -> str:
    return re.sub(r"^\w+:/?", "", name.strip())


class Huawei:
    """VRP."""

    suffixes: tuple[str, ...] = (".cc",)
    room = 1
    reboot = "reboot fast"
    rebooting: Answers = YES

    def version(self, device: str, ask: Ask) -> str:
        """`VRP (R) software, Version 5.170 (S5735 V200R019C10SPC500)`."""
        words = ask("display version", ())
        if found := re.search(r"Version \S+ \(\S+ (V\d{3}R\w+)\)", words):
            return found[1]
        raise DeviceError(device, _("does not say which version it runs"), "display version", words[:200])

    def boot(self, device: str, ask: Ask) -> Boot:
        """`display startup`."""
        words = ask("display startup", ())
        if len(re.findall(r"(?m)^\s*(?:MainBoard|Slave\s?Board|slot \d+)\s*:", words, re.IGNORECASE)) > 1:
            raise DeviceError(device, STACK)
        now = re.search(r"(?m)^\s*Startup system software:\s+(\S+)", words)
        following = re.search(r"(?m)^\s*Next startup system software:\s+(\S+)", words)
        if not (now and following):
            raise DeviceError(device, _("does not say what it starts from"), "display startup", words[:200])
        return Boot((_plain(now[1]),), (_plain(following[1]),))

    def start_from(self, device: str, ask: Ask, files: Files) -> str:
        """`startup system-software FILE`."""
        return ask(f"startup system-software {files[-1]}", YES)

    def digest(self, device: str, ask: Ask, name: str) -> str:
        """There is no such command."""
        return ""

    def doors(self, device: str, user: str, running: str) -> Doors:
        """SFTP is a service of its own, and the account has to be given it together with a folder."""
        if f"ssh user {user} service-type" not in running:
            raise DeviceError(device, ACCOUNT)
        account, folder = f"ssh user {user} service-type", f"ssh user {user} sftp-directory"
        on = ("sftp server enable", f"{account} all", f"{folder} flash:")
        return Doors(on, (f"undo {folder}", f"{account} stelnet", "undo sftp server enable"))

    def neighbours(self, ask: Ask) -> frozenset[str]:
        """`display lldp neighbor brief`."""
        rows = (line.split() for line in ask("display lldp neighbor brief", ()).splitlines())
        return frozenset(f"{row[0]} {row[1]}" for row in rows if len(row) >= 4 and row[-1].isdigit())


class H3c:
    """Comware 7."""

    suffixes: tuple[str, ...] = (".ipe",)
    room = 2
    reboot = "reboot"
    rebooting: Answers = ((r"(?i)save current configuration.*[\[(]y/n[\])]", "n"), *YES)

    def version(self, device: str, ask: Ask) -> str:
        """`H3C Comware Software, Version 7.1.070, Release 6616P05`."""
        words = ask("display version", ())
        if found := re.search(r"Comware .*Version (\S+, \w+ \S+)", words):
            return found[1]
        raise DeviceError(device, _("does not say which version it runs"), "display version", words[:200])

    def boot(self, device: str, ask: Ask) -> Boot:
        """`display boot-loader`."""
        words = ask("display boot-loader", ())
        if len(re.findall(r"(?m)^\s*Software images on ", words)) > 1:
            raise DeviceError(device, STACK)
        current, main, backup = (_below(words, title) for title in ("Current", "Main startup", "Backup startup"))
        if not current or not main:
            raise DeviceError(device, _("does not say what it starts from"), "display boot-loader", words[:200])
        return Boot(current, main, backup)

    def start_from(self, device: str, ask: Ask, files: Files) -> str:
        """`boot-loader file`: a package is taken apart; what runs now stays as the backup."""
        words = ask("display boot-loader", ())
        slot = f" slot {found[1]}" if (found := re.search(r"images on slot (\d+)", words)) else ""
        now = self.boot(device, ask)
        said = ask(f"boot-loader file {_named(files)}{slot} main", YES)
        if now.current != files:
            ask(f"boot-loader file {_named(now.current)}{slot} backup", YES)
        return said

    def digest(self, device: str, ask: Ask, name: str) -> str:
        """`sha256sum FILE`."""
        found = re.search(r"\b([0-9a-fA-F]{64})\b", ask(f"sha256sum flash:/{name}", ()))
        return found[1].lower() if found else ""

    def doors(self, device: str, user: str, running: str) -> Doors:
        """SFTP is a service of its own, and the account's line says what it may use."""
        line = re.search(rf"(?m)^ *(ssh user {re.escape(user)} service-type )(?:stelnet|all)( .+)$", running)
        if line is None:
            raise DeviceError(device, ACCOUNT)
        return Doors(
            ("sftp server enable", f"{line[1]}all{line[2]}".strip()),
            (f"{line[1]}stelnet{line[2]}".strip(), "undo sftp server enable"),
        )

    def neighbours(self, ask: Ask) -> frozenset[str]:
        """`display lldp neighbor-information list`."""
        lines = ask("display lldp neighbor-information list", ()).splitlines()
        begin = next((n for n, line in enumerate(lines, 1) if line.startswith("Local Interface")), len(lines))
        rows = (line.split() for line in lines[begin:])
        return frozenset(f"{row[0]} {row[-1]}" for row in rows if len(row) >= 4)


def _below(words: str, title: str) -> Files:
    found = re.search(rf"(?m)^\s*{title} software images:?[ \t]*\n((?:[ \t]+\S+.*\n?)*)", words)
    names: Sequence[str] = found[1].split() if found else ()
    return tuple(_plain(name) for name in names if name.lower() != "none")


def _named(files: Files) -> str:
    """Return files as `boot-loader file` wants them: a package alone, or the images by their kinds."""
    places = [f"flash:/{name}" for name in files]
    if len(places) == 1:
        return places[0]
    more = f" feature {' '.join(places[2:])}" if len(places) > 2 else ""
    return f"boot {places[0]} system {places[1]}{more}"


MAKERS: Mapping[str, Maker] = {"huawei_vrp": Huawei(), "h3c_comware": H3c()}
