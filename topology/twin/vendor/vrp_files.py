"""VRP's flash and images: `dir`, `display startup`, `startup system-software`, `display lldp neighbor brief`.

After the S2720/S5700/S6700 V200R019C10 command reference. Guesses: the words of the refusals of an image.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.software import CAPACITY

if TYPE_CHECKING:
    from topology.twin.vendor.vrp import VrpShell


def show_dir(shell: "VrpShell", words: list[str]) -> list[str]:
    """`dir [flash:/]`."""
    if words and words[0].rstrip("/") != "flash:":
        raise Refused("Error: Wrong device name.")
    lines = ["Directory of flash:/", "", "  Idx  Attr     Size(Byte)  Date        Time       FileName"]
    for number, file in enumerate(shell.device.software.files):
        about = file.stat()
        when = datetime.fromtimestamp(about.st_mtime, UTC)
        lines.append(f"{number:5}  -rw-  {about.st_size:>13,}  {when:%b %d %Y %H:%M:%S}   {file.name}")
    return [*lines, "", f"{CAPACITY // 1024:,} KB total ({shell.device.software.free // 1024:,} KB free)"]


def show_startup(shell: "VrpShell", words: list[str]) -> list[str]:
    """`display startup`."""
    software = shell.device.software
    held = "flash:/vrpcfg.zip" if shell.device.startup is not None else "NULL"
    return [
        "MainBoard:",
        f"  Configured startup system software:        {_named(software.main)}",
        f"  Startup system software:                   {_named(software.current)}",
        f"  Next startup system software:              {_named(software.main)}",
        f"  Startup saved-configuration file:          {held}",
        f"  Next startup saved-configuration file:     {held}",
        "  Startup paf file:                          NULL",
        "  Next startup paf file:                     NULL",
        "  Startup license file:                      NULL",
        "  Next startup license file:                 NULL",
        "  Startup patch package:                     NULL",
        "  Next startup patch package:                NULL",
    ]


def _named(files: tuple[str, ...]) -> str:
    return f"flash:/{files[-1]}" if files else "NULL"


def show_start_from(shell: "VrpShell", words: list[str]) -> list[str]:
    """`startup system-software FILE`: what the next start takes."""
    if len(words) != 1:
        raise Refused("Too many parameters" if words else "Incomplete command", len("startup system-software "))
    software, name = shell.device.software, words[0].removeprefix("flash:").lstrip("/")
    if not (software.folder / name).is_file():
        raise Refused("Error: The file does not exist.")
    if not name.endswith(".cc") or software.header(name) is None:
        raise Refused("Error: The system software is invalid.")
    software.keep(main=(name,))
    return [
        "This operation will take several minutes, please wait....",
        "Info: Succeeded in setting the software for booting system.",
    ]


def show_neighbours(shell: "VrpShell", words: list[str]) -> list[str]:
    """`display lldp neighbor brief`."""
    lines = ["Local Intf       Neighbor Dev         Neighbor Intf             Exptime(s)"]
    found = shell.device.neighbours()
    return [*lines, *(f"{port:<16} {name:<20} {there:<25} 102" for port, name, there in found)]
