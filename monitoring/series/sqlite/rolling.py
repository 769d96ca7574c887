"""Averages made when their window has ended: five minutes from samples, hours from the five minutes.

How far they reach is noted after the averages are committed, so a killed writer makes them again. Every run begins
where the last one stopped, at most a day back: what is older was written by nobody. A slot that comes late (a worker's
repeated cycle, an import) has its own windows made again.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from monitoring.series.buckets import HOUR, WINDOW
from monitoring.series.sqlite import sql
from monitoring.series.sqlite.files import DAY, file_of, files_between, open_level, read_only

STEP = {"r5m": WINDOW, "r1h": HOUR}
SOURCE = {"r5m": "raw", "r1h": "r5m"}


def rolled_until(index: sqlite3.Connection, level: str) -> int:
    """Return the end of the last window averaged, 0 for none."""
    row = index.execute(sql.ROLLED_UNTIL, (level,)).fetchone()
    return int(row[0]) if row else 0


def roll(index: sqlite3.Connection, folder: Path, now: int) -> None:
    """Make every average whose window ended, up to now."""
    for level, step in STEP.items():
        done, until = rolled_until(index, level), now // step * step
        if done < until:
            make(folder, level, max(done, (now // DAY - 1) * DAY), until)
            with index:
                index.execute(sql.SET_ROLLED, (level, until))


def again(index: sqlite3.Connection, folder: Path, at: int) -> None:
    """Make the averages anew whose window a late sample falls into."""
    for level, step in STEP.items():
        if at < rolled_until(index, level):
            make(folder, level, at // step * step, at // step * step + step)


def make(folder: Path, level: str, since: int, until: int) -> None:
    """Make the averages of a span, a UTC day at a time."""
    for start in range(since // DAY * DAY, until, DAY):
        _day(folder, level, max(start, since), min(start + DAY, until))


def _day(folder: Path, level: str, since: int, until: int) -> None:
    rows = list(_read(folder, SOURCE[level], sql.ROLL[level], since, until))
    gauges = list(_read(folder, "raw", sql.ROLL_GAUGES, since, until)) if level == "r1h" else []
    if not rows and not gauges:
        return
    with closing(open_level(file_of(folder, level, since))) as target, target:
        target.execute("BEGIN IMMEDIATE")
        target.executemany(sql.ADD_AVERAGE[level], rows)
        if gauges:
            target.executemany(sql.ADD_GAUGE_HOUR, gauges)


def _read(folder: Path, level: str, query: str, since: int, until: int) -> Iterator[tuple[object, ...]]:
    for path in files_between(folder, level, since, until):
        source = read_only(path)
        if source is not None:
            with closing(source):
                yield from source.execute(query, (since, until))
