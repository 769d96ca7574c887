"""Counts failures so that codes and passwords cannot be guessed: so many per key and time, then it is closed."""

import threading
import time
from collections.abc import Iterable

MOST_KEYS = 10_000


class Tries:
    """Failures of addresses, names and meetings, in memory; a restart forgets them."""

    def __init__(self, most: int, seconds: float) -> None:
        """Close a key that failed `most` times within `seconds`."""
        self._most, self._seconds = most, seconds
        self._lock = threading.Lock()
        self._failed: dict[str, list[float]] = {}

    def closed(self, keys: Iterable[str]) -> bool:
        """Tell whether one of the keys is closed now."""
        since = time.monotonic() - self._seconds
        with self._lock:
            return any(sum(at > since for at in self._failed.get(key, ())) >= self._most for key in keys)

    def failed(self, keys: Iterable[str]) -> None:
        """Count a failure for each key."""
        now = time.monotonic()
        with self._lock:
            if len(self._failed) > MOST_KEYS:
                self._failed.clear()
            for key in keys:
                self._failed[key] = [*self._failed.get(key, [])[-self._most :], now]
