"""Where countynet stands in the network: on a real one at home, in a twin at its management station.

The twin writes the path of the management station's network namespace to `<state>/vantage`. A command that talks to
devices enters it first. Entering moves the calling thread, and with it every thread and process it starts afterwards:
so call it before starting any. Source: setns(2).
"""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from countynet.errors import Conflict, MissingCapability
from countynet.i18n import _
from countynet.settings import Settings

CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def path(settings: Settings) -> Path | None:
    """Return the namespace to enter, or None on a real network. Raises Conflict if its twin is gone."""
    try:
        netns = Path((settings.state / "vantage").read_text().strip())
    except FileNotFoundError:
        return None
    if not netns.exists():
        raise Conflict(
            _("the county's twin is not running ({netns} is gone); start it: countynet twin up"), netns=netns
        )
    return netns


def enter(settings: Settings) -> None:
    """Move this process to where the county's devices are reached from; nothing to do on a real network.

    Raises Conflict if the twin is gone, MissingCapability without root.
    """
    netns = path(settings)
    if netns is not None:
        _enter(netns)


@contextmanager
def within(netns: Path) -> Iterator[None]:
    """Run this thread in a network namespace for the length of a block. Raises MissingCapability, FileNotFoundError."""
    with here():
        _enter(netns)
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


def _enter(netns: Path) -> None:
    handle = os.open(netns, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _setns(handle, str(netns))
    finally:
        os.close(handle)


def _setns(handle: int, name: str) -> None:
    if _libc.setns(handle, CLONE_NEWNET) == 0:
        return
    reason = os.strerror(ctypes.get_errno())
    raise MissingCapability(
        _("cannot enter the network namespace {name}: {reason}; run as root"), name=name, reason=reason
    )
