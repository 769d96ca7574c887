"""What happens to the log by itself: checkpoint, copy outside, time stamp, archive. A tick of the county's schedules.

Each errand has a thread of its own, because each may hang: a mount whose server is away, an authority that does not
answer, a first checkpoint over millions of events. None of them keeps the next checkpoint, or any event, waiting. How
an errand ended is in the tables; `troubles` says what is wrong in words, and whoever tells people reads it.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from audit.log import checkpoint, outside, rotate, stamps
from countynet.db import reading, transaction
from countynet.errors import CountyError
from countynet.eventlog.tables import LogSent
from countynet.i18n import language, set_language, translate_error
from countynet.settings import Settings

FOLDER = "folder"
AGAIN = timedelta(minutes=1)
"""between two attempts to reach the folder outside"""
LOOK = timedelta(seconds=10)
"""between two looks at what is due"""
PAUSES = {"archive": timedelta(hours=6)}
"""between two looks at what is seldom due"""
_log = logging.getLogger(__name__)
Errand = Callable[[Settings, Engine, datetime], None]


class Keeper:
    """A county's keeper of its log."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings, self._engine = settings, engine
        self._threads: dict[str, threading.Thread] = {}
        self._began: dict[str, datetime] = {}
        self._looked: datetime | None = None
        self._said: dict[str, str] = {}

    def step(self, now: datetime) -> None:
        """Begin every errand that is due and not under way."""
        if self._looked is not None and self._looked <= now < self._looked + LOOK:
            return
        self._looked = now
        for name, errand in ERRANDS.items():
            running, began = self._threads.get(name), self._began.get(name)
            rests = began is not None and began <= now < began + PAUSES.get(name, timedelta())
            if (running is None or not running.is_alive()) and not rests:
                self._began[name] = now
                self._threads[name] = threading.Thread(
                    target=self._run, args=(name, errand, now, language()), name=f"log {name}", daemon=True
                )
                self._threads[name].start()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until what is under way is through."""
        for thread in list(self._threads.values()):
            thread.join(seconds)

    def _run(self, name: str, errand: Errand, now: datetime, spoken: str) -> None:
        set_language(spoken)
        try:
            errand(self._settings, self._engine, now)
        except Exception as error:  # an errand that fails is said once and tried again
            text = translate_error(error) if isinstance(error, CountyError) else f"{type(error).__name__}: {error}"
            if self._said.get(name) != text:
                _log.warning("log %s: %s", name, text)
            self._said[name] = text
        else:
            self._said.pop(name, None)


def _checkpoint(settings: Settings, engine: Engine, now: datetime) -> None:
    with reading(engine) as session:
        if not checkpoint.due(session, now):
            return
    checkpoint.make(settings, engine, now)


def publish(settings: Settings, engine: Engine, now: datetime) -> None:
    """Bring the folder outside up to date if it is not, and keep how it went."""
    with reading(engine) as session:
        newest, sent = checkpoint.newest(session), session.get(LogSent, FOLDER)
    if settings.log_outside is None or newest is None or (sent is not None and _rests(sent, newest.size, now)):
        return
    size, said = _published(settings, engine, settings.log_outside)
    with transaction(engine) as session:
        row = session.get(LogSent, FOLDER) or LogSent(place=FOLDER, size=0, tried=now)
        row.tried, row.said = now, said
        if not said:
            row.size, row.at = size, now
        session.add(row)


def _rests(sent: LogSent, size: int, now: datetime) -> bool:
    return (sent.size >= size and not sent.said) or sent.tried <= now < sent.tried + AGAIN


def _published(settings: Settings, engine: Engine, folder: Path) -> tuple[int, str]:
    try:
        with reading(engine) as session:
            return outside.publish(settings, session, folder), ""
    except CountyError as error:
        return 0, translate_error(error)
    except OSError as error:
        return 0, f"{folder}: {error.strerror or error}"


def _stamp(settings: Settings, engine: Engine, now: datetime) -> None:
    if settings.log_tsa:
        stamps.stamp(settings, engine, now)


def _rotate(settings: Settings, engine: Engine, now: datetime) -> None:
    rotate.rotate(settings, engine, now)


ERRANDS: dict[str, Errand] = {"checkpoint": _checkpoint, "copy": publish, "stamp": _stamp, "archive": _rotate}
_keepers: dict[Path, Keeper] = {}


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Do for the log what is due. The worker's clockwork calls this."""
    keeper = _keepers.setdefault(settings.county, Keeper(settings, engine))
    keeper.step(now)
