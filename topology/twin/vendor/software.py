"""The software of a simulated device: images on its flash, the one that it runs, the one that it starts next.

An image of ours is a line of JSON (platform, models as a shell pattern, version, lines of configuration that it does
not know) and filling; a device that is told to start from anything else says so, as a real one does that finds no
signature. What is started next is kept beside the flash (VRP, Comware), is lines of the saved configuration (IOS), or
is what was installed last, which is on no flash that anybody sees (RGOS). What is on the flash outlives the device's
power where the start order names a flash, and lies in a folder of its own else.
"""

import asyncio
import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

import asyncssh

if TYPE_CHECKING:
    from topology.twin.vendor.device import Device
    from topology.twin.vendor.tree import Tree

CAPACITY = 512 << 20
FACTORY_SIZE = 8192
UNPACKED = "boot", "system"
"""what a package of Comware is taken apart to; the last one has the version"""
_FAILURE = 4
ENDS = 0.05
"""seconds after which a connection goes whose session is over"""


@dataclass(frozen=True)
class Header:
    """What the first line of an image says."""

    platform: str
    models: str
    version: str
    without: str = ""
    """a regular expression of whole lines of configuration that this version does not know"""


def image(header: Header, size: int) -> bytes:
    """Return an image of about so many bytes."""
    first = json.dumps(asdict(header)).encode() + b"\n"
    filling = bytes(range(256)) * (size // 256 + 1)
    return first + filling[: max(0, size - len(first))]


class Software:
    """The flash of one device as far as images are concerned."""

    def __init__(self, device: "Device") -> None:
        self._device = device
        flash = device.about.flash
        self.folder = flash.with_name(f"{flash.name}.files") if flash else Path(tempfile.mkdtemp(prefix="flash-"))
        self._made = not flash
        self.current: tuple[str, ...] = ()
        self.version = ""

    def close(self) -> None:
        """Take the folder away, where it was made for this device alone."""
        if self._made:
            shutil.rmtree(self.folder, ignore_errors=True)

    # what there is

    @property
    def main(self) -> tuple[str, ...]:
        """The files that the next start takes."""
        named = self._device.grammar.boots(self._device.grammar.load(self._device.startup or ""))
        return self._kept("main") if named is None else tuple(plain(name) for name in named[:1])

    @property
    def backup(self) -> tuple[str, ...]:
        """The files that it takes where those are no good."""
        return self._kept("backup")

    def _kept(self, name: str) -> tuple[str, ...]:
        place = self._boot
        return tuple(json.loads(place.read_text()).get(name, ())) if place.exists() else ()

    @property
    def _boot(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.boot")

    def keep(self, **files: Sequence[str]) -> None:
        """Keep what is started next (`main`, `backup`)."""
        kept = {"main": self.main, "backup": self.backup, **files}
        self._boot.write_text(json.dumps({name: list(value) for name, value in kept.items()}))

    @property
    def files(self) -> tuple[Path, ...]:
        """The files on the flash, by name."""
        return tuple(sorted(self.folder.iterdir())) if self.folder.exists() else ()

    @property
    def free(self) -> int:
        """The bytes that are left."""
        ordered = self._device.faults.free
        return ordered if ordered >= 0 else CAPACITY - sum(file.stat().st_size for file in self.files)

    def header(self, name: str, folder: Path | None = None) -> Header | None:
        """Return what an image says of itself, None for what is no image of this device's model."""
        place = (folder or self.folder) / plain(name)
        try:
            with place.open("rb") as file:
                found = Header(**json.loads(file.readline(4096)))
        except (OSError, ValueError, TypeError):
            return None
        about = self._device.about
        return found if found.platform == about.platform and fnmatch(about.model, found.models) else None

    # what it does

    def start(self, saved: "Tree") -> str:
        """Start from what was kept, or what the saved configuration says. Returns the lines that it does not know."""
        grammar = self._device.grammar
        version, files = grammar.software(self._device.about.model)
        if grammar.INSTALLS:
            return self._start_installed(version)
        if not self.files or (grammar.boots(saved) is None and not self.main):
            self._from_factory(version, files)
        old, (main, *others) = self.current or self.backup or self.main, self._wanted(saved)
        if self._device.faults.boot_old:
            self._device.faults.boot_old, main = False, old
        self.current = next((one for one in (main, *others, old) if one and self.header(one[-1])), ())
        header = self.header(self.current[-1]) if self.current else None
        self.version = header.version if header else version
        return header.without if header else ""

    def _wanted(self, saved: "Tree") -> list[tuple[str, ...]]:
        """Return what a start tries, one after the other: at least one."""
        named = self._device.grammar.boots(saved)
        if named is None:
            return [self.main, self.backup]
        return [(plain(name),) for name in named] + [(file.name,) for file in self.files] + [()]

    def _start_installed(self, version: str) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        main, before = self.main, self.backup
        if self._device.faults.boot_old:
            self._device.faults.boot_old, main = False, before
        header = self.header(main[-1], self._installed) if main else None
        self.current, self.version = main, header.version if header else version
        return header.without if header else ""

    @property
    def _installed(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.installed")

    def install(self, name: str) -> Header | None:
        """Install a package beside what runs, for the next start; None for what is none of this device's model."""
        if (header := self.header(name)) is None:
            return None
        self._installed.mkdir(exist_ok=True)
        with (self.folder / name).open("rb") as file:
            (self._installed / name).write_bytes(file.readline(4096))
        self.keep(main=(name,), backup=self.current)
        return header

    def _from_factory(self, version: str, files: Sequence[str]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        about = self._device.about
        for name in files:
            (self.folder / name).write_bytes(image(Header(about.platform, "*", version), FACTORY_SIZE))
        self.keep(main=files, backup=())

    def unpack(self, name: str) -> tuple[str, ...]:
        """Take a package apart next to it and return the files; none when there is no room."""
        place = self.folder / name
        size = place.stat().st_size
        if size > self.free:
            return ()
        first = place.read_bytes().partition(b"\n")[0] + b"\n"
        stem, made = name.rpartition(".")[0].lower(), list[str]()
        for part in UNPACKED:
            made.append(f"{stem}-{part}.bin")
            (self.folder / made[-1]).write_bytes(first + b"\0" * max(0, size // 2 - len(first)))
        return tuple(made)


def plain(name: str) -> str:
    """Return a file's name without the flash that it lies on."""
    return re.sub(r"^[\w-]+:/*", "", name).lstrip("/")


class Door:
    """What makes a session of SFTP or SCP, while the device's configuration has its service on (it is true then)."""

    def __init__(self, device: "Device") -> None:
        self._device = device

    def __bool__(self) -> bool:
        return bool(self._device.grammar.files_open(self._device.running))

    def __call__(self, channel: "asyncssh.SSHServerChannel[bytes]") -> "FlashServer":
        """Begin one; who asks for SFTP where there is only SCP is shown the door."""
        if self._device.grammar.BY_SCP and channel.get_subsystem():
            channel.close()
        return FlashServer(self._device, channel)


class FlashServer(asyncssh.SFTPServer):
    """SFTP and SCP onto the flash: as much as there is room for, and with the faults that were ordered."""

    def __init__(self, device: "Device", channel: "asyncssh.SSHServerChannel[bytes]") -> None:
        super().__init__(channel, chroot=str(device.software.folder).encode())
        self._device, self._channel_of = device, channel
        self._written = set[int]()
        self._last = 0

    def map_path(self, path: bytes) -> bytes:
        """Return the place of a file that may be named with its flash."""
        return super().map_path(plain(path.decode()).encode())

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Write, or say that the flash is full; or break off, as ordered."""
        faults = self._device.faults
        if len(data) > self._device.software.free:
            raise asyncssh.SFTPError(_FAILURE, self._device.grammar.FULL)
        if faults.cut_after:
            faults.cut_after = max(0, faults.cut_after - len(data))
            if not faults.cut_after:
                self._channel_of.get_connection().abort()
        self._written.add(id(file_obj))
        self._last = data[-1] if data else self._last
        written = super().write(file_obj, offset, data)
        assert isinstance(written, int)
        return written

    def close(self, file_obj: object) -> None:
        """Close; what was written arrives with one bit turned, as ordered."""
        if id(file_obj) in self._written and self._device.faults.spoil:
            self._device.faults.spoil = False
            file_obj.seek(-1, 2)  # type: ignore[attr-defined]
            file_obj.write(bytes([self._last ^ 1]))  # type: ignore[attr-defined]
        self._written.discard(id(file_obj))
        super().close(file_obj)

    def exit(self) -> None:
        """End the session, and with it the connection of a device that has one session in each."""
        super().exit()
        if self._device.grammar.BY_SCP:
            connection = self._channel_of.get_connection()
            asyncio.get_running_loop().call_later(ENDS, connection.close)


def without(text: str, lines: str) -> str:
    """Return a configuration without the lines that a version does not know."""
    if not lines:
        return text
    return "\n".join(line for line in text.splitlines() if not re.fullmatch(lines, line.strip())) + "\n"
