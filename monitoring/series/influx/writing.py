"""The writing side, in the one process that owns a spool's folder."""

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from monitoring.series.health import Note, StoreHealth
from monitoring.series.influx.delivery import Delivery
from monitoring.series.influx.line import Labels, gauge_tags, interface_tags, measured_line, sample_line
from monitoring.series.influx.rolling import Rolling
from monitoring.series.influx.server import Away, Refused, Server, StoreUnreachable
from monitoring.series.influx.spool import Spool
from monitoring.series.seam import Gauge, Interface, Measured, Sample

log = logging.getLogger(__name__)
_HOUR = 3600


class Writer:
    """Makes lines of cycles and sees them to the server."""

    def __init__(self, server: Server, spool: Path, most_bytes: int, labels: Callable[[str], Labels]) -> None:
        self.spool = Spool(spool, most_bytes)
        self.delivery = Delivery(server, self.spool)
        self._rolling = Rolling(server, self.spool.folder)
        self._note = Note(self.spool.folder, "influxdb")
        self._labels = labels
        self._keys: dict[Interface | Gauge, str] = {}
        self._keyed = 0
        self._newest = 0

    def close(self) -> None:
        """Give the spool's folder up."""
        self.spool.close()

    def write(self, at: int, samples: Sequence[Sample], measured: Sequence[Measured]) -> None:
        """Make one cycle safe, and make the averages that are due."""
        began = time.perf_counter()
        self._safely(at, samples, measured)
        spool, lost = self.spool, self.spool.lost()
        waiting = StoreHealth(
            spool_cycles=len(spool),
            spool_bytes=spool.size,
            lost_cycles=lost.cycles,
            lost_first=lost.first,
            lost_last=lost.last,
            refused=self.delivery.refused,
            error=self.delivery.error,
        )
        self._note.write(time.perf_counter() - began, waiting)

    def _safely(self, at: int, samples: Sequence[Sample], measured: Sequence[Measured]) -> None:
        devices = {s.interface.device for s in samples}
        if devices:
            self._rolling.touched(at, devices)
        text = "\n".join(self._lines(at, samples, measured))
        self._newest = max(self._newest, at)
        if not text or not self.delivery.deliver(at, text):
            return
        try:
            self._rolling.make(self._newest)
        except (StoreUnreachable, Away, Refused) as error:
            log.warning("averages are made later: %s", error)

    def _lines(self, at: int, samples: Sequence[Sample], measured: Sequence[Measured]) -> list[str]:
        if at // _HOUR != self._keyed:  # units move: ask the inventory anew now and then
            self._keys, self._keyed = {}, at // _HOUR
        lines = [sample_line(self._key(sample.interface), sample, at) for sample in samples]
        return lines + [measured_line(self._key(one.gauge), one, at) for one in measured]

    def _key(self, named: Interface | Gauge) -> str:
        key = self._keys.get(named)
        if key is None:
            labels = self._labels(named.device)
            key = gauge_tags(named, labels) if isinstance(named, Gauge) else interface_tags("interface", named, labels)
            self._keys[named] = key
        return key
