"""Says on a server what still runs as it was before an update, a line each; nothing when all is new.

A process that has a program or library open whose file was replaced (proc(5), `(deleted)` in its map) uses the old one
until it is restarted. A kernel that is not the newest one installed runs until the server is restarted. It only reads.
"""

import os
import re
from pathlib import Path

PLACES = re.compile(r"r-xp .* (/usr/|/lib|/opt/|/s?bin/)\S+ \(deleted\)$", re.M)


def old_processes() -> dict[str, int]:
    """Return the names of processes that have replaced files open, with how many of each."""
    found: dict[str, int] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if PLACES.search((place / "maps").read_text(errors="replace")):
                name = (place / "comm").read_text().strip()
                found[name] = found.get(name, 0) + 1
        except OSError:  # it ended meanwhile
            continue
    return found


def newer_kernel() -> str:
    """Return the kernel that was installed last, empty when it runs already or none is installed."""
    images = sorted(Path("/boot").glob("vmlinuz-*"), key=lambda image: image.stat().st_mtime)
    newest = images[-1].name.partition("-")[2] if images else ""
    return "" if newest == os.uname().release else newest


if __name__ == "__main__":
    kernel = newer_kernel()
    if kernel or Path("/run/reboot-required").exists():
        print(f"需要重启服务器 / the server has to be restarted  {kernel}".rstrip())
    for name, count in sorted(old_processes().items()):
        print(f"需要重启的程序 / to be restarted: {name} ({count})")
