"""Huawei VRP: S2720/S5700/S6700 V200R019C10 command reference (`dir`, `display startup`, `startup system-software`,
`sftp server enable`, `ssh user`). There is no command for a file's SHA-256, so it is read back."""

import re

from countynet.errors import DeviceError
from playbooks.day2.software.makers.common import ACCOUNT, NO_START, STACK, YES, Displaying, plain
from playbooks.day2.software.makers.seam import Ask, Boot, Digest, Doors, Files, Hands
from playbooks.device.vendor import Answers


class Huawei(Displaying):
    """VRP."""

    suffixes: tuple[str, ...] = (".cc",)
    room = 1
    slow: tuple[str, ...] = ("startup system-software ",)
    reboot = "reboot fast"
    rebooting: Answers = YES
    says = re.compile(r"Version \S+ \(\S+ (V\d{3}R\w+)\)")
    """`VRP (R) software, Version 5.170 (S5735 V200R019C10SPC500)`"""

    def boot(self, device: str, ask: Ask) -> Boot:
        """`display startup`."""
        words = ask("display startup", ())
        if len(re.findall(r"(?m)^\s*(?:MainBoard|Slave\s?Board|slot \d+)\s*:", words, re.IGNORECASE)) > 1:
            raise DeviceError(device, STACK)
        now = re.search(r"(?m)^\s*Startup system software:\s+(\S+)", words)
        following = re.search(r"(?m)^\s*Next startup system software:\s+(\S+)", words)
        if not (now and following):
            raise DeviceError(device, NO_START, "display startup", words[:200])
        return Boot((plain(now[1]),), (plain(following[1]),))

    def start_from(self, at: Hands, files: Files) -> str:
        """`startup system-software FILE`."""
        return at.tell(f"startup system-software {files[-1]}", YES)

    def digest(self, device: str, ask: Ask, name: str) -> Digest | None:
        """There is no such command."""
        return None

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
