"""Moves a thread into another network namespace and back (setns(2)).

It imports next to nothing, so that a process that is begun for every run of Ansible begins at once.
"""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def within(netns: Path) -> Iterator[None]:
    """Run this thread in a network namespace for the length of a block. Raises MissingCapability, FileNotFoundError."""
    with here():
        enter(netns)
        yield


@contextmanager
def here() -> Iterator[None]:
    """Bring this thread back, at the end of a block, to the network namespace it is in now."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    before = os.fstat(home).st_ino
    try:
        yield
    finally:
        if os.stat("/proc/thread-self/ns/net").st_ino != before:
            _setns(home, "/proc/thread-self/ns/net")
        os.close(home)


def enter(netns: Path) -> None:
    """Move this thread, and what it starts afterwards. Raises MissingCapability, FileNotFoundError."""
    handle = os.open(netns, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _setns(handle, str(netns))
    finally:
        os.close(handle)


def _setns(handle: int, name: str) -> None:
    if _libc.setns(handle, CLONE_NEWNET) == 0:
        return
    from countynet.errors import MissingCapability
    from countynet.i18n import _

    reason = os.strerror(ctypes.get_errno())
    raise MissingCapability(
        _("cannot enter the network namespace {name}: {reason}; run as root"), name=name, reason=reason
    )
