"""A child that does not outlive its parent, whatever kills the parent. Source: prctl(2), PR_SET_PDEATHSIG."""

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent dies; exit at once if that has happened already.

    SIGKILL, because a child that hangs would otherwise survive, and everything we keep survives a kill -9.
    """
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
