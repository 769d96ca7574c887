"""What processes hold in memory: PSS, where what several of them share counts once (proc(5), smaps_rollup)."""

import os
import threading
from contextlib import suppress
from pathlib import Path

EVERY = 0.2
"""seconds between two looks"""


def memory_of(pid: int) -> float:
    """Return the megabytes that a process alone holds. Raises OSError if it is gone."""
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1024


def children(pid: int) -> list[int]:
    """Return the processes that a process started and that still run, from whatever thread. Raises OSError."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(word) for task in tasks for word in (task / "children").read_text().split()]


class Memory(threading.Thread):
    """Watches what this process and its children hold at once."""

    def __init__(self) -> None:
        """Begin to watch once entered."""
        super().__init__(daemon=True)
        self.most = 0.0
        """megabytes"""
        self._over = threading.Event()

    def __enter__(self) -> "Memory":
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        """Look again and again until left."""
        while not self._over.wait(EVERY):
            held = 0.0
            for pid in (os.getpid(), *_alive(os.getpid())):
                with suppress(OSError):  # it ended meanwhile
                    held += memory_of(pid)
            self.most = max(self.most, held)


def _alive(pid: int) -> list[int]:
    with suppress(OSError):  # a thread ended while it was looked at: the next look counts
        return children(pid)
    return []
