"""What becomes of notifications in a storm: kept first, coalesced, or dropped and counted. Pure.

Invariants: whatever arrives, at most `MOST_KEPT` + `MOST_OTHER` entries wait, and of one device at most `MOST_OF_ONE`;
what is of the same device, trap and part is one entry with a count, so that a flapping port is one line and loses
nothing; what matters (`Kind.kept`) takes an other's place when all is full, never the other way round; what is dropped
is counted by its device. `drain` gives what waits, what matters first.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from monitoring.receive.traps.kinds import Kind
from monitoring.receive.traps.notification import Notification

MOST_KEPT = 8000
MOST_OTHER = 2000
MOST_OF_ONE = 500
MOST_NAMES = 1000
"""devices by which drops are counted"""
Key = tuple[str, str, str]
"""device, trap, part"""


@dataclass
class Entry:
    """Notifications of one kind about one part of a device."""

    device: str
    trap: str
    part: str
    kept: bool
    first: float
    last: float
    count: int = 1
    values: tuple[tuple[str, int | bytes | None], ...] = ()
    """of the last one"""


@dataclass
class Intake:
    """What waits to be written."""

    kinds: Mapping[str, Kind]
    dropped: Counter[str] = field(default_factory=Counter)
    coalesced: int = 0
    _kept: dict[Key, Entry] = field(default_factory=dict)
    _other: dict[Key, Entry] = field(default_factory=dict)
    _waiting: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self._kept) + len(self._other)

    def take(self, device: str, told: Notification, now: float) -> bool:
        """Take a notification of a device; tell whether it matters, so that the device is to be looked at."""
        kind = self.kinds.get(told.trap)
        kept = kind is not None and kind.kept
        key = (device, told.trap, _part(kind, told))
        place = self._kept if kept else self._other
        standing = place.get(key)
        if standing is not None:
            standing.count, standing.last, standing.values = standing.count + 1, now, told.values
            self.coalesced += 1
        elif self._room(device, kept):
            place[key] = Entry(*key, kept, now, now, 1, told.values)
            self._waiting[device] += 1
        else:
            self._drop(device, 1)
        return kept

    def drain(self) -> list[Entry]:
        """Return and forget what waits: what matters first, each by time."""
        found = [*self._kept.values(), *self._other.values()]
        self._kept, self._other = {}, {}
        self._waiting.clear()
        return found

    def give_back(self, entries: list[Entry]) -> None:
        """Take back what could not be written, as far as there is room; the rest is dropped and counted."""
        for entry in entries:
            place = self._kept if entry.kept else self._other
            key = (entry.device, entry.trap, entry.part)
            standing = place.get(key)
            if standing is not None:
                standing.count, standing.first = standing.count + entry.count, entry.first
            elif self._room(entry.device, entry.kept):
                place[key] = entry
                self._waiting[entry.device] += 1
            else:
                self._drop(entry.device, entry.count)

    def _room(self, device: str, kept: bool) -> bool:
        if self._waiting[device] >= MOST_OF_ONE and not (kept and self._evict(device)):
            return False
        if not kept:
            return len(self._other) < MOST_OTHER
        return len(self._kept) < MOST_KEPT

    def _evict(self, device: str) -> bool:
        """Drop one entry of a device that matters less; tell whether there was one."""
        key = next((key for key in self._other if key[0] == device), None)
        if key is None:
            return False
        self._drop(device, self._other.pop(key).count)
        self._waiting[device] -= 1
        return True

    def _drop(self, device: str, count: int) -> None:
        name = device if device in self.dropped or len(self.dropped) < MOST_NAMES else ""
        self.dropped[name] += count


def _part(kind: Kind | None, told: Notification) -> str:
    """Return which part of the device a notification is about, empty when it does not say."""
    if kind is None or not kind.part:
        return ""
    for name, value in told.values:
        if name == kind.part or name.startswith(kind.part + "."):
            return value.decode("utf-8", "replace")[:40] if isinstance(value, bytes) else str(value)
    return ""
