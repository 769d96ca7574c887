"""Reading traffic back: five-minute averages for what is long ago, single samples for the rest, folded into buckets.

A line is read from a day's file by seeking each cycle's row (`cycle` CROSS JOIN `raw` on the primary key): facts.md has
4.5 ms for a day so, 189 ms for a scan.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from monitoring.series import sql
from monitoring.series.files import DAY, day_file, read_only
from monitoring.series.rollup import WINDOW, rolled_until
from monitoring.series.seam import Point

Row = tuple[int, int, float | None, float | None, float | None, float | None]
"""time, how many samples, average in and out, peak in and out"""


class Span:
    """A stretch of time of many interfaces; opens each day's file once."""

    def __init__(self, index: sqlite3.Connection, folder: Path, start: int, end: int, buckets: int) -> None:
        self.start, self.end, self.buckets = start, end, buckets
        self._index = index
        wide = (end - start) / buckets >= WINDOW
        self._since = min(max(start, rolled_until(index)), end) if wide else start
        days = (read_only(day_file(folder, at)) for at in range(self._since // DAY * DAY, end, DAY))
        self._days = [day for day in days if day is not None]

    def close(self) -> None:
        """Let go of the files."""
        for day in self._days:
            day.close()

    def points(self, ifid: int) -> tuple[Point, ...]:
        """Return an interface's traffic in the span's buckets."""
        rows: list[Row] = []
        if self._since > self.start:
            rows.extend(self._index.execute(sql.AVERAGES, (ifid, self.start, self._since)))
        for day in self._days:
            rows.extend(day.execute(sql.SAMPLES, (ifid, self._since, self.end)))
        return fold(rows, self.start, self.end, self.buckets)


def spans(index: sqlite3.Connection, folder: Path, start: int, end: int, buckets: int) -> "closing[Span]":
    """Open a span for the length of a `with` block."""
    return closing(Span(index, folder, start, end, buckets))


def fold(rows: Iterable[Row], start: int, end: int, buckets: int) -> tuple[Point, ...]:
    """Return rows as equal buckets; a bucket without rows is a gap."""
    width = (end - start) / buckets
    inside: list[list[Row]] = [[] for _number in range(buckets)]
    for row in rows:
        number = int((row[0] - start) / width)
        if 0 <= number < buckets:
            inside[number].append(row)
    return tuple(_point(int(start + number * width), rows) for number, rows in enumerate(inside))


def _point(at: int, rows: list[Row]) -> Point:
    incoming = [(row[1], row[2]) for row in rows if row[2] is not None]
    outgoing = [(row[1], row[3]) for row in rows if row[3] is not None]
    peak_in = max((row[4] for row in rows if row[4] is not None), default=None)
    peak_out = max((row[5] for row in rows if row[5] is not None), default=None)
    return Point(at, _mean(incoming), _mean(outgoing), peak_in, peak_out)


def _mean(weighed: list[tuple[int, float]]) -> float | None:
    return sum(n * value for n, value in weighed) / sum(n for n, _value in weighed) if weighed else None
