"""Few arenas for a process of many threads, so that memory freed in one is used by the others.

glibc gives each thread that finds the heap busy an arena of its own, up to eight a processor, and gives little of them
back: a worker's threads take turns at the same work, so each arena grows to the largest task it ever saw. Two arenas
hold what one county's worker needs in 16 MB less, and cost nothing under Python's lock (`docs/scale.md`).
"""

import ctypes

ARENAS = 2
_M_ARENA_MAX = -8
"""glibc's malloc.h"""


def few() -> bool:
    """Limit the arenas of this process; false where the C library is not glibc, and nothing was done."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and bool(mallopt(_M_ARENA_MAX, ARENAS))
