"""Reading back: the widest averages that the buckets allow, single samples for what no average covers yet.

A line is read from a day's file by seeking each cycle's row (`cycle` CROSS JOIN `raw` on the primary key): facts.md
has 4.5 ms for a day so, 189 ms for a scan. Where samples are no longer kept, their averages answer, however narrow the
buckets.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, NamedTuple

from monitoring.series.buckets import HOUR, WINDOW, Part, Stretch, Window, levels, points
from monitoring.series.seam import Level, Point
from monitoring.series.sqlite import sql
from monitoring.series.sqlite.files import files_between, read_only
from monitoring.series.sqlite.rolling import rolled_until


class Piece(NamedTuple):
    """A span of time to be read from one level."""

    level: str
    since: int
    until: int


TRAFFIC = (("r1h", HOUR, "r5m"), ("r5m", WINDOW, "raw"))
GAUGES = (("r1h", HOUR, "raw"),)
"""levels of averages, how long each is, and the finer level that is read instead where buckets are narrower"""


def pieces(
    folder: Path, index: sqlite3.Connection, steps: tuple[tuple[str, int, str], ...], start: int, end: int, width: float
) -> tuple[Piece, ...]:
    """Return from where to read each part of a span, in order of time, given the width of the buckets in seconds."""
    found: list[Piece] = []
    since = start
    for level, step, finer in steps:
        until = min(end, rolled_until(index, level))
        if width < step:
            until = min(until, _kept(folder, finer, start, end) // step * step)
        if since < until:
            found.append(Piece(level, since, until))
            since = until
    return (*found, Piece("raw", since, end)) if since < end else tuple(found)


def _kept(folder: Path, level: str, start: int, end: int) -> int:
    """Return from when on a level still holds something of a span; its end when nothing of it is held."""
    for path in files_between(folder, level, start, end):
        source = read_only(path)
        if source is not None:
            with closing(source):
                first = source.execute(sql.FIRST[level]).fetchone()
            if first and first[0] is not None:
                return max(start, int(first[0]))
    return end


class Span:
    """A stretch of time of many interfaces or gauges; opens each file once, for the length of a `with` block."""

    def __init__(
        self,
        folder: Path,
        index: sqlite3.Connection,
        steps: tuple[tuple[str, int, str], ...],
        within: tuple[int, int, int],
    ) -> None:
        start, end, buckets = self._within = within
        self._width = (end - start) / buckets
        self._files = ExitStack()
        found = pieces(folder, index, steps, start, end, self._width)
        self._open = [(piece, self._connections(folder, piece)) for piece in found]

    def __enter__(self) -> "Span":
        return self

    def __exit__(self, *_error: object) -> None:
        self._files.close()

    def points(self, ifid: int) -> tuple[Point, ...]:
        """Return an interface's traffic in the span's buckets."""
        return points(
            (Part(row[0], *(v or 0 for v in row[1:5]), *row[5:]) for row in self._rows(sql.PARTS, ifid)), *self._within
        )

    def levels(self, gid: int) -> tuple[Level, ...]:
        """Return a gauge in the span's buckets."""
        return levels((Stretch(*row) for row in self._rows(sql.STRETCHES, gid)), *self._within)

    def _connections(self, folder: Path, piece: Piece) -> list[sqlite3.Connection]:
        opened = (read_only(path) for path in files_between(folder, piece.level, piece.since, piece.until))
        return [self._files.enter_context(closing(one)) for one in opened if one is not None]

    def _rows(self, queries: Mapping[str, str], number: int) -> Iterator[tuple[Any, ...]]:
        wanted = {"id": number, "start": self._within[0], "width": self._width}
        for piece, connections in self._open:
            for connection in connections:
                yield from connection.execute(
                    queries[piece.level], {**wanted, "since": piece.since, "until": piece.until}
                )


def windows(folder: Path, index: sqlite3.Connection, ifid: int, start: int, end: int) -> list[Window]:
    """Return an interface's five-minute averages, those of the last minutes from its samples."""
    rolled = min(max(rolled_until(index, "r5m"), start), end)
    found: list[Window] = []
    for level, since, until in (("r5m", start, rolled), ("raw", rolled, end)):
        for path in files_between(folder, level, since, until):
            source = read_only(path)
            if source is not None:
                with closing(source):
                    found.extend(map(Window._make, source.execute(sql.WINDOWS[level], (ifid, since, until))))
    return found
