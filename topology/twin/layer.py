"""Where a server host's own writings go: a folder on disk, or memory where the disk cannot hold them."""

import re
from pathlib import Path


def can_hold_a_layer(folder: Path, mounts: str | None = None) -> bool:
    """Tell whether a folder's file system can be an overlay's writable layer (an overlay itself cannot).

    `mounts` is the text of /proc/self/mounts; the machine's own if not given.
    """
    best, kind = "", ""
    for line in (mounts or Path("/proc/self/mounts").read_text()).splitlines():
        _source, place, filesystem, *_rest = line.split()
        place = re.sub(r"\\(\d{3})", lambda m: chr(int(m[1], 8)), place).rstrip("/") + "/"
        if f"{folder}/".startswith(place) and len(place) >= len(best):
            best, kind = place, filesystem
    return kind not in ("overlay", "")
