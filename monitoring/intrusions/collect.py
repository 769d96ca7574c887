"""Many equal lines made one finding before anything is written, and storms kept within bounds. Pure but for its memory.

Of one sensor at most `NEW` different findings are begun in `WINDOW` seconds. What is beyond is counted on one finding
of its signature without addresses, and past as many signatures on one finding of the sensor: forged sources cannot fill
the disk, and nothing is lost but whom it was about. Each line is in the log anyway.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from countynet.vocabulary import Severity
from monitoring.intrusions.formats import read
from monitoring.intrusions.model import Detection, IntrusionKind, Level, severity
from monitoring.receive.syslog.keep import Line

NEW, WINDOW = 300, 600.0
SAMPLE = 2000
"""letters of a line that are kept with its finding"""
MANY = "many"
"""the signature of what was too much to tell apart"""
_ORDER = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)


class Key(NamedTuple):
    """What makes two detections equal."""

    sensor: str
    feed: str
    signature: str
    source: str
    target: str


@dataclass
class Group:
    """Equal detections of one sensor."""

    key: Key
    found: Detection
    """the last of them"""
    severity: Severity
    """of the worst of them"""
    first: datetime
    last: datetime
    line: str
    """of the last of them"""
    count: int = 0
    blocked: int = 0
    """how many of them were stopped"""

    def add(self, found: Detection, at: datetime, times: int, blocked: int, line: str) -> None:
        """Count one more."""
        self.count, self.blocked = self.count + times, self.blocked + blocked
        self.severity = min(self.severity, severity(found.level, found.blocked), key=_ORDER.index)
        self.first, self.last = min(self.first, at), max(self.last, at)
        self.found, self.line = found, line


@dataclass
class _Seen:
    """What one sensor told in one window."""

    began: float
    whole: set[Key] = field(default_factory=set)
    folded: set[Key] = field(default_factory=set)


@dataclass
class Collector:
    """What waits to be written."""

    groups: dict[Key, Group] = field(default_factory=dict)
    told: int = 0
    """detections of known senders since the process began"""
    strange: int = 0
    """detections of senders that no inventory knows"""
    folded: int = 0
    """detections that were counted without their addresses"""
    _seen: dict[str, _Seen] = field(default_factory=dict)

    def take(self, lines: Iterable[Line]) -> None:
        """Look at lines that arrived."""
        for line in lines:
            found = read(line.text, line.app)
            if found is None:
                continue
            if not line.device:
                self.strange += 1
                continue
            self.told += 1
            self._add(found, line)

    def drain(self) -> list[Group]:
        """Return and forget what waits."""
        found, self.groups = list(self.groups.values()), {}
        return found

    def give_back(self, groups: Iterable[Group]) -> None:
        """Take back what could not be written."""
        for group in groups:
            newer = self.groups.pop(group.key, None)
            if newer is not None:
                group.count, group.blocked = group.count + newer.count, group.blocked + newer.blocked
                group.severity = min(group.severity, newer.severity, key=_ORDER.index)
                group.found, group.line, group.last = newer.found, newer.line, max(group.last, newer.last)
            self.groups[group.key] = group

    def _add(self, found: Detection, line: Line) -> None:
        key, kept = self._bounded(
            Key(line.device, found.feed, found.signature, found.source, found.target), found, line
        )
        group = self.groups.get(key)
        if group is None:
            worst = severity(kept.level, kept.blocked)
            group = self.groups[key] = Group(key, kept, worst, line.arrived, line.arrived, "")
        group.add(kept, line.arrived, found.times, found.times if found.blocked else 0, line.whole[:SAMPLE])

    def _bounded(self, key: Key, found: Detection, line: Line) -> tuple[Key, Detection]:
        """Return the finding that a detection is counted on."""
        now = line.arrived.timestamp()
        seen = self._seen.get(key.sensor)
        if seen is None or not seen.began <= now < seen.began + WINDOW:
            seen = self._seen[key.sensor] = _Seen(now)
        if key in seen.whole or len(seen.whole) < NEW:
            seen.whole.add(key)
            return key, found
        self.folded += 1
        key, found = key._replace(source="", target=""), replace(found, source="", target="", behind="")
        if key in seen.folded or len(seen.folded) < NEW:
            seen.folded.add(key)
            return key, found
        many = Detection(found.feed, IntrusionKind.ATTACK, MANY, MANY, Level.HIGH)
        return key._replace(signature=MANY), replace(many, blocked=found.blocked)
