"""Samples as rows and back. Pure, and plain code on purpose: it runs 6,500 times a cycle."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from monitoring.series.rates import Rates, Reading
from monitoring.series.seam import Interface, Sample

_SIGN = 1 << 63
_SCARCE = 4
"""from here on, rates are of errors and discards: below one a second they still tell something"""
Raw = tuple[int | float | None, ...]


def raw_rows(at: int, samples: Sequence[Sample], numbers: Mapping[Interface, int]) -> Iterator[Raw]:
    """Yield a row for each sample that is no gap: slot, number, traffic in whole units, errors to a thousandth."""
    for sample in samples:
        rates = sample.rates
        if rates is not None:
            yield (at, numbers[sample.interface], *kept(rates))


def kept(rates: Rates) -> Rates:
    """Return rates as they are kept: traffic and packets in whole units, errors and discards to a thousandth."""
    if None in rates:
        return tuple(_stored(position, rate) for position, rate in enumerate(rates))
    a, b, c, d, e, f, g, h = rates
    if e or f or g or h:
        return (round(a), round(b), round(c), round(d), round(e, 3), round(f, 3), round(g, 3), round(h, 3))  # type: ignore[arg-type]
    return (round(a), round(b), round(c), round(d), 0, 0, 0, 0)  # type: ignore[arg-type]


def _stored(position: int, rate: float | None) -> float | None:
    if rate is None:
        return None
    return round(rate) if position < _SCARCE else round(rate, 3)


def last_rows(samples: Sequence[Sample], numbers: Mapping[Interface, int]) -> list[tuple[object, ...]]:
    """Return every sample's reading as a row. Counters above 2^63 are kept as the signed number of the same bits."""
    return [
        (
            numbers[interface],
            *reading[:5],
            *(signed(reading[5]) if _wide(reading[5]) else reading[5]),
            reading[6],
            admin,
            oper,
            *((None, None) if rates is None else rates[:2]),
        )
        for interface, reading, admin, oper, rates in ((s[0], _flat(s[1]), s[2], s[3], s[4]) for s in samples)
    ]


def _flat(r: Reading) -> tuple[Any, ...]:
    return (r.clock, r.uptime, r.index, r.discontinuity, r.speed, r.counters, r.wide)


def _wide(counters: Sequence[int | None]) -> bool:
    return any(value is not None and value >= _SIGN for value in counters)


def signed(counters: Sequence[int | None]) -> tuple[int | None, ...]:
    """Return counters of 64 bits as SQLite and InfluxDB can hold them."""
    return tuple(None if value is None else (value ^ _SIGN) - _SIGN for value in counters)


def unsigned(counters: Sequence[int | None]) -> tuple[int | None, ...]:
    """Return counters as they were before `signed`."""
    return tuple(None if value is None else value & (1 << 64) - 1 for value in counters)


def reading_of(row: Sequence[Any]) -> Reading:
    """Return a reading from clock, uptime, number, discontinuity, speed, eight counters and whether they are wide."""
    clock, uptime, number, discontinuity, speed, *counters, wide = row
    return Reading(clock, uptime, number, discontinuity, speed, unsigned(counters), bool(wide))
