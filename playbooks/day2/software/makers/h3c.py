"""H3C: Comware 7 fundamentals command reference (`dir`, `sha256sum`, `display boot-loader`, `boot-loader file`) and the
switches' software upgrade guide. A package is taken apart on the flash, so that it takes its room twice."""

import re
from collections.abc import Sequence

from countynet.errors import DeviceError
from playbooks.day2.software.makers.common import ACCOUNT, NO_START, STACK, YES, Displaying, below, plain
from playbooks.day2.software.makers.seam import Ask, Boot, Digest, Doors, Files, Hands
from playbooks.device.vendor import Answers


class H3c(Displaying):
    """Comware 7."""

    suffixes: tuple[str, ...] = (".ipe",)
    room = 2
    slow: tuple[str, ...] = ("sha256sum ", "boot-loader ")
    reboot = "reboot"
    rebooting: Answers = ((r"(?i)save current configuration.*[\[(]y/n[\])]", "n"), *YES)
    says = re.compile(r"Comware .*Version (\S+, \w+ \S+)")
    """`H3C Comware Software, Version 7.1.070, Release 6616P05`"""

    def boot(self, device: str, ask: Ask) -> Boot:
        """`display boot-loader`."""
        words = ask("display boot-loader", ())
        if len(re.findall(r"(?m)^\s*Software images on ", words)) > 1:
            raise DeviceError(device, STACK)
        current, main, backup = (_below(words, title) for title in ("Current", "Main startup", "Backup startup"))
        if not current or not main:
            raise DeviceError(device, NO_START, "display boot-loader", words[:200])
        return Boot(current, main, backup)

    def start_from(self, at: Hands, files: Files) -> str:
        """`boot-loader file`: a package is taken apart; what runs now stays as the backup."""
        words = at.tell("display boot-loader")
        slot = f" slot {found[1]}" if (found := re.search(r"images on slot (\d+)", words)) else ""
        now = self.boot(at.name, at.tell)
        said = at.tell(f"boot-loader file {_named(files)}{slot} main", YES)
        if now.current != files:
            at.tell(f"boot-loader file {_named(now.current)}{slot} backup", YES)
        return said

    def digest(self, device: str, ask: Ask, name: str) -> Digest | None:
        """`sha256sum FILE`."""
        found = re.search(r"\b([0-9a-fA-F]{64})\b", ask(f"sha256sum flash:/{name}", ()))
        return ("sha256", found[1].lower()) if found else None

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
        rows = (line.split() for line in below(ask, "display lldp neighbor-information list", "Local Interface"))
        return frozenset(f"{row[0]} {row[-1]}" for row in rows if len(row) >= 4)


def _below(words: str, title: str) -> Files:
    found = re.search(rf"(?m)^\s*{title} software images:?[ \t]*\n((?:[ \t]+\S+.*\n?)*)", words)
    names: Sequence[str] = found[1].split() if found else ()
    return tuple(plain(name) for name in names if name.lower() != "none")


def _named(files: Files) -> str:
    """Return files as `boot-loader file` wants them: a package alone, or the images by their kinds."""
    places = [f"flash:/{name}" for name in files]
    if len(places) == 1:
        return places[0]
    more = f" feature {' '.join(places[2:])}" if len(places) > 2 else ""
    return f"boot {places[0]} system {places[1]}{more}"
