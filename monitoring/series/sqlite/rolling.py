"""Five-minute averages, made from a day's samples when a window has ended.

How far they reach is noted in the same transaction, so a restart goes on where the last run stopped (at most a day
back: what is older was written by nobody).
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from monitoring.series import sql
from monitoring.series.files import DAY, day_file, read_only

WINDOW = 300


def rolled_until(index: sqlite3.Connection) -> int:
    """Return the end of the last window averaged, 0 for none."""
    row = index.execute(sql.ROLLED_UNTIL).fetchone()
    return int(row[0]) if row else 0


def roll(index: sqlite3.Connection, folder: Path, since: int, now: int) -> int:
    """Average every window that ended between two times; return the end of the last one."""
    until = now // WINDOW * WINDOW
    since = max(since, (now // DAY - 1) * DAY)
    rows = [row for day in range(since // DAY * DAY, until, DAY) for row in _averages(folder, day, since, until)]
    with index:
        index.execute("BEGIN IMMEDIATE")
        index.executemany(sql.ADD_AVERAGE, rows)
        index.execute(sql.SET_ROLLED, (until,))
    return until


def _averages(folder: Path, day: int, since: int, until: int) -> list[tuple[object, ...]]:
    source = read_only(day_file(folder, day))
    if source is None:
        return []
    with closing(source):
        return source.execute(sql.ROLL, (max(day, since), min(day + DAY, until))).fetchall()
