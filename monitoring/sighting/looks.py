"""The poller's part of it: looks around every five minutes, at first as soon as a device was probed.

Only devices that just answered are asked, and of each only for the tables that it has.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Engine as Database

from inventory.model import County
from monitoring.capability.model import Capabilities
from monitoring.sighting import asking, keep, take
from monitoring.snmp.seam import Answer, Poller, Question, Target
from topology.discovery.evidence import Device


@dataclass
class Looks:
    """When each device was last asked what is around it."""

    pace: float = 300.0
    """seconds"""
    at: dict[str, float] = field(default_factory=dict)

    async def round(
        self, poller: Poller, polled: Mapping[str, Answer], known: Capabilities, county: County, database: Database
    ) -> None:
        """Ask who is due among those that answered, and keep what they say."""
        due = [a.target for a in polled.values() if not a.error and self._due(a.target.device, known)]
        if not due:
            return
        found, silent = await look(poller, due, known)
        self.at |= dict.fromkeys((target.device for target in due), time.monotonic())
        await asyncio.to_thread(keep.around, database, county, found, silent)

    def _due(self, device: str, known: Capabilities) -> bool:
        probed = device in known and known[device].at is not None
        return probed and time.monotonic() - self.at.get(device, -self.pace) >= self.pace


async def look(poller: Poller, targets: list[Target], known: Capabilities) -> tuple[list[Device], dict[str, str]]:
    """Return what devices have around them, and why some did not say."""
    groups: dict[Question, list[Target]] = {}
    for target in targets:
        groups.setdefault(asking.around(known[target.device]), []).append(target)
    found: list[Device] = []
    silent: dict[str, str] = {}
    for question, members in groups.items():
        for device, answer in (await poller.ask(members, question)).items():
            if answer.error:
                silent[device] = answer.error
            else:
                found.append(take.device(answer))
    return found, silent
