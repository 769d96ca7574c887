"""The last of everything: from the server at first, from what this process itself wrote after that.

A poller needs the last readings each cycle, in an outage too: so what was written is remembered here.
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from monitoring.series.influx import ql
from monitoring.series.influx.line import COUNTERS, READING, plain
from monitoring.series.influx.reading import interface_of
from monitoring.series.influx.server import Server, StoreUnreachable
from monitoring.series.rates import Reading
from monitoring.series.seam import Current, Gauge, Interface, LastMeasured, Sample
from monitoring.series.sqlite.packing import reading_of

log = logging.getLogger(__name__)


class Latest:
    """Last readings."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._known: dict[Interface, Reading] = {}
        self._asked = False

    def before(self, devices: Collection[str] | None) -> Mapping[Interface, Reading]:
        """Return the last reading of every interface (of some devices); without the server, what is known here."""
        if not self._asked:
            try:
                self._known = {**dict(self._stored()), **self._known}
                self._asked = True
            except StoreUnreachable as error:
                log.warning("last readings cannot be asked for, rates begin anew: %s", error)
        if devices is None:
            return dict(self._known)
        return {interface: reading for interface, reading in self._known.items() if interface.device in devices}

    def remember(self, samples: Sequence[Sample]) -> None:
        """Note what was just written."""
        self._known.update((sample.interface, sample.reading) for sample in samples)

    def _stored(self) -> Iterator[tuple[Interface, Reading]]:
        for interface, row in self._rows(None):
            if row["clock"] is not None:
                yield interface, reading_of([row.get(name) for name in READING])

    def current(self, device: str | None) -> Iterator[Current]:
        """Yield all interfaces (of one device) as last seen. Raises StoreUnreachable."""
        for interface, row in self._rows(device):
            yield Current(
                interface,
                row["clock"],
                int(row["admin"]),
                int(row["oper"]),
                int(row["speed"]),
                row.get("bits_in"),
                row.get("bits_out"),
            )

    def _rows(self, device: str | None) -> Iterator[tuple[Interface, dict[str, Any]]]:
        statement = ql.last("interface", ql.SERIES, device)
        for series in self._server.query(statement, self._server.address.bucket):
            for row in series.rows:
                found = dict(zip(series.columns, row, strict=True))
                whole = {name: None if found.get(name) is None else int(found[name]) for name in COUNTERS}
                yield interface_of(series), {**found, **whole}

    def measured(self, device: str | None) -> Iterator[LastMeasured]:
        """Yield all gauges (of one device) as last seen. Raises StoreUnreachable."""
        statement = ql.last("gauge", "device, kind, item", device)
        for series in self._server.query(statement, self._server.address.bucket):
            gauge = Gauge(*(plain(series.tags[name]) for name in ("device", "kind", "item")))
            for row in series.rows:
                yield LastMeasured(gauge, row[0], row[1])
