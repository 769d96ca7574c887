"""Reading back from InfluxDB: averages as far as they reach for each interface, samples from there on.

How far they reach is asked for, not assumed: a writer that was cut off makes its averages later than the others.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from monitoring.series.buckets import HOUR, WINDOW, Part, Window
from monitoring.series.influx import ql
from monitoring.series.influx.line import plain
from monitoring.series.influx.server import Series, Server
from monitoring.series.seam import Interface

_GROUP = 150
"""interfaces in one query"""
_MICRO = 1_000_000
LEVELS = (("interface_1h", HOUR), ("interface_5m", WINDOW))
_PACE = 15
"""seconds that one sample stands for, beside averages"""
_FINE = 12
"""a span of at least so many hours (or five minutes) is ranked by averages of that length"""
Take = Callable[[Interface, Sequence[Any]], None]
"""what to do with one row of an interface, stamp first, in microseconds"""


def groups(wanted: Iterable[Interface]) -> Iterator[list[Interface]]:
    """Yield interfaces in groups that one query may name."""
    left = iter(wanted)
    while group := list(islice(left, _GROUP)):
        yield group


def interface_of(series: Series) -> Interface:
    """Return whose series it is."""
    return Interface(plain(series.tags["device"]), plain(series.tags["interface"]))


def traffic(
    server: Server, wanted: Sequence[Interface], start: int, end: int, buckets: int
) -> dict[Interface, list[Part]]:
    """Return what is known of each interface's traffic, bucket by bucket."""
    grouped, width = ql.buckets(start, end, buckets)
    found: dict[Interface, list[Part]] = {one: [] for one in wanted}

    def take(interface: Interface, row: Sequence[Any]) -> None:
        bucket = min(round((row[0] / _MICRO - start) / width), buckets - 1)
        n_in, sum_in, n_out, sum_out, peak_in, peak_out = row[1:7]
        found[interface].append(
            Part(bucket, int(n_in or 0), sum_in or 0.0, int(n_out or 0), sum_out or 0.0, peak_in, peak_out)
        )

    for group in groups(wanted):
        reach = _through(server, group, start, end, width, grouped, take)
        _level(server, "interface", reach, end, grouped, take)
    return found


def windows(server: Server, wanted: Sequence[Interface], start: int, end: int) -> dict[Interface, list[Window]]:
    """Return each interface's five-minute averages, those of the last minutes from its samples."""
    found: dict[Interface, list[Window]] = {one: [] for one in wanted}
    grouped, _width = ql.buckets(0, WINDOW, 1)

    def take(interface: Interface, row: Sequence[Any]) -> None:
        n_in, sum_in, n_out, sum_out = row[1:5]
        into, out = sum_in / n_in if n_in else None, sum_out / n_out if n_out else None
        found[interface].append(Window(row[0] // _MICRO, into, out))

    for group in groups(wanted):
        reach = dict.fromkeys(group, start)
        _level(server, "interface_5m", reach, end, grouped, take)
        _level(server, "interface", _reached(server, "interface_5m", WINDOW, reach, end), end, grouped, take)
    return found


def _through(
    server: Server, group: list[Interface], start: int, end: int, width: float, grouped: str, take: Take
) -> dict[Interface, int]:
    """Read the averages that fit the buckets; return up to when they reached for each interface."""
    reach = dict.fromkeys(group, start)
    for measurement, step in LEVELS:
        until = end if width >= step else _kept(server, group, start, end) // step * step
        if until > start and (width >= step or measurement == "interface_5m"):
            _level(server, measurement, reach, until, grouped, take)
            reach = _reached(server, measurement, step, reach, until)
    return reach


def _kept(server: Server, group: list[Interface], start: int, end: int) -> int:
    """Return from when on samples are held of a span; its end when none are."""
    statement = f"SELECT first(oper) FROM interface WHERE {ql.between(start, end)} AND {ql.these(group)}"  # noqa: S608 - quoted
    times = [row[0] for series in server.query(statement, server.address.bucket) for row in series.rows]
    return min(times, default=end)


def _level(server: Server, measurement: str, reach: dict[Interface, int], end: int, grouped: str, take: Take) -> None:
    address = server.address
    bucket = address.bucket if measurement == "interface" else address.averages
    for since, group in _by_reach(reach).items():
        if since < end:
            where = f"{ql.between(since, end)} AND {ql.these(group)}"
            for series in server.query(ql.sums(measurement, where, f"{grouped}, {ql.SERIES}"), bucket, "u"):
                for row in series.rows:
                    take(interface_of(series), row)


def _reached(
    server: Server, measurement: str, step: int, reach: dict[Interface, int], end: int
) -> dict[Interface, int]:
    found = dict(reach)
    for since, group in _by_reach(reach).items():
        if since < end:
            where = f"{ql.between(since, end)} AND {ql.these(group)}"
            statement = f"SELECT last(n_in) FROM {measurement} WHERE {where} GROUP BY {ql.SERIES}"  # noqa: S608 - quoted
            for series in server.query(statement, server.address.averages):
                found[interface_of(series)] = min(end, series.rows[-1][0] + step)
    return found


def _by_reach(reach: dict[Interface, int]) -> dict[int, list[Interface]]:
    found: dict[int, list[Interface]] = defaultdict(list)
    for interface, since in reach.items():
        found[since].append(interface)
    return found


def ranking(server: Server, start: int, end: int, column: str) -> dict[Interface, list[float]]:
    """Return samples, sum and highest of a column by interface: averages as far as any reach, samples from there on."""
    found: dict[Interface, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    since = start
    for measurement, step in LEVELS:
        if (end - start) / _FINE >= step and since < end:
            until = _newest(server, measurement, since, end) + step
            _rank(server, measurement, step, (since, until), column, found)
            since = max(since, until)
    if since < end:
        _rank(server, "interface", _PACE, (since, end), column, found)
    return found


def _rank(
    server: Server,
    measurement: str,
    weight: int,
    span: tuple[int, int],
    column: str,
    found: dict[Interface, list[float]],
) -> None:
    address = server.address
    bucket = address.bucket if measurement == "interface" else address.averages
    alike = weight if not column.startswith("bits") else 1
    for series in server.query(ql.ranking(measurement, column, *span), bucket):
        for _at, n, total, peak in series.rows:
            if n:
                sums = found[interface_of(series)]
                sums[:] = [sums[0] + n * alike, sums[1] + total * alike, max(sums[2], peak)]


def _newest(server: Server, measurement: str, start: int, end: int) -> int:
    """Return when the newest average of a span began; before the span when there is none."""
    statement = f"SELECT last(n_in) FROM {measurement} WHERE {ql.between(start, end)}"  # noqa: S608 - quoted
    times = [row[0] for series in server.query(statement, server.address.averages) for row in series.rows]
    return max(times, default=start - HOUR)
