"""Where readings come from: what the poller, the sensors, the receiver and the probes left in database and series.

Each source is a `Source`; they are asked one after the other in one read of the database. A port that is down has no
readings of its light: an unused port with a module in it is no fault.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from countynet import clock
from countynet.vocabulary import LineState
from monitoring.capability.quantity import UNIT, Condition, Quantity
from monitoring.capability.store import sensors
from monitoring.receive.status import Receiver
from monitoring.receive.store import TrapRow
from monitoring.rules.reading import CONDITIONS, Key, Reading
from monitoring.series.seam import Current, Gauge, Interface, SeriesStore
from monitoring.state.store import DeviceRow

_UP = 1
HOUR, WEEK = 3600, 7 * 86_400
_TRAPS = timedelta(minutes=10)
_LIGHT = frozenset({Quantity.RX_POWER, Quantity.TX_POWER, Quantity.BIAS})
_STALE = 120.0
"""seconds after which what was last read of a port or sensor is no reading any more"""


@dataclass(frozen=True)
class Devices:
    """What ping and SNMP say of each device."""

    session: Session

    def readings(self, now: float) -> Iterator[Reading]:
        """Yield loss, round trip, load, and whether it answers."""
        for row in self.session.scalars(select(DeviceRow)):
            up = row.state is LineState.UP
            if row.state is not LineState.UNKNOWN:
                yield Reading(Key("device.up", row.device), float(up), now)
            if up and row.loss is not None:
                yield Reading(Key("device.loss", row.device), row.loss * 100, now)
            if up and row.rtt_ms is not None:
                yield Reading(Key("device.rtt", row.device), row.rtt_ms, now)
            if row.cpu is not None and row.polled is not None:
                yield Reading(Key("device.cpu", row.device), row.cpu, row.polled.timestamp())
            if up and row.polled is not None:
                since = max(row.polled, row.since).timestamp()
                yield Reading(Key("device.silent", row.device), max(0.0, now - since) if row.snmp_error else 0.0, now)


@dataclass(frozen=True)
class Ports:
    """What the last poll says of each port that is switched on."""

    ports: Sequence[Current]

    def readings(self, now: float) -> Iterator[Reading]:
        """Yield state and load."""
        for port in self.ports:
            if port.admin != _UP or now - port.seen > _STALE:
                continue
            device, name = port.interface
            yield Reading(Key("port.up", device, name), float(port.oper == _UP), port.seen)
            for way, bits in (("in", port.bits_in), ("out", port.bits_out)):
                if bits is None:
                    continue
                yield Reading(Key(f"port.bits-{way}", device, name), bits, port.seen)
                if port.speed > 0 and port.oper == _UP:
                    yield Reading(Key(f"port.load-{way}", device, name), 100 * bits / port.speed, port.seen)


@dataclass(frozen=True)
class Sensors:
    """What the sensors said last; `dark` are ports that are down."""

    session: Session
    dark: frozenset[Interface]

    def readings(self, now: float) -> Iterator[Reading]:
        """Yield numbers, and conditions as numbers."""
        for row in sensors(self.session):
            at = row.seen.timestamp()
            if now - at > 10 * _STALE or (row.quantity in _LIGHT and Interface(row.device, row.interface) in self.dark):
                continue
            if UNIT[row.quantity]:
                yield Reading(Key(f"sensor.{row.quantity}", row.device, row.name), row.value, at)
            elif row.condition in (Condition.OK, Condition.DEGRADED, Condition.FAILED):
                yield Reading(Key(f"condition.{row.quantity}", row.device, row.name), CONDITIONS[row.condition], at)


@dataclass(frozen=True)
class Traps:
    """How often each port told that it went up or down."""

    session: Session

    def readings(self, now: float) -> Iterator[Reading]:
        """Yield the number of the last ten minutes."""
        chosen = (
            select(TrapRow.device, TrapRow.part, func.sum(TrapRow.count))
            .where(TrapRow.last >= clock.now() - _TRAPS, TrapRow.name.in_(("linkDown", "linkUp")))
            .group_by(TrapRow.device, TrapRow.part)
        )
        for device, part, count in self.session.execute(chosen):
            yield Reading(Key("port.traps", device, part), float(count), now)


@dataclass(frozen=True)
class Receiving:
    """What the receiver says of itself."""

    status: Receiver | None
    station: str

    def readings(self, now: float) -> Iterator[Reading]:
        """Yield what was dropped and refused, and how it keeps up."""
        if self.status is None:
            return
        at, traps, logs = self.status.at.timestamp(), self.status.traps, self.status.syslog
        for metric, value in (
            ("traps.dropped", sum(traps.dropped.values()) + traps.kernel_dropped),
            ("traps.refused", sum(traps.refused.values())),
            ("traps.strangers", len(self.status.strangers) + self.status.strangers_beyond),
            ("log.dropped", logs.dropped + logs.kernel_dropped),
            ("self.receiver-lag", self.status.lag_seconds),
            ("self.receiver-age", max(0.0, now - at)),
        ):
            yield Reading(Key(metric, self.station), float(value), at)


def dark(ports: Iterable[Current]) -> frozenset[Interface]:
    """Return the ports that are down."""
    return frozenset(port.interface for port in ports if port.oper != _UP)


@dataclass(frozen=True)
class Past:
    """Means of the last hour and of the same hour in past weeks, out of the series store."""

    series: SeriesStore
    now: float

    def __call__(self, key: Key, weeks: int) -> tuple[float | None, Sequence[float | None]]:
        """Return the last hour's mean, and those of the same hour in so many weeks before."""
        mean = self._sensor if key.metric.startswith("sensor.") else self._port
        end = int(self.now)
        return mean(key, end), [mean(key, end - week * WEEK) for week in range(1, weeks + 1)]

    def _port(self, key: Key, end: int) -> float | None:
        port = Interface(key.device, key.part)
        (point,) = self.series.traffic([port], end - HOUR, end, 1)[port]
        return point.bits_in if key.metric == "port.bits-in" else point.bits_out

    def _sensor(self, key: Key, end: int) -> float | None:
        gauge = Gauge(key.device, key.metric.removeprefix("sensor."), key.part)
        (level,) = self.series.gauges([gauge], end - HOUR, end, 1)[gauge]
        return level.mean


Clock = Callable[[], float]
wall: Clock = time.time
