"""What is known of ourselves, and of the county in sums, as Prometheus reads it (text exposition, prometheus-client).

Names are `countynet_...`; no series is made for every port or sensor: those are in the series store, and a scrape is no
second one. A device appears by name only when it is one of the slowest, or as one series of its state.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from countynet.vocabulary import LineState
from monitoring.alarms.store import Alarm
from monitoring.metrics.look import Own
from monitoring.receive.status import Receiver
from monitoring.state.store import DeviceRow

CONTENT = "text/plain; version=0.0.4; charset=utf-8"


class _Once:
    """A collector of what is at hand."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterable[Metric]:
        """Return the metrics."""
        return self._metrics


def text(own: Own, session: Session) -> bytes:
    """Return everything as Prometheus's text."""
    registry = CollectorRegistry()
    registry.register(_Once([*_poller(own), *_receiver(own.receiver, own), *_stores(own), *_county(session)]))
    return generate_latest(registry)


def _gauge(name: str, help_: str, value: float | None) -> Iterator[Metric]:
    if value is not None:
        yield GaugeMetricFamily(f"countynet_{name}", help_, value=value)


def _labelled(name: str, help_: str, label: str, values: dict[str, float]) -> Metric:
    family = GaugeMetricFamily(f"countynet_{name}", help_, labels=[label])
    for of, value in sorted(values.items()):
        family.add_metric([of], value)
    return family


def _counted(name: str, help_: str, label: str, values: dict[str, int], since: datetime) -> Metric:
    family = CounterMetricFamily(f"countynet_{name}", help_, labels=[label] if label else [])
    for of, value in sorted(values.items()):
        family.add_metric([of] if label else [], value, created=since.timestamp())
    return family


def _poller(own: Own) -> Iterator[Metric]:
    yield from _gauge("poll_age_seconds", "Seconds since a poll of all devices ended", own.poll_age)
    if own.poller is None or own.poller.waiting:
        return
    last = own.poller
    yield from _gauge("poll_interval_seconds", "Seconds between two polls", last.interval)
    yield from _gauge("poll_lag_seconds", "Seconds that the last poll began after its due time", last.lag)
    yield from _gauge("poll_seconds", "Seconds that asking all devices took", last.seconds)
    yield from _gauge("poll_round_seconds", "Seconds that the whole round took, keeping included", last.round_seconds)
    yield from _gauge("poll_cpu_seconds", "CPU seconds of the last poll", last.cpu_seconds)
    yield from _gauge("poll_devices", "Devices that were asked", last.devices)
    yield from _gauge("poll_answered", "Devices that answered to the end", last.answered)
    yield from _gauge("poll_values", "Values that came", last.values)
    yield from _gauge("series_write_seconds", "Seconds that the series store took", last.store_seconds)
    slow = {one.device: one.seconds for one in last.slowest}
    yield _labelled("poll_slowest_seconds", "Seconds that the slowest devices took", "device", slow)


def _receiver(status: Receiver | None, own: Own) -> Iterator[Metric]:
    yield from _gauge("receiver_age_seconds", "Seconds since the receiver said something", own.receiver_age)
    if status is None:
        return
    traps, logs, since = status.traps, status.syslog, status.began
    yield from _gauge("receiver_lag_seconds", "How late the receiver's turns come", status.lag_seconds)
    yield from _gauge("receiver_write_seconds", "Seconds that keeping messages took", status.store_seconds)
    yield from _gauge("traps_waiting", "Notifications that wait to be written", traps.waiting)
    yield from _gauge("log_waiting", "Log messages that wait to be written", logs.waiting)
    yield from _gauge("strangers", "Unknown senders", len(status.strangers) + status.strangers_beyond)
    fates = {
        "taken": traps.taken, "refused": sum(traps.refused.values()), "malformed": traps.malformed,
        "dropped": sum(traps.dropped.values()), "dropped_by_kernel": traps.kernel_dropped,
        "coalesced": traps.coalesced,
    }  # fmt: skip
    yield _counted("traps_received", "Notifications that came", "", {"": traps.received}, since)
    yield _counted("traps_fate", "What became of notifications", "fate", fates, since)
    yield _counted("trap_polls", "Polls because of a notification", "", {"": traps.hints}, since)
    yield _counted("log_received", "Log messages that came", "transport", logs.received, since)
    lost = {"queue": logs.dropped, "kernel": logs.kernel_dropped}
    yield _counted("log_dropped", "Log messages that were dropped", "where", lost, since)
    told = {"known": logs.intrusions, "unknown": logs.intrusions_strange, "folded": logs.intrusions_folded}
    yield _counted("intrusions_told", "Log messages that told an intrusion", "of", told, since)
    up = {one.what: float(not one.error) for one in status.listening}
    yield _labelled("listening", "1 while a port is listened on", "what", up)


def _stores(own: Own) -> Iterator[Metric]:
    sizes = {
        "database": own.database_bytes, "series": own.series_bytes, "logs": own.log_bytes, "spool": own.spool_bytes,
    }  # fmt: skip
    yield _labelled("bytes", "Bytes on disk", "store", {name: float(size) for name, size in sizes.items()})
    yield from _gauge("spool_cycles", "Cycles of samples that wait for InfluxDB", own.spool_cycles)
    yield from _gauge("disk_used_percent", "How full the disk of the state folder is", own.disk_percent)
    yield from _gauge("jobs_waiting", "Jobs that wait", own.jobs)
    yield from _gauge("notices_waiting", "Notices that wait to be sent", own.notices)
    age = None if own.event is None else max(0.0, (own.at - own.event).total_seconds())
    yield from _gauge("last_event_age_seconds", "Seconds since the database took its last event", age)
    if own.rules is not None:
        yield from _gauge("rules_seconds", "Seconds that judging all rules took", own.rules.seconds)
        yield from _gauge("rules_readings", "Readings that the rules looked at", own.rules.readings)


def _county(session: Session) -> Iterator[Metric]:
    states = {state.value: 0.0 for state in LineState}
    for state, count in session.execute(select(DeviceRow.state, func.count()).group_by(DeviceRow.state)):
        states[state.value] = float(count)
    yield _labelled("devices", "Devices by their state", "state", states)
    opened = select(Alarm.severity, func.count()).where(Alarm.closed.is_(None)).group_by(Alarm.severity)
    alarms = {severity.value: float(count) for severity, count in session.execute(opened)}
    yield _labelled("alarms_open", "Open alarms by severity", "severity", alarms)
