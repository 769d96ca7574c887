"""The time that is evaluated: a month, a quarter or a year of the county's clock. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from countynet.clock import CHINA
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.month import Month


@dataclass(frozen=True)
class Period:
    """So many months from one on."""

    first: Month
    months: int

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Return what a text like 2026-11, 2026-Q4 or 2026 means. Raises BadInput."""
        said = text.strip()
        quarter = re.fullmatch(r"([0-9]{4})-[Qq]([1-4])", said)
        if quarter:
            return cls(Month.parse(f"{quarter[1]}-{int(quarter[2]) * 3 - 2:02}"), 3)
        if re.fullmatch(r"[0-9]{4}", said):
            return cls(Month.parse(f"{said}-01"), 12)
        try:
            return cls(Month.parse(said), 1)
        except BadInput as error:
            wanted = _("a month, quarter or year: 2026-11, 2026-Q4, 2026")
            raise BadInput([Problem(_("that is no period"), found=text[:40], wanted=wanted)]) from error

    def __iter__(self) -> Iterator[Month]:
        """Yield its months in order."""
        month = self.first
        for _number in range(self.months):
            yield month
            month = month.after

    @property
    def after(self) -> date:
        """The first day behind it."""
        *_before, last = self
        return last.after.first

    @property
    def begins(self) -> datetime:
        """Its begin, in UTC."""
        return datetime.combine(self.first.first, time(), CHINA).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """Its end (excluded), in UTC."""
        return datetime.combine(self.after, time(), CHINA).astimezone(UTC)

    def closed(self, now: datetime) -> bool:
        """Whether it is over, so that the same figures come out for ever."""
        return self.ends <= now

    def __str__(self) -> str:
        if self.months == 1:
            return str(self.first)
        return f"{self.first.year:04}" + (f"-Q{(self.first.number + 2) // 3}" if self.months == 3 else "")
