"""`SeriesStore` on an InfluxDB server, with a bounded spool on this machine's disk.

Promises beyond the seam's: an outage of the server costs no acknowledged cycle as long as the spool holds it, and never
delays a poll by more than the time-out of one try; a process that only reads owns no spool. One process writes through
one object, made after the fork; several processes may write, each its own devices. Reading raises StoreUnreachable.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from pathlib import Path

from pydantic import SecretStr

from monitoring.series.buckets import Stretch, levels, percentile, points
from monitoring.series.influx import line, ql, reading
from monitoring.series.influx.latest import Latest
from monitoring.series.influx.line import Labels, plain
from monitoring.series.influx.server import Address, Server
from monitoring.series.influx.writing import Writer
from monitoring.series.rates import COUNTERS, Reading
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

_MICRO = 1_000_000


class InfluxSeries:
    """The samples in a bucket."""

    def __init__(
        self,
        address: Address,
        token: SecretStr,
        spool: Path,
        most_bytes: int,
        labels: Callable[[str], Labels] = lambda _device: Labels(),
    ) -> None:
        self._server = Server(address, token)
        self._make: Callable[[], Writer] = lambda: Writer(self._server, spool, most_bytes, labels)
        self._writer: Writer | None = None
        self._latest = Latest(self._server)

    def close(self) -> None:
        """Let go of the connections and of the spool's folder."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self._server.close()

    @property
    def writer(self) -> Writer:
        """The writing side; the first use takes a folder of the spool."""
        if self._writer is None:
            self._writer = self._make()
        return self._writer

    def before(self, devices: Collection[str] | None = None) -> Mapping[Interface, Reading]:
        """Return the last reading of every interface (of some devices), as far as it is known."""
        return self._latest.before(devices)

    def write(self, at: int, samples: Sequence[Sample], measured: Sequence[Measured] = ()) -> None:
        """Have one cycle's samples on the server, or on disk until they are."""
        self.writer.write(at, samples, measured)
        self._latest.remember(samples)

    def traffic(
        self, interfaces: Iterable[Interface], start: int, end: int, buckets: int
    ) -> dict[Interface, tuple[Point, ...]]:
        """Return each interface's traffic in equal buckets."""
        found = reading.traffic(self._server, list(interfaces), start, end, buckets)
        return {interface: points(parts, start, end, buckets) for interface, parts in found.items()}

    def current(self, device: str | None = None) -> tuple[Current, ...]:
        """Return all interfaces (of one device) as last seen."""
        return tuple(sorted(self._latest.current(device)))

    def gauges(self, gauges: Iterable[Gauge], start: int, end: int, buckets: int) -> dict[Gauge, tuple[Level, ...]]:
        """Return each gauge in equal buckets."""
        wanted = list(gauges)
        found: dict[Gauge, list[Stretch]] = {gauge: [] for gauge in wanted}
        grouped, width = ql.buckets(start, end, buckets)
        statement = ql.levels(wanted, start, end, grouped)
        for series in self._server.query(statement, self._server.address.bucket, "u") if wanted else ():
            gauge = Gauge(*(plain(series.tags[name]) for name in ("device", "kind", "item")))
            for at, n, total, low, high in series.rows:
                bucket = min(round((at / _MICRO - start) / width), buckets - 1)
                found[gauge].append(Stretch(bucket, int(n), total, low, high))
        return {gauge: levels(found[gauge], start, end, buckets) for gauge in wanted}

    def measured(self, device: str | None = None) -> tuple[LastMeasured, ...]:
        """Return all gauges (of one device) as last seen."""
        return tuple(sorted(self._latest.measured(device)))

    def top(self, start: int, end: int, count: int, column: str = "in_octets") -> tuple[Ranked, ...]:
        """Return the interfaces with the highest mean of a column of `rates.COUNTERS`; KeyError for another."""
        name = dict(zip(COUNTERS, line.RATES, strict=True))[column]
        found = reading.ranking(self._server, start, end, name)
        best = nlargest(count, ((total / n, peak, interface) for interface, (n, total, peak) in found.items() if n))
        return tuple(Ranked(interface, mean, peak) for mean, peak, interface in best)

    def percentile(
        self, interfaces: Iterable[Interface], start: int, end: int, percent: float = 95.0
    ) -> dict[Interface, Percentile]:
        """Return each interface's percentile over its five-minute averages."""
        found = reading.windows(self._server, list(interfaces), start, end)
        return {interface: percentile(known, start, end, percent) for interface, known in found.items()}

    def rows(self, start: int, end: int, devices: Collection[str] | None = None) -> Iterator[Row]:
        """Yield every kept sample (of some devices) by time."""
        where = ql.between(start, end) + ql.devices(devices)
        statement = f"SELECT {', '.join(line.RATES)}, device, interface FROM interface WHERE {where}"  # noqa: S608 - quoted
        for series in self._server.query(statement, self._server.address.bucket):
            for at, *rates, device, name in series.rows:
                yield Row(at, Interface(plain(device), plain(name)), tuple(rates))
