"""The machine's memory, disk and ports, and what an earlier twin left behind."""

import os
import shutil
import socket
from pathlib import Path

from countynet.doctor.check import Check
from countynet.i18n import _
from countynet.settings import Settings

MEMORY_GB = 2.5
DISK_GB = 3.0
NETNS = Path("/run/netns")
PREFIX = "cn-"


def check_memory(meminfo: Path = Path("/proc/meminfo")) -> Check:
    """Return whether the county of 120 units fits into the free memory."""
    lines = (line.split() for line in meminfo.read_text().splitlines())
    free = next(int(words[1]) for words in lines if words[0] == "MemAvailable:") / 2**20
    fix = _("{found} of memory is free; the full county takes 2 GB; countynet demo --quick takes a fifth")
    return Check(group="resource", name="memory", ok=free >= MEMORY_GB, required=False, found=f"{free:.1f} GB", fix=fix)


def check_disk(folder: Path = Path("/var/cache")) -> Check:
    """Return whether the base of the twin's servers fits."""
    free = shutil.disk_usage(folder).free / 2**30
    fix = _("{found} of disk is free under /var/cache; the twin's servers and packages need 3 GB")
    return Check(group="resource", name="disk", ok=free >= DISK_GB, found=f"{free:.1f} GB", fix=fix)


def check_port(settings: Settings) -> Check:
    """Return whether the dashboard's port is free."""
    name = f"{settings.listen}:{settings.port}"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.listen, settings.port))
        except OSError as error:
            fix = _("{name} cannot be used ({found}); stop who uses it, or set COUNTYNET_PORT")
            return Check(group="port", name=name, ok=False, found=error.strerror or str(error), fix=fix)
    return Check(group="port", name=name, ok=True)


def check_leftovers(settings: Settings, folder: Path = NETNS) -> Check:
    """Return whether an earlier twin left namespaces without one that knows of them."""
    left = sorted(name for name in (os.listdir(folder) if folder.is_dir() else ()) if name.startswith(PREFIX))
    known = (settings.state / "twin.json").exists()
    fix = _("{found}, of no twin of this county; countynet twin down removes them")
    found = f"{len(left)} namespaces {PREFIX}*" if left else ""
    return Check(group="twin", name="leftovers", ok=known or not left, required=False, found=found, fix=fix)
