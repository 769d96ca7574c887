"""Arithmetic of working time on the county's clock (UTC+8, no summer time). Pure.

Times go in aware and come out in UTC. Hours are half open: 12:00 is no longer of 08:30 to 12:00.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from countynet.clock import CHINA
from inventory.calendar.model import Calendar


def working(calendar: Calendar, at: datetime) -> bool:
    """Whether people work at a time."""
    here = at.astimezone(CHINA)
    return calendar.workday(here.date()) and any(h.start <= here.time() < h.end for h in calendar.hours)


def next_working(calendar: Calendar, at: datetime) -> datetime:
    """Return the first time from `at` on at which people work."""
    start, _end = next(_stretches(calendar, at))
    return start


def add(calendar: Calendar, at: datetime, minutes: int) -> datetime:
    """Return the earliest time at which so many working minutes have passed since `at`; 0 is `at` itself.

    Raises ValueError for less than none.
    """
    if minutes < 0:
        raise ValueError(f"working time runs forward: {minutes}")
    left = timedelta(minutes=minutes)
    if not left:
        return at.astimezone(UTC)
    for start, end in _stretches(calendar, at):
        if end - start >= left:
            return start + left
        left -= end - start
    raise AssertionError("a calendar has no end")


def between(calendar: Calendar, first: datetime, last: datetime) -> timedelta:
    """Return the working time from one time to another; none when they are in the other order."""
    total = timedelta()
    for start, end in _stretches(calendar, first):
        if start >= last:
            break
        total += min(end, last) - start
    return total


def unknown_years(calendar: Calendar, at: datetime) -> tuple[int, ...]:
    """Return which years around a time (this one; from October on the next) have no holidays in the calendar."""
    here = at.astimezone(CHINA)
    years = (here.year, here.year + 1) if here.month >= 10 else (here.year,)
    return tuple(year for year in years if not calendar.knows(year))


def _stretches(calendar: Calendar, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield what is worked from a time on, without end."""
    day = at.astimezone(CHINA).date()
    while True:
        if calendar.workday(day):
            for hours in calendar.hours:
                start = datetime.combine(day, hours.start, CHINA).astimezone(UTC)
                end = datetime.combine(day, hours.end, CHINA).astimezone(UTC)
                if end > at:
                    yield max(start, at.astimezone(UTC)), end
        day += timedelta(days=1)


def within(at: datetime, start: time, end: time) -> bool:
    """Whether a time is in a daily stretch of the county's clock, which may run over midnight."""
    here = at.astimezone(CHINA).time()
    return start <= here < end if start <= end else here >= start or here < end


def daily_end(at: datetime, end: time) -> datetime:
    """Return when a daily stretch that runs now ends."""
    here = at.astimezone(CHINA)
    last = datetime.combine(here.date(), end, CHINA)
    return (last if last > here else last + timedelta(days=1)).astimezone(UTC)
