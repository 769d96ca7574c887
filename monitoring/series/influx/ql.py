"""InfluxQL as text. Pure. InfluxQL over /query is what 1.8, 2 and 3 Core all speak; Flux is not, and is not used.

Names come from devices and are quoted here and nowhere else.
"""

from collections.abc import Collection, Iterable

from monitoring.series.influx.line import RATES, READING, coded
from monitoring.series.seam import Gauge, Interface

_MICRO = 1_000_000
SERIES = "device, interface"
RAW_SUMS = (
    "count(bits_in) AS n_in, sum(bits_in) AS sum_in, count(bits_out) AS n_out, sum(bits_out) AS sum_out, "
    "max(bits_in) AS peak_in, max(bits_out) AS peak_out"
)
AVERAGE_SUMS = (
    "sum(n_in) AS n_in, sum(sum_in) AS sum_in, sum(n_out) AS n_out, sum(sum_out) AS sum_out, "
    "max(peak_in) AS peak_in, max(peak_out) AS peak_out"
)
OTHERS = ", ".join(f"mean({name}) AS {name}" for name in RATES[2:])


def text(value: str) -> str:
    """Return a tag's value as a literal."""
    safe = coded(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{safe}'"


def between(start: int, end: int) -> str:
    """Return the condition of a span of seconds, its end left out."""
    return f"time >= {start}s AND time < {end}s"


def these(interfaces: Iterable[Interface]) -> str:
    """Return the condition that names interfaces."""
    shown = (f"(device = {text(one.device)} AND interface = {text(one.name)})" for one in interfaces)
    return f"({' OR '.join(shown)})"


def gauges(wanted: Iterable[Gauge]) -> str:
    """Return the condition that names gauges."""
    shown = (f"(device = {text(g.device)} AND kind = {text(g.kind)} AND item = {text(g.item)})" for g in wanted)
    return f"({' OR '.join(shown)})"


def devices(wanted: Collection[str] | None) -> str:
    """Return the condition that names devices, as a continuation; empty for all."""
    return "" if wanted is None else f" AND ({' OR '.join(f'device = {text(name)}' for name in wanted)})"


def buckets(start: int, end: int, count: int) -> tuple[str, float]:
    """Return how to group by equal buckets that begin with the span, and their width in seconds."""
    width = max(1, (end - start) * _MICRO // count)
    return f"time({width}u, {start * _MICRO % width}u)", width / _MICRO


def last(measurement: str, series: str, device: str | None) -> str:
    """Return the query for the last point of every series (of one device)."""
    where = "" if device is None else f" WHERE device = {text(device)}"
    fields = "value" if measurement == "gauge" else ", ".join(("admin", "oper", *RATES[:2], *READING))
    return f"SELECT {fields} FROM {measurement}{where} GROUP BY {series} ORDER BY time DESC LIMIT 1"  # noqa: S608 - quoted


def sums(measurement: str, condition: str, grouped: str) -> str:
    """Return the query for sums of traffic, from samples or from averages."""
    what = RAW_SUMS if measurement == "interface" else AVERAGE_SUMS
    return f"SELECT {what} FROM {measurement} WHERE {condition} GROUP BY {grouped} fill(none)"  # noqa: S608 - quoted


def averages(measurement: str, condition: str) -> str:
    """Return the query that makes one window's averages of every series."""
    what = RAW_SUMS if measurement == "interface" else AVERAGE_SUMS
    return f"SELECT {what}, {OTHERS} FROM {measurement} WHERE {condition} GROUP BY {SERIES}, unit, access"  # noqa: S608 - quoted


def levels(wanted: Iterable[Gauge], start: int, end: int, grouped: str) -> str:
    """Return the query for gauges in buckets."""
    what = "count(value), sum(value), min(value), max(value)"
    where = f"{between(start, end)} AND {gauges(wanted)}"
    return f"SELECT {what} FROM gauge WHERE {where} GROUP BY {grouped}, device, kind, item fill(none)"  # noqa: S608 - quoted


def ranking(measurement: str, column: str, start: int, end: int) -> str:
    """Return the query for how many samples, their sum and the highest of a column, by interface."""
    way = column.rpartition("_")[2]
    if measurement == "interface":
        what = f"count({column}) AS n, sum({column}) AS total, max({column}) AS peak"
    elif column.startswith("bits"):
        what = f"sum(n_{way}) AS n, sum(sum_{way}) AS total, max(peak_{way}) AS peak"
    else:
        what = f"count({column}) AS n, sum({column}) AS total, max({column}) AS peak"
    return f"SELECT {what} FROM {measurement} WHERE {between(start, end)} GROUP BY {SERIES}"  # noqa: S608 - quoted
