"""When a schedule is due: daily, weekly or monthly, at a time of the county's clock, with a time to begin until. Pure.

The county's clock knows no summer time, so every day has every time once. A month that has no such day is due on its
last one. A window whose end is not after its begin ends on the next day. Without an end a time that was missed is
still due until the next one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import count
from unicodedata import normalize

from countynet import clock
from countynet.errors import BadInput, Problem
from countynet.i18n import _

DAY = timedelta(days=1)
LAST = 31
"""the day of a month that every month has: its last one"""


class Every(StrEnum):
    """How often."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


WEEKDAYS: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CHINESE = "一二三四五六日"
WANTED_DAY: dict[Every, str] = {
    Every.WEEKLY: _("mon, tue, wed, thu, fri, sat or sun"),
    Every.MONTHLY: _("a day from 1 to 31, or last"),
}
WANTED_TIME = _("a time such as 02:00")


@dataclass(frozen=True)
class Rhythm:
    """The times at which something is due."""

    every: Every
    day: int
    """of the week from 0 (Monday), of the month from 1; 0 when daily"""
    at: time
    until: time | None
    """begun after this it is not begun at all; None: until it is due again"""
    first: date
    """not before this day"""

    def after(self, moment: datetime) -> datetime:
        """Return the first time after a moment at which it is due, in UTC."""
        start = max(self.first, moment.astimezone(clock.CHINA).date() - DAY)
        return next(due for due in self._dues(start) if due > moment)

    def end(self, due: datetime) -> datetime:
        """Return until when it may begin that was due at a time."""
        if self.until is None:
            return self.after(due)
        day = due.astimezone(clock.CHINA).date() + (timedelta() if self.until > self.at else DAY)
        return datetime.combine(day, self.until, clock.CHINA).astimezone(UTC)

    def passed(self, due: datetime, now: datetime) -> tuple[datetime, int]:
        """Return the last time until now of those from `due` on, and how many earlier ones were passed over."""
        for passed in count():
            following = self.after(due)
            if following > now:
                return due, passed
            due = following
        raise AssertionError  # count() has no end

    def _dues(self, start: date) -> Iterator[datetime]:
        for offset in count():
            day = start + offset * DAY
            if self._on(day):
                yield datetime.combine(day, self.at, clock.CHINA).astimezone(UTC)

    def _on(self, day: date) -> bool:
        if self.every is Every.WEEKLY:
            return day.weekday() == self.day
        return self.every is Every.DAILY or day.day == min(self.day, _length(day))


def _length(day: date) -> int:
    """Return how many days a month has."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return (following - DAY).day


def rhythm(every: str, on: str, at: str, until: str, first: str, today: date) -> Rhythm:
    """Return the rhythm that words say. Raises BadInput with everything that is wrong with them."""
    problems = list[Problem]()
    often = _every(every, problems)
    day = _day(often, normalize("NFKC", on).strip(), problems) if often else 0
    start, end = _time("--at", at, problems), _time("--until", until, problems) if until.strip() else None
    begin = _first(first, today, problems)
    if start is not None and start == end:
        problems.append(Problem(_("it would end when it begins"), where="--until", found=until))
    if problems or often is None or start is None:
        raise BadInput(problems)
    return Rhythm(often, day, start, end, begin)


def _every(text: str, problems: list[Problem]) -> Every | None:
    try:
        return Every(text.strip().lower())
    except ValueError:
        wanted = ", ".join(Every)
        problems.append(Problem(_("it is not known how often this is"), where="--every", found=text, wanted=wanted))
        return None


def _day(every: Every, text: str, problems: list[Problem]) -> int:
    if every is Every.DAILY:
        if text:
            problems.append(Problem(_("what is daily has no day of its own"), where="--on", found=text))
        return 0
    day = _weekday(text.lower()) if every is Every.WEEKLY else _monthday(text.lower())
    if day is None:
        problems.append(Problem(_("this is no day for it"), where="--on", found=text, wanted=WANTED_DAY[every]))
    return day or 0


def _weekday(text: str) -> int | None:
    if found := re.fullmatch(r"(?:周|星期|礼拜)([一二三四五六日天])", text):
        return _CHINESE.index(found[1].replace("天", "日"))
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return next((n for n, name in enumerate(names) if len(text) >= 3 and name.startswith(text)), None)


def _monthday(text: str) -> int | None:
    if text in ("last", "月底", "月末"):
        return LAST
    found = re.fullmatch(r"([1-9]|[12]\d|3[01])[日号]?", text, re.ASCII)
    return int(found[1]) if found else None


def _time(where: str, text: str, problems: list[Problem]) -> time | None:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", normalize("NFKC", text).strip(), re.ASCII)
    if found is None:
        problems.append(Problem(_("this is no time of day"), where=where, found=text, wanted=WANTED_TIME))
        return None
    return time(int(found[1]), int(found[2]))


def _first(text: str, today: date, problems: list[Problem]) -> date:
    if not text.strip():
        return today
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        problems.append(Problem(_("this is no day"), where="--from", found=text, wanted=today.isoformat()))
        return today
    if not today <= day <= today + 3660 * DAY:
        problems.append(Problem(_("this day is past, or more than ten years away"), where="--from", found=text))
    return day
