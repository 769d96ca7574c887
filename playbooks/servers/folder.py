"""The private working folder of one Ansible run: in memory, with a short path (SSH's control sockets need one).

What a run knows stands in it, secrets too, so it goes with the run, however that ends: whoever made it holds a lock in
it (flock(2)), and a folder whose lock is free was left by a process that was killed. It goes when the next run begins,
or when the dispatcher finds a run gone. The lock is there under its name only once it is held: no new folder is taken
for one that was left.
"""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - a private folder in memory, gone with a power failure
BEGINS, LOCK = "cn-run-", "alive"


@contextmanager
def folder() -> Iterator[Path]:
    """Give a run its folder, and remove it at the end."""
    sweep()
    found = Path(tempfile.mkdtemp(prefix=BEGINS, dir=_place()))
    try:
        with (found / f".{LOCK}").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            Path(lock.name).rename(found / LOCK)
            yield found
    finally:
        shutil.rmtree(found, ignore_errors=True)


def sweep() -> None:
    """Remove what runs that were killed have left."""
    for found in list(_place().glob(f"{BEGINS}*")):
        if _is_free(found / LOCK):
            shutil.rmtree(found, ignore_errors=True)


def _is_free(lock: Path) -> bool:
    with suppress(OSError), lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return True
    return False


def _place() -> Path:
    return MEMORY if MEMORY.is_dir() else Path(tempfile.gettempdir())
