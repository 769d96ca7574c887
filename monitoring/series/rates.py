"""From counters to rates, as a pure function of two readings.

Invariants: the agent's own sysUpTime is the denominator, never our clock, so that a late answer is not a dip. Whatever
makes the difference meaningless is a gap (None), never a zero and never a guess: a restart, a discontinuity, another
interface under the same number, counters of another width, an interval that is too long, a Counter64 that ran
backwards. A Counter32 that ran backwards is unwrapped once, if it cannot have wrapped twice and the rate fits the
interface's speed, and if it was one: a firewall was recorded whose ifInOctets stood at 10^15. sysUpTime itself wraps
after 497 days: that is told from a restart by our own clock, which then went on as far.
"""

from dataclasses import dataclass
from operator import sub

TICKS = 100
"""sysUpTime counts hundredths of a second"""
_WRAP32 = 1 << 32
_SLACK = 0.1
"""how far our clock and the agent's may differ over one interval, in parts, plus `_GRACE` seconds"""
_GRACE = 4.0
_SMALLEST_FRAME = 64 * 8
"""bits: no counter of packets grows faster than one of these"""

COUNTERS = (
    "in_octets",
    "out_octets",
    "in_packets",
    "out_packets",
    "in_errors",
    "out_errors",
    "in_discards",
    "out_discards",
)
_BITS = (8, 8, 1, 1, 1, 1, 1, 1)
"""what a counter's unit is counted as, in the order of `COUNTERS`"""
_NARROW = frozenset(("in_errors", "out_errors", "in_discards", "out_discards"))
"""Counter32 always; the others are Counter64 where the agent has ifXTable"""


@dataclass(frozen=True, slots=True)
class Reading:
    """An interface's counters at one moment."""

    clock: float
    """our seconds since 1970 when it came"""
    uptime: int
    """the agent's sysUpTime in the same datagram"""
    index: int
    """its number on the device, which may come to mean another interface"""
    discontinuity: int
    speed: int
    """bits per second, 0 when unknown"""
    counters: tuple[int | None, ...]
    """in the order of `COUNTERS`, None where the agent has none"""
    wide: bool = True
    """octets and packets are Counter64; false for an agent with ifTable only"""


Rates = tuple[float | None, ...]
"""per second, octets as bits, in the order of COUNTERS"""


def rates(before: Reading | None, after: Reading, longest: float) -> Rates | None:
    """Return the rates between two readings, or None for a gap; a single counter's gap is a None within.

    `longest` is the longest interval in seconds over which a rate still means something.
    """
    seconds = None if before is None else _elapsed(before, after)
    if before is None or seconds is None or seconds > longest:
        return None
    if (before.index, before.discontinuity, before.wide) != (after.index, after.discontinuity, after.wide):
        return None
    found = _risen(before.counters, after.counters, seconds)
    if found is not None:
        return found
    found = tuple(
        _rate(name, old, new, seconds, after)
        for name, old, new in zip(COUNTERS, before.counters, after.counters, strict=True)
    )
    return found if any(rate is not None for rate in found) else None


def _elapsed(before: Reading, after: Reading) -> float | None:
    """Return the agent's seconds between two readings; None when it restarted."""
    ours = after.clock - before.clock
    ticks = after.uptime - before.uptime
    if ticks < 0 and before.uptime + ours * TICKS >= _WRAP32 - (_GRACE + _SLACK * ours) * TICKS:
        ticks += _WRAP32
    seconds = ticks / TICKS
    if seconds <= 0 or abs(seconds - ours) > _GRACE + _SLACK * ours:
        return None
    return seconds


def _risen(old: tuple[int | None, ...], new: tuple[int | None, ...], seconds: float) -> Rates | None:
    """Return the rates of what nearly every interface has: no counter missing, none that ran backwards; else None."""
    try:
        changes = tuple(map(sub, new, old))
    except TypeError:
        return None
    if min(changes) < 0:
        return None
    return tuple([change / seconds * bits for change, bits in zip(changes, _BITS, strict=True)])


def _rate(name: str, old: int | None, new: int | None, seconds: float, reading: Reading) -> float | None:
    if old is None or new is None:
        return None
    bits = 8 if name.endswith("octets") else 1
    if new >= old:
        return (new - old) / seconds * bits
    if (reading.wide and name not in _NARROW) or old >= _WRAP32:
        return None
    rate = (new - old + _WRAP32) / seconds * bits
    fastest = reading.speed if bits == 8 else reading.speed / _SMALLEST_FRAME
    return rate if rate <= fastest and seconds < _WRAP32 * bits / fastest else None
