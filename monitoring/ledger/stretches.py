"""Stretches of time and what they add up to. Pure; times are whole milliseconds since 1970.

Invariants, each a property test: the stretches of a device cover the time asked for without a gap and without an
overlap; laying windows over them changes no length in total; what they add up to is the time asked for. Where nothing
was ever recorded, it is `unknown`. A window's time is `planned` whatever was measured in it; `measured` keeps that.

How availability is counted (docs/monitoring.md has the sources): counted time is the time asked for less planned and
unknown time. A unit's availability is up / (up + down + shadowed): that is what its people had. A line's availability
is up / (up + down): what shadowed it was not the line. Nothing counted is None, never 0 and never 100.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from countynet.vocabulary import LedgerState

OUT = frozenset({LedgerState.DOWN, LedgerState.SHADOWED})
"""what is an outage to whoever works there"""


class Stretch(NamedTuple):
    """From when to when (end excluded) what was so."""

    start: int
    end: int
    state: LedgerState
    cause: str = ""
    """what shadowed it, or the numbers of the windows that covered it"""
    measured: LedgerState | None = None
    """what was measured under a window"""

    @property
    def length(self) -> int:
        """Milliseconds."""
        return self.end - self.start


class Span(NamedTuple):
    """A time that a window covers."""

    start: int
    end: int
    window: int = 0


@dataclass(frozen=True)
class Sums:
    """Milliseconds in each state, and how many outages."""

    up: int = 0
    down: int = 0
    shadowed: int = 0
    unknown: int = 0
    planned: int = 0
    outages: int = 0
    """stretches in which it was down or shadowed, without a break between: one"""

    @property
    def whole(self) -> int:
        """All of it."""
        return self.up + self.down + self.shadowed + self.unknown + self.planned

    @property
    def counted(self) -> int:
        """What counts: neither unknown nor planned."""
        return self.up + self.down + self.shadowed

    @property
    def availability(self) -> float | None:
        """Percent of the counted time in which the unit was up; None when nothing counts."""
        return 100 * self.up / self.counted if self.counted else None

    @property
    def line_availability(self) -> float | None:
        """The same of the line alone: what was shadowed is left out; None when nothing counts."""
        return 100 * self.up / (self.up + self.down) if self.up + self.down else None


def whole(recorded: Iterable[Stretch], planned: Sequence[Span], start: int, end: int) -> tuple[Stretch, ...]:
    """Return what covers a time: recorded stretches (in order of time), cut to it, gaps unknown, windows laid over."""
    return tuple(joined(overlaid(filled(recorded, start, end), planned)))


def filled(recorded: Iterable[Stretch], start: int, end: int) -> Iterator[Stretch]:
    """Yield the stretches cut to a time, gaps between them as unknown; of two that overlap the earlier wins."""
    at = start
    for one in recorded:
        first, last = max(one.start, at), min(one.end, end)
        if last <= first:
            continue
        if first > at:
            yield Stretch(at, first, LedgerState.UNKNOWN)
        yield one if (first, last) == one[:2] else one._replace(start=first, end=last)
        at = last
    if at < end:
        yield Stretch(at, end, LedgerState.UNKNOWN)


def overlaid(stretches: Iterable[Stretch], planned: Sequence[Span]) -> Iterator[Stretch]:
    """Yield the stretches with what windows cover made `planned`; its cause names the windows."""
    for one in stretches:
        over = [span for span in planned if span.start < one.end and span.end > one.start]
        if not over:
            yield one
            continue
        edges = {edge for span in over for edge in span[:2] if one.start < edge < one.end}
        for start, end in pairwise((one.start, *sorted(edges), one.end)):
            names = sorted({span.window for span in over if span.start <= start < span.end})
            part = one._replace(start=start, end=end)
            yield _planned(part, names) if names else part


def _planned(part: Stretch, windows: Sequence[int]) -> Stretch:
    names = ", ".join(str(number) for number in windows)
    return part._replace(state=LedgerState.PLANNED, cause=names, measured=part.measured or part.state)


def joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yield the stretches with neighbours of one state, one cause and one measurement made one."""
    held: Stretch | None = None
    for one in stretches:
        if held is not None and held.end == one.start and held[2:] == one[2:]:
            held = held._replace(end=one.end)
            continue
        if held is not None:
            yield held
        held = one
    if held is not None:
        yield held


def sums(stretches: Iterable[Stretch]) -> Sums:
    """Return what stretches add up to."""
    found = dict.fromkeys((state.value for state in LedgerState), 0)
    outages, was_out = 0, False
    for one in stretches:
        found[one.state] += one.end - one.start
        out = one.state in OUT
        outages += out and not was_out
        was_out = out
    return Sums(**found, outages=outages)


def total(rows: Iterable[tuple[int, int, LedgerState]], start: int, end: int) -> Sums:
    """Return what `sums(whole(rows, (), start, end))` is, without making a stretch of each row: for all of a county."""
    up = down = shadowed = outages = 0
    at, out_until = start, start - 1
    for begins, ends, state in rows:
        first, last = begins if begins > at else at, ends if ends < end else end
        if last <= first:
            continue
        at = last
        if state is LedgerState.UP:
            up += last - first
            continue
        if state is LedgerState.DOWN:
            down += last - first
        elif state is LedgerState.SHADOWED:
            shadowed += last - first
        else:
            continue
        outages += first != out_until
        out_until = last
    return Sums(up, down, shadowed, end - start - up - down - shadowed, 0, outages)
