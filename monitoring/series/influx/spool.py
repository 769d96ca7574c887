"""What the server could not take yet, on disk: bounded, in order, and safe against kill -9.

One file a cycle, compressed, written beside and renamed: after its `add` returned it is whole and stays. Over the bound
the oldest go first; how many went, and of which time, is kept in `lost.json` and said in the log. Each writing process
owns one numbered folder, held by a lock that dies with it; the next process that takes the number finds what was left.
"""

import fcntl
import gzip
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, NamedTuple

log = logging.getLogger(__name__)
_MOST_WRITERS = 256


class Cycle(NamedTuple):
    """One file of the spool."""

    number: int
    at: int
    """the cycle's slot"""
    path: Path

    def lines(self) -> str:
        """Return its lines. Raises OSError or EOFError when the file is damaged."""
        return gzip.decompress(self.path.read_bytes()).decode()


@dataclass(frozen=True)
class Lost:
    """What had to be dropped, since the folder was made."""

    cycles: int = 0
    first: int = 0
    """the slot of the first cycle dropped"""
    last: int = 0


class Spool:
    """A bounded queue of cycles, owned by this process until `close`."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._most = most_bytes
        self.folder, self._lock = _own(folder)
        for left in self.folder.glob("*.new"):
            left.unlink()
        self._cycles = sorted(_read(self.folder))
        self._size = sum(cycle.path.stat().st_size for cycle in self._cycles)
        self._number = self._cycles[-1].number if self._cycles else 0

    def close(self) -> None:
        """Give the folder up; what is in it stays."""
        self._lock.close()

    def __len__(self) -> int:
        return len(self._cycles)

    @property
    def size(self) -> int:
        """How many bytes lie in it."""
        return self._size

    def add(self, at: int, lines: str) -> None:
        """Keep a cycle at the end. It is on disk when this returns, unless it alone is larger than the bound."""
        packed = gzip.compress(lines.encode(), 1)
        self._number += 1
        cycle = Cycle(self._number, at, self.folder / f"{self._number:012}-{at}.gz")
        _write(cycle.path, packed)
        self._cycles.append(cycle)
        self._size += len(packed)
        dropped = []
        while self._size > self._most and self._cycles:
            dropped.append(self._cycles[0])
            self.remove(self._cycles[0])
        if dropped:
            self._note(dropped)

    def oldest(self) -> Cycle | None:
        """Return the cycle to be sent next."""
        return self._cycles[0] if self._cycles else None

    def remove(self, cycle: Cycle) -> None:
        """Forget a cycle: it was sent, or it never can be."""
        self._cycles.remove(cycle)
        self._size -= cycle.path.stat().st_size
        cycle.path.unlink()

    def lost(self) -> Lost:
        """Return what had to be dropped."""
        return lost_in(self.folder)

    def _note(self, dropped: list[Cycle]) -> None:
        before = self.lost()
        lost = Lost(before.cycles + len(dropped), before.first or dropped[0].at, dropped[-1].at)
        _write(self.folder / "lost.json", json.dumps(asdict(lost)).encode())
        if lost.cycles.bit_length() != before.cycles.bit_length():  # the 1st, 2nd, 4th, ...: a day is not 5,760 lines
            log.warning(
                "the spool is full: cycles from %s to %s were dropped, %s in all", lost.first, lost.last, lost.cycles
            )


def lost_in(folder: Path) -> Lost:
    """Return what a folder of the spool had to drop."""
    try:
        return Lost(**json.loads((folder / "lost.json").read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return Lost()


def _own(folder: Path) -> tuple[Path, IO[str]]:
    """Take the first numbered folder that nobody holds, and so what a killed process left in it."""
    for number in range(_MOST_WRITERS):
        place = folder / str(number)
        place.mkdir(parents=True, exist_ok=True)
        lock = (place / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return place, lock
        except BlockingIOError:
            lock.close()
    raise OSError(f"more than {_MOST_WRITERS} processes write samples from {folder}")


def _read(folder: Path) -> Iterator[Cycle]:
    for path in folder.glob("*-*.gz"):
        number, _dash, at = path.stem.partition("-")
        if number.isdigit() and at.isdigit():
            yield Cycle(int(number), int(at), path)


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, and have it on disk."""
    new = path.with_suffix(".new")
    with new.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
