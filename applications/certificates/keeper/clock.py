"""The time that is signed: never before a time that was signed already.

A time stamp says "this existed at that time", so a clock that jumped back makes lies. The highest time is kept in the
register (at most a minute behind); while the machine's clock is behind it, no stamp is given and the refusal says why.
"""

import datetime as dt
import threading
from collections.abc import Callable

from applications.certificates.authority.stamps import Unstampable
from applications.certificates.keeper.register import Register

BACK = dt.timedelta(seconds=1)
KEPT = dt.timedelta(seconds=60)


class Clock:
    """A clock over the machine's, with memory."""

    def __init__(self, now: Callable[[], dt.datetime], register: Register) -> None:
        self._now, self._register, self._lock = now, register, threading.Lock()
        kept = register.number("clock")
        self._highest = dt.datetime.fromisoformat(kept) if kept else dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        self._kept = self._highest

    def now(self) -> dt.datetime:
        """Return the machine's time, to the microsecond, UTC."""
        return self._now()

    def forward(self) -> dt.datetime:
        """Return a time to sign. Raises Unstampable while the machine's clock is behind what was signed before."""
        with self._lock:
            now = self._now()
            if now + BACK < self._highest:
                raise Unstampable("time_not_available")
            self._highest = max(now, self._highest)
            if self._highest - self._kept > KEPT:
                self._register.keep("clock", self._highest.isoformat())
                self._kept = self._highest
            return now
