"""Processes that a test forks off itself: whatever befalls one, it ends there and never runs on as a second pytest."""

import os
import traceback
from collections.abc import Callable


def begun(work: Callable[[], object]) -> int:
    """Do something in a process of its own; return its number, for `os.waitpid`. An exception ends it with status 1."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        work()
        status = 0
    except BaseException:  # noqa: BLE001  # it is told, and must not come out of here
        traceback.print_exc()
    finally:
        os._exit(status)


def ended(work: Callable[[], object]) -> int:
    """Do something in a process of its own and wait for it; return its wait status."""
    return os.waitpid(begun(work), 0)[1]
