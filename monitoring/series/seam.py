"""The seam of the series store: what is written each cycle and what can be read back.

An interface is (device, ifName) and nothing else: its number on the device changes, its name is what people see. A
gauge is anything else that is measured (a temperature, a fiber's light, a line's margin): (device, kind, item). Every
store passes one suite, `tests/unit/monitoring/series/contract.py`. What a store promises:

- a cycle that `write` returned from is not lost by kill -9, and a cycle is kept whole or not at all;
- a slot written again replaces what the same interface had there: a repeated write is no second sample;
- a gap stays a gap: it is never a zero, and no average is taken over it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from monitoring.series.rates import Rates, Reading


class Interface(NamedTuple):
    """An interface's stable identity."""

    device: str
    name: str


class Sample(NamedTuple):
    """What one poll says of one interface. `rates` None is a gap."""

    interface: Interface
    reading: Reading
    admin: int
    oper: int
    """1 is up, 2 is down (RFC 2863)"""
    rates: Rates | None


class Point(NamedTuple):
    """Traffic of one interface in one bucket of time, in bits per second; None where nothing is known."""

    at: int
    """seconds since 1970 of the bucket's start"""
    bits_in: float | None
    bits_out: float | None
    peak_in: float | None
    peak_out: float | None


class Current(NamedTuple):
    """An interface as last seen."""

    interface: Interface
    seen: float
    admin: int
    oper: int
    speed: int
    bits_in: float | None
    bits_out: float | None


class Gauge(NamedTuple):
    """The stable identity of something measured that is no interface's counter."""

    device: str
    kind: str
    """what is measured, with its unit by convention of who measures, e.g. temperature (degrees Celsius)"""
    item: str
    """which one on the device, by its own name; empty when there is one only"""


class Measured(NamedTuple):
    """One value of a gauge."""

    gauge: Gauge
    value: float


class Level(NamedTuple):
    """A gauge in one bucket of time; None where nothing is known."""

    at: int
    mean: float | None
    low: float | None
    high: float | None


class LastMeasured(NamedTuple):
    """A gauge as last seen."""

    gauge: Gauge
    seen: float
    value: float


class Ranked(NamedTuple):
    """One place in a ranking, per second in the column's unit."""

    interface: Interface
    mean: float
    peak: float
    """the highest single sample of traffic; of other columns the highest average that was kept"""


class Percentile(NamedTuple):
    """The level that a share of all five-minute averages does not exceed, in bits per second (nearest rank)."""

    bits_in: float | None
    bits_out: float | None
    windows: int
    """how many five-minute windows were known"""
    expected: int
    """how many there are in the time asked for"""


class Row(NamedTuple):
    """One sample as kept, for export. Rates are in the order of `rates.COUNTERS`."""

    at: int
    interface: Interface
    rates: Rates


class SeriesStore(Protocol):
    """Keeps samples by time."""

    def before(self, devices: Collection[str] | None = None) -> Mapping[Interface, Reading]:
        """Return the last reading of every interface (of some devices): a restart of ours then makes no gap."""
        ...

    def write(self, at: int, samples: Sequence[Sample], measured: Sequence[Measured] = ()) -> None:
        """Keep one cycle's samples, whole or not at all; `at` is the cycle's slot in seconds since 1970."""
        ...

    def traffic(
        self, interfaces: Iterable[Interface], start: int, end: int, buckets: int
    ) -> dict[Interface, tuple[Point, ...]]:
        """Return each interface's traffic in equal buckets; an interface never seen gets empty buckets."""
        ...

    def current(self, device: str | None = None) -> tuple[Current, ...]:
        """Return all interfaces (of one device) as last seen."""
        ...

    def gauges(self, gauges: Iterable[Gauge], start: int, end: int, buckets: int) -> dict[Gauge, tuple[Level, ...]]:
        """Return each gauge in equal buckets."""
        ...

    def measured(self, device: str | None = None) -> tuple[LastMeasured, ...]:
        """Return all gauges (of one device) as last seen."""
        ...

    def top(self, start: int, end: int, count: int, column: str = "in_octets") -> tuple[Ranked, ...]:
        """Return the interfaces with the highest mean of a column of `rates.COUNTERS`; KeyError for another."""
        ...

    def percentile(
        self, interfaces: Iterable[Interface], start: int, end: int, percent: float = 95.0
    ) -> dict[Interface, Percentile]:
        """Return each interface's percentile over its five-minute averages, in and out apart, as lines are billed."""
        ...

    def rows(self, start: int, end: int, devices: Collection[str] | None = None) -> Iterator[Row]:
        """Yield every kept sample (of some devices) by time, without holding them all."""
        ...

    def close(self) -> None:
        """Let go of its files and connections."""
        ...
