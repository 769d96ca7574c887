"""The thread that keeps promises while nobody clicks: rounds over Janus, notices, recordings, meetings left open.

Each of its duties fails alone: what one raises is logged and tried again at its next time.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from applications.meeting import films, notices, seats
from applications.meeting.janus import JanusError
from applications.meeting.live import ROUND_SECONDS, Authority
from applications.meeting.settings import Settings
from applications.meeting.store import Store

LEFT_OPEN = timedelta(hours=2)
"""after its end, a meeting in which nobody is any more is ended so long afterwards"""

log = logging.getLogger(__name__)


@dataclass
class Duty:
    """Something to do every so often."""

    name: str
    every: float
    do: Callable[[], object]
    due: float = 0.0


class Keeper:
    """Does its duties until it is stopped."""

    def __init__(self, store: Store, authority: Authority, settings: Settings) -> None:
        """Keep one server."""
        self._store, self._authority, self._settings = store, authority, settings
        self._stop = threading.Event()
        self._duties = [
            Duty("round", ROUND_SECONDS, authority.round),
            Duty("notices", 2.0, lambda: notices.send_due(store, settings)),
            Duty("left open", 60.0, self._end_left_open),
            Duty("retention", 600.0, lambda: films.remove_old(store, settings, datetime.now(UTC))),
        ]

    def start(self) -> None:
        """Begin, in threads that end with the process; conversion has its own, as it takes minutes."""
        threading.Thread(target=self._run, args=(self._duties,), daemon=True, name="keeper").start()
        films_ = [Duty("films", 5.0, lambda: films.convert_stopped(self._store, self._settings))]
        threading.Thread(target=self._run, args=(films_,), daemon=True, name="films").start()

    def stop(self) -> None:
        """Have the threads end at their next look."""
        self._stop.set()

    def _run(self, duties: list[Duty]) -> None:
        while not self._stop.wait(0.2):
            for duty in duties:
                if time.monotonic() >= duty.due:
                    duty.due = time.monotonic() + duty.every
                    self._do(duty)

    def _do(self, duty: Duty) -> None:
        try:
            duty.do()
        except JanusError as error:
            log.warning("%s: Janus: %s", duty.name, error)
        except Exception:
            log.exception("%s", duty.name)

    def _end_left_open(self) -> None:
        limit = (datetime.now(UTC) - LEFT_OPEN).isoformat(timespec="seconds")
        for meeting in self._store.rows("select * from meeting where state = 'open' and ends < ?", limit):
            if not seats.present(self._store, meeting["number"]):
                films.end(self._store, self._authority, self._settings, meeting)
