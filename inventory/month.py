"""A calendar month as a value: what rent and evaluation are counted by. Pure."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from countynet.errors import BadInput, Problem
from countynet.i18n import _


@dataclass(frozen=True, order=True)
class Month:
    """One month of one year; months are ordered by time."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Return the month that a text like 2026-11 means. Raises BadInput."""
        found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text.strip())
        if found is None or not 1900 <= int(found[1]) <= 2999:
            raise BadInput([Problem(_("that is no month"), found=text[:40], wanted=_("year and month, e.g. 2026-11"))])
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month that a day lies in."""
        return cls(day.year, day.month)

    @property
    def days(self) -> int:
        """How many days it has."""
        return monthrange(self.year, self.number)[1]

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, self.number, self.days)

    @property
    def before(self) -> "Month":
        """The month before."""
        return Month.of(self.first - timedelta(days=1))

    @property
    def after(self) -> "Month":
        """The month after."""
        return Month.of(self.last + timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"
