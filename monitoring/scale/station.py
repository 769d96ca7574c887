"""The watch over a county where others poll: the same pings and decisions, ports and agents as the others left them.

It asks a few agents itself, where a look between the rounds tells causes apart, and whom a trap was about: the receiver
tells of those through the broker (`hints`), wherever it runs. Each pace it reads what the polling
tasks left in the broker, and writes how their last round went, as the single poller does.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from redis.exceptions import RedisError
from sqlalchemy.exc import OperationalError

from countynet import clock
from countynet.db import transaction
from monitoring.agents.poller import AgentPoller
from monitoring.detect.signs import Port
from monitoring.icmp.pinger import Pinger
from monitoring.poller.plan import Plan
from monitoring.poller.watch import Watch
from monitoring.poller.write import KEEP_POLLS
from monitoring.scale import handover, hints, leases
from monitoring.scale.handover import Left
from monitoring.scale.portions import slot_at
from monitoring.snmp.seam import Poller
from monitoring.state.store import PollRow

if TYPE_CHECKING:
    from monitoring.scale.counties import County
    from monitoring.scale.work import Crew

log = logging.getLogger(__name__)
_LISTEN = 1
"""seconds that one wait for hints lasts"""


class Station(Watch):
    """A watch that is told by others what agents say."""

    def __init__(self, crew: "Crew", county: "County", plan: Plan, stop: Callable[[], bool]) -> None:
        super().__init__(county.database, county.series, plan, crew.pace, stop)
        self._crew, self._county = crew, county

    async def run(self, pinger: Pinger, poller: Poller, changed: Callable[[], bool]) -> None:
        """Watch until told to stop or until `changed()`, heeding the receiver's hints."""
        listening = asyncio.create_task(self._listen())
        try:
            await super().run(pinger, poller, changed)
        finally:
            listening.cancel()

    async def _listen(self) -> None:
        while True:
            try:
                for device in await asyncio.to_thread(hints.heard, self._crew.redis, self._county.name, _LISTEN):
                    self.hint(device)
            except RedisError as error:
                log.warning("%s: hints cannot be heard: %s", self._county.name, error)
                await asyncio.sleep(_LISTEN)

    async def _poll(self, poller: Poller) -> None:
        """Take over what the round before left."""
        try:
            await asyncio.to_thread(self._take)
            await self._judge_causes()
        except (RedisError, OperationalError) as error:
            log.warning("%s: what the last round left cannot be read: %s", self._county.name, error)

    async def _poll_some(self, poller: Poller, devices: frozenset[str]) -> None:
        """Ask devices between the rounds, to judge by; their samples are the rounds' business."""
        self._look_soon(devices)

    def _take(self) -> None:
        slot = slot_at(clock.now().timestamp(), self._pace.poll) - int(self._pace.poll)
        names = [device.name for device in self._plan.county.devices]
        found = handover.left(self._crew.redis, self._county.name, names)
        self._read({name: one for name, one in found.items() if one.slot >= slot})
        if leases.mark(self._crew.redis, "health", f"{self._county.name}:{slot}", 600):
            self._health(slot)

    def _read(self, found: Mapping[str, Left]) -> None:
        at = clock.now()
        ports = {
            (sample.interface.device, sample.interface.name): Port(
                sample.oper, sample.admin, datetime.fromtimestamp(sample.reading.clock, UTC)
            )
            for one in found.values()
            for sample in one.samples
        }
        failed = {name: bool(one.error) for name, one in found.items()}
        self._signs.read(ports, failed, at, self._answering())

    def _health(self, slot: int) -> None:
        told = handover.tallied(self._crew.redis, f"{self._county.name}:{slot}")
        if not told.devices:
            return
        with transaction(self._database) as session:
            session.add(
                PollRow(
                    at=clock.now(),
                    devices=told.devices,
                    answered=told.answered,
                    seconds=told.milliseconds / 1000,
                    cpu_seconds=told.cpu_milliseconds / 1000,
                    interfaces=told.interfaces,
                    values=told.values,
                )
            )
            session.query(PollRow).where(PollRow.at < clock.now() - KEEP_POLLS).delete()


async def watch(crew: "Crew", county: "County", plan: Plan, stop: Callable[[], bool]) -> None:
    """Watch a county under one plan, until told to stop or until its commit changes."""
    opened = await asyncio.to_thread(county.keyring)
    with closing(Pinger()) as pinger, closing(AgentPoller(opened, county.database, crew.pace.poll)) as poller:
        station = await asyncio.to_thread(Station, crew, county, plan, stop)
        await station.run(pinger, poller, lambda: county.plan().commit != plan.commit)
