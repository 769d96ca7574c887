"""The Gantt model: for the county and each batch a row per phase, with what was planned and what happened. Pure.

A milestone is the day on which a phase was done, so a unit works on a phase from the day it finished the one before;
on the first from the day its batch begins, or the county's first phase, whichever is the later that fits. A row's bar
reaches from the first unit that works on the phase to the last that finished it; as long as some have not, it is open
and reaches to today. A county's phase has the dates of the plan (`phases`), a batch's phase those of its units' planned
milestones; a batch as a whole reaches around those and its own dates.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from countynet.vocabulary import RolloutPhase
from inventory.model import Batch, County
from inventory.rollout.position import PHASES, Position, Step, positions

Starts = tuple[date | None, ...]
"""when the first phase may have begun; the latest that fits counts"""


@dataclass(frozen=True)
class Span:
    """From a day to a day, both included."""

    begins: date
    ends: date


class RowState(Enum):
    """How a row stands today."""

    DONE = "done"
    LATE = "late"
    RUNNING = "running"
    AHEAD = "ahead"


@dataclass(frozen=True)
class Row:
    """One bar: `batch` None is the whole county, `phase` None the batch as a whole."""

    batch: Batch | None
    phase: RolloutPhase | None
    planned: Span | None
    actual: Span | None
    done: int
    total: int
    today: date

    @property
    def state(self) -> RowState:
        """How it stands: done, late against its plan, running, or still ahead."""
        if self.total and self.done == self.total:
            return RowState.DONE
        if self.total and self.planned and self.planned.ends < self.today:
            return RowState.LATE
        return RowState.RUNNING if self.actual else RowState.AHEAD

    @property
    def late(self) -> int:
        """Days after the plan's end: today's when it is late, else those of when it was done."""
        done = self.actual.ends if self.actual and self.state is RowState.DONE else None
        ended = self.today if self.state is RowState.LATE else done
        return max(0, (ended - self.planned.ends).days) if ended and self.planned else 0


@dataclass(frozen=True)
class Gantt:
    """The picture: its first and last day, today, and its rows (the county's first, then batch by batch)."""

    begins: date
    ends: date
    today: date
    rows: tuple[Row, ...]

    def part(self, day: date) -> float:
        """Return where a day begins, 0 at the left edge and 1 at the right."""
        return (day - self.begins).days / max(1, (self.ends - self.begins).days + 1)


def gantt(county: County, today: date) -> Gantt:
    """Return the picture of a day; with no dates at all it has today only."""
    rows = tuple(_rows(county, positions(county, today), today))
    spans = [span for row in rows for span in (row.planned, row.actual) if span]
    first = min([span.begins for span in spans] + [today])
    last = max([span.ends for span in spans] + [today])
    return Gantt(first, last, today, rows)


def _rows(county: County, everybody: Sequence[Position], today: date) -> Iterator[Row]:
    spans = {phase.id: Span(phase.begins, phase.ends) for phase in county.phases}
    start = min((span.begins for span in spans.values()), default=None)
    for n, phase in enumerate(PHASES):
        yield _row(None, n, everybody, (start,), spans.get(phase), today)
    for batch in county.batches:
        mine = [p for p in everybody if p.batch is batch]
        rows = [_row(batch, n, mine, (batch.begins, start), None, today) for n in range(len(PHASES))]
        yield _whole(batch, rows, today)
        yield from rows


def _row(batch: Batch | None, n: int, units: Sequence[Position], starts: Starts, plan: Span | None, today: date) -> Row:
    steps = [p.steps for p in units]
    done = sum(p.phase is not None and PHASES.index(p.phase) >= n for p in units)
    planned = plan or _span(steps, n, starts, lambda step: step.planned)
    actual = _span(steps, n, starts, lambda step: step.done)
    if actual is None and done < len(units):
        actual = _begun(steps, n, today)
    elif actual and done < len(units):
        actual = Span(actual.begins, today)
    return Row(batch, PHASES[n], planned, actual, done, len(units), today)


def _span(units: Sequence[tuple[Step, ...]], n: int, starts: Starts, day: Callable[[Step], date | None]) -> Span | None:
    """Return from when the first unit works on a phase until the last one has finished it."""
    ends = [end for steps in units if (end := day(steps[n]))]
    if not ends:
        return None
    if n == 0:
        return Span(max((start for start in starts if start and start <= min(ends)), default=min(ends)), max(ends))
    before = [begun for steps in units if day(steps[n]) and (begun := day(steps[n - 1]))]
    return Span(min([*before, min(ends)]), max(ends))


def _begun(units: Sequence[tuple[Step, ...]], n: int, today: date) -> Span | None:
    """Return the open bar of a phase that units work on and none has finished."""
    began = [before for steps in units if n and (before := steps[n - 1].done)]
    return Span(min(began), today) if began else None


def _whole(batch: Batch, rows: Sequence[Row], today: date) -> Row:
    """Return a batch's own bar: its dates, and its phases from the first to the last."""
    own = Span(batch.begins, batch.ends) if batch.begins and batch.ends else None
    planned = _around([own, *(row.planned for row in rows)])
    actual = _around([row.actual for row in rows])
    return Row(batch, None, planned, actual, rows[-1].done, rows[-1].total, today)


def _around(spans: Sequence[Span | None]) -> Span | None:
    some = [span for span in spans if span]
    return Span(min(s.begins for s in some), max(s.ends for s in some)) if some else None
