"""The receiver kept alive beside a poller that runs in the foreground."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_AGAIN = 5.0
"""seconds until a receiver that ended is started again"""
_PATIENCE = 10.0


@contextmanager
def beside() -> Iterator[None]:
    """Run the receiver in a process of its own for a block, started again when it ends by itself."""
    over = threading.Event()
    thread = threading.Thread(target=_keep, args=(over,), name="receiver")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _keep(over: threading.Event) -> None:
    while not over.is_set():
        child = subprocess.Popen([sys.executable, "-P", "-m", "monitoring.receive", str(os.getpid())])
        while not over.wait(0.2) and child.poll() is None:
            continue
        if over.is_set():
            _end(child)
        else:
            over.wait(_AGAIN)


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
