"""What runs said is kept for so many days (`COUNTYNET_RUN_DAYS`); the runs, how their hosts came out and events stay.

Ten lines a task and host make the log of runs the largest part of a county's database after years. It is dropped run
by run, few at a time, so that nobody waits for the database meanwhile; each time is an event with which and how many.
"""

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, Engine, delete, select

from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.events import record
from countynet.settings import Settings
from playbooks.runner.store import RunLineRow, RunRow
from playbooks.tags import RunTag

AT_ONCE = 5
"""runs whose lines are dropped in one go"""
PAUSE = timedelta(hours=1)
"""between two looks when nothing was left to drop"""
_looked: dict[Engine, datetime] = {}


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Drop what is old, and look again in an hour when all of it is gone (`countynet.schedules`)."""
    if now - _looked.get(engine, now - PAUSE) < PAUSE:
        return
    if not drop(settings, engine, now):
        _looked.clear()
        _looked[engine] = now


def drop(settings: Settings, engine: Engine, now: datetime) -> tuple[int, ...]:
    """Drop the lines of the oldest few runs that ended too long ago; returns their numbers, empty when none is left."""
    if not settings.run_days:
        return ()
    before = now - timedelta(days=settings.run_days)
    old = select(RunRow.id).where(RunRow.ended < before)
    with reading(engine) as session:
        spoke = old.where(select(RunLineRow.id).where(RunLineRow.run == RunRow.id).exists())
        runs = tuple(session.scalars(spoke.order_by(RunRow.id).limit(AT_ONCE)))
    if runs:
        with transaction(engine) as session:
            gone = session.execute(delete(RunLineRow).where(RunLineRow.run.in_(runs)))
            assert isinstance(gone, CursorResult)
            data: dict[str, JSON] = {"runs": list(runs), "lines": gone.rowcount, "before": before.isoformat()}
            record(session, RunTag.LINES_DROPPED, "schedule", "runs", data)
    for number in runs:
        for kind in ("lock", "log"):
            (settings.state / "runs" / f"{number}.{kind}").unlink(missing_ok=True)
    return runs
