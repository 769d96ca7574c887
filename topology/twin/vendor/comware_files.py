"""Comware's flash and images: `dir`, `sha256sum`, `display boot-loader`, `boot-loader file`, LLDP's list of neighbours.

After H3C's Comware 7 fundamentals command reference and switch software upgrade guide. A package (`.ipe`) is taken
apart into a boot and a system image. Guesses: the words of the refusals of an image, and of a flash without room.
"""

import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.software import CAPACITY

if TYPE_CHECKING:
    from topology.twin.vendor.comware import ComwareShell


def show_dir(shell: "ComwareShell", words: list[str]) -> list[str]:
    """`dir [flash:/]`."""
    if words and words[0].rstrip("/") != "flash:":
        raise Refused("The file or directory does not exist.")
    lines = ["Directory of flash: (EXT4)"]
    for number, file in enumerate(shell.device.software.files):
        about = file.stat()
        when = datetime.fromtimestamp(about.st_mtime, UTC)
        lines.append(f"{number:4} -rw- {about.st_size:>12} {when:%b %d %Y %H:%M:%S}   {file.name}")
    return [*lines, "", f"{CAPACITY // 1024} KB total ({shell.device.software.free // 1024} KB free)"]


def show_digest(shell: "ComwareShell", words: list[str]) -> list[str]:
    """`sha256sum FILE`."""
    if len(words) != 1:
        raise Refused("Too many parameters" if words else "Incomplete command", len("sha256sum "))
    place = shell.device.software.folder / _plain(words[0])
    if not place.is_file():
        raise Refused("The file or directory does not exist.")
    return ["SHA256 digest:", hashlib.sha256(place.read_bytes()).hexdigest()]


def show_boot_loader(shell: "ComwareShell", words: list[str]) -> list[str]:
    """`display boot-loader`."""
    software = shell.device.software
    said = (
        ("Current software images:", software.current),
        ("Main startup software images:", software.main),
        ("Backup startup software images:", software.backup),
    )
    lines = ["Software images on slot 1:"]
    for title, files in said:
        lines += [title, *(f"  flash:/{name}" for name in files or ())] if files else [title, "  None"]
    return lines


def show_neighbours(shell: "ComwareShell", words: list[str]) -> list[str]:
    """`display lldp neighbor-information list`."""
    lines = [
        "Chassis ID : * -- -- Nearest nontpmr bridge neighbor",
        "             # -- -- Nearest customer bridge neighbor",
        "             Default -- -- Nearest bridge neighbor",
        "Local Interface Chassis ID      Port ID                    System Name",
    ]
    found = shell.device.neighbours()
    return [*lines, *(f"{port:<15} {'0000-5e00-5301':<15} {there:<26} {name}" for port, name, there in found)]


async def set_boot(shell: "ComwareShell", words: list[str]) -> None:
    """`boot-loader file FILE.ipe | boot FILE system FILE  slot 1 main | backup`."""
    match = re.fullmatch(r"(?:(\S+\.ipe)|boot (\S+) system (\S+)) slot 1 (main|backup)", " ".join(words))
    if match is None:
        raise Refused("Wrong parameter" if words else "Incomplete command", len("boot-loader file "))
    software, files = shell.device.software, [_plain(one) for one in match.groups()[:3] if one]
    for name in files:
        await shell.say(f"Verifying the file flash:/{name} on slot 1...")
        if software.header(name) is None:
            raise Refused(f"The file flash:/{name} is invalid or does not fit the device.")
    await shell.say("Done.")
    question = (
        f"This command will set the {match[4]} startup software images. "
        "Please do not reboot any MPU during the upgrade. Continue? [Y/N]:"
    )
    if not await shell.confirm(question):
        return
    if match[1]:
        files = list(software.unpack(files[0]))
        if not files:
            raise Refused("Failed to decompress the file: not enough space on the flash.")
        for name in files:
            await shell.say(f"Decompressing file {name} to flash:/{name}...Done.")
    kept: dict[str, Any] = {match[4]: files}
    software.keep(**kept)
    words_of = "main" if match[4] == "main" else "backup"
    await shell.say(
        f"The images that have passed all examinations will be used as the {words_of} startup software images "
        "at the next reboot on slot 1."
    )


def _plain(name: str) -> str:
    return name.removeprefix("flash:").lstrip("/")
