"""How an application stands: deployed or not, its backups and their trials, from its events; and when what is due."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from countynet import clock
from countynet.canonical import JSON
from countynet.db import reading
from countynet.events import Event
from inventory.model import BackupJob
from playbooks.applications.outcome import subject
from playbooks.tags import AppTag

DRILL = timedelta(days=30)
"""so often a backup is tried"""
RENEWAL = timedelta(days=45)
"""so long before its end a certificate is renewed where no deploy did it, which would from the sixtieth day on"""
LATE = timedelta(hours=2)
"""so long after a backup was due it is late: it waits for others, and takes its time"""


@dataclass(frozen=True)
class Happened:
    """One thing that happened to an application."""

    at: datetime
    by: str
    data: Mapping[str, Any]

    def document(self) -> dict[str, JSON]:
        """Return it for programs."""
        return {"at": self.at.isoformat(), "by": self.by, **dict(self.data)}


@dataclass(frozen=True)
class State:
    """How an application stands."""

    last: Mapping[AppTag, Happened]

    @property
    def deployed(self) -> Happened | None:
        """The last deploy, unless it was removed since."""
        here, gone = self.last.get(AppTag.DEPLOYED), self.last.get(AppTag.REMOVED)
        return None if here is None or (gone and gone.at > here.at) else here

    @property
    def saved(self) -> Happened | None:
        """The last backup."""
        return self.last.get(AppTag.SAVED)

    @property
    def tried(self) -> Happened | None:
        """The last trial of a backup."""
        return self.last.get(AppTag.TRIED)

    @property
    def removed(self) -> Happened | None:
        """When it was removed last."""
        return self.last.get(AppTag.REMOVED)

    @property
    def last_down(self) -> Happened | None:
        """When it was seen not to answer last."""
        return self.last.get(AppTag.DOWN)

    @property
    def down(self) -> bool:
        """Whether it was seen not to answer, and not to answer again since."""
        down, up = self.last_down, self.last.get(AppTag.UP)
        return down is not None and (up is None or up.at < down.at)

    @property
    def failed(self) -> Happened | None:
        """The last failure, if nothing of the same action has ended well since."""
        failure = self.last.get(AppTag.FAILED)
        if failure is None:
            return None
        later = [one for tag, one in self.last.items() if tag is not AppTag.FAILED and one.at > failure.at]
        return None if any(one.data.get("action") == failure.data.get("action") for one in later) else failure


def of(engine: Engine, application: str) -> State:
    """Return how an application stands."""
    with reading(engine) as session:
        return of_all(session, [application])[application]


def of_all(session: Session, applications: Collection[str]) -> Mapping[str, State]:
    """Return how each of some applications stands, with one question to the database."""
    tags, names = [tag.value for tag in AppTag], {subject(name): name for name in applications}
    found: dict[str, dict[AppTag, Happened]] = {name: {} for name in applications}
    last = select(func.max(Event.id)).where(Event.subject.in_(names), Event.tag.in_(tags))
    chosen = select(Event).where(Event.id.in_(last.group_by(Event.subject, Event.tag)))
    for event in session.scalars(chosen):
        found[names[event.subject]][AppTag(event.tag)] = Happened(event.at, event.actor, event.data)
    return {name: State(last) for name, last in found.items()}


def past(session: Session, application: str, limit: int = 300) -> tuple[tuple[AppTag, Happened], ...]:
    """Return what happened to an application last, the newest first."""
    tags = [tag.value for tag in AppTag]
    wanted = select(Event).where(Event.subject == subject(application), Event.tag.in_(tags))
    events = session.scalars(wanted.order_by(Event.id.desc()).limit(limit))
    return tuple((AppTag(event.tag), Happened(event.at, event.actor, event.data)) for event in events)


def backup_late(state: State, job: BackupJob, now: datetime) -> bool:
    """Return whether the last backup (the deploy, while there is none) is older than its job allows."""
    last = state.saved or state.deployed
    if state.deployed is None or last is None:
        return False
    return not _recent(last, now, timedelta(hours=job.every_hours) + LATE)


def drill_late(state: State, now: datetime) -> bool:
    """Return whether the last trial of a backup (the deploy, while there is none) is too long ago."""
    last = state.tried or state.deployed
    return state.deployed is not None and last is not None and not _recent(last, now, DRILL + 24 * LATE)


def backup_due(state: State, job: BackupJob, at: str, now: datetime) -> bool:
    """Return whether a backup is due: its hours are over since the last, and the time of day has come.

    A job that is due more often than daily does not wait for its time of day. One that was missed is made up for at
    once; a failure waits for the next hour.
    """
    if state.deployed is None or _recent(state.failed, now, timedelta(hours=1)):
        return False
    if job.every_hours < 24:
        return not _recent(state.saved, now, timedelta(hours=job.every_hours))
    enough = timedelta(hours=job.every_hours) - timedelta(hours=12)
    return state.saved is None or _last_moment(at, now) - state.saved.at >= enough


def drill_due(state: State, now: datetime) -> bool:
    """Return whether the last backup shall be tried."""
    if state.deployed is None or state.saved is None or _recent(state.failed, now, timedelta(hours=12)):
        return False
    return not _recent(state.tried, now, DRILL)


def renewal_due(state: State, ends: datetime | None, now: datetime) -> bool:
    """Return whether a certificate that ends at some time shall be renewed; it is tried once a day."""
    if state.deployed is None or ends is None or _recent(state.failed, now, timedelta(hours=12)):
        return False
    return ends - now < RENEWAL and not _recent(state.last.get(AppTag.RENEWED), now, timedelta(days=1))


def _recent(happened: Happened | None, now: datetime, span: timedelta) -> bool:
    return happened is not None and now - happened.at < span


def _last_moment(at: str, now: datetime) -> datetime:
    """Return when it was last that time of day on the county's clock."""
    hour, minute = map(int, at.split(":"))
    local = now.astimezone(clock.CHINA)
    moment = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return moment if moment <= local else moment - timedelta(days=1)
