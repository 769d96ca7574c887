"""Who works on what, for a few seconds at a time.

A lease is a key in Redis that only its holder renews and gives back, and that ends by itself when the holder is gone.
What was finished is marked, so that a task delivered again does nothing. A holder that slept beyond its lease finds out
by `renew` whether another has taken it; if none has, it goes on. What it writes after all has the same name as what its
successor writes (`monitoring.scale`).
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redis import Redis

PREFIX = "countynet"
LENGTH = 3.0
"""seconds that a lease lasts without being renewed"""
_BEAT = 0.8
_RENEW = (
    "local has=redis.call('get',KEYS[1]) "
    "if has and has~=ARGV[1] then return 0 end "
    "redis.call('set',KEYS[1],ARGV[1],'px',ARGV[2]) return 1"
)
_RELEASE = "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) end return 0"


class Lease:
    """One piece of work, taken."""

    def __init__(self, redis: "Redis", key: str, holder: str) -> None:
        self._redis, self._key, self._holder = redis, key, holder
        self.lost = False
        """whether somebody else may hold it now"""

    def renew(self) -> bool:
        """Hold it for another `LENGTH`; false when somebody else has it. One that ran out untaken is held again.

        A broker that is away takes nothing from us.
        """
        from redis.exceptions import RedisError

        try:
            kept = self._redis.eval(_RENEW, 1, self._key, self._holder, str(int(LENGTH * 1000)))
        except RedisError:
            return not self.lost
        self.lost = self.lost or not kept
        return not self.lost

    def release(self) -> None:
        """Give it back, if it is still ours."""
        from redis.exceptions import RedisError

        try:
            self._redis.eval(_RELEASE, 1, self._key, self._holder)
        except RedisError:
            return


def key(kind: str, name: str) -> str:
    """Return the broker's key for something of ours."""
    return f"{PREFIX}:{kind}:{name}"


def take(redis: "Redis", kind: str, name: str, holder: str = "") -> Lease | None:
    """Take a lease, None when somebody has it."""
    who = f"{holder}/{secrets.token_hex(8)}"
    taken = redis.set(key(kind, name), who, nx=True, px=int(LENGTH * 1000))
    return Lease(redis, key(kind, name), who) if taken else None


@contextmanager
def kept(lease: Lease) -> Iterator[Lease]:
    """Renew a lease in the background for the length of a block, and give it back at its end."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(_BEAT):
            if not lease.renew():
                return

    beat = threading.Thread(target=renew, name="lease", daemon=True)
    beat.start()
    try:
        yield lease
    finally:
        over.set()
        beat.join()
        lease.release()


def mark(redis: "Redis", kind: str, name: str, seconds: float) -> bool:
    """Mark something as done for a while; false when it was marked already."""
    return bool(redis.set(key(kind, name), "1", nx=True, px=int(seconds * 1000)))


def marked(redis: "Redis", kind: str, name: str) -> bool:
    """Tell whether something is marked."""
    return bool(redis.exists(key(kind, name)))


def held(redis: "Redis", kind: str, name: str) -> str:
    """Return who has a lease, empty when nobody has."""
    return str(redis.get(key(kind, name)) or "").partition("/")[0]
