"""Tells when the event log is not protected as it should be: no checkpoint, nothing outside, no stamp, damage.

Judged from the tables alone, once a minute, in the worker; an alarm closes when it is right again. What was damaged
stays told for a week, because nobody mends it. A worker that has just started waits: first it does what it missed.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.eventlog.tables import LogCheckpoint, LogSent, LogStamp
from countynet.events import Event
from countynet.i18n import _
from countynet.settings import Settings
from countynet.vocabulary import Severity
from monitoring.alarms.service import Trouble, close_alarm, open_alarm
from monitoring.alarms.store import open_by_key

SOURCE = "self"
SUBJECT = "event-log"
CHECKPOINT, FOLDER, MAIL, STAMP, DAMAGE = (f"self:log-{w}" for w in ("checkpoint", "folder", "mail", "stamp", "damage"))
KEYS = (CHECKPOINT, FOLDER, MAIL, STAMP, DAMAGE)
LATE = timedelta(hours=2)
PATIENCE = {FOLDER: timedelta(minutes=10), MAIL: timedelta(hours=1), STAMP: timedelta(hours=3)}
REMEMBERED = timedelta(days=7)
LOOK = timedelta(minutes=1)
GRACE = 120.0
"""seconds after the worker's start in which nothing is said"""
_began = time.monotonic()
_looked: dict[str, datetime] = {}


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Judge, and open and close what changed. The worker's clockwork calls this."""
    key = str(engine.url)
    last = _looked.get(key)
    if time.monotonic() - _began < GRACE or (last is not None and last <= now < last + LOOK):
        return
    _looked[key] = now
    judge(settings, engine, now)


def judge(settings: Settings, engine: Engine, now: datetime) -> None:
    """Write what changes, if anything does."""
    with reading(engine) as session:
        wanted = {one.key: one for one in troubles(settings, session, now)}
        standing = set(open_by_key(session, KEYS))
    if standing == set(wanted):
        return
    with transaction(engine) as session:
        for key, trouble in wanted.items():
            if key not in standing:
                open_alarm(session, trouble, SOURCE)
        for key in sorted(standing - set(wanted)):
            close_alarm(session, key)


def troubles(settings: Settings, session: Session, now: datetime) -> Iterator[Trouble]:
    """Yield everything that is wrong now."""
    newest = session.scalar(select(LogCheckpoint).order_by(LogCheckpoint.size.desc()).limit(1))
    began = newest.at if newest else session.scalar(select(func.min(Event.at)))
    if began is not None and now - began >= LATE:
        message = _("The event log has had no signed checkpoint since {time}")
        yield _trouble(CHECKPOINT, Severity.MAJOR, message, time=_shown(began))
    if newest is not None:
        yield from _outside(settings, session, newest, now)
    damaged = select(func.sum(LogCheckpoint.damage)).where(LogCheckpoint.at > now - REMEMBERED)
    if count := session.scalar(damaged):
        message = _("{count} events of the log did not hold: countynet audit verify-log says which")
        yield _trouble(DAMAGE, Severity.CRITICAL, message, count=int(count))


def _outside(settings: Settings, session: Session, newest: LogCheckpoint, now: datetime) -> Iterator[Trouble]:
    places = {
        FOLDER: (settings.log_outside is not None, "folder"),
        MAIL: (bool(settings.log_mail), "mail"),
    }
    messages = {
        FOLDER: _("Checkpoints of the event log do not reach the folder outside: {error}"),
        MAIL: _("Checkpoints of the event log cannot be mailed: {error}"),
    }
    for key, (wanted, place) in places.items():
        sent = session.get(LogSent, place)
        if wanted and now - _waits_since(session, sent.size if sent else 0, now) >= PATIENCE[key]:
            error = sent.said if sent else ""
            yield _trouble(key, Severity.MAJOR, messages[key], error=error or "-")
    if settings.log_tsa:
        yield from _stamp(session, newest, now)


def _waits_since(session: Session, size: int, now: datetime) -> datetime:
    """Return since when a checkpoint waits that is larger than what is outside; now when none does."""
    first = session.scalar(select(func.min(LogCheckpoint.at)).where(LogCheckpoint.size > size))
    return first if first is not None else now


def _stamp(session: Session, newest: LogCheckpoint, now: datetime) -> Iterator[Trouble]:
    last = session.scalar(select(func.max(LogStamp.size)).where(LogStamp.at.is_not(None))) or 0
    if now - _waits_since(session, last, now) >= PATIENCE[STAMP]:
        tried = session.get(LogStamp, newest.size)
        message = _("Checkpoints of the event log get no time stamp: {error}")
        yield _trouble(STAMP, Severity.MINOR, message, error=tried.said if tried and tried.said else "-")


def _trouble(key: str, severity: Severity, message: str, **values: JSON) -> Trouble:
    return Trouble(key, severity, SUBJECT, message, values)


def _shown(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
