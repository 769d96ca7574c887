"""What a work window is, and what is said of one that does not fit its plan. Pure.

A window is a start and an end, kept in UTC and shown on the county's clock. A plan begins at its start, or as soon
after as the worker is free, and never past its end; what is still to do at the end is not begun.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from countynet.canonical import JSON
from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _, translate
from countynet.moments import moment, shown
from inventory.calendar.model import Calendar
from inventory.calendar.working import working
from playbooks.plan.model import Plan
from playbooks.plan.rules import APPROVAL, Approval, standing

LENGTH = timedelta(hours=2)
"""of a window of which only the start was said"""


class WindowState(StrEnum):
    """Where a window stands."""

    WAITING = "waiting"
    BEGUN = "begun"
    """the plan's job was queued in it"""
    CANCELLED = "cancelled"
    MISSED = "missed"
    """the plan could not begin in it; `why` says the reason"""


SAYS = {
    WindowState.WAITING: _("waits for its window"),
    WindowState.BEGUN: _("begun in its window"),
    WindowState.CANCELLED: _("taken out of its window"),
    WindowState.MISSED: _("missed its window"),
}


@dataclass(frozen=True)
class Window:
    """A window of a plan."""

    plan: int
    start: datetime
    end: datetime
    login: str
    state: WindowState = WindowState.WAITING
    why: str = ""
    job: int | None = None

    @property
    def when(self) -> str:
        """Start and end on the county's clock."""
        return f"{shown(self.start)} - {shown(self.end)}"

    def document(self) -> dict[str, JSON]:
        """Return it as JSON; times in UTC."""
        times: dict[str, JSON] = {"start": self.start.isoformat(), "end": self.end.isoformat()}
        about: dict[str, JSON] = {"state": self.state.value, "why": self.why, "by": self.login, "job": self.job}
        return times | about


def read(at: str, window: str) -> tuple[datetime, datetime]:
    """Return start and end of what was typed: `--at START`, or `--window START/END`. Raises BadInput."""
    if at and window:
        raise BadInput([Problem(_("say --at or --window, not both"))])
    if at:
        start = moment(at, "--at")
        return start, start + LENGTH
    first, slash, second = window.partition("/")
    if not slash:
        wanted = '"2026-11-27 02:00/2026-11-27 04:00"'
        raise BadInput([Problem(_("a window has a start and an end"), where="--window", found=window, wanted=wanted)])
    if len(second.strip()) == 5:
        second = f"{first.strip()[:10]} {second.strip()}"
    return moment(first, "--window"), moment(second, "--window")


def judge(plan: Plan, start: datetime, end: datetime, now: datetime) -> None:
    """Raise BadInput for a window that is none or is over, Conflict for one in which the plan has expired."""
    if end <= start:
        message = _("the window ends before it begins")
        raise BadInput([Problem(message, where="--window", found=f"{shown(start)} - {shown(end)}")])
    if end <= now:
        raise BadInput([Problem(_("the window is over"), found=shown(end), wanted=shown(now))])
    if start >= plan.expires:
        raise Conflict(_("plan {plan} expires {at}, before the window opens"), plan=plan.number, at=shown(plan.expires))


def warnings(plan: Plan, given: Iterable[Approval], start: datetime, now: datetime) -> Iterator[str]:
    """Yield what people have to know, translated: approvals that end before the window opens, and how many it lacks."""
    count = standing(given, now)
    for approval in count:
        if not standing([approval], start):
            text = _("the approval of {login} ends {at}, before the window opens: approve once more")
            yield translate(text, login=approval.login, at=shown(approval.at + APPROVAL))
    have = len({a.login for a in standing(count, start)})
    if have < plan.approvals:
        yield translate(_("at the start it will have {have} of {need} approvals"), have=have, need=plan.approvals)


def at_work(start: datetime, calendar: Calendar) -> Iterator[str]:
    """Yield, translated, that people work when a window opens."""
    if working(calendar, start):
        yield translate(_("people work at that time, and it changes something"))
