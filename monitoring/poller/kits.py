"""The security equipment that others configure, by SNMP: where there are an address and credentials.

Once a minute, apart from the rounds of devices, which it never delays: interfaces and their rates, and whatever sensors
`monitoring.capability` finds on it, under its id. Whether it is there at all, pings tell (`monitoring.probes`); so a
silent agent opens no alarm and is told by coverage.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Sequence

from sqlalchemy import Engine as Database
from sqlalchemy.exc import OperationalError

from countynet import clock
from countynet.db import reading
from monitoring.capability import keep, store
from monitoring.capability.model import Capability
from monitoring.capability.senses import Senses
from monitoring.poller.samples import samples
from monitoring.series.seam import SeriesStore
from monitoring.snmp.questions import INTERFACES
from monitoring.snmp.seam import Poller, Target

log = logging.getLogger(__name__)
PAUSE = 60.0
"""seconds from one look to the next; rates reach back over three"""


class Kits:
    """What is known of it between two looks."""

    def __init__(self, database: Database, series: SeriesStore, targets: Sequence[Target]) -> None:
        self._database, self._series, self.targets = database, series, targets
        self._senses = Senses()
        names = {target.device for target in targets}
        with reading(database) as session:
            self._senses.known = {n: known for n, known in store.known(session).items() if n in names}

    async def look(self, poller: Poller) -> None:
        """Ask all once and keep what they say; what cannot be kept is logged, and asked again the next time."""
        if not self.targets:
            return
        try:
            await self._look(poller)
        except (OperationalError, sqlite3.Error, OSError) as error:
            log.warning("a poll of security equipment could not be kept: %s", error)

    async def _look(self, poller: Poller) -> None:
        at = clock.now().timestamp()
        answers = await poller.ask(self.targets, INTERFACES)
        good = {device: answer for device, answer in answers.items() if not answer.error}
        before = await asyncio.to_thread(self._series.before, good.keys())
        taken = [s for a in good.values() for s in samples(a, before, at + a.seconds, 3 * PAUSE)]
        measured = await self._senses.round(poller, good, self._database)
        await asyncio.to_thread(self._series.write, _slot(), taken, measured)
        failed = [Capability(device, error=answer.error) for device, answer in answers.items() if answer.error]
        well = [known for device, known in self._senses.known.items() if device in good]
        await asyncio.to_thread(keep.capabilities, self._database, [*failed, *well])


def _slot() -> int:
    """Return a slot that is no round's of devices (`Watch` takes multiples of its pace)."""
    now = int(time.time())
    return now if now % 5 else now + 1
