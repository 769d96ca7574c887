"""The arithmetic of evaluation. Pure: from outage sums and the steps of faults to figures, scores and deductions.

Rules that an accountant can check by hand; each is a test:
- A fault counts in the period in which it was opened. Its time to respond runs from opening to the operator's begin of
  the repair, its time to repair from opening to the last "repaired"; both by the clock on the wall, as contracts count.
  What is not begun or not repaired yet counts in the number of faults and in no time.
- Percentiles are those of the nearest rank: the smallest value that so many percent do not exceed.
- Nothing measured is None and is said so; it is never 0 and never 100. Fewer than `FEW` values are a small sample.
- A repeat is a fault of a unit opened within `AGAIN` after the one before it was repaired.
- A fault that several units reported is one fault, of the unit that has it; each unit's rating of its repair is that
  unit's own, and several units together have the mean over all ratings, however many reported.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from statistics import mean, median

from monitoring.ledger.stretches import Sums

FEW = 5
AGAIN = timedelta(days=30)


@dataclass(frozen=True)
class FaultFacts:
    """What the events of one fault say."""

    fault: int
    unit: str
    opened: datetime
    alarmed: datetime | None = None
    """when an alarm opened or joined it first"""
    reported: datetime | None = None
    """when the unit reported it first"""
    started: datetime | None = None
    """when the repair began first"""
    repaired: datetime | None = None
    """when it was last said to be repaired"""
    reopened: int = 0
    rating: int | None = None
    """its own unit's, 1 to 5"""
    domain: str = ""
    """whose trouble it was, by the last verdict on its alarms (`FaultDomain`); empty: nobody judged it"""
    answers: tuple[tuple[datetime, datetime | None], ...] = ()
    """of each repair when it was said, and when its unit said whether it helped; None: it did not"""


@dataclass(frozen=True)
class Shared:
    """A unit that reported a fault which another unit has."""

    unit: str
    fault: int
    rating: int | None = None
    """what it said of the repair, 1 to 5; None: nothing yet"""


@dataclass(frozen=True)
class Times:
    """A time of many faults, in minutes."""

    count: int = 0
    mean: float | None = None
    median: float | None = None
    p80: float | None = None
    p95: float | None = None

    @property
    def small(self) -> bool:
        """Whether there are too few to say much."""
        return self.count < FEW


@dataclass(frozen=True)
class FaultFigures:
    """What the faults of some units add up to."""

    faults: int
    open: int
    """not repaired yet"""
    respond: Times
    repair: Times
    in_time: int
    """repaired within the hours that each line's contract gives"""
    repeats: int
    reopened: int
    found_first: int
    """alarmed before the unit reported it, or never reported"""
    never_alarmed: int
    """reported, and no alarm ever opened or joined it"""
    ratings: int
    """how many, of these units' own faults and of those that they reported with others"""
    rating: float | None
    """mean of 1 to 5"""
    shared: int = 0
    """reports of faults that another unit has; those faults are not counted here"""


def times(values: Iterable[timedelta]) -> Times:
    """Return mean, median and percentiles of times."""
    minutes = sorted(value.total_seconds() / 60 for value in values)
    if not minutes:
        return Times()
    return Times(
        len(minutes), round(mean(minutes), 1), round(median(minutes), 1), _rank(minutes, 80), _rank(minutes, 95)
    )


def _rank(ordered: Sequence[float], percent: int) -> float:
    return round(ordered[ceil(len(ordered) * percent / 100) - 1], 1)


def fault_figures(
    facts: Sequence[FaultFacts], hours: "dict[str, int]", before: Sequence[FaultFacts], shared: Sequence[Shared] = ()
) -> FaultFigures:
    """Return the figures of faults. `hours`: to repair, by unit; `before`: earlier ones, for repeats.

    `shared`: what the same units reported of others' faults.
    """
    repair = [(fact, fact.repaired - fact.opened) for fact in facts if fact.repaired is not None]
    given = (*(fact.rating for fact in facts), *(one.rating for one in shared))
    ratings = [rating for rating in given if rating is not None]
    return FaultFigures(
        faults=len(facts),
        open=len(facts) - len(repair),
        respond=times(fact.started - fact.opened for fact in facts if fact.started is not None),
        repair=times(took for _fact, took in repair),
        in_time=sum(took <= timedelta(hours=hours.get(fact.unit, 0)) for fact, took in repair),
        repeats=repeats(facts, before),
        reopened=sum(fact.reopened for fact in facts),
        found_first=sum(_found_first(fact) for fact in facts),
        never_alarmed=sum(fact.reported is not None and fact.alarmed is None for fact in facts),
        ratings=len(ratings),
        rating=round(mean(ratings), 2) if ratings else None,
        shared=len(shared),
    )


def _found_first(fact: FaultFacts) -> bool:
    return fact.alarmed is not None and (fact.reported is None or fact.alarmed <= fact.reported)


def repeats(facts: Sequence[FaultFacts], before: Sequence[FaultFacts]) -> int:
    """Return how many of the faults came again soon after one of the same unit was repaired."""
    last: dict[str, datetime] = {}
    found = 0
    mine = {fact.fault for fact in facts}
    for fact in sorted({*before, *facts}, key=lambda f: (f.opened, f.fault)):
        ended = last.get(fact.unit)
        found += fact.fault in mine and ended is not None and timedelta() <= fact.opened - ended <= AGAIN
        if fact.repaired is not None:
            last[fact.unit] = fact.repaired
    return found


def added(sums: Iterable[Sums]) -> Sums:
    """Return sums added up."""
    total = Sums()
    for one in sums:
        total = Sums(
            total.up + one.up,
            total.down + one.down,
            total.shadowed + one.shadowed,
            total.unknown + one.unknown,
            total.planned + one.planned,
            total.outages + one.outages,
        )
    return total
