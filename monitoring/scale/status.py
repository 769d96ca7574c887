"""How the workers do: who watches each county, how its last rounds went, what waits. Read from the broker."""

import time
from dataclasses import asdict, dataclass
from typing import Any

from countynet.settings import Settings
from monitoring.poller.watch import Pace
from monitoring.scale import handover, leases
from monitoring.scale.broker import BrokerAway, connection
from monitoring.scale.counties import every
from monitoring.scale.handover import Tally
from monitoring.scale.portions import slot_at

_ROUNDS = 4


@dataclass(frozen=True)
class CountyStatus:
    """One county as its workers see it."""

    county: str
    watcher: str
    """the worker that watches it, empty when none does"""
    waiting: int
    """portions that no worker has begun"""
    slot: int
    """the last whole round, seconds since 1970; 0 when none is known"""
    last: Tally

    def document(self) -> dict[str, Any]:
        """Return it as a document."""
        return {**asdict(self), "last": asdict(self.last)}


def status(settings: Settings, pace: Pace | None = None) -> tuple[CountyStatus, ...]:
    """Return every county's status. Raises BadInput without a broker, BrokerAway when it does not answer."""
    from redis.exceptions import RedisError

    from countynet.i18n import _

    redis, step = connection(settings), int((pace or Pace()).poll)
    try:
        return tuple(_one(redis, name, step) for name in every(settings))
    except RedisError as error:
        raise BrokerAway(_("the broker does not answer: {error}"), error=type(error).__name__) from error


def _one(redis: Any, name: str, step: int) -> CountyStatus:
    now = slot_at(time.time(), step)
    rounds = (
        (slot, handover.tallied(redis, f"{name}:{slot}")) for slot in range(now - step, now - _ROUNDS * step, -step)
    )
    slot, last = next(((slot, told) for slot, told in rounds if told.devices), (0, Tally()))
    return CountyStatus(name, leases.held(redis, "watch", name), redis.llen(f"poll.{name}"), slot, last)
