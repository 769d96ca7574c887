"""What a gauge was before something failed, and what it usually is, from the series store.

Before: the mean of the ten minutes before. Usual: the median over the week before the last hour. A line that is failing
has been so for minutes or hours; the week before says what it is like when it is well.
"""

from datetime import datetime, timedelta
from statistics import median

from monitoring.series.seam import Gauge, SeriesStore

SHORTLY, LAST, WEEK = timedelta(minutes=10), timedelta(hours=1), timedelta(days=7)
_BUCKETS = 84
_FEWEST = 3
"""buckets with something in them"""


def history(series: SeriesStore, gauge: Gauge, before: datetime) -> tuple[float | None, float | None]:
    """Return a gauge's level shortly before a moment, and its usual level; None for what too little is known of."""
    return _mean(series, gauge, before - SHORTLY, before), _usual(series, gauge, before)


def _mean(series: SeriesStore, gauge: Gauge, start: datetime, end: datetime) -> float | None:
    (level,) = series.gauges((gauge,), int(start.timestamp()), int(end.timestamp()), 1)[gauge]
    return level.mean


def _usual(series: SeriesStore, gauge: Gauge, now: datetime) -> float | None:
    start, end = int((now - WEEK).timestamp()), int((now - LAST).timestamp())
    means = [level.mean for level in series.gauges((gauge,), start, end, _BUCKETS)[gauge] if level.mean is not None]
    return median(means) if len(means) >= _FEWEST else None
