"""Where samples lie, so that what is old goes by unlinking a file.

index.db           identities, last readings, how far the averages reach
raw-20261126.db    the samples of a UTC day, keyed by time first: a cycle is one stretch of the file (facts: 28 ms for
                   6,500 rows, 253 ms when keyed by interface)
r5m-202611.db      five-minute averages of a UTC month, keyed by interface first, because they are read a line at a time
r1h-2026.db        hourly averages of a UTC year, likewise
"""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from monitoring.series.sqlite import sql

DAY = 86400
_TABLES = {
    "raw": (sql.RAW, sql.CYCLE, sql.GAUGE_RAW),
    "r5m": (sql.average("r5m"),),
    "r1h": (sql.average("r1h"), sql.GAUGE_HOUR),
}
_NAMES = {"raw": "%Y%m%d", "r5m": "%Y%m", "r1h": "%Y"}
_CACHE_KB = 4096
"""of each open file; 16 MB were no faster over 160 cycles of 6,500 interfaces, and a worker has two files a county"""


def _connect(path: Path, *tables: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=20, check_same_thread=False)
    for command in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", f"PRAGMA cache_size=-{_CACHE_KB}", *tables):
        connection.execute(command)
    return connection


def file_of(folder: Path, level: str, at: int) -> Path:
    """Return the file of a level (raw, r5m, r1h) that holds a time."""
    return folder / f"{level}-{datetime.fromtimestamp(at, UTC):{_NAMES[level]}}.db"


def files_between(folder: Path, level: str, start: int, end: int) -> Iterator[Path]:
    """Yield the files of a level that hold some of a span, by time; those that exist."""
    last = None
    for at in (*range(start // DAY * DAY, end, DAY),):
        path = file_of(folder, level, at)
        if path != last and path.exists():
            yield path
        last = path


def index_file(folder: Path) -> Path:
    """Return the file of identities and last readings."""
    return folder / "index.db"


def open_level(path: Path) -> sqlite3.Connection:
    """Open a file of samples or averages for writing, making it when it is new."""
    return _connect(path, *_TABLES[path.name[:3]])


def open_index(folder: Path) -> sqlite3.Connection:
    """Open identities and last readings, making them when they are new."""
    return _connect(index_file(folder), *sql.INDEX)


def read_only(path: Path) -> sqlite3.Connection | None:
    """Open a file for reading, None when it does not exist (yet, or any more)."""
    if not path.exists():
        return None
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None, timeout=20)
        connection.execute(f"PRAGMA mmap_size={1 << 30}")
        return connection
    except sqlite3.OperationalError:
        if path.exists():
            raise
        return None


def forget_before(folder: Path, level: str, at: int) -> int:
    """Remove the files of a level that end before a time; return how many."""
    oldest = file_of(folder, level, at).name
    gone = [file for file in folder.glob(f"{level}-*.db") if file.name < oldest]
    for file in gone:
        for suffix in ("", "-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
    return len(gone)
