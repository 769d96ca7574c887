"""One builder at a time on one machine: namespaces' names are the machine's, so the lock is too.

A file lock that the kernel releases when its holder dies; the file is removed by the holder, and a waiter that locked
a removed file tries again.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from countynet.errors import Conflict
from countynet.i18n import _

LOCK = Path("/run/countynet-twin.lock")


@contextmanager
def exclusive() -> Iterator[None]:
    """Hold the machine's twin lock. Raises Conflict at once if somebody else does."""
    while True:
        descriptor = os.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 20, 0).decode().strip()
            os.close(descriptor)
            raise Conflict(
                _("another process (PID {pid}) is bringing a twin up or down; wait for it"), pid=holder or "?"
            ) from error
        if LOCK.exists() and os.fstat(descriptor).st_ino == LOCK.stat().st_ino:
            break
        os.close(descriptor)
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        LOCK.unlink(missing_ok=True)
        os.close(descriptor)
