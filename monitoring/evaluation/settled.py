"""A period that is over is settled some days later: what was recorded until then counts, and nothing that comes after.

Bills are corrected, attendance is written down and repairs are rated some days after a month's end; whoever signs the
paper of a month wants it to stay. So the county's rules say after how many days a period settles (`closing`). From then
on its figures come from the inventory as it stood then (the last commit of that day) and from the events until then.
Where the inventory has no history, or this version cannot read it, the present one is used, and the report says so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from countynet.errors import BadInput, CountyError
from countynet.i18n import _
from countynet.settings import Settings
from inventory.model import County
from inventory.record.history import at as commit_at
from inventory.record.repository import Repository
from monitoring.cause.verdict import Said
from monitoring.evaluation.period import Period

_RUNS = _("The period is not over: these are the figures so far.")
_OPEN = _("What is recorded until {day} counts; from then on these figures stay.")
_SETTLED = _("Settled on {day}, by the inventory of that day ({commit}) and what was recorded until then.")
_HISTORYLESS = _("Settled on {day}; the inventory has no history, so the present one is used.")
_UNREADABLE = _("Settled on {day}; this version cannot read the inventory of that day, so the present one is used.")


@dataclass(frozen=True)
class Basis:
    """What a period is judged by."""

    county: County
    until: datetime | None
    """events from then on do not count; None while it is not settled"""
    said: Said | None = None


def basis(settings: Settings, present: County, period: Period, days: int, at: datetime) -> Basis:
    """Return what a period is judged by at a time. `present`: the county as it is; `days`: until it settles."""
    until = period.ends + timedelta(days=days)
    day = period.after + timedelta(days=days - 1)
    if not period.closed(at):
        return Basis(present, None, Said(_RUNS))
    if at < until:
        return Basis(present, None, Said(_OPEN, {"day": str(day)}))
    if not (settings.county / ".git").exists():
        return Basis(present, until, Said(_HISTORYLESS, {"day": str(day)}))
    try:
        commit = commit_at(Repository(settings), str(day), end=True)
        county = _county(settings, commit)
    except (BadInput, CountyError):
        return Basis(present, until, Said(_UNREADABLE, {"day": str(day)}))
    return Basis(county, until, Said(_SETTLED, {"day": str(day), "commit": commit[:12]}))


@lru_cache(maxsize=16)
def _county(settings: Settings, commit: str) -> County:
    """Return a county at a commit, which never changes. Raises BadInput, CountyError."""
    return Repository(settings).county(commit)
