"""Alarms, and faults by them, for what other rooms find (`countynet.troubles`): opened once, closed when it is over.

A unit's trouble becomes a fault, or joins the one that is open; people close faults, as always. A source that fails
closes nothing: what it last said stands.
"""

from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from countynet import troubles
from countynet.db import reading, transaction
from countynet.settings import Settings
from monitoring.alarms.service import Trouble, close_alarm, open_alarm
from monitoring.alarms.store import Alarm
from monitoring.faults.joining import alarm_opened

SOURCE = "rooms"
LOOK = timedelta(seconds=30)
_looked: dict[str, datetime] = {}


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Open and close what changed. The worker's clockwork calls this."""
    last = _looked.get(str(engine.url))
    if last is not None and last <= now < last + LOOK:
        return
    _looked[str(engine.url)] = now
    judge(settings, engine)


def judge(settings: Settings, engine: Engine) -> None:
    """Bring alarms to what stands; writes only what changes."""
    for name, source in troubles.sources():
        wanted = {f"{name}:{one.key}": one for one in source(settings, engine)}
        chosen = select(Alarm.key).where(Alarm.closed.is_(None), Alarm.source == SOURCE)
        with reading(engine) as session:
            standing = {key for key in session.scalars(chosen) if key.startswith(f"{name}:")}
        if standing == set(wanted):
            continue
        with transaction(engine) as session:
            for key in sorted(set(wanted) - standing):
                one = wanted[key]
                trouble = Trouble(key, one.severity, one.subject, one.message, one.values, one.device, unit=one.unit)
                alarm, new = open_alarm(session, trouble, SOURCE)
                if new:
                    alarm_opened(session, alarm)
            for key in sorted(standing - set(wanted)):
                close_alarm(session, key)
