"""What rules look at: one number of one part of one device, and the names of what can be measured. Pure.

The seam of every source (`Source`): sensors, series, probes, the receiver and we ourselves all speak in `Reading`s.
"""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from countynet.i18n import _
from monitoring.capability.quantity import UNIT, Quantity

CONDITIONS = {"ok": 0.0, "degraded": 1.0, "failed": 2.0}
"""a sensor's condition as a number, so that `above: 0` means degraded and `above: 1` failed; absent and unknown have
none"""


class Key(NamedTuple):
    """What a reading is of. `part` is a port, a sensor, a probe; empty when there is one only."""

    metric: str
    device: str
    part: str = ""


class Reading(NamedTuple):
    """One number, as last seen."""

    key: Key
    value: float
    at: float
    """seconds since 1970"""


class Source(Protocol):
    """Something that has readings."""

    def readings(self, now: float) -> Iterable[Reading]:
        """Return every reading that it has."""
        ...


class Metric(NamedTuple):
    """Something that can be measured."""

    unit: str
    words: str
    """a message id"""
    own: bool = False
    """about ourselves: no device can shadow it"""


_SENSORS = {f"sensor.{q.value}": Metric(UNIT[q], _("a sensor of a device")) for q in Quantity if UNIT[q]}
_STATES = {
    f"condition.{q.value}": Metric("", _("a state of a device: 0 well, 1 degraded, 2 failed"))
    for q in Quantity
    if not UNIT[q]
}
METRICS: dict[str, Metric] = {
    "device.loss": Metric("%", _("pings that a device did not answer")),
    "device.rtt": Metric("ms", _("round trip of pings to a device")),
    "device.cpu": Metric("%", _("load of a device's processors")),
    "device.up": Metric("", _("1 while a device answers, else 0")),
    "device.silent": Metric("s", _("since when SNMP has not answered though ping does")),
    "port.up": Metric("", _("1 while a port is up, else 0")),
    "port.load-in": Metric("%", _("what comes in on a port, of its speed")),
    "port.load-out": Metric("%", _("what goes out on a port, of its speed")),
    "port.bits-in": Metric("bit/s", _("what comes in on a port")),
    "port.bits-out": Metric("bit/s", _("what goes out on a port")),
    "port.traps": Metric("", _("linkDown and linkUp traps about a port in the last ten minutes")),
    **_SENSORS,
    **_STATES,
    "probe.ok": Metric("", _("1 while a service answers as it should, else 0")),
    "probe.ms": Metric("ms", _("how long a service took to answer")),
    "probe.loss": Metric("%", _("pings to a host that were lost")),
    "probe.jitter": Metric("ms", _("how much the round trip to a host varies")),
    "probe.days": Metric("d", _("days until a certificate ends")),
    "probe.offset": Metric("ms", _("how far a time server's clock is from ours")),
    "intrusions.severe": Metric("", _("critical and major intrusions of a day that nobody answered"), own=True),
    "traps.dropped": Metric("", _("traps that were dropped since the receiver began"), own=True),
    "traps.refused": Metric("", _("traps that were refused since the receiver began"), own=True),
    "traps.strangers": Metric("", _("unknown senders of traps and log messages"), own=True),
    "log.dropped": Metric("", _("log messages that were dropped since the receiver began"), own=True),
    "self.poll-age": Metric("s", _("since when nothing was polled"), own=True),
    "self.poll-share": Metric("%", _("how much of its interval a poll takes"), own=True),
    "self.receiver-age": Metric("s", _("since when the receiver said nothing"), own=True),
    "self.receiver-lag": Metric("s", _("how late the receiver's turns come"), own=True),
    "self.store-seconds": Metric("s", _("how long the database takes to keep something"), own=True),
    "self.spool": Metric("MB", _("samples that wait for InfluxDB"), own=True),
    "self.queue": Metric("", _("jobs that wait"), own=True),
    "self.disk": Metric("%", _("how full the disk of the state folder is"), own=True),
}
