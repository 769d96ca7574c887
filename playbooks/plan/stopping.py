"""Stopping a job that makes or applies a plan: it is told, and ends by itself; nothing stays half done."""

from sqlalchemy import Engine

from countynet import jobs
from countynet.db import transaction
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.jobs import Job

KINDS = ("plan-make", "plan-apply")


def stop(engine: Engine, number: int, actor: str) -> str:
    """Tell a job to stop; return its state (cancelled at once while it waits for the worker).

    Raises BadInput when it is no job of plans, Conflict when it has ended.
    """
    with transaction(engine) as session:
        job = session.get(Job, number)
        if job is None or job.kind not in KINDS:
            raise BadInput([Problem(_("job {job} neither makes nor applies a plan"), {"job": number})])
        jobs.cancel(session, number, actor)
        return job.state
