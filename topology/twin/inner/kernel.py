"""The system calls that Python 3.11 lacks, by ctypes: namespaces and mounts.

Every failure raises OSError with the call and its target, because a device that boots half is worse than none.
Constants are Linux's, see setns(2), unshare(2), mount(2), pivot_root(2), capabilities(7).
"""

import contextlib
import ctypes
import os
from collections.abc import Iterator

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_MOVE, MS_REC, MS_PRIVATE = 4096, 8192, 16384, 1 << 18
MNT_DETACH = 2
CAP_SYS_MODULE, CAP_SYS_BOOT, CAP_SYS_TIME = 16, 22, 25
_PR_CAPBSET_DROP, _PR_SET_PDEATHSIG = 24, 1
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def setns(fd: int, kind: int = CLONE_NEWNET) -> None:
    """Move the calling thread into the namespace of an open file."""
    _check(_libc.setns(fd, kind), "setns")


def unshare(flags: int) -> None:
    """Give the calling process new namespaces."""
    _check(_libc.unshare(flags), f"unshare {flags:#x}")


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """Mount; arguments as mount(2)."""
    words = [w.encode() or None for w in (source, target, kind)]
    _check(_libc.mount(*words, ctypes.c_ulong(flags), data.encode() or None), f"mount {kind} {source} on {target}")


def bind(source: str, target: str, *, read_only: bool = False) -> None:
    """Show a file or folder at a second place."""
    mount(source, target, flags=MS_BIND | MS_REC)
    if read_only:
        mount("", target, flags=MS_BIND | MS_REMOUNT | MS_RDONLY)


def change_root(folder: str) -> None:
    """Make a mounted folder the root; where pivot_root is refused (inside a chroot), move the mount over the root."""
    os.chdir(folder)
    number = _SYS_PIVOT_ROOT.get(os.uname().machine)
    if number is not None and _libc.syscall(number, b".", b".") == 0:
        _check(_libc.umount2(b".", MNT_DETACH), "umount of the old root")
    else:
        mount(".", "/", flags=MS_MOVE)
        os.chroot(".")
    os.chdir("/")


def drop_capabilities() -> None:
    """Take away what no device may do to the machine it runs on: set the clock, load modules, reboot."""
    for capability in (CAP_SYS_TIME, CAP_SYS_MODULE, CAP_SYS_BOOT):
        _check(_libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0), "prctl")


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies."""
    _check(_libc.prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0), "prctl")


@contextlib.contextmanager
def inside(path: str) -> Iterator[None]:
    """Run a block of the calling thread in the network namespace at `path`."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        there = os.open(path, os.O_RDONLY)
        try:
            setns(there)
        finally:
            os.close(there)
        try:
            yield
        finally:
            setns(home)
    finally:
        os.close(home)
