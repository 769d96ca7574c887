"""The rules as they run: every quarter of a minute over everything that was read, the baselines every quarter hour.

One turn reads in one session and writes in one transaction; a turn that fails is said once and the next one does the
same again, since what is open is always taken from the database.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine as Database
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import reading, transaction
from countynet.settings import Settings
from inventory.model import County
from monitoring.alarms.service import close_alarm, open_alarm
from monitoring.alarms.store import open_alarms, open_by_key
from monitoring.receive import status as receiving
from monitoring.rules.engine import PREFIX, Engine, Turn
from monitoring.rules.load import Loaded
from monitoring.rules.quiet import Quiet
from monitoring.rules.reading import Reading, Source
from monitoring.rules.sources import Devices, Past, Ports, Receiving, Sensors, Traps, dark
from monitoring.rules.status import RulesStatus, keep
from monitoring.rules.words import trouble
from monitoring.series.seam import SeriesStore
from monitoring.state.store import DeviceRow
from monitoring.windows.store import covering

log = logging.getLogger(__name__)
SOURCE = "rules"
PAUSE, BASELINES = 15.0, 900.0
Further = Callable[[Session, datetime], Source]
"""makes a source for a turn"""


@dataclass
class RulePart:
    """Judges until told to stop."""

    settings: Settings
    database: Database
    series: SeriesStore
    county: County
    rules: Sequence[Loaded]
    further: Sequence[Further] = ()
    error: str = ""
    """why the county's own rules are not used"""
    _engine: Engine = field(init=False)
    _quiet: Quiet = field(init=False)
    _compared: float | None = None
    _said: str = ""

    def __post_init__(self) -> None:
        """Begin without a past; what is open is in the database."""
        self._engine, self._quiet = Engine(self.rules), Quiet(self.county)

    async def run(self, over: asyncio.Event) -> None:
        """Judge until it is over."""
        while not over.is_set():
            try:
                await asyncio.to_thread(self.turn, time.time())
                self._said = ""
            except (OperationalError, sqlite3.Error, OSError) as error:
                if str(error) != self._said:
                    log.warning("the rules could not be judged, trying again: %s", error)
                self._said = str(error)
            try:
                await asyncio.wait_for(over.wait(), PAUSE)
            except TimeoutError:
                continue

    def turn(self, now: float) -> Turn:
        """Judge everything once and write what changes. Raises OperationalError when the database is busy."""
        began = time.monotonic()
        history = None
        if self._compared is None or now - self._compared >= BASELINES:
            self._compared, history = now, Past(self.series, now)
        with reading(self.database) as session:
            self._engine.standing = {a.key for a in open_alarms(session) if a.key.startswith(PREFIX)}
            states = {row.device: row.state for row in session.scalars(select(DeviceRow))}
            quiet = self._quiet(states, covering(session, clock.now()))
            readings = self._read(session, now)
        made = self._engine.turn(readings, quiet, now, history)
        if made.opened or made.closed or made.counted:
            self._write(made)
        self._keep(len(readings), time.monotonic() - began)
        return made

    def _read(self, session: Session, now: float) -> list[Reading]:
        ports = self.series.current()
        sources: list[Source] = [
            Devices(session),
            Ports(ports),
            Sensors(session, dark(ports)),
            Traps(session),
            Receiving(receiving.read(self.settings), self.county.station.name),
            *(make(session, clock.now()) for make in self.further),
        ]
        return [found for source in sources for found in source.readings(now)]

    def _write(self, made: Turn) -> None:
        by_name = {loaded.rule.name: loaded.rule for loaded in self.rules}
        with transaction(self.database) as session:
            for key in made.closed:
                close_alarm(session, key)
            for subject, finding in made.opened.items():
                open_alarm(session, trouble(by_name[subject.rule], subject, finding), SOURCE)
            for subject, finding in made.counted.items():
                said = trouble(by_name[subject.rule], subject, finding)
                standing = open_by_key(session, (subject.alarm,)).get(subject.alarm)
                if standing is not None:
                    standing.values = {**standing.values, **said.values}

    def _keep(self, readings: int, seconds: float) -> None:
        names = [key.split(":")[1] for key in self._engine.standing]
        status = RulesStatus(
            at=clock.now(),
            readings=readings,
            seconds=round(seconds, 3),
            watched=self._engine.watched,
            open={name: names.count(name) for name in set(names)},
            too_few={name: count for name, count in self._engine.too_few.items() if count},
            error=self.error,
        )
        keep(self.settings, status)
