"""Intrusions as the receiver keeps them: every line that was kept is looked at, every two seconds is written."""

import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine as Database
from sqlalchemy.exc import OperationalError

from countynet import clock
from countynet.db import transaction
from monitoring.intrusions.collect import Collector
from monitoring.intrusions.store import forget, keep
from monitoring.intrusions.whose import Whose
from monitoring.receive.syslog.keep import Line

log = logging.getLogger(__name__)
PAUSE, TIDY = 2.0, 3600.0


@dataclass
class IntrusionPart:
    """What becomes of lines that tell an intrusion."""

    database: Database
    whose: Whose
    days: int
    """how long findings are kept"""
    collector: Collector = field(default_factory=Collector)
    _written: float = float("-inf")
    _tidied: float = float("-inf")
    _said: str = ""

    def take(self, lines: Sequence[Line], at_once: bool = False) -> None:
        """Look at lines, and write what waits when it is time. A busy database is tried again."""
        self.collector.take(lines)
        now = time.monotonic()
        if self.collector.groups and (at_once or now - self._written >= PAUSE):
            self._written = now
            self._write()
        if now - self._tidied >= TIDY:
            self._tidied = now
            self._try(self._forget)

    def _write(self) -> None:
        groups = self.collector.drain()

        def write() -> None:
            with transaction(self.database) as session:
                keep(session, groups, self.whose)

        if not self._try(write):
            self.collector.give_back(groups)

    def _forget(self) -> None:
        with transaction(self.database) as session:
            forget(session, clock.now(), self.days)

    def _try(self, work: Callable[[], None]) -> bool:
        try:
            work()
        except (OperationalError, sqlite3.Error) as error:
            if str(error) != self._said:
                log.warning("intrusions could not be written, trying again: %s", error)
            self._said = str(error)
            return False
        self._said = ""
        return True
