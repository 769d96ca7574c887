"""Keeps a process warm of which runs are forked: to load all that a run needs takes longer than a short playbook.

`Warm` is what `dispatch` holds; `python -m playbooks.runner.warm` is the process, begun with the first run and ended by
the end of its input, so with whoever began it, or after `IDLE` without a run. It has one thread, no open database and
no secret; it forks, and between two forks reads the county's files, which `load_county` then knows in every fork that
finds the same contents. Each run is a process in a session of its own, as if it had been begun by itself, and lives on
when this one ends. Order and lock come as one message (SCM_RIGHTS, unix(7)): as long as it is on its way
the lock is held. A process that was begun with another environment, or in another network, is not used for a run.
"""

import gc
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from types import FrameType
from typing import TextIO

IDLE = timedelta(minutes=10)
NEEDED = ("playbooks.runner.process", "cryptography.hazmat.primitives.ciphers", "ruamel.yaml")
LONGEST = 64
"""bytes of a run's number"""


class Warm:
    """The warm process of this one, as the dispatcher uses it."""

    def __init__(self) -> None:
        self.pid: int | None = None
        """the warm process, None when there is none"""
        self._orders: socket.socket | None = None
        self._stands: tuple[dict[str, str], int] | None = None
        self._used, self._lock = 0.0, threading.Lock()

    def begin(self, number: int, environment: Mapping[str, str], lock: TextIO, log: int) -> None:
        """Have a run begun that holds `lock` and writes to `log`. Raises OSError when no process can be begun."""
        stands = (dict(environment), os.stat("/proc/thread-self/ns/net").st_ino)
        with self._lock:
            if self._stands != stands:
                self._anew(stands)
            try:
                self._send(number, lock, log)
            except (BrokenPipeError, ConnectionResetError):
                self._anew(stands)
                self._send(number, lock, log)
            self._used = time.monotonic()

    def rest(self, now: bool = False) -> None:
        """End the warm process when it was not used for long, or at once. Runs live on."""
        with self._lock:
            if now or time.monotonic() - self._used > IDLE.total_seconds():
                self._end()

    def _anew(self, stands: tuple[dict[str, str], int]) -> None:
        self._end()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-P", "-m", "playbooks.runner.warm"]
            actions = [(os.POSIX_SPAWN_DUP2, theirs.fileno(), 0), (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
            self.pid = os.posix_spawn(command[0], command, stands[0], file_actions=actions, setsid=True)
        self._orders, self._stands = ours, stands

    def _send(self, number: int, lock: TextIO, log: int) -> None:
        assert self._orders is not None
        socket.send_fds(self._orders, [str(number).encode()], [lock.fileno(), log])

    def _end(self) -> None:
        """Close its input, and wait for it: orders that are on their way are still carried out."""
        if self._orders is not None and self.pid is not None:
            self._orders.close()
            with suppress(ChildProcessError):
                os.waitpid(self.pid, 0)
        self.pid = self._orders = self._stands = None


def main() -> None:
    """Fork a run for each order until the input ends."""
    _load()
    signal.signal(signal.SIGCHLD, _reap)
    with socket.socket(fileno=os.dup(0)) as orders:
        while True:
            _know()
            said, handles, _flags, _address = socket.recv_fds(orders, LONGEST, 2)
            if not said:
                return
            if os.fork() == 0:
                orders.close()
                _run(int(said), *handles)
            for handle in handles:
                os.close(handle)


def _load() -> None:
    """Load what every run needs, and what it would load late."""
    from sqlalchemy.orm import configure_mappers

    for name in NEEDED:
        import_module(name)

    configure_mappers()
    _know()
    gc.freeze()  # what is loaded is never looked through by a run, and so stays shared


def _know() -> None:
    """Load the county as it is, if it can be; a run whose files are others loads them itself and says what is wrong."""
    from countynet.settings import Settings
    from inventory import load_county

    with suppress(Exception):
        load_county(Settings.load().county)


def _reap(_signal: int, _frame: FrameType | None) -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue


def _run(number: int, lock: int, log: int) -> None:
    """Be the run: never returns."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        _note(lock)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for handle, place in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(handle, place)
        for handle in (nothing, log):
            os.close(handle)
        from playbooks.runner.process import main as run

        code = run(number)
        sys.stdout.flush()
    except BaseException:  # whatever it is, a fork never goes on as the warm process
        traceback.print_exc()
    finally:
        os._exit(code)  # threads that a stopped program left waiting for a device hold nobody up


def _note(lock: int) -> None:
    """Write who we are where whoever has to kill us looks."""
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)


if __name__ == "__main__":
    main()
