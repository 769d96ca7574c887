"""Who watches the receiver: the worker, once a second, by the file that the receiver leaves. A tick of the schedules.

The receiver judges the rules, so nothing of it could say that it is gone. The poller is judged by the rules
(`poller-late`). A worker that has just started waits, because the receiver starts beside it.
"""

import time
from datetime import datetime

from sqlalchemy import Engine

from countynet.db import reading, transaction
from countynet.i18n import _
from countynet.settings import Settings
from countynet.vocabulary import Severity
from monitoring.alarms.service import Trouble, close_alarm, open_alarm
from monitoring.alarms.store import open_by_key
from monitoring.receive import status as receiving

KEY = "self:receiver"
SOURCE = "self"
GRACE = 90.0
"""seconds after the worker's start in which nothing is said"""
_began = time.monotonic()


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Open an alarm when the receiver says nothing any more, and close it when it does again."""
    status = receiving.read(settings)
    if status is None or time.monotonic() - _began < GRACE:
        return
    judge(engine, status.stale(now), max(0, round((now - status.at).total_seconds())))


def judge(engine: Engine, stale: bool, seconds: int) -> None:
    """Write what changes, if anything does."""
    with reading(engine) as session:
        standing = KEY in open_by_key(session, (KEY,))
    if standing is stale:
        return
    with transaction(engine) as session:
        if stale:
            message = _("Traps and logs are not received and rules not judged since {seconds} s: the receiver is gone")
            open_alarm(session, Trouble(KEY, Severity.CRITICAL, "receiver", message, {"seconds": seconds}), SOURCE)
        else:
            close_alarm(session, KEY)
