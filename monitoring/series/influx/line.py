"""Samples as InfluxDB's line protocol. Pure: text in, text out; built by hand because `Point` costs 18 times as much.

Measurement `interface`, tags device, interface, unit, access; fields the rates and the raw reading. Tags hold only what
stays: an ifIndex, an ifAlias or a status is never one, each change would begin a new series. Measurement `gauge`, tags
device, kind, item, unit, access; field value. Stamps are whole seconds, and every write says so: a stamp in seconds
taken for nanoseconds lies in 1970.

Line protocol cannot say a backslash before a separator, nor a line break. Such characters, controls and `%` itself are
written %5C, %0A, ...: `plain` reads them back, so that what a device calls its port is never lost or mixed up.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from monitoring.series.seam import Gauge, Interface, Measured, Sample
from monitoring.series.sqlite.packing import kept, signed

RATES = (
    "bits_in",
    "bits_out",
    "packets_in",
    "packets_out",
    "errors_in",
    "errors_out",
    "discards_in",
    "discards_out",
)
COUNTERS = tuple(f"c_{name}" for name in RATES)
"""the raw counters beside the rates, 64 bits as signed integers"""
READING = ("clock", "uptime", "number", "discontinuity", "speed", *COUNTERS, "wide")
_UNSAFE = re.compile(r"[\\%\x00-\x1f\x7f\x85\u2028\u2029]")
_SEPARATORS = re.compile(r"([,= ])")


class Labels(NamedTuple):
    """What the inventory says of a device; empty when it says nothing."""

    unit: str = ""
    access: str = ""


def coded(text: str) -> str:
    """Return a name as it stands in a tag's value and in queries."""
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)


def plain(text: str) -> str:
    """Return the name that `coded` made a tag of."""
    if "%" not in text:
        return text
    whole = re.sub(rb"%([0-9A-F]{2})", lambda found: bytes([int(found[1], 16)]), text.encode())
    return whole.decode("utf-8", "replace")


def tags(measurement: str, *pairs: tuple[str, str]) -> str:
    """Return a series' key; a tag without value is left out, because an empty one is a syntax error."""
    shown = "".join(
        f",{name}={_SEPARATORS.sub(_escaped, coded(value))}" for name, value in pairs if value.strip(" ") or value
    )
    return measurement + shown


def _escaped(found: "re.Match[str]") -> str:
    return "\\" + found[1]


def interface_tags(measurement: str, interface: Interface, labels: Labels) -> str:
    """Return the key of an interface's series."""
    access, unit = ("access", labels.access), ("unit", labels.unit)
    return tags(measurement, access, ("device", interface.device), ("interface", interface.name), unit)


def gauge_tags(gauge: Gauge, labels: Labels) -> str:
    """Return the key of a gauge's series."""
    shown = (("access", labels.access), ("device", gauge.device), ("item", gauge.item), ("kind", gauge.kind))
    return tags("gauge", *shown, ("unit", labels.unit))


def sample_line(key: str, sample: Sample, at: int) -> str:
    """Return a sample as a line. A gap has its reading and no rates; a counter that the agent lacks is absent."""
    reading = sample.reading
    counters = reading.counters
    if any(value is not None and value >= 1 << 63 for value in counters):
        counters = signed(counters)
    parts = [] if sample.rates is None else list(_known(RATES, kept(sample.rates), ""))
    parts += _known(COUNTERS, counters, "i")
    return (
        f"{key} {','.join(parts)}{',' if parts else ''}admin={sample.admin}i,oper={sample.oper}i,"
        f"clock={reading.clock!r},uptime={reading.uptime}i,number={reading.index}i,discontinuity={reading.discontinuity}i,"
        f"speed={reading.speed}i,wide={int(reading.wide)}i {at}"
    )


def _known(names: Sequence[str], values: Iterable[float | None], kind: str) -> Iterator[str]:
    return (f"{name}={value}{kind}" for name, value in zip(names, values, strict=True) if value is not None)


def measured_line(key: str, measured: Measured, at: int) -> str:
    """Return a gauge's value as a line."""
    return f"{key} value={measured.value!r} {at}"


def fields_line(key: str, fields: Iterable[tuple[str, float | None]], at: int) -> str:
    """Return any fields as a line; what is None is left out, and with nothing left the line is empty."""
    shown = ",".join(f"{name}={value!r}" for name, value in fields if value is not None)
    return f"{key} {shown} {at}" if shown else ""
