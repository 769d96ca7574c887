"""The loop that runs queued jobs, oldest first, one at a time, in one process per county.

The lock file is held by flock(2) and so dies with the process, however it ends.
"""

import fcntl
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from countynet import clock, rooms, schedules
from countynet.canonical import JSON
from countynet.db import open_database, transaction
from countynet.errors import Conflict, CountyError
from countynet.events import record
from countynet.i18n import _, translate, translate_error
from countynet.jobs import Handler, Job, JobContext, JobLog, JobState, finish, may_repeat
from countynet.settings import Settings
from countynet.tags import JobTag

IDLE_SECONDS = 0.3


def handlers() -> dict[str, Handler]:
    """Return every registered handler by kind."""
    return {entry.name: entry.load() for entry in rooms.registered("countynet.jobs")}


def run(settings: Settings, stop: Callable[[], bool], known: Mapping[str, Handler] | None = None) -> None:
    """Run jobs until `stop()`, and queue what is due (`countynet.schedules`). Raises Conflict if a worker is running.

    `known` replaces the registered handlers; then nothing happens by itself.
    """
    ticks = schedules.ticks() if known is None else {}
    known = handlers() if known is None else known
    engine = open_database(settings)
    try:
        with _only_one(settings):
            _recover(engine, known)
            with schedules.running(settings, engine, ticks):
                while not stop():
                    if not run_one(settings, engine, known):
                        time.sleep(IDLE_SECONDS)
    finally:
        engine.dispose()


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    settings.state.mkdir(parents=True, exist_ok=True)
    with (settings.state / "worker.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(_("another worker runs this county's jobs already")) from error
        yield


def _recover(engine: Engine, known: Mapping[str, Handler]) -> None:
    """Settle the jobs of a worker that was killed."""
    with transaction(engine) as session:
        for job in session.scalars(select(Job).where(Job.state == JobState.RUNNING)).all():
            handler = known.get(job.kind)
            if job.cancel_by:
                finish(session, job, JobState.CANCELLED, {}, "")
            elif handler is not None and may_repeat(handler):
                job.state = JobState.QUEUED
                record(session, JobTag.REQUEUED, "worker", f"job:{job.id}", {"kind": job.kind})
            else:
                finish(session, job, JobState.FAILED, {}, translate(_("the worker was killed while the job ran")))


def run_one(settings: Settings, engine: Engine, known: Mapping[str, Handler]) -> bool:
    """Run the oldest queued job to its end; return whether there was one."""
    with transaction(engine) as session:
        job = session.scalar(select(Job).where(Job.state == JobState.QUEUED).order_by(Job.id).limit(1))
        if job is None:
            return False
        job.state, job.started = JobState.RUNNING, clock.now()
        record(session, JobTag.STARTED, "worker", f"job:{job.id}", {"kind": job.kind})
    context = JobContext(settings, engine, job.id, job.actor)
    state, result, error, trace = _attempt(known.get(job.kind), context, job)
    with transaction(engine) as session:
        _close(session, job.id, state, result, error, trace)
    return True


def _attempt(handler: Handler | None, context: JobContext, job: Job) -> tuple[JobState, Mapping[str, JSON], str, str]:
    if handler is None:
        return JobState.FAILED, {}, translate(_("no room knows jobs of kind {kind}"), kind=job.kind), ""
    try:
        result = handler(context, job.params)
    except CountyError as error:
        return JobState.FAILED, {}, translate_error(error), ""
    except Exception as error:  # the worker outlives whatever a handler does; the trace goes to the job's log
        return JobState.FAILED, {}, f"{type(error).__name__}: {error}", traceback.format_exc()
    return (JobState.CANCELLED if context.cancelled() else JobState.DONE), result, "", ""


def _close(session: Session, job_id: int, state: JobState, result: Mapping[str, JSON], error: str, trace: str) -> None:
    job = session.get_one(Job, job_id)
    if trace:
        session.add(JobLog(job_id=job_id, at=clock.now(), line=trace))
    finish(session, job, state, result, error)
