"""What happens by itself: a room registers a tick under the entry points `countynet.schedules`, the worker calls it.

A tick is called about once a second in one thread of the county's only worker, decides from the database and the clock
whether something is due, and queues a job for it (`countynet.jobs.submit`); the work itself is the job's, so a tick
returns at once. Nothing is remembered outside the database: a worker that was away does what is due when it
returns. A tick that fails is said once and called again; the others are not touched by it.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from countynet import clock, rooms
from countynet.i18n import language, set_language
from countynet.jobs import Job, JobState
from countynet.settings import Settings

SECONDS = 1.0
Tick = Callable[[Settings, Engine, datetime], None]
"""settings, the county's database, the present time"""
_log = logging.getLogger(__name__)


def ticks() -> dict[str, Tick]:
    """Return every registered tick by name."""
    return {entry.name: entry.load() for entry in rooms.registered("countynet.schedules")}


@contextmanager
def running(settings: Settings, engine: Engine, known: Mapping[str, Tick], seconds: float = SECONDS) -> Iterator[None]:
    """Call the ticks in a thread of their own for the length of a block."""
    ended, said, spoken = threading.Event(), dict[str, str](), language()

    def loop() -> None:
        set_language(spoken)
        while not ended.wait(seconds):
            for name, tick in known.items():
                call(name, tick, settings, engine, said)

    thread = threading.Thread(target=loop, daemon=True, name="schedules")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(5)


def call(name: str, tick: Tick, settings: Settings, engine: Engine, said: dict[str, str]) -> None:
    """Call one tick; what it fails with is logged when it is not what it failed with before."""
    try:
        tick(settings, engine, clock.now())
    except Exception as error:  # the clockwork outlives whatever a tick does
        text = f"{type(error).__name__}: {error}"
        if said.get(name) != text:
            _log.warning("%s: %s", name, text)
        said[name] = text
    else:
        said.pop(name, None)


def under_way(session: Session, kind: str) -> bool:
    """Return whether a job of this kind is queued or running."""
    chosen = select(Job.id).where(Job.kind == kind, Job.state.in_((JobState.QUEUED, JobState.RUNNING))).limit(1)
    return session.scalar(chosen) is not None
