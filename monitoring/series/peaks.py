"""The fullest hour of each port, processor and memory, out of the series store.

A fullest hour is the mean of a whole hour, in percent of a port's rate. A month of hours of every port is half a
million points, so days are looked at first: only a day whose highest sample is a full one can hold a full hour, and of
the others the day with the highest sample is looked at by the hour. So an hour above `FULL` is never missed, and the
fullest hour of what never came near it is that of its liveliest day.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from countynet.measured import Peak
from countynet.settings import Settings
from monitoring.capability.quantity import Quantity
from monitoring.series.choose import open_series
from monitoring.series.seam import Gauge, Interface, SeriesStore

HOUR, DAY = 3600, 86_400
GAUGES = {Quantity.CPU.value: "cpu", Quantity.MEMORY.value: "memory"}
FULL = 0.8
"""share above which an hour is full; a day whose highest sample is below has no such hour"""
AT_ONCE = 64
K = TypeVar("K")


def peaks(settings: Settings, since: datetime, now: datetime) -> tuple[int, tuple[Peak, ...]]:
    """Return how many hours have samples, and the fullest of each port and way, processor and memory.

    Raises OSError when the store cannot be read.
    """
    span = Span.of(since, now)
    with closing(open_series(settings)) as series:
        ports = {one.interface: one.speed for one in series.current() if one.speed > 0}
        gauges = [one.gauge for one in series.measured() if one.gauge.kind in GAUGES]
        found = [*_ports(series, ports, span), *_gauges(series, sorted(gauges), span)]
        hours = _hours(series, sorted(ports)[:1], sorted(gauges)[:1], span)
    return hours, tuple(found)


@dataclass(frozen=True)
class Span:
    """Whole days, of whole hours, in seconds since 1970."""

    start: int
    days: int

    @classmethod
    def of(cls, since: datetime, now: datetime) -> "Span":
        """Return the days from a time on that have ended hours at `now`; today counts with its hours so far."""
        end = int(now.timestamp()) // HOUR * HOUR
        days = max(1, -(-(end - int(since.timestamp())) // DAY))
        return cls(end - days * DAY, days)

    @property
    def end(self) -> int:
        """The end."""
        return self.start + self.days * DAY


def _ports(series: SeriesStore, speeds: Mapping[Interface, int], span: Span) -> Iterator[Peak]:
    """Yield the fullest hour of each port and way. A day is looked at by the hour if its highest sample asks for it."""
    names, asked = sorted(speeds), dict[int, list[Interface]]()
    for some in _portions(names):
        for port, points in series.traffic(some, span.start, span.end, span.days).items():
            highest = {p.at: max(p.peak_in or 0.0, p.peak_out or 0.0) for p in points if p.bits_in is not None}
            for day in _days(highest, FULL * speeds[port]):
                asked.setdefault(day, []).append(port)
    best: dict[tuple[Interface, str], tuple[float, int]] = {}
    for day, some_ports in asked.items():
        for some in _portions(some_ports):
            for port, points in series.traffic(some, day, day + DAY, 24).items():
                for point in points:
                    for way, value in (("in", point.bits_in), ("out", point.bits_out)):
                        _better(best, (port, way), None if value is None else 100 * value / speeds[port], point.at)
    for (port, way), (percent, at) in sorted(best.items()):
        yield _peak(port.device, way, port.name, percent, at)


def _gauges(series: SeriesStore, names: Sequence[Gauge], span: Span) -> Iterator[Peak]:
    """Yield the fullest hour of each processor and memory, found the same way."""
    asked = dict[int, list[Gauge]]()
    for some in _portions(names):
        for gauge, levels in series.gauges(some, span.start, span.end, span.days).items():
            for day in _days({level.at: level.high for level in levels if level.high is not None}, 100 * FULL):
                asked.setdefault(day, []).append(gauge)
    best: dict[tuple[Gauge, str], tuple[float, int]] = {}
    for day, some_gauges in asked.items():
        for some in _portions(some_gauges):
            for gauge, levels in series.gauges(some, day, day + DAY, 24).items():
                for level in levels:
                    _better(best, (gauge, ""), level.mean, level.at)
    for (gauge, _way), (percent, at) in sorted(best.items()):
        yield _peak(gauge.device, GAUGES[gauge.kind], gauge.item, percent, at)


def _days(highest: Mapping[int, float], full: float) -> set[int]:
    """Return the days in which a full hour can be, and the one with the highest sample."""
    first = max(highest, key=lambda day: highest[day], default=None)
    return {day for day, value in highest.items() if value >= full or day == first}


def _better(best: dict[tuple[K, str], tuple[float, int]], key: tuple[K, str], percent: float | None, at: int) -> None:
    if percent is not None and (key not in best or percent > best[key][0]):
        best[key] = (percent, at)


def _hours(series: SeriesStore, ports: Sequence[Interface], gauges: Sequence[Gauge], span: Span) -> int:
    """Return how many hours have samples, by one port or gauge: all are polled together."""
    points = [p for one in series.traffic(ports, span.start, span.end, 24 * span.days).values() for p in one]
    levels = [v for one in series.gauges(gauges, span.start, span.end, 24 * span.days).values() for v in one]
    return max(sum(p.bits_in is not None for p in points), sum(v.mean is not None for v in levels))


def _portions(names: Sequence[K]) -> Iterator[Sequence[K]]:
    for first in range(0, len(names), AT_ONCE):
        yield names[first : first + AT_ONCE]


def _peak(device: str, what: str, part: str, percent: float, at: int) -> Peak:
    return Peak(device, what, part, round(percent, 1), datetime.fromtimestamp(at, UTC))
