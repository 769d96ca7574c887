"""Who carries most: sums by interface over a span, from the widest averages that fit it."""

import sqlite3
from collections import defaultdict
from contextlib import closing
from heapq import nlargest
from pathlib import Path

from monitoring.series.rates import COUNTERS
from monitoring.series.seam import Interface, Ranked
from monitoring.series.sqlite import sql
from monitoring.series.sqlite.files import files_between, read_only
from monitoring.series.sqlite.reading import TRAFFIC, pieces

_FINE = 12
"""a span of at least so many hours (or five minutes) is ranked by the averages of that length"""


def top(folder: Path, index: sqlite3.Connection, start: int, end: int, count: int, column: str) -> tuple[Ranked, ...]:
    """Return the interfaces with the highest mean. Raises KeyError for an unknown column."""
    name = dict(zip(COUNTERS, sql.COLUMNS, strict=True))[column]
    sums: dict[int, list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
    for piece in pieces(folder, index, TRAFFIC, start, end, (end - start) / _FINE):
        for path in files_between(folder, piece.level, piece.since, piece.until):
            source = read_only(path)
            if source is None:
                continue
            with closing(source):
                for ifid, n, total, peak in source.execute(sql.ranking(piece.level, name), (piece.since, piece.until)):
                    _add(sums[ifid], n, total, peak)
    best = nlargest(count, ((s[1] / s[0], s[2], ifid) for ifid, s in sums.items() if s[0]))
    names = {number: Interface(device, port) for number, device, port in index.execute(sql.INTERFACES)}
    return tuple(Ranked(names[ifid], mean, peak) for mean, peak, ifid in best)


def _add(sums: list[float], n: int | None, total: float | None, peak: float | None) -> None:
    if n:
        sums[0] += n
        sums[1] += total or 0.0
        sums[2] = max(sums[2], peak or 0.0)
