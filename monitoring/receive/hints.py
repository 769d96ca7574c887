"""From the receiver to the poller: "look at this device now". A datagram socket in the county's state folder.

A hint carries a device's name and nothing else, so it can decide nothing. One that cannot be delivered (no poller, a
full queue) is lost and does no harm: the poller looks at everybody every few seconds anyway. Of one device at most one
hint a second goes out, and the last of a burst always does.
"""

import asyncio
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

NAME = "hints.sock"
PAUSE = 1.0
"""seconds between two hints about one device"""
_LONGEST = 64
"""bytes of a device's name"""
_BATCH = 256


@dataclass
class Hints:
    """The receiver's end."""

    folder: Path
    also: Callable[[str], None] | None = None
    """told of each hint too: where workers watch, the broker; must return at once"""
    sent: int = 0
    lost: int = 0
    _last: dict[str, float] = field(default_factory=dict)
    _due: dict[str, None] = field(default_factory=dict)

    def give(self, device: str, now: float) -> None:
        """Have a device looked at: at once, or a second after the last time."""
        if now - self._last.get(device, float("-inf")) >= PAUSE:
            self._send(device, now)
        else:
            self._due[device] = None

    def turn(self, now: float) -> None:
        """Send what waited long enough."""
        for device in [d for d in self._due if now - self._last[d] >= PAUSE]:
            self._send(device, now)

    def _send(self, device: str, now: float) -> None:
        self._due.pop(device, None)
        self._last[device] = now
        if self.also is not None:
            self.also(device)
        try:
            with _path(self.folder) as path, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
                end.setblocking(False)
                end.sendto(device.encode(), path)
            self.sent += 1
        except OSError:  # no poller, or one that is behind
            self.lost += 1


class Ear:
    """The poller's end: calls `heard` with each device's name. Create it within a running loop."""

    def __init__(self, folder: Path, heard: Callable[[str], None]) -> None:
        self._heard = heard
        self._loop = asyncio.get_running_loop()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            (folder / NAME).unlink()
        with _path(folder) as path:
            self._socket.bind(path)
        (folder / NAME).chmod(0o600)
        self._loop.add_reader(self._socket, self._readable)

    def close(self) -> None:
        """Hear no more."""
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _readable(self) -> None:
        for _turn in range(_BATCH):
            try:
                said = self._socket.recv(_LONGEST + 1)
            except OSError:
                return
            if len(said) <= _LONGEST:
                self._heard(said.decode("utf-8", "replace"))


@contextmanager
def _path(folder: Path) -> Iterator[str]:
    """Yield a name of the socket that fits into the 108 bytes of a socket's address, however deep the folder is."""
    handle = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{handle}/{NAME}"
    finally:
        os.close(handle)
