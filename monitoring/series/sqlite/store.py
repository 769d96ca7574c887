"""The series store in SQLite: `SeriesStore` over the files of `monitoring.series.files`.

Promises: a cycle is kept whole or not at all; an interface keeps its number for ever; readers in other processes are
never blocked (WAL). A killed writer loses at most the cycle it was writing. Any thread may read; one at a time writes.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from monitoring.series import sql
from monitoring.series.files import DAY, forget_before, index_file, open_day, open_index, read_only
from monitoring.series.rates import Reading
from monitoring.series.reading import fold, spans
from monitoring.series.rollup import WINDOW, roll, rolled_until
from monitoring.series.seam import Current, Interface, Point, Sample

KEEP_DAYS = 7
"""of single samples; the averages stay"""
_SIGN = 1 << 63
_SCARCE = 4
"""from here on, rates are of errors and discards: below one a second they still tell something"""


class SqliteSeries:
    """The samples in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ids: dict[Interface, int] = {}
        self._writer: sqlite3.Connection | None = None
        self._day: tuple[int, sqlite3.Connection] | None = None
        self._rolled = 0

    def close(self) -> None:
        """Let go of the files."""
        for connection in (self._writer, self._day and self._day[1]):
            if connection is not None:
                connection.close()
        self._writer = self._day = None

    def before(self) -> Mapping[Interface, Reading]:
        """Return every interface's last reading."""
        return {Interface(row[0], row[1]): _reading(row[2:]) for row in self._read(sql.READINGS)}

    def write(self, at: int, samples: Sequence[Sample]) -> None:
        """Keep one cycle's samples; a second write of the same slot replaces the first."""
        self._folder.mkdir(parents=True, exist_ok=True)
        index, day = self._open_index(), self._open_day(at)
        self._learn(index, samples)
        with day:
            day.execute("BEGIN IMMEDIATE")
            day.execute(sql.ADD_CYCLE, (at,))
            day.executemany(sql.ADD_RAW, [self._raw_row(at, s) for s in samples if s.rates is not None])
        with index:
            index.execute("BEGIN IMMEDIATE")
            index.executemany(sql.SET_LAST, [self._last_row(s) for s in samples])
        if self._rolled < at // WINDOW * WINDOW:
            self._rolled = roll(index, self._folder, self._rolled, at)

    def traffic(
        self, interfaces: Iterable[Interface], start: int, end: int, buckets: int
    ) -> dict[Interface, tuple[Point, ...]]:
        """Return each interface's traffic in equal buckets."""
        nothing = fold((), start, end, buckets)
        found = dict.fromkeys(interfaces, nothing)
        index = read_only(index_file(self._folder))
        if index is None:
            return found
        with closing(index), spans(index, self._folder, start, end, buckets) as span:
            for ifid, device, name in index.execute(sql.INTERFACES).fetchall():
                if (device, name) in found:
                    found[Interface(device, name)] = span.points(ifid)
        return found

    def current(self, device: str | None = None) -> tuple[Current, ...]:
        """Return all interfaces (of one device) as last seen."""
        return tuple(Current(Interface(row[0], row[1]), *row[2:]) for row in self._read(sql.CURRENT, device))

    def _read(self, query: str, *values: object) -> list[Any]:
        index = read_only(index_file(self._folder))
        if index is None:
            return []
        with closing(index):
            return index.execute(query, values).fetchall()

    def _open_index(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = open_index(self._folder)
            self._rolled = rolled_until(self._writer)
        return self._writer

    def _open_day(self, at: int) -> sqlite3.Connection:
        if self._day is None or self._day[0] != at // DAY:
            if self._day is not None:
                self._day[1].close()
            self._day = (at // DAY, open_day(self._folder, at))
            forget_before(self._folder, at - KEEP_DAYS * DAY)
        return self._day[1]

    def _learn(self, index: sqlite3.Connection, samples: Sequence[Sample]) -> None:
        """Give every new interface its number."""
        new = [s.interface for s in samples if s.interface not in self._ids]
        if new:
            with index:
                index.execute("BEGIN IMMEDIATE")
                index.executemany(sql.ADD_INTERFACE, new)
            self._ids = {Interface(d, n): i for i, d, n in index.execute(sql.INTERFACES)}

    def _raw_row(self, at: int, sample: Sample) -> tuple[float | None, ...]:
        return (at, self._ids[sample.interface], *(_stored(n, rate) for n, rate in enumerate(sample.rates or ())))

    def _last_row(self, sample: Sample) -> tuple[object, ...]:
        reading, bits = sample.reading, (sample.rates or (None, None))[:2]
        head = (reading.clock, reading.uptime, reading.index, reading.discontinuity, reading.speed)
        counters = tuple(map(_signed, reading.counters))
        return (self._ids[sample.interface], *head, *counters, reading.wide, sample.admin, sample.oper, *bits)


def _reading(row: Sequence[Any]) -> Reading:
    clock, uptime, number, discontinuity, speed, *counters, wide = row
    return Reading(clock, uptime, number, discontinuity, speed, tuple(map(_unsigned, counters)), bool(wide))


def _stored(position: int, rate: float | None) -> float | None:
    if rate is None:
        return None
    return round(rate) if position < _SCARCE else round(rate, 3)


def _signed(value: int | None) -> int | None:
    """SQLite's integers are signed 64 bits."""
    return None if value is None else (value ^ _SIGN) - _SIGN


def _unsigned(value: int | None) -> int | None:
    return None if value is None else value & (1 << 64) - 1
