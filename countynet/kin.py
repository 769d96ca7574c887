"""A child that does not outlive its parent, whatever kills the parent (prctl(2), PR_SET_PDEATHSIG), and a process that
becomes another one of ours."""

import ctypes
import os
import signal
import sys
from typing import NoReturn

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent dies; exit at once if that has happened already.

    SIGKILL, because a child that hangs would otherwise survive, and everything we keep survives a kill -9.
    """
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def become(module: str, *words: str) -> NoReturn:
    """Run a module of ours in this process's place, with nothing of what was imported; its arguments are `words`.

    Who, environment and open standard streams stay; the working folder is not searched for modules (`-P`).
    """
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-P", "-m", module, *words])  # noqa: S606 - ourselves, without a shell
