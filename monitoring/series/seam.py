"""The seam of the series store: what is written each cycle and what can be read back.

An interface is (device, ifName) and nothing else: its number on the device changes, its name is what people see.
"""

from collections.abc import Iterable, Mapping, Sequence
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


class SeriesStore(Protocol):
    """Keeps samples by time."""

    def before(self) -> Mapping[Interface, Reading]:
        """Return every interface's last reading, so that a restart of ours makes no gap."""
        ...

    def write(self, at: int, samples: Sequence[Sample]) -> None:
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

    def close(self) -> None:
        """Let go of its files."""
        ...
