"""The probes as they run: each at its own time, at most `SIDE_BY_SIDE` at once, pings of all hosts every second.

The first turns are spread over each probe's interval, so that a start is no storm. What was found is written together
every few seconds, what it adds up to by the hour every minute (`monitoring.probes.hours`). Without the right to ping
(root) everything else is probed all the same.
"""

import asyncio
import logging
import random
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine as Database
from sqlalchemy.exc import OperationalError

from countynet import clock
from countynet.db import transaction
from countynet.errors import MissingCapability
from monitoring.icmp.pinger import Pinger
from monitoring.probes import hours, store
from monitoring.probes.ask import ask
from monitoring.probes.hours import Hours
from monitoring.probes.model import Found, Target
from monitoring.probes.pings import Trips
from monitoring.windows.store import covering

log = logging.getLogger(__name__)
SIDE_BY_SIDE = 32
WRITE, PING, ADD_UP = 5.0, 1.0, 60.0
"""seconds"""


@dataclass
class ProbePart:
    """Probes until told to stop."""

    database: Database
    folder: Path
    """the county's, where files of authorities are"""
    targets: Sequence[Target]
    _found: dict[str, tuple[Target, Found]] = field(default_factory=dict)
    _trips: dict[str, Trips] = field(default_factory=dict)
    _hours: Hours = field(default_factory=Hours)

    async def run(self, over: asyncio.Event) -> None:
        """Probe until it is over."""
        turns = asyncio.Semaphore(SIDE_BY_SIDE)
        asked = [target for target in self.targets if target.probe.kind != "ping"]
        await asyncio.gather(
            *(self._asking(target, over, turns) for target in asked), self._pinging(over), self._writing(over)
        )

    async def _asking(self, target: Target, over: asyncio.Event, turns: asyncio.Semaphore) -> None:
        due = time.monotonic() + random.uniform(0, min(target.probe.every, 30))  # noqa: S311 - spreads the load
        while not await _waited(over, due - time.monotonic()):
            async with turns:
                found = await ask(target, self.folder)
            self._found[target.probe.name] = (target, found)
            self._hours.add(target.probe.name, target.probe.host, clock.now(), found.ok, found.milliseconds)
            due = max(due + target.probe.every, time.monotonic() + 1)

    async def _pinging(self, over: asyncio.Event) -> None:
        targets = [target for target in self.targets if target.probe.kind == "ping"]
        if not targets:
            return
        try:
            pinger = Pinger()
        except MissingCapability as error:
            log.warning("hosts are not pinged: %s", error)
            return
        try:
            while not over.is_set():
                asked = pinger.send(target.address for target in targets)
                await _waited(over, PING)
                pinger.finish(asked)
                if not over.is_set():
                    self._pinged(targets, asked.milliseconds)
        finally:
            pinger.close()

    def _pinged(self, targets: Sequence[Target], milliseconds: Mapping[str, float]) -> None:
        now = clock.now()
        for target in targets:
            trips = self._trips.setdefault(target.probe.name, Trips())
            took = milliseconds.get(target.address)
            trips.add(took)
            self._hours.add(target.probe.name, target.probe.host, now, took is not None, took)
            found = trips.found()
            if found is not None:
                self._found[target.probe.name] = (target, found)

    async def _writing(self, over: asyncio.Event) -> None:
        known = {target.probe.name for target in self.targets}
        await asyncio.to_thread(self._write, {}, known)
        due = time.monotonic()
        while not over.is_set():
            await _waited(over, WRITE)
            found, self._found = self._found, {}
            if found and not await asyncio.to_thread(self._write, found, known):
                self._found = {**found, **self._found}
            if time.monotonic() >= due:
                await self._add_up()
                due = time.monotonic() + ADD_UP
        await self._add_up()

    async def _add_up(self) -> None:
        """Write what the hours add up to; what cannot be written is kept for the next time."""
        taken = self._hours.take()
        covered = await asyncio.to_thread(self._added, taken)
        if covered is None:
            self._hours.give_back(taken)
        else:
            self._hours.covered = covered

    def _added(self, taken: Mapping[hours.Key, hours.Count]) -> frozenset[str] | None:
        try:
            with transaction(self.database) as session:
                hours.keep(session, taken)
                return covering(session, clock.now())
        except (OperationalError, sqlite3.Error) as error:
            log.warning("what probes add up to could not be kept, trying again: %s", error)
            return None

    def _write(self, found: Mapping[str, tuple[Target, Found]], known: set[str]) -> bool:
        try:
            with transaction(self.database) as session:
                store.forget(session, known)
                store.keep(session, found, clock.now())
        except (OperationalError, sqlite3.Error) as error:
            log.warning("what probes found could not be kept, trying again: %s", error)
            return False
        return True


async def once(targets: Sequence[Target], folder: Path) -> dict[str, tuple[Target, Found]]:
    """Ask everything once, pings five times; return what each found."""
    turns = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(target: Target) -> Found:
        async with turns:
            return await ask(target, folder)

    asked = [target for target in targets if target.probe.kind != "ping"]
    found = await asyncio.gather(*(one(target) for target in asked))
    pinged = await _pings([target for target in targets if target.probe.kind == "ping"])
    return {t.probe.name: (t, f) for t, f in (*zip(asked, found, strict=True), *pinged)}


async def _pings(targets: Sequence[Target], rounds: int = 5) -> list[tuple[Target, Found]]:
    if not targets:
        return []
    pinger, trips = Pinger(), {target.probe.name: Trips() for target in targets}
    try:
        for _round in range(rounds):
            asked = pinger.send(target.address for target in targets)
            await asyncio.sleep(0.5)
            pinger.finish(asked)
            for target in targets:
                trips[target.probe.name].add(asked.milliseconds.get(target.address))
    finally:
        pinger.close()
    return [(target, found) for target in targets if (found := trips[target.probe.name].found()) is not None]


async def _waited(over: asyncio.Event, seconds: float) -> bool:
    """Wait so long, or until it is over; tell whether it is."""
    with suppress(TimeoutError):
        await asyncio.wait_for(over.wait(), max(0.0, seconds))
    return over.is_set()
