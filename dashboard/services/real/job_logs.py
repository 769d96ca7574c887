"""Jobs as pages see them: with the end of their log, and what they said since."""

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet.db import reading
from countynet.jobs import Job, JobState, log_of
from dashboard.services.model import JobView
from dashboard.stream import News

LAST_LINES = 400
"""of a log on a page; 130 devices of which each says three things"""
BUSY = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class RealJobLogs:
    """The `JobLogs` protocol over the county's database."""

    engine: Engine

    def news(self, job: int, after: int) -> News:
        """Return what a job said after a line."""
        with reading(self.engine) as session:
            found = session.get(Job, job)
            busy = found is not None and found.state in BUSY
            return News(tuple((line.id, line.line) for line in log_of(session, job, after)), busy)


def view(session: Session, job: Job) -> JobView:
    """Return a job with the end of its log, and its error below."""
    log = log_of(session, job.id)[-LAST_LINES:]
    lines = tuple(line.line for line in log)
    return JobView(job.id, job.state, (*lines, job.error) if job.error else lines, log[-1].id if log else 0)
