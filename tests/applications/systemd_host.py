"""A server host of the bench whose PID 1 is Debian's systemd, as on a real server.

The host's init is `systemd_host.sh`, which installs systemd from the mirror at the first power-on and becomes it, in
control groups of its own below those that this process is in. systemd takes the machine's hierarchies as they are
(cgroup v1, hybrid or v2). What is a machine's and not a host's is masked there; nothing else differs from a server.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_HERE = Path(__file__).with_suffix(".sh")
KIND = "meeting"
"""the kind whose packages in the mirror bring systemd along (Janus wants it)"""

_CLEAR = """
cut -d: -f2 /proc/self/cgroup | while read -r names; do
  case $names in
    '') mount -t cgroup2 cgroup2 /mnt ;;
    name=*) mount -t cgroup -o "none,$names" cgroup /mnt ;;
    *) mount -t cgroup -o "$names" cgroup /mnt ;;
  esac
  tries=100 # what was killed is not gone at once
  while [ -n "$(find /mnt -type d -name "$1-*")" ] && [ $tries -gt 0 ]; do
    find /mnt -depth -type d -path "*/$1-*" -exec rmdir {} + 2>/dev/null
    tries=$((tries - 1))
    sleep 0.1
  done
  umount /mnt
done
"""


def init(name: str, mark: str, files: Sequence[Sequence[str | int]]) -> dict[str, Any]:
    """Return what a node of the boot helper's order has otherwise with systemd; `mark` names its control groups."""
    script = "/etc/countynet-boot"
    return {
        "files": [*files, (script, _HERE.read_text(encoding="utf-8"), 0o700)],
        "argv": ["/bin/sh", script, f"{mark}-{name}"],
    }


def clear(mark: str) -> None:
    """Take away the control groups of hosts that do not run any more."""
    words = ["unshare", "--mount", "--propagation", "private", "sh", "-c", _CLEAR, "sh", mark]
    subprocess.run(words, check=False, capture_output=True, timeout=60)
