"""Finding and removing what a twin left on this machine, whatever state it died in.

A process is the twin's if its environment carries the mark COUNTYNET_TWIN, which nothing but the boot helper sets, or
if its root holds the mark's file, which nothing but a device's root does (sshd overwrites its environment); it is never
known by its name. Names of namespaces are those of /run/netns as this process sees it: a twin with a /run of its own is
another place, though its processes are seen. Killing the init of a PID namespace ends everything in it, so no process
of a device survives.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from countynet.errors import Conflict, CountyError
from countynet.i18n import _
from topology.twin.inner.roots import MARK_FILE
from topology.twin.state import Places
from topology.twin.wiring import PREFIX

NETNS = Path("/run/netns")
ATTEMPTS, PAUSE_SECONDS = 10, 0.2
_MARK = b"\0COUNTYNET_TWIN="


def _read(path: str) -> bytes:
    """Return a file's content, nothing if it is not there (any more) or not ours to read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return b""
    with contextlib.suppress(OSError), open(descriptor, "rb") as file:
        return file.read()
    return b""


def _mark(pid: str) -> str:
    environment = b"\0" + _read(f"/proc/{pid}/environ")
    if _MARK in environment:
        return environment.split(_MARK, 1)[1].split(b"\0", 1)[0].decode(errors="replace")
    return _read(f"/proc/{pid}/root{MARK_FILE}").decode(errors="replace").strip()


def marked() -> dict[int, str]:
    """Return the mark of every living process that has one, by PID."""
    marks = ((int(name), _mark(name)) for name in os.listdir("/proc") if name.isdigit())
    return {pid: mark for pid, mark in marks if mark}


def alive(pid: int) -> bool:
    """Tell whether a process exists and is not merely waiting to be reaped."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return False
    return fields[0] not in "ZX"


def kill(pids: list[int], seconds: float = 10.0) -> None:
    """Kill processes and wait until they are gone. Raises CountyError naming those that stay."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + seconds
    while pids := [pid for pid in pids if alive(pid)]:
        if time.monotonic() > deadline:
            raise CountyError(_("these processes of the twin cannot be killed: {pids}"), pids=" ".join(map(str, pids)))
        time.sleep(0.02)


def namespaces() -> tuple[str, ...]:
    """Return the network namespaces that carry a twin's names."""
    with contextlib.suppress(FileNotFoundError):
        return tuple(sorted(n for n in os.listdir(NETNS) if n.startswith(PREFIX)))
    return ()


def _under_our_names(pids: Iterable[int]) -> Iterator[int]:
    """Yield the processes that stand in a network namespace which has one of the names here."""
    named = {_inode(NETNS / name) for name in namespaces()}
    yield from (pid for pid in pids if (found := _inode(Path(f"/proc/{pid}/ns/net"))) and found in named)


def _inode(path: Path) -> int:
    """Return what a file is known by; 0 when it has gone."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _mounts_under(folder: Path) -> Iterator[str]:
    for line in Path("/proc/self/mounts").read_text().splitlines():
        place = line.split()[1].replace("\\040", " ")
        if place == str(folder) or place.startswith(f"{folder}/"):
            yield place


def _unmount(folder: Path) -> None:
    for place in sorted(_mounts_under(folder), reverse=True):
        subprocess.run(["umount", "-l", place], check=False, stdin=subprocess.DEVNULL, capture_output=True)


def _drop_empty_netns_folder() -> None:
    """Undo what the first `ip netns add` did to this machine."""
    with contextlib.suppress(OSError):
        if not os.listdir(NETNS):
            _unmount(NETNS)
            NETNS.rmdir()


def _without_namespaces() -> tuple[str, ...]:
    """Remove the twin's namespaces; return those that stay.

    It tries again, because a builder killed a moment ago may still be making its last one.
    """
    for _attempt in range(ATTEMPTS):
        names = namespaces()
        if not names:
            break
        lines = "".join(f"netns del {name}\n" for name in names)
        subprocess.run(["ip", "-force", "-batch", "-"], input=lines, text=True, check=False, capture_output=True)
        time.sleep(PAUSE_SECONDS if namespaces() else 0)
    return namespaces()


def everything(places: Places) -> None:
    """Remove this county's twin, alive, half dead or long dead. Raises Conflict if another county's twin has the names.

    One that has a /run of its own (`tests/own`) is seen from outside, too; it is in nobody's way and is left alone.
    """
    processes = marked()
    others = {pid: mark for pid, mark in processes.items() if mark != places.mark}
    if in_the_way := sorted({others[pid] for pid in _under_our_names(others)}):
        state = ", ".join(in_the_way)
        raise Conflict(_("the twin of another county runs on this machine ({state}); take it down first"), state=state)
    kill([pid for pid in processes if pid not in others])
    if left := _without_namespaces():
        raise CountyError(_("these namespaces of the twin cannot be removed: {names}"), names=" ".join(left))
    _drop_empty_netns_folder()
    _unmount(places.folder)
    places.remove()
