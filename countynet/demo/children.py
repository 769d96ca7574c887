"""The processes that the demo starts: `countynet twin down` and `countynet serve`.

They are commands of other rooms, run as a person would run them. A child that serves gets the signals that stop the
demo, and dies with it even if the demo is killed (PR_SET_PDEATHSIG, prctl(2)).
"""

import ctypes
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

from countynet.console import say
from countynet.i18n import _, translate

PR_SET_PDEATHSIG = 1
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_libc = ctypes.CDLL(None, use_errno=True)


class Stopped(BaseException):
    """Somebody asked the demo to stop."""

    def __init__(self, number: int) -> None:
        self.exit_code = 128 + number
        super().__init__(number)


def stop_on_signals() -> None:
    """From now on a signal to stop raises Stopped in the main thread."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise Stopped(number)

    for number in STOPS:
        signal.signal(number, stop)


def ignore_signals() -> None:
    """From now on signals to stop are ignored: what is being taken down must come down."""
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "countynet.cli", *words]


def _die_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    for number in STOPS:
        signal.signal(number, signal.SIG_DFL)


def take_down() -> bool:
    """Take the county's twin down; return whether that worked."""
    say(translate(_("taking the twin down")))
    done = subprocess.run(_command("twin", "down"), stdout=subprocess.DEVNULL, start_new_session=True, check=False)
    return done.returncode == 0


def serve(address: str, port: int, ready: Callable[[], None]) -> int:
    """Serve the county until somebody stops it; return the server's exit code. `ready` is called when it answers."""
    child = subprocess.Popen(
        _command("serve", "--port", str(port)),
        start_new_session=True,
        preexec_fn=_die_with_parent,
    )
    try:
        if _answers(child, address, port):
            ready()
        return child.wait()
    except Stopped as stopped:
        ignore_signals()
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        return 0 if stopped.exit_code == 128 + signal.SIGINT else stopped.exit_code


def _answers(child: subprocess.Popen[bytes], address: str, port: int) -> bool:
    """Wait until the server takes connections; return False if it ended instead."""
    while child.poll() is None:
        try:
            socket.create_connection((address, port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return True
    return False
