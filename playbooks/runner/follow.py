"""Follows a run from a shell until it ends, and begins it where no worker does.

Ctrl-C asks the run to stop and goes on following it, as it has then something to say; a second one leaves it to itself.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count

from sqlalchemy import Engine

from countynet.errors import Conflict
from countynet.people import Actor
from countynet.settings import Settings
from playbooks.runner import book, dispatch
from playbooks.runner.run import Line, Run
from playbooks.runner.states import RunState

SECONDS = 0.2
GLANCE = 0.02
"""seconds between two glances at whether the run's process has ended: its lock tells, the database is not asked"""
ROUND = 5
"""so many looks between two at whether something may begin"""


def follow(settings: Settings, engine: Engine, number: int, actor: Actor, told: Callable[[Line], None]) -> Run:
    """Pass on what a run says until it ends, or until it waits for an approval. Raises KeyboardInterrupt."""
    last, asked = 0, False
    for look in count():
        try:
            if look % ROUND == 0 and not _worker(settings):
                dispatch.once(settings, engine)
            run = book.get(engine, number)
            for line in book.lines(engine, number, last):
                told(line)
                last = line.number
            if run.over or run.state is RunState.WAITING:
                return run
            _pause(settings, number)
        except KeyboardInterrupt:
            if asked:
                raise
            asked = True
            with suppress(Conflict):
                book.cancel(engine, number, actor)
    raise AssertionError  # count() has no end


def _pause(settings: Settings, number: int) -> None:
    """Wait until the next look, no longer than the run's process lives if it lives now."""
    over, lives = time.monotonic() + SECONDS, dispatch.lives(settings, number)
    while (left := over - time.monotonic()) > 0:
        time.sleep(min(left, GLANCE) if lives else left)
        if lives and not dispatch.lives(settings, number):
            return


def _worker(settings: Settings) -> bool:
    """Whether the county's worker runs: it holds its lock."""
    return dispatch.held(settings.state / "worker.lock")
