"""A day's traffic as a chart with axes: local time below, bits per second at the left. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, log10

from dashboard.draw import spark
from dashboard.localtime import local
from dashboard.services.model import Sample

WIDTH, HEIGHT = 1000, 200
TICKS = 4


@dataclass(frozen=True)
class Tick:
    """A mark on an axis, at a distance in the chart's own units."""

    at: int
    label: str


@dataclass(frozen=True)
class Chart:
    """A drawn chart."""

    width: int
    height: int
    down: str
    up: str
    hours: tuple[Tick, ...]
    rates: tuple[Tick, ...]
    peak_down: str
    peak_up: str
    empty: bool


def chart(samples: Sequence[Sample], since: datetime, until: datetime, capacity: float) -> Chart:
    """Draw what was measured between two times; the scale follows the peak, at least a tenth of the line's rate."""
    downs, ups = [s.down for s in samples], [s.up for s in samples]
    peak_down, peak_up = max((v or 0.0 for v in downs), default=0.0), max((v or 0.0 for v in ups), default=0.0)
    top = nice(max(peak_down, peak_up, capacity / 10, 1000.0))
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        down=spark.area(downs, WIDTH, HEIGHT, top),
        up=spark.line(ups, WIDTH, HEIGHT, top),
        hours=_hours(since, until),
        rates=tuple(Tick(HEIGHT - HEIGHT * n // TICKS, rate(top * n / TICKS)) for n in range(TICKS + 1)),
        peak_down=rate(peak_down),
        peak_up=rate(peak_up),
        empty=all(v is None for v in (*downs, *ups)),
    )


def nice(value: float) -> float:
    """Return the next round number at or above a value: 1, 2, 4, 5, 8 or 10 times a power of ten."""
    power = 10 ** ceil(log10(value) - 1e-9)
    return float(next(power * part for part in (0.2, 0.4, 0.5, 0.8, 1.0) if power * part >= value * (1 - 1e-9)))


def rate(bits: float) -> str:
    """Return a rate for people, e.g. 1.5 Mbit/s."""
    for unit, size in (("Mbit/s", 1e6), ("kbit/s", 1e3)):
        if bits >= size:
            return f"{bits / size:.3g} {unit}"
    return f"{bits:.0f} bit/s"


def _hours(since: datetime, until: datetime) -> tuple[Tick, ...]:
    """Return a mark at every fourth full hour of the local clock."""
    span = (until - since).total_seconds()
    first = local(since).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    hours = (first + timedelta(hours=n) for n in range(25))
    return tuple(
        Tick(round((at - since).total_seconds() / span * WIDTH), at.strftime("%H:%M"))
        for at in hours
        if at <= until and at.hour % 4 == 0
    )
