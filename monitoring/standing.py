"""What long-running processes of monitoring share: where they have to stand, and that each is the only one of its kind.

Where to stand is a network namespace (`countynet.vantage`); while the twin is gone there is none, and a process waits.
The lock is the kernel's and dies with its process, however that ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from countynet import vantage
from countynet.errors import Conflict
from countynet.settings import Settings


def place(settings: Settings) -> int:
    """Return which network namespace we are to be in, -1 for our own, 0 while the twin is gone."""
    try:
        netns = vantage.path(settings)
        return -1 if netns is None else os.stat(netns).st_ino
    except (Conflict, FileNotFoundError):
        return 0


@contextmanager
def only_one(settings: Settings, name: str, message: str) -> Iterator[None]:
    """Hold the county's lock of a name for a block. Raises Conflict with the message when another process holds it."""
    settings.state.mkdir(parents=True, exist_ok=True)
    with (settings.state / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(message) from error
        yield
