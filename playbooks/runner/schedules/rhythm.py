"""When a schedule is due: daily, weekly or monthly, at a time of the county's clock, with a time to begin until. Pure.

Working days and days off are those of the county's calendar, public holidays and make-up workdays among them; a weekly
or monthly one is due on holidays too. The county's clock knows no summer time, so every day has every time once. A
month that has no such day is due on its last one. A window whose end is not after its begin ends on the next day.
Without an end a time that was missed is still due until the next one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import count

from countynet import clock
from inventory.calendar.model import Calendar

DAY = timedelta(days=1)
LAST = 31
"""the day of a month that every month has: its last one"""
FIRST_WORKDAY, LAST_WORKDAY = -1, -2
"""as the day of a month: the first and the last on which people work"""


class Every(StrEnum):
    """How often."""

    DAILY = "daily"
    WORKDAY = "workday"
    """on every day on which people work"""
    RESTDAY = "restday"
    """on every day on which nobody works: weekends and public holidays"""
    WEEKLY = "weekly"
    MONTHLY = "monthly"


DAYLESS = frozenset({Every.DAILY, Every.WORKDAY, Every.RESTDAY})
"""how often something is that has no day of its own"""
WORKDAYS: dict[int, str] = {FIRST_WORKDAY: "first-workday", LAST_WORKDAY: "last-workday"}
WEEKDAYS: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Rhythm:
    """The times at which something is due."""

    every: Every
    day: int
    """of the week from 0 (Monday), of the month from 1, or `FIRST_WORKDAY`, `LAST_WORKDAY`; 0 when it has none"""
    at: time
    until: time | None
    """begun after this it is not begun at all; None: until it is due again"""
    first: date
    """not before this day"""

    @property
    def by_calendar(self) -> bool:
        """Whether it depends on which days people work."""
        return self.every in (Every.WORKDAY, Every.RESTDAY) or self.day in WORKDAYS

    @property
    def on(self) -> int | str | None:
        """The day for programs: 0 (Monday) to 6 of a week, 1 to 31, `first-workday` or `last-workday` of a month."""
        return None if self.every in DAYLESS else WORKDAYS.get(self.day, self.day)

    def after(self, moment: datetime, calendar: Calendar) -> datetime:
        """Return the first time after a moment at which it is due, in UTC."""
        start = max(self.first, moment.astimezone(clock.CHINA).date() - DAY)
        return next(due for due in self._dues(start, calendar) if due > moment)

    def end(self, due: datetime, calendar: Calendar) -> datetime:
        """Return until when it may begin that was due at a time."""
        if self.until is None:
            return self.after(due, calendar)
        day = due.astimezone(clock.CHINA).date() + (timedelta() if self.until > self.at else DAY)
        return datetime.combine(day, self.until, clock.CHINA).astimezone(UTC)

    def passed(self, due: datetime, now: datetime, calendar: Calendar) -> tuple[datetime, int]:
        """Return the last time until now of those from `due` on, and how many earlier ones were passed over."""
        for passed in count():
            following = self.after(due, calendar)
            if following > now:
                return due, passed
            due = following
        raise AssertionError  # count() has no end

    def _dues(self, start: date, calendar: Calendar) -> Iterator[datetime]:
        for offset in count():
            day = start + offset * DAY
            if self._on(day, calendar):
                yield datetime.combine(day, self.at, clock.CHINA).astimezone(UTC)

    def _on(self, day: date, calendar: Calendar) -> bool:
        if self.every is Every.WEEKLY:
            return day.weekday() == self.day
        if self.every is Every.MONTHLY:
            return self._of_month(day, calendar)
        return self.every is Every.DAILY or calendar.workday(day) == (self.every is Every.WORKDAY)

    def _of_month(self, day: date, calendar: Calendar) -> bool:
        if self.day not in WORKDAYS:
            return day.day == min(self.day, _length(day))
        others = range(1, day.day) if self.day == FIRST_WORKDAY else range(day.day + 1, _length(day) + 1)
        return calendar.workday(day) and not any(calendar.workday(day.replace(day=other)) for other in others)


def _length(day: date) -> int:
    """Return how many days a month has."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return (following - DAY).day
