"""The county's working days as schedules use them, and what a changed calendar moves.

A county's own calendar that cannot be read moves nothing and begins nothing that depends on it: what was due is missed
with what is wrong with the file, and what is due next is reckoned by the shipped calendar until it is mended.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import BadInput
from countynet.events import record
from countynet.i18n import _, translate
from countynet.settings import Settings
from inventory.calendar.model import COUNTY, Calendar
from inventory.calendar.present import stamp, sure
from inventory.calendar.working import working
from playbooks.runner.schedules import store
from playbooks.runner.schedules.rhythm import Rhythm
from playbooks.runner.schedules.schedule import Schedule, schedule_of
from playbooks.tags import ScheduleTag

WORKER = "schedule"
_seen: dict[Path, int] = {}
"""by county, which state of its calendar the schedules were last reckoned by in this process"""


def moved(settings: Settings, engine: Engine, now: datetime) -> None:
    """Reckon anew when schedules are due that depend on working days, once after each change of the calendar."""
    state = stamp(settings.county)
    if _seen.get(settings.county) == state:
        return
    try:
        calendar = sure(settings.county)
    except BadInput:
        return
    with reading(engine) as session:
        chosen = [row.id for row in store.live(session) if row.due > now and schedule_of(row).rhythm.by_calendar]
    for number in chosen:
        _reckon(engine, number, calendar, now)
    _seen[settings.county] = state


def notes(one: Schedule, calendar: Calendar) -> Iterator[str]:
    """Yield what somebody has to know of when a schedule is due: people work then, or holidays are not known."""
    if one.ended:
        return
    if one.changes and working(calendar, one.due):
        yield translate(_("people work at that time, and it changes something"))
    year = one.due.astimezone(clock.CHINA).year
    if one.rhythm.by_calendar and not calendar.knows(year):
        text = _("the holidays of {year} are not known: only its weekends count; add them to {file} when they are out")
        yield translate(text, year=year, file=COUNTY.as_posix())


def after(rhythm: Rhythm, now: datetime, calendar: Calendar, times: int) -> tuple[datetime, ...]:
    """Return the next times at which something is due."""
    found = list[datetime]()
    for _time in range(times):
        found.append(rhythm.after(found[-1] if found else now, calendar))
    return tuple(found)


def _reckon(engine: Engine, number: int, calendar: Calendar, now: datetime) -> None:
    with transaction(engine) as session:
        row = session.get_one(store.ScheduleRow, number)
        due = schedule_of(row).rhythm.after(now, calendar)
        if row.ended is None and row.due > now and due != row.due:
            data = {"playbook": row.playbook, "was": row.due.isoformat(), "due": due.isoformat()}
            row.due = due
            record(session, ScheduleTag.MOVED, WORKER, f"schedule:{number}", data)
