"""Samples as CSV or as line protocol, one at a time: a year leaves as easily as a minute.

Both say the rates as kept: octets as bits a second, a gap as an empty cell or an absent field. CSV is for spreadsheets
and scripts (a name that a spreadsheet would take for a formula is neutralised); line protocol is what InfluxDB,
VictoriaMetrics and Telegraf read, with stamps in seconds, unit and access beside the device as the store itself tags.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from io import StringIO

from inventory.tables.neutral import neutral
from monitoring.series.influx.line import RATES, Labels, fields_line, interface_tags
from monitoring.series.seam import Row

HEAD = ("time", "device", "interface", *RATES)


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Yield CSV (RFC 4180): a heading, then a line for each sample, times in UTC."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEAD)
    for row in rows:
        at = datetime.fromtimestamp(row.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        writer.writerow((at, neutral(row.interface.device), neutral(row.interface.name), *row.rates))
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def protocol_lines(rows: Iterable[Row], labels: Callable[[str], Labels]) -> Iterator[str]:
    """Yield InfluxDB's line protocol, precision seconds; a sample of which nothing is known has no line."""
    for row in rows:
        key = interface_tags("interface", row.interface, labels(row.interface.device))
        line = fields_line(key, zip(RATES, row.rates, strict=True), row.at)
        if line:
            yield line + "\n"
