"""`SeriesStore` over the files of `files`.

Promises beyond the seam's: an interface keeps its number for ever; readers in other processes are never blocked (WAL);
several processes may write, each its own devices. A killed writer loses at most the cycle it was writing; a machine
that loses power may lose the last seconds (synchronous=NORMAL), never the file. Any thread may read; one at a time
writes.
"""

import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from monitoring.series.buckets import WINDOW, levels, percentile, points
from monitoring.series.health import Note
from monitoring.series.keep import Keep
from monitoring.series.rates import Reading
from monitoring.series.seam import (
    Current,
    Gauge,
    Interface,
    LastMeasured,
    Level,
    Measured,
    Percentile,
    Point,
    Ranked,
    Row,
    Sample,
)
from monitoring.series.sqlite import identities, sql
from monitoring.series.sqlite.files import (
    DAY,
    file_of,
    files_between,
    forget_before,
    index_file,
    open_index,
    open_level,
)
from monitoring.series.sqlite.files import read_only as opened
from monitoring.series.sqlite.packing import last_rows, raw_rows, reading_of
from monitoring.series.sqlite.ranking import top
from monitoring.series.sqlite.reading import GAUGES, TRAFFIC, Span, windows
from monitoring.series.sqlite.rolling import again, roll, rolled_until


class SqliteSeries:
    """The samples in a folder."""

    def __init__(self, folder: Path, keep: Keep | None = None) -> None:
        self._folder, self._keep = folder, keep or Keep()
        self._interfaces, self._gauges = identities.interfaces(), identities.gauges()
        self._writer: sqlite3.Connection | None = None
        self._note = Note(folder, "sqlite")
        self._day: tuple[int, sqlite3.Connection] | None = None

    def close(self) -> None:
        """Let go of the files."""
        for connection in (self._writer, self._day and self._day[1]):
            if connection is not None:
                connection.close()
        self._writer = self._day = None

    def before(self, devices: Collection[str] | None = None) -> Mapping[Interface, Reading]:
        """Return the last reading of every interface (of some devices)."""
        rows = self._read(sql.READINGS) if devices is None else self._of(devices)
        return {Interface(row[0], row[1]): reading_of(row[2:]) for row in rows}

    def _of(self, devices: Collection[str]) -> Iterator[Any]:
        for device in devices:
            yield from self._read(sql.READINGS_OF, device)

    def write(self, at: int, samples: Sequence[Sample], measured: Sequence[Measured] = ()) -> None:
        """Keep one cycle's samples; a second write of the same slot replaces the first."""
        began = time.perf_counter()
        self._folder.mkdir(parents=True, exist_ok=True)
        index, day = self._open_index(), self._open_day(at)
        numbers = self._interfaces.of(index, (s.interface for s in samples))
        gauges = self._gauges.of(index, (m.gauge for m in measured))
        with day:
            day.execute("BEGIN IMMEDIATE")
            day.execute(sql.ADD_CYCLE, (at,))
            day.executemany(sql.ADD_RAW, raw_rows(at, samples, numbers))
            day.executemany(sql.ADD_VALUE, [(at, gauges[m.gauge], m.value) for m in measured])
        with index:
            index.execute("BEGIN IMMEDIATE")
            index.executemany(sql.SET_LAST, last_rows(samples, numbers))
            index.executemany(sql.SET_GAUGE, [(at, m.value, gauges[m.gauge]) for m in measured])
        if at < rolled_until(index, "r5m"):
            again(index, self._folder, at)
        elif rolled_until(index, "r5m") < at // WINDOW * WINDOW:
            roll(index, self._folder, at)
        self._note.write(time.perf_counter() - began)

    def traffic(
        self, interfaces: Iterable[Interface], start: int, end: int, buckets: int
    ) -> dict[Interface, tuple[Point, ...]]:
        """Return each interface's traffic in equal buckets."""
        found = dict.fromkeys(interfaces, points((), start, end, buckets))
        index = opened(index_file(self._folder))
        if index is None:
            return found
        with closing(index), Span(self._folder, index, TRAFFIC, (start, end, buckets)) as span:
            for interface, ifid in identities.find(index, sql.INTERFACE_OF, found).items():
                found[interface] = span.points(ifid)
        return found

    def current(self, device: str | None = None) -> tuple[Current, ...]:
        """Return all interfaces (of one device) as last seen."""
        return tuple(Current(Interface(row[0], row[1]), *row[2:]) for row in self._read(sql.CURRENT, device))

    def gauges(self, gauges: Iterable[Gauge], start: int, end: int, buckets: int) -> dict[Gauge, tuple[Level, ...]]:
        """Return each gauge in equal buckets."""
        found = dict.fromkeys(gauges, levels((), start, end, buckets))
        index = opened(index_file(self._folder))
        if index is None:
            return found
        with closing(index), Span(self._folder, index, GAUGES, (start, end, buckets)) as span:
            for gauge, gid in identities.find(index, sql.GAUGE_OF, found).items():
                found[gauge] = span.levels(gid)
        return found

    def measured(self, device: str | None = None) -> tuple[LastMeasured, ...]:
        """Return all gauges (of one device) as last seen."""
        return tuple(LastMeasured(Gauge(*row[:3]), row[3], row[4]) for row in self._read(sql.MEASURED, device))

    def top(self, start: int, end: int, count: int, column: str = "in_octets") -> tuple[Ranked, ...]:
        """Return the interfaces with the highest mean of a column of `rates.COUNTERS`; KeyError for another."""
        index = opened(index_file(self._folder))
        if index is None:
            return ()
        with closing(index):
            return top(self._folder, index, start, end, count, column)

    def percentile(
        self, interfaces: Iterable[Interface], start: int, end: int, percent: float = 95.0
    ) -> dict[Interface, Percentile]:
        """Return each interface's percentile over its five-minute averages."""
        found = dict.fromkeys(interfaces, percentile((), start, end, percent))
        index = opened(index_file(self._folder))
        if index is None:
            return found
        with closing(index):
            for interface, ifid in identities.find(index, sql.INTERFACE_OF, found).items():
                known = windows(self._folder, index, ifid, start, end)
                found[interface] = percentile(known, start, end, percent)
        return found

    def rows(self, start: int, end: int, devices: Collection[str] | None = None) -> Iterator[Row]:
        """Yield every kept sample (of some devices) by time."""
        names = {
            number: Interface(device, name)
            for number, device, name in self._read(sql.INTERFACES)
            if devices is None or device in devices
        }
        for path in files_between(self._folder, "raw", start, end):
            day = opened(path)
            if day is not None:
                with closing(day):
                    for at, ifid, *rates in day.execute(sql.ROWS, (start, end)):
                        if ifid in names:
                            yield Row(at, names[ifid], tuple(rates))

    def _read(self, query: str, *values: object) -> list[Any]:
        index = opened(index_file(self._folder))
        if index is None:
            return []
        with closing(index):
            return index.execute(query, values).fetchall()

    def _open_index(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = open_index(self._folder)
        return self._writer

    def _open_day(self, at: int) -> sqlite3.Connection:
        if self._day is None or self._day[0] != at // DAY:
            if self._day is not None:
                self._day[1].close()
            self._day = (at // DAY, open_level(file_of(self._folder, "raw", at)))
            self._forget(at)
        return self._day[1]

    def _forget(self, at: int) -> None:
        for level, days in (("raw", self._keep.samples), ("r5m", self._keep.averages), ("r1h", self._keep.hours)):
            forget_before(self._folder, level, at - days * DAY)
