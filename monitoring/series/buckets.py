"""Folding what was read into equal buckets of time, and percentiles by rank. Pure: every store folds alike.

A mean is weighed by how many samples stand behind each average, so that it does not matter from which level of averages
it came. A bucket without samples is None.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from monitoring.series.seam import Level, Percentile, Point

WINDOW = 300
"""seconds of the averages that percentiles are taken from, as telecom bills"""
HOUR = 3600


class Part(NamedTuple):
    """Sums over some samples of one interface that fall into one bucket."""

    bucket: int
    n_in: int
    sum_in: float
    n_out: int
    sum_out: float
    peak_in: float | None
    peak_out: float | None


class Window(NamedTuple):
    """One five-minute average, in bits per second."""

    at: int
    bits_in: float | None
    bits_out: float | None


def points(parts: Iterable[Part], start: int, end: int, buckets: int) -> tuple[Point, ...]:
    """Return traffic in buckets from parts in any order; what lies outside is left out."""
    inside: list[list[Part]] = [[] for _number in range(buckets)]
    for part in parts:
        if 0 <= part.bucket < buckets:
            inside[part.bucket].append(part)
    width = (end - start) / buckets
    return tuple(_point(int(start + number * width), found) for number, found in enumerate(inside))


def _point(at: int, parts: list[Part]) -> Point:
    if not parts:
        return Point(at, None, None, None, None)
    if len(parts) == 1:
        one = parts[0]
        return Point(at, _mean(one.sum_in, one.n_in), _mean(one.sum_out, one.n_out), one.peak_in, one.peak_out)
    into = _mean(sum(p.sum_in for p in parts), sum(p.n_in for p in parts))
    out = _mean(sum(p.sum_out for p in parts), sum(p.n_out for p in parts))
    return Point(at, into, out, _highest(p.peak_in for p in parts), _highest(p.peak_out for p in parts))


def _mean(total: float, n: int) -> float | None:
    return total / n if n else None


def _highest(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


class Stretch(NamedTuple):
    """Sums over some values of one gauge that fall into one bucket."""

    bucket: int
    n: int
    total: float
    low: float
    high: float


def levels(stretches: Iterable[Stretch], start: int, end: int, buckets: int) -> tuple[Level, ...]:
    """Return a gauge in buckets from stretches in any order."""
    inside: list[list[Stretch]] = [[] for _number in range(buckets)]
    for stretch in stretches:
        if 0 <= stretch.bucket < buckets and stretch.n:
            inside[stretch.bucket].append(stretch)
    width = (end - start) / buckets
    return tuple(_level(int(start + number * width), found) for number, found in enumerate(inside))


def _level(at: int, found: list[Stretch]) -> Level:
    if not found:
        return Level(at, None, None, None)
    mean = sum(s.total for s in found) / sum(s.n for s in found)
    return Level(at, mean, min(s.low for s in found), max(s.high for s in found))


def percentile(windows: Sequence[Window], start: int, end: int, percent: float) -> Percentile:
    """Return the percentile of five-minute averages by nearest rank: the top 5% are struck, the next one counts."""
    into = sorted(w.bits_in for w in windows if w.bits_in is not None)
    out = sorted(w.bits_out for w in windows if w.bits_out is not None)
    return Percentile(_ranked(into, percent), _ranked(out, percent), len(windows), (end - start) // WINDOW)


def _ranked(values: Sequence[float], percent: float) -> float | None:
    if not values:
        return None
    return values[max(0, math.ceil(round(len(values) * percent / 100, 9)) - 1)]
