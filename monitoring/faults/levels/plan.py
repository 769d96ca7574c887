"""Which levels a fault's clocks have reached, and when whom to tell. Pure.

A level is reached when its share of a target is used up and the clock has not ended; a clock that stands reaches
nothing new. When it is told: at once if the target is kept around the clock and the line is out, for that is what such
a contract is for; else in working time (no night, no weekend, no holiday) and outside the recipient's quiet hours.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inventory.calendar.model import Calendar
from inventory.calendar.working import daily_end, next_working, within
from monitoring.faults.clocks import Clock, ClockKind
from monitoring.faults.targets import Level
from monitoring.notices.model import Quiet

Key = tuple[str, int]
"""clock and percent"""


@dataclass(frozen=True)
class Reached:
    """A level that a clock has reached."""

    clock: Clock
    percent: int
    to: tuple[str, ...]

    @property
    def key(self) -> Key:
        """What is told once."""
        return self.clock.kind.value, self.percent


def reached(clocks: Sequence[Clock], levels: Sequence[Level], told: Collection[Key]) -> Iterator[Reached]:
    """Yield the levels that are reached and were not told, the highest of each clock last."""
    for clock in clocks:
        for percent, to in sorted(_of(clock.kind, levels).items()):
            share = timedelta(minutes=clock.target.minutes) * (percent / 100)
            if clock.ended is None and clock.used >= share and (clock.kind.value, percent) not in told:
                yield Reached(clock, percent, to)


def _of(kind: ClockKind, levels: Sequence[Level]) -> dict[int, tuple[str, ...]]:
    """Return who is told at which percent of a clock: whoever any level names."""
    found: dict[int, tuple[str, ...]] = {}
    for level in levels:
        if level.clock in (None, kind):
            found[level.percent] = tuple(dict.fromkeys((*found.get(level.percent, ()), *level.to)))
    return found


def due(clock: Clock, outage: bool, quiet: Quiet | None, calendar: Calendar, now: datetime) -> datetime:
    """Return when somebody is to be told."""
    if outage and not clock.target.working:
        return now
    at = next_working(calendar, now)
    if quiet is not None and within(at, quiet.start, quiet.end):
        at = next_working(calendar, daily_end(at, quiet.end))
    return at
