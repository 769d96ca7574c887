"""The poller's part of it: who is to be probed now, whose sensors are read now. Keeps what it knows between rounds.

Only devices that just answered are asked, so that a dead one delays nobody. Probes are spread: at most `PROBES` a
round. A device that says another sysObjectID than it was probed with is another device and is probed at once.
"""

import asyncio
import logging
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine as Database

from countynet import clock
from countynet.db import reading
from monitoring.capability import keep, store
from monitoring.capability.library import Library, library
from monitoring.capability.model import Capability
from monitoring.capability.probe import Sensed, probe, sense
from monitoring.capability.quantity import EACH_CYCLE
from monitoring.series.seam import Gauge, Measured
from monitoring.snmp.questions import SYS_UPTIME
from monitoring.snmp.seam import Answer, Poller

PROBES = 40
"""devices probed in one round"""
MINUTE = 55.0
"""seconds after which everything is read again: a little less, lest it waits for one poll more"""
RETRY = 600.0
"""seconds until a device whose probe failed is probed again"""
log = logging.getLogger(__name__)


@dataclass
class Senses:
    """What devices can tell, found out and read."""

    library: Library = field(default_factory=library)
    known: dict[str, Capability] = field(default_factory=dict)
    renew: set[str] = field(default_factory=set)
    """devices to be probed whatever their age"""
    failed: dict[str, float] = field(default_factory=dict)
    """when a device's last probe failed, by the same clock as `whole`: a weak one is not asked again at once"""
    whole: dict[str, float] = field(default_factory=dict)
    """when everything of a device was last read, by the clock that is never set"""

    def load(self, database: Database, devices: Collection[str]) -> None:
        """Take over what was known before, and forget what is no longer there."""
        keep.forget(database, devices)
        with reading(database) as session:
            self.known = store.known(session)

    async def round(self, poller: Poller, polled: Mapping[str, Answer], database: Database) -> Sequence[Measured]:
        """Probe who is due, read who can be read, keep it all; returns the numbers for the series store."""
        probed = await self.probe(poller, polled)
        if probed:
            await asyncio.to_thread(keep.capabilities, database, probed)
        found = await self.read(poller, polled)
        if found:
            await asyncio.to_thread(keep.sensed, database, found)
        return measured(found)

    async def probe(self, poller: Poller, polled: Mapping[str, Answer]) -> list[Capability]:
        """Probe who is due among those that answered; returns what was found, to be kept."""
        targets = [answer.target for answer in polled.values() if not answer.error and self._due(answer)][:PROBES]
        if not targets:
            return []
        found = await probe(poller, targets, self.library)
        for device, capability in found.items():
            if capability.error:
                self.failed[device] = time.monotonic()
            else:
                self.known[device] = capability
                self.renew.discard(device)
                self.failed.pop(device, None)
        return list(found.values())

    async def read(self, poller: Poller, polled: Mapping[str, Answer]) -> dict[str, Sensed]:
        """Read the sensors of those that answered and were probed: what is urgent, and once a minute the rest."""
        now = time.monotonic()
        ready = [answer.target for answer in polled.values() if self._ready(answer)]
        all_of = [target for target in ready if now - self.whole.get(target.device, -MINUTE) >= MINUTE]
        some_of = [target for target in ready if target not in all_of]
        found = await sense(poller, all_of, self.known, polled, self.library)
        self.whole |= dict.fromkeys((target.device for target in all_of), now)
        found |= await sense(poller, some_of, self.known, polled, self.library, EACH_CYCLE)
        for device, said in found.items():
            if said.object_id and said.object_id != self.known[device].object_id:
                log.info("%s is another device now, probing it", device)
                self.renew.add(device)
        return found

    def _due(self, answer: Answer) -> bool:
        device, uptime = answer.target.device, answer.scalars.get(SYS_UPTIME)
        if time.monotonic() - self.failed.get(device, -RETRY) < RETRY:
            return False
        known = self.known.get(device)
        seconds = uptime / 100 if isinstance(uptime, int) else None
        return known is None or device in self.renew or known.due(clock.now(), seconds)

    def _ready(self, answer: Answer) -> bool:
        known = self.known.get(answer.target.device)
        return not answer.error and known is not None and known.at is not None


def measured(found: Mapping[str, Sensed]) -> Sequence[Measured]:
    """Return the numbers worth a curve; a state's history is in events and alarms."""
    return [
        Measured(Gauge(reading.device, reading.quantity.value, reading.name), reading.value)
        for said in found.values()
        for reading in said.readings
        if reading.condition is None
    ]
