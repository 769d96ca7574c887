"""How the event log is protected, as its tables say: checkpoints by the hour, copies outside, time stamps. Reads only.

The whole log is not gone through here (`judge` does that, in a minute for years of it): the chain that stands in the
database is verified beside this, and what is asked here is whether what would show a rewritten log was made in time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from countynet.eventlog.tables import LogCheckpoint, LogSent, LogStamp
from countynet.events import Event
from countynet.settings import Settings

BACK = timedelta(days=30)
"""so far back hours without a checkpoint are looked for"""
EVERY = timedelta(hours=1)
"""between two checkpoints (`audit.log.checkpoint.EVERY`, which takes keys along that nobody needs here)"""
PLACES = ("folder", "mail")


@dataclass(frozen=True)
class Sent:
    """A place outside that checkpoints go to."""

    place: str
    waits: datetime | None
    """since when the oldest checkpoint waits that is not there; None: all are there"""
    said: str
    """why the last attempt failed; empty: it did not"""


@dataclass(frozen=True)
class LogState:
    """How it stands."""

    at: datetime
    began: datetime | None
    """the first event that is online; None: there is none"""
    checkpoints: int
    newest: datetime | None
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    """stretches of the last 30 days in which an hourly checkpoint is missing"""
    damaged: int = 0
    """events that did not hold when checkpoints were made, in these days"""
    sent: tuple[Sent, ...] = ()
    """places outside that the settings name"""
    stamps: bool = False
    """whether the settings name a time-stamp authority"""
    stamp_waits: datetime | None = None
    """since when the oldest checkpoint waits that no stamp covers; None: none does"""
    stamp_said: str = ""


def look(settings: Settings, session: Session, now: datetime) -> LogState:
    """Return how the log is protected."""
    rows = session.execute(
        select(LogCheckpoint.size, LogCheckpoint.at).where(LogCheckpoint.at >= now - BACK).order_by(LogCheckpoint.at)
    ).all()
    stamped = session.scalar(select(func.max(LogStamp.size)).where(LogStamp.at.is_not(None))) or 0
    last = session.get(LogStamp, session.scalar(select(func.max(LogCheckpoint.size))) or 0)
    return LogState(
        at=now,
        began=session.scalar(select(Event.at).order_by(Event.id).limit(1)),
        checkpoints=session.scalar(select(func.count()).select_from(LogCheckpoint)) or 0,
        newest=session.scalar(select(func.max(LogCheckpoint.at))),
        pauses=tuple((a.at, b.at) for a, b in pairwise(rows) if b.at - a.at > 2 * EVERY),
        damaged=int(session.scalar(select(func.sum(LogCheckpoint.damage)).where(LogCheckpoint.at >= now - BACK)) or 0),
        sent=tuple(_sent(settings, session)),
        stamps=bool(settings.log_tsa),
        stamp_waits=_waits(session, stamped) if settings.log_tsa else None,
        stamp_said=last.said if last is not None else "",
    )


def _sent(settings: Settings, session: Session) -> Iterator[Sent]:
    named = {"folder": settings.log_outside is not None, "mail": bool(settings.log_mail)}
    for place in PLACES:
        if named[place]:
            row = session.get(LogSent, place)
            yield Sent(place, _waits(session, row.size if row else 0), row.said if row else "")


def _waits(session: Session, size: int) -> datetime | None:
    """Return when the oldest checkpoint was made that is larger than what is there."""
    return session.scalar(select(func.min(LogCheckpoint.at)).where(LogCheckpoint.size > size))
