"""What the tasks do: poll a portion of a round, watch a county, and the tick that sees to it that both happen.

Plain functions of a `Crew`, which is one worker process; Celery carries their arguments (`app`) and knows nothing else.
"""

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from countynet import clock
from countynet.errors import Conflict, CountyError
from countynet.i18n import _
from countynet.settings import Settings
from monitoring.poller import write
from monitoring.poller.poll import Poll, poll
from monitoring.poller.watch import Pace
from monitoring.scale import handover, leases
from monitoring.scale.around import look_around
from monitoring.scale.asking import Asker
from monitoring.scale.broker import connection
from monitoring.scale.counties import County, every
from monitoring.scale.handover import Tally
from monitoring.scale.portions import Portion, cut, slot_at

log = logging.getLogger(__name__)
_TAKEN = _("another poller watches this county already")
_KEPT = 300.0
"""seconds that marks are kept: longer than any message of their round lives"""
_AGAIN = leases.LENGTH + 1.0
"""seconds after which a portion that nobody has and that is not done is sent again"""
Send = Callable[[str, Mapping[str, Any], str, float], None]
"""sends a task: its name, its arguments, its queue, after how many seconds it is of no use any more"""


class Crew:
    """One worker process: its counties, its way of asking, and whether it is to end."""

    def __init__(self, settings: Settings, pace: Pace | None = None, name: str = "") -> None:
        self.settings, self.pace = settings, pace or Pace()
        self.name = name or socket.gethostname()
        self.stopping = threading.Event()
        self.counties = {name: County(name, own) for name, own in every(settings).items()}
        self.redis = connection(settings)
        self._asker: Asker | None = None
        self._starting = threading.Lock()

    @property
    def asker(self) -> Asker:
        """The loop that asks; started by the first who needs it."""
        with self._starting:
            if self._asker is None:
                self._asker = Asker(self.pace.poll)
            return self._asker

    def close(self) -> None:
        """End what runs and let go of everything."""
        self.stopping.set()
        if self._asker is not None:
            self._asker.close()
        for county in self.counties.values():
            county.close()


def poll_portion(crew: Crew, portion: Portion) -> bool:
    """Poll some devices of a round once; false when somebody else does, or did."""
    county = crew.counties.get(portion.county)
    if county is None or leases.marked(crew.redis, "done", portion.name):
        return False
    lease = leases.take(crew.redis, "poll", portion.name, crew.name)
    if lease is None:
        return False
    with leases.kept(lease):
        return _poll(crew, county, portion, lease)


def _poll(crew: Crew, county: County, portion: Portion, lease: leases.Lease) -> bool:
    began = time.time()
    plan = county.plan()
    known = {device.name for device in plan.county.devices}
    before = handover.left(crew.redis, county.name, [name for name in portion.devices if name in known])
    done = {name for name, one in before.items() if one.slot >= portion.slot}
    wanted = frozenset(known.intersection(portion.devices) - done)
    some = replace(plan, only=wanted)
    readings = handover.readings(before)
    found = crew.asker.ask(county, lambda poller: poll(poller, some, readings, crew.pace.poll))
    if lease.lost:
        log.warning("%s: another worker has taken the portion over, nothing is kept", portion.name)
        return False
    _keep(crew, county, portion, found)
    write.polled(county.database, some, found)
    _sense(crew, county, portion, found)
    leases.mark(crew.redis, "done", portion.name, _KEPT)
    handover.tally(crew.redis, f"{county.name}:{portion.slot}", _figures(portion, found, began))
    look_around(crew, county, portion, found.answers)
    return True


def _keep(crew: Crew, county: County, portion: Portion, found: Poll) -> None:
    with county.writing:
        county.series.write(portion.slot, found.samples)
    errors = {device: answer.error for device, answer in found.answers.items()}
    handover.leave(crew.redis, county.name, portion.slot, errors, found.samples)


def _sense(crew: Crew, county: County, portion: Portion, found: Poll) -> None:
    senses = county.senses
    measured = crew.asker.ask(county, lambda poller: senses.round(poller, found.answers, county.database))
    if measured:
        with county.writing:
            county.series.write(portion.slot, (), measured)


def _figures(portion: Portion, found: Poll, began: float) -> Tally:
    return Tally(
        devices=len(found.answers),
        answered=found.answered,
        interfaces=len(found.samples),
        values=found.values,
        milliseconds=int((time.time() - portion.slot) * 1000),
        cpu_milliseconds=int(found.cpu_seconds * 1000),
        late_milliseconds=int((began - portion.slot) * 1000),
    )


def watch_county(crew: Crew, name: str) -> bool:
    """Watch a county by ping and decide about it until told to end; false when somebody else does."""
    from monitoring.scale.station import watch
    from monitoring.standing import only_one

    county = crew.counties.get(name)
    if county is None or crew.stopping.is_set():
        return False
    lease = leases.take(crew.redis, "watch", name, crew.name)
    if lease is None:
        return False
    log.warning("%s: watching", name)
    try:
        with leases.kept(lease), only_one(county.settings, "poller", _TAKEN):
            while not crew.stopping.is_set() and not lease.lost:
                plan = county.plan()
                write.adopt(county.database, plan)
                asyncio.run(watch(crew, county, plan, lambda: crew.stopping.is_set() or lease.lost))
    except Conflict as error:
        log.warning("%s: not watched here: %s", name, error)
        return False
    log.warning("%s: no longer watched here", name)
    return True


def tick(crew: Crew, send: Send) -> None:
    """Send the round's portions when it begins, again what was lost, and a watch over each county that has none."""
    for name, county in crew.counties.items():
        try:
            _rounds(crew, county, send)
        except CountyError as error:
            log.warning("%s: is not polled: %s", name, error)
        if not leases.held(crew.redis, "watch", name) and leases.mark(crew.redis, "sent-watch", name, _AGAIN):
            send("countynet.watch", {"county": name}, f"watch.{name}", _AGAIN)


def _rounds(crew: Crew, county: County, send: Send) -> None:
    now, pace = clock.now().timestamp(), crew.pace.poll
    slot = slot_at(now, pace)
    first = leases.mark(crew.redis, "round", f"{county.name}:{slot}", _KEPT)
    left = slot + pace - now
    if not first and left < 1.0:
        return
    for portion in cut(county.name, county.plan().county, slot):
        if first or _lost(crew, portion):
            leases.mark(crew.redis, "sent", portion.name, _AGAIN)
            send("countynet.poll", portion._asdict(), f"poll.{county.name}", left)


def _lost(crew: Crew, portion: Portion) -> bool:
    """Tell whether a portion was sent a while ago, is not done, and nobody has it."""
    redis = crew.redis
    return (
        not leases.marked(redis, "done", portion.name)
        and not leases.held(redis, "poll", portion.name)
        and leases.mark(redis, "sent", portion.name, _AGAIN)
    )
