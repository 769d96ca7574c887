"""Starts a plan when an alarm asks for it: reads the events since it last looked, in the worker's clockwork.

The first look begins at the newest event: what happened before this watch was there starts nothing. An alarm about
something that the county no longer has, or for which the plan runs already, starts nothing either.
"""

import logging
from datetime import datetime
from fnmatch import fnmatchcase

from sqlalchemy import Engine, func, select

from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict
from countynet.events import Event
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.load import load_county
from inventory.model import County
from playbooks.emergency import book, runs
from playbooks.emergency.model import EmergencyPlan
from playbooks.emergency.read import plans
from playbooks.emergency.store import EmergencyWatchRow

TAGS = ("alarm.opened", "alarm.reopened")
"""what the room of monitoring calls them (docs/vocabulary.md)"""
MACHINE = Actor("machine", Role.CENTER)
_log = logging.getLogger(__name__)


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Look at what happened since the last look; the worker calls this about once a second."""
    runs.settle(engine, now)
    with reading(engine) as session:
        seen = session.get(EmergencyWatchRow, 1)
        last = session.scalar(select(func.max(Event.id))) or 0
        since = seen.event if seen else last
        chosen = select(Event).where(Event.id > since, Event.id <= last, Event.tag.in_(TAGS)).order_by(Event.id)
        found = list(session.scalars(chosen)) if last > since else []
    if found:
        county, known = load_county(settings.county), plans(settings.county)
        for event in found:
            _begin(engine, county, known, event)
    if seen is None or last > since:
        with transaction(engine) as session:
            session.merge(EmergencyWatchRow(id=1, event=last))


def _begin(engine: Engine, county: County, known: dict[str, EmergencyPlan], event: Event) -> None:
    key = str(event.data.get("key", ""))
    for plan in known.values():
        if not any(fnmatchcase(key, pattern) for pattern in plan.alarms):
            continue
        try:
            targets = {str(kind): key.partition(":")[2] for kind in plan.needs[:1]}
            book.start(engine, county, plan, targets, MACHINE, alarm=event.subject)
        except (BadInput, Conflict) as error:
            _log.info("no emergency for %s: %s", event.subject, error)
