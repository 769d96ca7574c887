"""A repair about which its unit says nothing for days is taken for good: the fault closes by itself, and says so.

Only where the county decided after how many days (`closing` in monitoring/faults.yml). It is the confirming step of
the same small machine, taken by the machine and without a rating, so that no score is made of silence; whoever finds
it still broken reports anew.
"""

from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from countynet.db import reading, transaction
from countynet.errors import BadInput, CountyError
from countynet.events import record
from countynet.i18n import _, translate, translate_error
from countynet.settings import Settings
from countynet.vocabulary import FaultState
from monitoring.alarms.service import MACHINE
from monitoring.faults.config import load
from monitoring.faults.rules import STEPS
from monitoring.faults.store import Fault
from monitoring.tags import FaultTag

EVERY = timedelta(minutes=1)
_looked: dict[str, datetime] = {}


def close(engine: Engine, days: int, now: datetime) -> tuple[int, ...]:
    """Close what was repaired and not touched for so many days; return the faults' numbers."""
    chosen = select(Fault.id).where(
        Fault.closed.is_(None), Fault.state == FaultState.REPAIRED, Fault.changed <= now - timedelta(days=days)
    )
    with reading(engine) as session:
        if session.scalar(chosen.limit(1)) is None:
            return ()
    step = STEPS[FaultTag.CONFIRMED]
    with transaction(engine) as session:
        numbers = tuple(session.scalars(chosen.order_by(Fault.id)))
        for number in numbers:
            fault = session.get_one(Fault, number)
            fault.state, fault.assignee, fault.changed, fault.closed = step.after, step.assignee, now, now
            note = translate(_("nobody said otherwise for {days} days"), days=days)
            record(session, FaultTag.CONFIRMED, MACHINE, f"fault:{number}", {"silent_days": days, "note": note})
    return numbers


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Look once a minute. The worker's clockwork calls this. Raises CountyError for a file that is wrong."""
    key = str(engine.url)
    if now < _looked.get(key, now - EVERY) + EVERY:
        return
    _looked[key] = now
    try:
        closing = load(settings.county).closing
    except BadInput as error:
        raise CountyError(translate_error(error)) from error
    if closing is not None:
        close(engine, closing.days, now)
