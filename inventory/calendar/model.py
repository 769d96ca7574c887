"""The working calendar as data: hours, and the years that are published. Pure, but for `load`.

Refuses hours that cross or are empty, a holiday or workday of another year, a workday that is no weekend.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cached_property
from pathlib import Path

from countynet.frozen import Frozen
from countynet.i18n import _
from inventory.datafile import DataFile

CHINA = Path(__file__).with_name("china.yml")
COUNTY = Path("monitoring") / "calendar.yml"
"""within the county folder: other hours, and years that this version does not know yet"""
SATURDAY = 5


class Hours(Frozen):
    """A stretch of a workday, on the county's clock."""

    start: time
    end: time


class Holiday(Frozen):
    """A public holiday, both days included."""

    name: str
    first: date
    last: date


class Year(Frozen):
    """What a year's notice says."""

    year: int
    notice: str
    holidays: tuple[Holiday, ...]
    workdays: tuple[date, ...] = ()

    @cached_property
    def off(self) -> frozenset[date]:
        """Every day of its holidays."""
        return frozenset(day for holiday in self.holidays for day in _days(holiday))


DEFAULT_HOURS = (Hours(start=time(8, 30), end=time(12)), Hours(start=time(14, 30), end=time(17, 30)))


@dataclass(frozen=True)
class Calendar:
    """The county's working calendar."""

    hours: tuple[Hours, ...] = DEFAULT_HOURS
    years: dict[int, Year] = field(default_factory=dict)

    def knows(self, year: int) -> bool:
        """Whether the holidays of a year are known; else only its weekends count."""
        return year in self.years

    def workday(self, day: date) -> bool:
        """Whether people work on a day."""
        known = self.years.get(day.year)
        if known is not None and day in known.off:
            return False
        return day.weekday() < SATURDAY or (known is not None and day in known.workdays)


def load(county: Path) -> Calendar:
    """Return the calendar of a county folder: China's, and what the county's own file adds. Raises BadInput."""
    calendar = read(CHINA.name, CHINA.read_bytes())
    own = county / COUNTY
    return read(str(COUNTY), own.read_bytes(), calendar) if own.is_file() else calendar


def read(name: str, content: bytes, base: Calendar | None = None) -> Calendar:
    """Return what a file says over what is known already. Raises BadInput with every problem."""
    base = base or Calendar()
    file = DataFile(name, content, ("hours", "years"))
    hours, years = file.items("hours", Hours), file.items("years", Year)
    if not file.problems:
        _judge(file, hours, years)
    file.refuse()
    return Calendar(hours or base.hours, {**base.years, **{year.year: year for year in years}})


def _judge(file: DataFile, hours: tuple[Hours, ...], years: tuple[Year, ...]) -> None:
    for index, stretch in enumerate(hours):
        if stretch.start >= stretch.end or (index and hours[index - 1].end > stretch.start):
            file.wrong(("hours", index), _("working hours run forward and do not cross"))
    for index, year in enumerate(years):
        for number, holiday in enumerate(year.holidays):
            if holiday.first > holiday.last or {holiday.first.year, holiday.last.year} != {year.year}:
                file.wrong(("years", index, "holidays", number), _("a holiday runs forward within its year"))
        for number, day in enumerate(year.workdays):
            if day.year != year.year or day.weekday() < SATURDAY or day in year.off:
                place = ("years", index, "workdays", number)
                file.wrong(place, _("a make-up workday is a weekend of its year and no holiday"), found=str(day))


def _days(holiday: Holiday) -> Iterator[date]:
    for number in range(max((holiday.last - holiday.first).days + 1, 0)):
        yield holiday.first + timedelta(days=number)
