"""Work windows of what schedules will do: announced a day before it is due, taken back when it is not to be.

What would be cut off is asked of the launch form as it would be filled in now; a schedule that may not change anything
by then, or that a freeze period would hold, announces nothing. The window goes on as the run's once that begins to cut
something off (`playbooks.runner.windows`); of a time that was missed, and of a schedule that ended or was moved, it is
taken back.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Engine

from countynet import works
from countynet.db import reading
from countynet.errors import CountyError
from countynet.settings import Settings
from playbooks.freezes import book as freezes
from playbooks.present import present_county
from playbooks.runner import book, windows
from playbooks.runner.schedules import store
from playbooks.runner.schedules.days import WORKER
from playbooks.runner.schedules.schedule import Schedule, schedule_of

AHEAD = timedelta(hours=24)
KIND = "schedule:"
EVERY = 10
"""seconds between two looks at what is to be announced"""


def announce(settings: Settings, engine: Engine, now: datetime) -> None:
    """Announce what is due within a day; take back what is not to be."""
    if now.second % EVERY:
        return
    with reading(engine) as session:
        coming = [one for one in map(schedule_of, store.live(session)) if _cuts(one, now)]
        begun = {windows.of_turn(turn.schedule, turn.due) for turn in store.turns(session)}
    standing = works.standing(engine, KIND)
    wanted = {windows.of_turn(one.number, one.due): one for one in coming}
    for subject in wanted.keys() - standing:
        for work in _work(settings, wanted[subject], subject):
            works.announce(settings, engine, work)
    for subject in standing - wanted.keys() - begun:
        works.over(settings, engine, subject, WORKER)


def _cuts(one: Schedule, now: datetime) -> bool:
    """Whether a schedule will cut something off within a day, by itself."""
    values = {field.name: one.given.get(field.name) or field.default for field in one.playbook.fields}
    return one.playbook.cuts(values) and now < one.due <= now + AHEAD and one.agreed(one.due)


def _work(settings: Settings, one: Schedule, subject: str) -> Iterator[works.Work]:
    """Yield what is to be announced; nothing for what could not be asked for now, which is told when it is due."""
    given = {name: value for name, value in one.given.items() if name not in one.playbook.secrets}
    county = present_county(settings)
    try:
        playbook, answers, targets = book.judged(settings, county, one.playbook.id, given, one.maker)
        names = windows.meant(county, playbook, answers.values, targets)
        if not playbook.emergency and freezes.holding(settings, names, one.due):
            return
    except CountyError:
        return
    end, what = one.due + timedelta(minutes=playbook.minutes), f"schedule {one.number}"
    yield works.Work(subject, names, one.due, end, windows.reason(playbook, what), one.maker.name)
