"""Work that takes longer than a web request: a queue in the database and one worker process per county.

A room registers a handler per kind under the entry points `countynet.jobs`; `submit` queues, `work` runs. States:
queued -> running -> done | failed | cancelled. Only one worker may run (a lock file that dies with it), so a job found
`running` at its start belongs to a killed worker: it is queued again if its handler says it may be repeated, else
failed, never left hanging. Every change of state is an event.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Engine, ForeignKey, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet import clock
from countynet.canonical import JSON, canonical
from countynet.db import Base, UtcDateTime, reading, transaction
from countynet.errors import Conflict
from countynet.events import record
from countynet.i18n import _
from countynet.settings import Settings
from countynet.tags import JobTag


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Base):
    """One piece of work, asked for by somebody."""

    evented = True
    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(index=True)
    body: Mapped[str] = mapped_column(Text)
    actor: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    submitted: Mapped[datetime] = mapped_column(UtcDateTime)
    started: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_by: Mapped[str] = mapped_column(default="")
    result: Mapped[str] = mapped_column(Text, default="{}")
    error: Mapped[str] = mapped_column(Text, default="")

    @property
    def params(self) -> dict[str, Any]:
        """What the handler is given."""
        loaded: dict[str, Any] = json.loads(self.body)
        return loaded


class JobLog(Base):
    """One line that a job said."""

    __tablename__ = "job_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    line: Mapped[str] = mapped_column(Text)


class JobContext:
    """What a running job can do: say something, and ask whether it should stop."""

    def __init__(self, settings: Settings, engine: Engine, job_id: int, actor: str) -> None:
        self.settings, self.engine, self.job_id, self.actor = settings, engine, job_id, actor

    def log(self, line: str) -> None:
        """Add one line to the job's log, at once."""
        with transaction(self.engine) as session:
            session.add(JobLog(job_id=self.job_id, at=clock.now(), line=line))

    def cancelled(self) -> bool:
        """Return whether somebody asked this job to stop; the handler then returns early."""
        with reading(self.engine) as session:
            return bool(session.scalar(select(Job.cancel_by).where(Job.id == self.job_id)))


Handler: TypeAlias = Callable[[JobContext, dict[str, Any]], dict[str, JSON]]
_repeatable: set[Callable[..., Any]] = set()
H = TypeVar("H", bound=Callable[..., Any])


def repeatable(handler: H) -> H:
    """Mark a handler that may be run again from its start after its worker was killed."""
    _repeatable.add(handler)
    return handler


def may_repeat(handler: Callable[..., Any]) -> bool:
    """Return whether the handler was marked repeatable."""
    return handler in _repeatable


def submit(session: Session, kind: str, params: Mapping[str, JSON], actor: str) -> int:
    """Queue a job within the session's transaction and return its id."""
    job = Job(kind=kind, body=canonical(params), actor=actor, state=JobState.QUEUED, submitted=clock.now())
    session.add(job)
    session.flush()
    record(session, JobTag.SUBMITTED, actor, f"job:{job.id}", {"kind": kind, "params": dict(params)})
    return job.id


def record_done(session: Session, kind: str, params: Mapping[str, JSON], actor: str, result: Mapping[str, JSON]) -> int:
    """Note what was done at once, without the worker, as a job that has ended well; returns its id.

    So pages that show the last job of a kind know of what somebody did on the command line.
    """
    now = clock.now()
    job = Job(kind=kind, body=canonical(params), actor=actor, state=JobState.RUNNING, submitted=now, started=now)
    session.add(job)
    session.flush()
    finish(session, job, JobState.DONE, result, "")
    return job.id


def cancel(session: Session, job_id: int, actor: str) -> None:
    """Cancel a queued job, or ask a running one to stop. Raises Conflict if it has ended or does not exist."""
    job = session.get(Job, job_id)
    if job is None or job.state not in (JobState.QUEUED, JobState.RUNNING):
        raise Conflict(_("job {job} has ended already or does not exist"), job=job_id)
    job.cancel_by = actor
    if job.state == JobState.QUEUED:
        finish(session, job, JobState.CANCELLED, {}, "")
    else:
        record(session, JobTag.CANCEL_ASKED, actor, f"job:{job.id}", {"kind": job.kind})


def finish(session: Session, job: Job, state: JobState, result: Mapping[str, JSON], error: str) -> None:
    """Write a job's end and its event within the session's transaction."""
    tags = {JobState.DONE: JobTag.DONE, JobState.FAILED: JobTag.FAILED, JobState.CANCELLED: JobTag.CANCELLED}
    job.state, job.finished, job.result, job.error = state, clock.now(), canonical(result), error
    actor = job.cancel_by if state is JobState.CANCELLED else job.actor
    record(session, tags[state], actor, f"job:{job.id}", {"kind": job.kind, "error": error})


def log_of(session: Session, job_id: int, after: int = 0) -> tuple[JobLog, ...]:
    """Return the lines of a job's log with an id above `after`, oldest first."""
    lines = select(JobLog).where(JobLog.job_id == job_id, JobLog.id > after).order_by(JobLog.id)
    return tuple(session.scalars(lines))


def work(settings: Settings, stop: Callable[[], bool]) -> None:
    """Run the county's jobs until `stop()` is true. Raises Conflict if another worker is running."""
    from countynet.worker import run

    run(settings, stop)
