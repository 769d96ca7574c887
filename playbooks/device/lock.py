"""One change of the fleet at a time: who brings devices to the inventory or applies a plan holds this lock.

The lock is the operating system's on a file of the state folder, so it ends with its process, also by `kill -9`.
"""

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TextIO

from countynet.errors import Conflict
from countynet.i18n import _
from countynet.settings import Settings

Kind = Literal["plan", "config", "software"]
BUSY: dict[str, str] = {
    "plan": _("another plan is being applied"),
    "config": _("devices are being brought to the inventory (config apply)"),
    "software": _("devices are being given other software"),
}


@contextmanager
def only_one(
    settings: Settings, kind: Kind = "plan", seconds: float = 0.0, cancelled: threading.Event | None = None
) -> Iterator[None]:
    """Hold the right to change devices, waiting at most some seconds for it.

    Raises Conflict while another process has it, saying what that one does.
    """
    settings.state.mkdir(parents=True, exist_ok=True)
    with (settings.state / "plan-apply.lock").open("a+") as lock:
        deadline = time.monotonic() + seconds
        while not _taken(lock):
            if time.monotonic() >= deadline or (cancelled and cancelled.is_set()):
                raise Conflict(BUSY[_holder(lock)])
            time.sleep(0.2)
        lock.truncate(0)
        lock.write(kind)
        lock.flush()
        yield


def _taken(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(lock: TextIO) -> str:
    lock.seek(0)
    word = lock.read().strip()
    return word if word in BUSY else "plan"
