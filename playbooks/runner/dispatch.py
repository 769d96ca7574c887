"""Begins what is queued: each run in a process of its own, so that none keeps another or the worker waiting.

It is forked of one that is kept warm (`warm`). A run's process holds a lock (flock(2)) on `<state>/runs/N.lock` for as
long as it lives, however it ends: a run that is said to run and whose lock is free has broken off, and is said to. One
that was cancelled and does not end within `GRACE` is killed with everything it began. The worker calls `tick`; a
command line without a worker calls `once` itself.
"""

import fcntl
import os
import signal
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import reading, transaction
from countynet.i18n import _, language, set_language, translate, translate_error
from countynet.settings import Settings
from playbooks.runner import book, frozen, reserved, states, store, windows
from playbooks.runner.programs.work import Ended
from playbooks.runner.states import Claim, RunState
from playbooks.runner.store import RunRow
from playbooks.runner.warm import Warm
from playbooks.servers import failure, folder

GRACE = timedelta(seconds=30)
WARM = Warm()


def tick(settings: Settings, engine: Engine, _now: datetime) -> None:
    """Do what is due (`countynet.schedules`)."""
    once(settings, engine)


def once(settings: Settings, engine: Engine) -> None:
    """End what has broken off or waited too long, and begin what may begin."""
    with reading(engine) as session:
        idle = not store.unended(session)
    if idle:
        WARM.rest()
        windows.sweep(settings, engine)
        return
    for row in _broken(settings, engine):
        _broke_off(engine, row)
    with transaction(engine) as session:
        begun = _begin(settings, engine, session)
    for number in begun:
        _start(settings, number)
    windows.sweep(settings, engine)


def _broken(settings: Settings, engine: Engine) -> list[RunRow]:
    with reading(engine) as session:
        running = [row for row in store.unended(session) if row.state == RunState.RUNNING]
    for row in running:
        if row.cancel_asked and clock.now() - row.cancel_asked > GRACE:
            _kill(_lock_file(settings, row.id))
    return [row for row in running if not _alive(_lock_file(settings, row.id), row)]


def _broke_off(engine: Engine, row: RunRow) -> None:
    """End a run whose process is gone, with what it said that it had changed; what it left in memory goes too."""
    before = language()
    set_language(row.spoken)
    words = [translate(_("its process ended without a word; what it had begun is to be looked at"))]
    with reading(engine) as session:
        changes = store.changes(session, row.id)
    if changes and not row.looks:
        words.append(failure.changed(list(changes.items())))
    state = RunState.CANCELLED if row.cancel_by else RunState.BROKEN
    book.ended(engine, row.id, state, Ended(False, words="\n".join(words)))
    set_language(before)
    folder.sweep()


def _begin(settings: Settings, engine: Engine, session: Session) -> list[int]:
    """Mark as running what may begin, in the transaction that holds the write lock: nobody else begins it too."""
    now = clock.now()
    rows = [row for row in store.unended(session) if not book.expire(session, row, now)]
    waiting = [_claim(row) for row in rows if row.state == RunState.QUEUED]
    running = [_claim(row) for row in rows if row.state == RunState.RUNNING]
    chosen = states.startable(waiting, running)
    return [row.id for row in rows if row.id in chosen and _begins(settings, engine, session, row)]


def _begins(settings: Settings, engine: Engine, session: Session, row: RunRow) -> bool:
    """Mark a run as running; or end it, when a freeze period, or whose it is, keeps it from beginning."""
    by, error = "rights", reserved.at_begin(settings, row)
    if error is None:
        by, error = "freeze", frozen.at_begin(settings, engine, session, row)
    if error is None:
        book.begin(session, row)
        return True
    before = language()
    set_language(row.spoken)
    book.held(session, row, translate_error(error), by)
    set_language(before)
    return False


def _claim(row: RunRow) -> Claim:
    return Claim(row.id, row.actor, frozenset(row.targets), row.looks)


def _start(settings: Settings, number: int) -> None:
    file = _lock_file(settings, number)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+") as lock, file.with_suffix(".log").open("ab") as log:
        fcntl.flock(lock, fcntl.LOCK_EX)
        WARM.begin(number, {**os.environ, "COUNTYNET_COUNTY": str(settings.county)}, lock, log.fileno())


def lives(settings: Settings, number: int) -> bool:
    """Whether a run's process lives: it holds its lock."""
    return held(_lock_file(settings, number))


def _alive(file: Path, row: RunRow) -> bool:
    """Whether a run's process lives; one that was marked a moment ago is given the time to be started."""
    return held(file) or (row.started is not None and clock.now() - row.started < GRACE / 3)


def held(file: Path) -> bool:
    """Whether some process holds a lock on a file (flock(2))."""
    try:
        with file.open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        pass
    return False


def _kill(file: Path) -> None:
    """Kill a run's whole group of processes, if it is alive."""
    with suppress(OSError, ValueError), file.open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            os.killpg(int(lock.read()), signal.SIGKILL)


def _lock_file(settings: Settings, number: int) -> Path:
    return settings.state / "runs" / f"{number}.lock"
