"""Cisco IOS, and IOS XE that starts from one image (not from packages, `install` mode).

Configuration fundamentals command reference (`dir`, `show version`, `show bootvar`, `boot system`, `verify`,
`reload`), secure copy feature guide (`ip scp server enable`; there is no SFTP server), Catalyst 2960/3560 command
references: the start is a path-list there, which one line replaces; elsewhere each `boot system` line is added at the
end, so that all are taken out first. Outputs as recorded for ntc-templates. `verify` has MD5 everywhere and SHA-512
since IOS XE 16.5: the better one is taken. What is in the way of a start that was told so (configuration register, a
stack, packages) is said.
"""

import re

from countynet.errors import DeviceError
from countynet.i18n import _
from playbooks.day2.software.makers.common import NO_START, STACK, Showing, below, flash_of, plain
from playbooks.day2.software.makers.seam import Ask, Boot, Digest, Files, Flash, Hands
from playbooks.device.vendor import Answers

_IMAGE = re.compile(r'System image file is "([\w-]+:)/*([^"]+)"')
_MEMBERS = re.compile(r"(?m)^[* ]\s+\d+\s+\d+\s+\S+\s+\d+\.\S+\s+\S+")
_NEXT = re.compile(r"(?m)^BOOT (variable|path-list)\s*[=:][ \t]*(\S*)")
_ROOM = re.compile(r"\d+ bytes total \((\d+) bytes free\)")
_FILE = re.compile(r"\s*\d+\s+-\S+\s+(\d+)\s.*\s(\S+)")
KEPT = "countynet-before-upgrade.cfg"
"""what runs before an upgrade, on the device's own flash"""
_DIGESTS = (("sha512", 128), ("md5", 32))
PACKAGES = _("runs from packages (install mode), which are not upgraded from here")
REGISTER = _("has the configuration register {register}, with which it does not start as its configuration says")
ELSEWHERE = _("was not started from its own flash but from {place}")
GONE = _("does not have {name} on its flash; without it the device would not start")


class Cisco(Showing):
    """IOS."""

    keeps = True
    deletes = "delete /force {name}"
    slow: tuple[str, ...] = ("verify ",)
    rebooting: Answers = (
        (r"(?i)has been modified\. save\?.*\[yes/no\]", "no"),
        (r"(?i)(proceed with|continue).*\[confirm\]", "y"),
    )
    says = re.compile(r"Software.* \(\S+\), Version ([^\s,]+)")
    """`Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E3, RELEASE SOFTWARE (fc3)`"""
    account = r" (?:.* )?privilege 15\b"

    def boot(self, device: str, ask: Ask) -> Boot:
        """`show version`: the image; `show bootvar`, on switches `show boot`: those of the next start."""
        words = ask("show version", ())
        _folder, current = _started(device, words)
        if len(_MEMBERS.findall(words)) > 1:
            raise DeviceError(device, STACK)
        if register := re.findall(r"(?:onfiguration register is|will be) (0x[0-9a-fA-F]+)", words):
            value = int(register[-1], 16)
            if value & 0xF < 2 or value & 0x40:
                raise DeviceError(device, REGISTER, register=register[-1])
        _kind, following = _following(ask)
        return Boot((current,), following[:1], following[1:])

    def flash(self, device: str, ask: Ask) -> Flash:
        """`dir` of the flash that it was started from."""
        return flash_of(device, ask, f"dir {_started(device, ask('show version', ()))[0]}", _ROOM, _FILE)

    def start_from(self, at: Hands, files: Files) -> str:
        """`boot system`: the files first, what runs now behind them; saved, as it is configuration."""
        folder, current = _started(at.name, at.ask("show version"))
        there = self.flash(at.name, at.ask).sizes
        if lost := next((name for name in files if "/" not in name and name not in there), ""):
            raise DeviceError(at.name, GONE, name=lost)
        names = [f"{folder}{name}" for name in dict.fromkeys((*files, current))]
        kind, _main = _following(at.ask)
        wanted = [";".join(names)] if kind == "path-list" else names
        at.type(("no boot system", *(f"boot system {name}" for name in wanted)))
        at.save()
        return ""

    def keep_configuration(self, at: Hands) -> None:
        """`copy running-config`: the way back has to save, and a version that drops lines would save without them."""
        self._copied(at, "running-config", self.place(at.name, at.ask, KEPT))

    def restore_configuration(self, at: Hands) -> None:
        """`copy ... startup-config`, after `boot system` was saved."""
        self._copied(at, self.place(at.name, at.ask, KEPT), "startup-config")

    def forget_configuration(self, at: Hands) -> None:
        """`delete /force`."""
        at.tell(self.deletes.format(name=self.place(at.name, at.ask, KEPT)))

    def _copied(self, at: Hands, source: str, target: str) -> None:
        command = f"copy {source} {target}"
        words = at.ask(command, ((r"(?i)destination filename", ""), (r"(?i)over ?write.*\[confirm\]", "y")))
        if not re.search(r"\d+ bytes copied|\[OK", words):
            raise DeviceError(at.name, _("does not say that it was copied"), command, words[-200:])

    def digest(self, device: str, ask: Ask, name: str) -> Digest | None:
        """`verify /sha512`, and `/md5` where that is not known."""
        place = self.place(device, ask, name)
        for kind, digits in _DIGESTS:
            try:
                words = ask(f"verify /{kind} {place}", ())
            except DeviceError:
                if kind == _DIGESTS[-1][0]:
                    raise
                continue
            if found := re.search(rf"=\s*([0-9a-fA-F]{{{digits}}})\b", words):
                return kind, found[1].lower()
        return None

    def place(self, device: str, ask: Ask, name: str) -> str:
        """With the flash in front."""
        return f"{_started(device, ask('show version', ()))[0]}/{name}"

    def neighbours(self, ask: Ask) -> frozenset[str]:
        """`show lldp neighbors`: names of at most 20 letters, then the port."""
        lines = below(ask, "show lldp neighbors", "Device ID")
        rows = ((line[:20].strip(), line[20:].split()) for line in lines)
        return frozenset(f"{row[0]} {name}" for name, row in rows if name and len(row) >= 3)


def _started(device: str, words: str) -> tuple[str, str]:
    """Return the flash and the file that a device was started from, as `show version` says. Raises DeviceError."""
    found = _IMAGE.search(words)
    if found is None:
        raise DeviceError(device, NO_START, "show version", words[:200])
    if plain(found[2]).endswith("packages.conf"):
        raise DeviceError(device, PACKAGES)
    if "flash" not in found[1] and "disk" not in found[1]:
        raise DeviceError(device, ELSEWHERE, place=f"{found[1]}{found[2]}")
    return found[1], found[2]


def _following(ask: Ask) -> tuple[str, Files]:
    """Return how the next start is told (`variable`, `path-list`, nothing) and its files."""
    try:
        words = ask("show bootvar", ())
    except DeviceError:
        words = ask("show boot", ())
    found = _NEXT.search(words.rpartition("on next reload")[2])
    if found is None:
        return "", ()
    names = (re.sub(r",\d+$", "", name) for name in found[2].split(";"))
    return found[1], tuple(plain(name) for name in names if name)
