"""Freeze periods and plans: no plan begins in one, but one that an emergency lets be applied at once.

A work window that opens in a period waits in it for the period's end, as long as it is open.
"""

from datetime import datetime

from sqlalchemy import Engine

from countynet.errors import Conflict
from countynet.i18n import _
from countynet.moments import shown
from countynet.settings import Settings
from playbooks.freezes import book as freezes
from playbooks.plan import rules
from playbooks.plan.book import Entry


def may_begin(settings: Settings, engine: Engine, entry: Entry, now: datetime | None = None) -> None:
    """Raise Conflict when a plan may not begin now, BadInput for a wrong file of periods."""
    if not any(given.login.startswith(rules.EMERGENCY) for given in entry.approvals):
        freezes.judge(settings, engine, devices(entry), (subject(entry.plan.number),), now)


def may_wait(settings: Settings, engine: Engine, entry: Entry, start: datetime, end: datetime) -> None:
    """Raise Conflict for a work window of which a freeze period leaves nothing, BadInput for a wrong file."""
    period = freezes.covers(settings, devices(entry), start, end)
    if period is not None:
        freezes_until = {"at": shown(period.ends), "reason": period.why}
        raise Conflict(_("the window lies in a freeze period, which holds until {at}: {reason}"), **freezes_until)


def devices(entry: Entry) -> list[str]:
    """Return what a plan touches."""
    return [change.device for change in entry.plan.devices]


def subject(number: int) -> str:
    """Return what a pass for a plan is for."""
    return f"plan:{number}"
