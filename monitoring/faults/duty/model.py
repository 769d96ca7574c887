"""Who repairs faults and who is on duty when, as data: `<county>/monitoring/duty.yml`. Pure, but for `load`.

    people:
    - {name: 张伟, login: zhangwei, telephone: 13800000001, domains: [operator-line], sites: [east], most: 4}
    roster:
    - {people: [张伟], days: [mon, tue, wed, thu, fri], start: "08:30", end: "17:30"}
    - {people: [李娜], start: "17:30", end: "08:30"}

Without the file nobody is suggested, and that is said. Without a roster everybody counts as on duty. Every mistake is
told with its line.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Literal

from pydantic import Field

from countynet.clock import CHINA
from countynet.frozen import Frozen
from countynet.i18n import _
from countynet.vocabulary import FaultDomain
from inventory.calendar.working import within
from inventory.datafile import DataFile
from inventory.model.base import Telephone

COUNTY = Path("monitoring") / "duty.yml"
"""within the county folder"""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Member(Frozen):
    """Somebody who repairs faults."""

    name: str = Field(min_length=1, max_length=40)
    telephone: Telephone
    login: str = Field(default="", max_length=40)
    """the account under which they see their own faults"""
    domains: tuple[FaultDomain, ...] = ()
    """what they know; empty: everything"""
    sites: tuple[str, ...] = ()
    """where they go; empty: everywhere"""
    most: int = Field(default=5, ge=1, le=200)
    """faults at a time"""


class Shift(Frozen):
    """Who is on duty, by the county's clock, on some days or all; over midnight it belongs to the day it begins on."""

    people: tuple[str, ...] = Field(min_length=1)
    days: tuple[Day, ...] = ()
    start: time = time(0)
    end: time = time(0)
    """the same as `start`: the whole day"""
    first: date | None = None
    last: date | None = None

    def covers(self, at: datetime) -> bool:
        """Whether it runs at a time."""
        here = at.astimezone(CHINA)
        if self.start != self.end and not within(at, self.start, self.end):
            return False
        began = (
            date.fromordinal(here.toordinal() - 1) if self.start > self.end and here.time() < self.end else here.date()
        )
        if (self.first and began < self.first) or (self.last and began > self.last):
            return False
        return not self.days or DAYS[began.weekday()] in self.days


@dataclass(frozen=True)
class Duty:
    """Everything that the file says."""

    people: tuple[Member, ...] = ()
    roster: tuple[Shift, ...] = ()

    def on_duty(self, at: datetime) -> tuple[Member, ...]:
        """Return who is on duty at a time, in the order of the file."""
        if not self.roster:
            return self.people
        names = {name for shift in self.roster if shift.covers(at) for name in shift.people}
        return tuple(member for member in self.people if member.name in names)

    def member(self, name: str) -> Member | None:
        """Return somebody by name or login."""
        return next((one for one in self.people if name and name in (one.name, one.login)), None)


def load(county: Path, sites: Collection[str] | None = None) -> Duty:
    """Return a county's people and roster, nobody without the file. Raises BadInput with every problem."""
    file = county / COUNTY
    return read(str(COUNTY), file.read_bytes(), sites) if file.is_file() else Duty()


def read(name: str, content: bytes, sites: Collection[str] | None = None) -> Duty:
    """Return what a file says. Raises BadInput with every problem."""
    file = DataFile(name, content, ("people", "roster"))
    found = Duty(file.items("people", Member), file.items("roster", Shift))
    if not file.problems:
        _judge(file, found, sites)
    file.refuse()
    return found


def _judge(file: DataFile, found: Duty, sites: Collection[str] | None) -> None:
    names = [member.name for member in found.people]
    for index, member in enumerate(found.people):
        if member.name in names[:index]:
            file.wrong(("people", index, "name"), _("{name} is given twice"), name=member.name)
        for number, site in enumerate(member.sites):
            if sites is not None and site not in sites:
                file.wrong(("people", index, "sites", number), _("nothing here is named {name}"), name=site)
    for index, shift in enumerate(found.roster):
        for number, name in enumerate(shift.people):
            if name not in names:
                file.wrong(("roster", index, "people", number), _("nothing here is named {name}"), name=name)
