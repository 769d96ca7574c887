"""The watch over one plan: a round of pings every second, a poll of SNMP every quarter of a minute, LLDP every minute.

It ends when told to stop, or when the inventory's commit or the twin's place changed and everything is to be set up
anew. A database that is busy delays writing, never pinging; what could not be written is decided again next round.
"""

import asyncio
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Engine as Database
from sqlalchemy.exc import OperationalError

from countynet import clock
from countynet.frozen import Frozen
from monitoring.agents.poller import ask_soon, tell_loads
from monitoring.capability.senses import Senses
from monitoring.cause.gather import Witness
from monitoring.cause.history import history
from monitoring.detect.decide import Decision, Picture, Rules, Seen, decide
from monitoring.detect.mute import mute
from monitoring.icmp.pinger import Pinger, Round
from monitoring.ledger.begins import Mark, Marks
from monitoring.ledger.record import BEAT, LAPSE
from monitoring.metrics.pulse import Tell, told
from monitoring.poller import write
from monitoring.poller.again import Again
from monitoring.poller.kits import PAUSE, Kits
from monitoring.poller.plan import Plan
from monitoring.poller.poll import Poll, poll
from monitoring.poller.samples import neighbours
from monitoring.poller.signs import Signs, worth_a_look
from monitoring.series.seam import SeriesStore
from monitoring.sighting.looks import Looks
from monitoring.snmp.questions import NEIGHBOURS
from monitoring.snmp.seam import Poller

log = logging.getLogger(__name__)
_REMEMBERED = 20
"""rounds that loss and round trip are taken from"""
_GLANCES = (0.0, 3.0, 9.0)
"""seconds after something opened or closed at which the ports around it are looked at: agents keep old values"""
_RULES = Rules()
_BLIP = 3
"""misses in a row after which what answers again is looked at: a way around a cut cable takes three to four seconds"""
_HEED = 0.1
"""so soon after a hint its device is polled"""
_ROOM = 5.0
"""seconds before a round in which nobody is asked again whose agent failed: the silent take their time"""
_MARGIN = 0.02
"""seconds after the slot's begin, lest a timer that is a little early falls into the slot before"""


class Pace(Frozen):
    """How often what happens, in seconds."""

    ping: float = 1.0
    poll: float = 15.0
    neighbours: float = 60.0
    around: float = 300.0
    """LLDP, forwarding and ARP tables, for discovery"""
    look: float = 5.0
    """whether inventory or place changed"""


@dataclass
class Track:
    """A device's last rounds."""

    misses: int = 0
    hits: int = 0
    since: datetime | None = None
    """when the first ping of the present run was asked"""
    steady: datetime | None = None
    """when the first ping was answered after a silence that counts"""
    trips: deque[float | None] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def add(self, milliseconds: float | None, asked: datetime | None = None) -> None:
        """Note one round that was asked then; None is a miss."""
        self.trips.append(milliseconds)
        if (self.hits if milliseconds is None else self.misses) or self.since is None:
            self.since = asked
        if milliseconds is not None and (self.steady is None or self.misses >= _RULES.misses):
            self.steady = asked
        self.misses, self.hits = (self.misses + 1, 0) if milliseconds is None else (0, self.hits + 1)

    def quality(self) -> write.Quality:
        """Return round trip and loss over the rounds remembered."""
        answered = [trip for trip in self.trips if trip is not None]
        if not self.trips:
            return write.Quality(None, None)
        rtt = round(sum(answered) / len(answered), 2) if answered else None
        return write.Quality(rtt, round(1 - len(answered) / len(self.trips), 3))


class Watch:
    """Everything that runs while a plan holds."""

    def __init__(
        self, database: Database, series: SeriesStore, plan: Plan, pace: Pace, stop: Callable[[], bool]
    ) -> None:
        self._database, self._series, self._plan, self._pace, self._stop = database, series, plan, pace, stop
        self._tracks = {name: Track() for name in plan.topology.watched}
        self._picture: Picture = write.remembered(database, plan)
        self._senses, self._looks = Senses(), Looks(pace.around)
        self._senses.load(database, plan.names)
        self._kits = Kits(database, series, plan.kits)
        self._saving: asyncio.Task[None] | None = None
        self._written = 0.0
        self._looked_around = float("-inf")
        self._asked: datetime | None = None
        self._unbroken: datetime | None = None
        self._beaten: datetime | None = None
        self._muted: frozenset[str] = frozenset()
        self._signs = Signs(plan.topology, pace.ping)
        self._glances: list[tuple[float, frozenset[str]]] = []
        self._hinted: set[str] = set()
        self._again = Again()
        self._asking = asyncio.Lock()
        self.tell: Tell = lambda told: None
        """told how each round of everybody went"""

    def hint(self, device: str) -> None:
        """Have a device polled at once; what is no device of ours is nothing. It decides nothing by itself."""
        if device in self._plan.topology.watched:
            self._hinted.add(device)
            if self._asking.locked():  # a round that waits for the dead need not be waited for
                self._look_soon(frozenset((device,)))

    def _look_soon(self, devices: frozenset[str]) -> None:
        if devices:
            self._glances.append((time.monotonic(), devices))

    async def run(self, pinger: Pinger, poller: Poller, changed: Callable[[], bool]) -> None:
        """Watch until told to stop or until `changed()`."""
        over = asyncio.Event()
        await asyncio.gather(
            self._until(over, self._pace.ping, lambda: self._ping(pinger, over)),
            self._until(over, self._pace.poll, lambda: self._poll(poller)),
            self._look(over, changed),
            self._heed(poller, over),
            self._until(over, PAUSE, lambda: self._kits.look(poller)),
            self._until(over, _HEED, lambda: self._glance(poller)),
        )
        if self._saving is not None:
            await self._saving
        if self._asked is not None:
            await self._pulse(Marks(self._asked, self._unbroken or self._asked))

    async def _until(self, over: asyncio.Event, pause: float, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do something at every multiple of a pause until it is over."""
        while not over.is_set():
            due = (time.time() // pause + 1) * pause
            await work()
            await _wait(over, due + _MARGIN - time.time())

    async def _look(self, over: asyncio.Event, changed: Callable[[], bool]) -> None:
        looked = time.monotonic()
        while not self._stop():
            await asyncio.sleep(0.2)
            if time.monotonic() - looked > self._pace.look:
                looked = time.monotonic()
                if await asyncio.to_thread(changed):
                    break
        over.set()

    async def _ping(self, pinger: Pinger, over: asyncio.Event) -> None:
        asked = clock.now()
        round_ = pinger.send(watched.address for watched in self._plan.topology.watched.values())
        await _wait(over, self._pace.ping)
        pinger.finish(round_)
        if not over.is_set():
            self._judge(round_, asked)

    def _judge(self, ended: Round, asked: datetime) -> None:
        if self._asked is None or asked - self._asked > LAPSE + timedelta(seconds=self._pace.ping):
            self._unbroken = asked
        self._asked = asked
        missed = [name for name, track in self._tracks.items() if track.misses >= _BLIP]
        for name, watched in self._plan.topology.watched.items():
            self._tracks[name].add(ended.milliseconds.get(watched.address), asked)
        trips = {n: ended.milliseconds.get(w.address) for n, w in self._plan.topology.watched.items()}
        self._signs.rounded(trips)
        self._look_soon(self._suspects(missed, asked))
        if self._saving is not None and not self._saving.done():
            return
        made = self._decided(ended.sent > 0, asked)
        if made.picture == self._picture and time.monotonic() - self._written < self._pace.poll:
            self._picture = made.picture
            self._beat(asked)
            return
        self._saving = asyncio.create_task(self._save(made, self._marks(asked)))

    def _decided(self, can_send: bool, asked: datetime) -> Decision:
        """Return what the last round means, without what a work window mutes."""
        seen = {n: Seen(track.misses, track.hits, self._signs.loss(n)) for n, track in self._tracks.items()}
        cut = self._signs.cut(self._picture.open)
        whole = decide(self._picture, seen, self._plan.topology, _RULES, can_send, cut, self._muted)
        answering = self._answering()
        steady = {name: since for name in answering if (since := self._tracks[name].steady) is not None}
        return mute(self._signs.also(whole, answering, steady, asked), self._muted, self._plan.topology)

    def _suspects(self, missed: Iterable[str], asked: datetime) -> frozenset[str]:
        """Return whom to look at now: who missed some pings and is back, and whose cable may just have been cut."""
        back = [name for name in missed if self._tracks[name].hits]
        return worth_a_look(back, self._plan.topology) | self._signs.suspects(
            self._answering(), self._picture.open, asked
        )

    def _answering(self) -> dict[str, datetime]:
        """Return since when each device that answers now does."""
        return {n: track.since for n, track in self._tracks.items() if track.hits and track.since}

    def _marks(self, asked: datetime) -> Marks:
        of = {name: Mark(track.misses, track.hits, track.since) for name, track in self._tracks.items()}
        return Marks(asked, self._unbroken or asked, of)

    def _beat(self, asked: datetime) -> None:
        if self._beaten is None or asked - self._beaten >= BEAT:
            self._beaten = asked
            self._saving = asyncio.create_task(self._pulse(Marks(asked, self._unbroken or asked)))

    async def _pulse(self, marks: Marks) -> None:
        try:
            self._muted = await asyncio.to_thread(write.pulse, self._database, marks)
        except OperationalError as error:
            log.warning("the heartbeat could not be written, trying again: %s", error.orig)

    async def _save(self, made: Decision, marks: Marks) -> None:
        quality = {name: track.quality() for name, track in self._tracks.items()}
        try:
            await asyncio.to_thread(write.decision, self._database, self._plan, made, quality, marks, self._witness())
        except OperationalError as error:
            log.warning("states could not be written, trying again: %s", error.orig)
            return
        self._picture, self._written = made.picture, time.monotonic()
        if worth := worth_a_look((*made.opened, *made.closed), self._plan.topology):
            self._glances += [(time.monotonic() + seconds, worth) for seconds in _GLANCES]

    def _witness(self) -> Witness:
        fell = {n: track.since for n, track in self._tracks.items() if track.misses and track.since}
        return self._signs.witness(self._answering(), fell)

    async def _judge_causes(self) -> None:
        await asyncio.to_thread(
            write.judged, self._database, self._plan, self._witness(), partial(history, self._series)
        )

    async def _heed(self, poller: Poller, over: asyncio.Event) -> None:
        """Poll whom a notification was about, and whose agent just failed, between the rounds of everybody."""
        while not over.is_set():
            await _wait(over, _HEED)
            if self._pace.poll - time.time() % self._pace.poll > _ROOM:
                self._hinted |= self._again.due(time.monotonic(), self._answering())
            if self._hinted and not over.is_set():
                wanted, self._hinted = frozenset(self._hinted), set()
                await self._poll_some(poller, wanted)

    async def _glance(self, poller: Poller) -> None:
        """Look at the ports and uptimes that tell causes apart, not waiting for a round that waits for the dead."""
        now = time.monotonic()
        due = [devices for at, devices in self._glances if at <= now]
        self._glances = [(at, devices) for at, devices in self._glances if at > now]
        wanted = frozenset().union(*due) & self._answering().keys() if due else frozenset()
        if not wanted:
            return
        plan, began = replace(self._plan, only=wanted), clock.now()
        done = await poll(poller, plan, {}, self._pace.poll)
        self._took(done, began)
        try:
            await asyncio.to_thread(write.polled, self._database, plan, done)
            await self._judge_causes()
        except OperationalError as error:
            log.warning("a look could not be kept: %s", error.orig)

    async def _poll_some(self, poller: Poller, devices: frozenset[str]) -> None:
        plan = replace(self._plan, only=devices)
        ask_soon(poller, devices)
        try:
            async with self._asking:
                before = await asyncio.to_thread(self._series.before)
                began = clock.now()
                done = await poll(poller, plan, before, self._pace.poll)
                self._took(done, began, rounds=False)
                await asyncio.to_thread(self._series.write, self._between(), done.samples)
                await asyncio.to_thread(write.polled, self._database, plan, done)
                await self._judge_causes()
        except (OperationalError, sqlite3.Error, OSError) as error:
            log.warning("a poll could not be kept: %s", error)

    def _took(self, done: Poll, began: datetime, rounds: bool = True) -> None:
        """Take a poll; one between the rounds tells that an agent answers, but no more often that it does not."""
        good = {device: answer for device, answer in done.answers.items() if rounds or not answer.error}
        self._signs.polled(replace(done, answers=good), began, self._answering())
        self._again.polled(done.answers.values(), time.monotonic())

    def _between(self) -> int:
        """Return a slot that is no round's of everybody."""
        now = int(time.time())
        return now if now % self._pace.poll else now + 1

    async def _poll(self, poller: Poller) -> None:
        async with self._asking:
            await self._poll_all(poller)

    async def _poll_all(self, poller: Poller) -> None:
        lag, round_began = time.time() % self._pace.poll, time.monotonic()
        try:
            before = await asyncio.to_thread(self._series.before)
            began = clock.now()
            done = await poll(poller, self._plan, before, self._pace.poll)
            self._took(done, began)
            began_keeping = time.monotonic()
            await asyncio.to_thread(self._series.write, done.slot, done.samples)
            store_seconds = time.monotonic() - began_keeping
            await asyncio.to_thread(write.polled, self._database, self._plan, done)
            measured = await self._senses.round(poller, done.answers, self._database)
            tell_loads(poller, measured)
            await asyncio.to_thread(self._series.write, done.slot, (), measured)
            await self._looks.round(poller, done.answers, self._senses.known, self._plan.county, self._database)
            await self._judge_causes()
            if time.monotonic() - self._looked_around > self._pace.neighbours - self._pace.poll / 2:
                self._looked_around = time.monotonic()
                await self._neighbours(poller)
            went = (lag, time.monotonic() - round_began, store_seconds)
            await asyncio.to_thread(self.tell, told(done, self._pace.poll, *went))
        except (OperationalError, sqlite3.Error, OSError) as error:
            log.warning("a poll could not be kept: %s", error)

    async def _neighbours(self, poller: Poller) -> None:
        answers = await poller.ask(self._plan.targets, NEIGHBOURS)
        found = [n for answer in answers.values() if not answer.error for n in neighbours(answer)]
        await asyncio.to_thread(write.neighbours, self._database, found)


async def _wait(over: asyncio.Event, seconds: float) -> None:
    """Sleep, but not longer than it lasts."""
    if seconds > 0:
        try:
            await asyncio.wait_for(over.wait(), seconds)
        except TimeoutError:
            return
