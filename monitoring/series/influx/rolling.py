"""Averages of five minutes and of an hour, made here and written back, because nothing on the server can be relied on
to do it: InfluxDB 1 has continuous queries, 2 has Flux tasks, 3 has neither.

Whoever wrote a window makes its averages once the window has ended and all of it has arrived; what is still to be made
lies in `pending.json` beside the spool and survives a kill. Two writers of one device make the same averages twice,
which is one: a point is named by series and time. A late cycle has its window made again.
"""

import json
from collections.abc import Collection, Iterator
from pathlib import Path

from monitoring.series.buckets import HOUR, WINDOW
from monitoring.series.influx import ql
from monitoring.series.influx.line import Labels, fields_line, interface_tags, plain
from monitoring.series.influx.server import Series, Server
from monitoring.series.seam import Interface

STEPS = {"interface_5m": WINDOW, "interface_1h": HOUR}
_SOURCE = {"interface_5m": "interface", "interface_1h": "interface_5m"}
_GROUP = 200
"""devices in one query"""


class Rolling:
    """What averages this writer still owes."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._server, self._file = server, folder / "pending.json"
        self._pending: dict[str, dict[int, set[str]]] = {level: {} for level in STEPS}
        if self._file.exists():
            for level, windows in json.loads(self._file.read_text()).items():
                self._pending[level] = {int(at): set(devices) for at, devices in windows.items()}

    def touched(self, at: int, devices: Collection[str]) -> None:
        """Note that something was written of these devices at a time. On disk before this returns."""
        new = False
        for level, step in STEPS.items():
            known = self._pending[level].setdefault(at // step * step, set())
            new = new or not known.issuperset(devices)
            known.update(devices)
        if new:
            self._keep()

    def make(self, now: int) -> None:
        """Make what is due. Raises StoreUnreachable, Away or Refused; what was not made stays due."""
        for level, step in STEPS.items():
            for at in sorted(at for at in self._pending[level] if at + step <= now):
                self._window(level, at, at + step)
                del self._pending[level][at]
                self._keep()

    def _window(self, level: str, start: int, end: int) -> None:
        devices = sorted(self._pending[level][start])
        address = self._server.address
        source = _SOURCE[level]
        bucket = address.bucket if source == "interface" else address.averages
        for first in range(0, len(devices), _GROUP):
            where = ql.between(start, end) + ql.devices(devices[first : first + _GROUP])
            found = self._server.query(ql.averages(source, where), bucket)
            lines = "\n".join(line for series in found for line in _lines(level, series, start))
            if lines:
                self._server.write(address.averages, lines)

    def _keep(self) -> None:
        new = self._file.with_suffix(".new")
        listed = {
            level: {str(at): sorted(devices) for at, devices in windows.items()}
            for level, windows in self._pending.items()
        }
        new.write_text(json.dumps(listed))
        new.replace(self._file)


def _lines(level: str, series: Series, at: int) -> Iterator[str]:
    tags = series.tags
    interface = Interface(plain(tags["device"]), plain(tags["interface"]))
    key = interface_tags(level, interface, Labels(plain(tags["unit"]), plain(tags["access"])))
    for row in series.rows:
        values = {
            name: None if value is None else float(value) for name, value in zip(series.columns, row, strict=True)
        }
        values.pop("time")
        yield fields_line(key, values.items(), at)
