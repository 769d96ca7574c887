"""From the receiver to whichever worker watches the county: "look at this device now", through the broker.

On one machine a socket in the county's folder does it (`monitoring.receive.hints`); here the watch may be anywhere. A
hint is a device's name and nothing else, so it can decide nothing. A list a county, the newest `MOST` names, forgotten
after `SECONDS`: what nobody heard by then, a round has read. A broker that is away costs hints, and never holds up who
gives them: they are sent by a thread of their own, from a queue that is bounded.
"""

import logging
import queue
import threading
from typing import TYPE_CHECKING

from monitoring.scale.leases import key

if TYPE_CHECKING:
    from redis import Redis

log = logging.getLogger(__name__)
MOST, SECONDS = 200, 30
_WAITING = 1000


class Telling:
    """The receiver's end: call it with a device's name; it returns at once."""

    def __init__(self, redis: "Redis", county: str) -> None:
        self._redis, self._place = redis, key("hints", county)
        self._waiting: queue.Queue[str] = queue.Queue(_WAITING)
        threading.Thread(target=self._send, name="hints", daemon=True).start()

    def __call__(self, device: str) -> None:
        """Have a device looked at; with a thousand waiting it is dropped."""
        try:
            self._waiting.put_nowait(device)
        except queue.Full:
            log.warning("the broker takes no hints: %s is polled with its round", device)

    def _send(self) -> None:
        from redis.exceptions import RedisError

        while True:
            device = self._waiting.get()
            try:
                with self._redis.pipeline(transaction=False) as pipe:
                    pipe.rpush(self._place, device)
                    pipe.ltrim(self._place, -MOST, -1)
                    pipe.expire(self._place, SECONDS)
                    pipe.execute()
            except RedisError as error:
                log.warning("a hint is lost: %s", error)


def heard(redis: "Redis", county: str, seconds: int) -> frozenset[str]:
    """Return the devices that are to be looked at; waits for the first at most so many seconds. Raises RedisError."""
    place = key("hints", county)
    first = redis.blpop([place], timeout=seconds)
    if first is None:
        return frozenset()
    more = redis.lpop(place, MOST) or []
    return frozenset((str(first[1]), *map(str, more)))
