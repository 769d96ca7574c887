"""All rules over all readings, one turn after the other: what opens, what closes, what changes. Pure.

Invariants: at most one alarm of a rule, device and part is open; nothing opens about a device that does not answer, is
shadowed or under work (`quiet`), and what is quiet is not judged at all, so that its past does not count when it is
back; an open alarm closes only by its own reading, or when its rule, device or part is gone.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from monitoring.rules.judge import AbsenceJudge, BaselineJudge, Finding, Judge, judge_of
from monitoring.rules.load import Loaded
from monitoring.rules.model import Baseline
from monitoring.rules.reading import METRICS, Key, Reading

PREFIX = "rule:"
History = Callable[[Key, int], tuple[float | None, Sequence[float | None]]]
"""from a key and how many weeks: the last hour's mean, and the means of the same hour of so many past weeks"""
GONE = 3600.0
"""seconds after which the alarm of a reading that no longer exists closes: a removed card is no alarm for ever"""


@dataclass(frozen=True)
class Subject:
    """What one judge is about."""

    rule: str
    key: Key

    @property
    def alarm(self) -> str:
        """The key of its alarm, at most 100 characters."""
        text = f"{PREFIX}{self.rule}:{self.key.device}:{self.key.part}"
        if len(text) <= 100:
            return text
        return f"{text[:83]}~{hashlib.sha256(text.encode()).hexdigest()[:16]}"


@dataclass(frozen=True)
class Turn:
    """What a turn found."""

    opened: Mapping[Subject, Finding]
    counted: Mapping[Subject, Finding]
    """open alarms whose count of changes grew"""
    closed: tuple[str, ...]
    """alarm keys"""


@dataclass
class Engine:
    """The judges of all rules."""

    rules: Sequence[Loaded]
    standing: set[str] = field(default_factory=set)
    """keys of the alarms that are open, of whatever rule"""
    too_few: dict[str, int] = field(default_factory=dict)
    """by rule: how many readings have not enough weeks to compare with"""
    watched: dict[str, int] = field(default_factory=dict)
    """by rule: how many readings it is about"""
    began: float | None = None
    _judges: dict[Subject, Judge] = field(default_factory=dict)
    _last: dict[Subject, float] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def turn(self, readings: Iterable[Reading], quiet: Collection[str], now: float, history: History | None) -> Turn:
        """Judge every reading; `quiet` are the devices about which nothing may open. Without history no baseline."""
        by_metric: dict[str, list[Reading]] = {}
        for reading in readings:
            by_metric.setdefault(reading.key.metric, []).append(reading)
        opened: dict[Subject, Finding] = {}
        counted: dict[Subject, Finding] = {}
        closed: list[str] = []
        for loaded in self.rules:
            if loaded.rule.off or (isinstance(loaded.rule, Baseline) and history is None):
                continue
            for subject, finding in self._rule(loaded, by_metric, quiet, now, history):
                self._sort(subject, finding, opened, counted, closed)
        closed += self._orphans(now)
        return Turn(opened, counted, tuple(dict.fromkeys(closed)))

    def _rule(
        self,
        loaded: Loaded,
        by_metric: Mapping[str, Sequence[Reading]],
        quiet: Collection[str],
        now: float,
        history: History | None,
    ) -> Iterable[tuple[Subject, Finding]]:
        rule, own, few, seen = loaded.rule, METRICS[loaded.rule.reading].own, 0, set[Subject]()
        for reading in by_metric.get(rule.reading, ()):
            if not _meant(loaded, reading.key):
                continue
            subject = Subject(rule.name, reading.key)
            seen.add(subject)
            self._last[subject] = now
            if not own and reading.key.device in quiet:
                self._calm(subject)
                continue
            finding = self._judge(subject, loaded, reading, now, history)
            few += finding.too_few
            yield subject, finding
        for subject in [s for s in self._judges if s.rule == rule.name and s not in seen]:
            judge = self._judges[subject]
            if isinstance(judge, AbsenceJudge) and subject.key.device not in quiet:
                yield subject, judge.take(None, now, now)
        self.watched[rule.name] = len(seen)
        if isinstance(rule, Baseline):
            self.too_few[rule.name] = few

    def _judge(
        self, subject: Subject, loaded: Loaded, reading: Reading, now: float, history: History | None
    ) -> Finding:
        judge = self._judges.get(subject)
        if judge is None:
            judge = self._judges[subject] = judge_of(loaded.rule, subject.alarm in self.standing)
        value: float | None = reading.value
        if isinstance(judge, BaselineJudge) and history is not None:
            value, judge.weeks = history(reading.key, judge.rule.weeks)
        return judge.take(value, reading.at, now)

    def _calm(self, subject: Subject) -> None:
        """Forget what led to an alarm that did not open; one that is open stays as it is."""
        judge = self._judges.get(subject)
        if judge is not None and not judge.held.alarm:
            del self._judges[subject]

    def _sort(
        self,
        subject: Subject,
        finding: Finding,
        opened: dict[Subject, Finding],
        counted: dict[Subject, Finding],
        closed: list[str],
    ) -> None:
        key = subject.alarm
        if finding.alarm and key not in self.standing:
            opened[subject] = finding
            self.standing.add(key)
            self._counts[key] = finding.changes
        elif finding.alarm and finding.changes > self._counts.get(key, 0):
            counted[subject] = finding
            self._counts[key] = finding.changes
        elif not finding.alarm and key in self.standing:
            closed.append(key)
            self.standing.discard(key)

    def _orphans(self, now: float) -> list[str]:
        """Return the open alarms whose rule is gone, or whose device or part was not read for an hour."""
        self.began = now if self.began is None else self.began
        for subject in [s for s, last in self._last.items() if now - last > GONE]:
            if not isinstance(self._judges.get(subject), AbsenceJudge):
                self._judges.pop(subject, None)
                del self._last[subject]
        rules = {loaded.rule.name for loaded in self.rules if not loaded.rule.off}
        known = {subject.alarm for subject in self._last} if now - self.began > GONE else self.standing
        gone = [key for key in self.standing if key.split(":")[1] not in rules or key not in known]
        self.standing -= set(gone)
        return gone


def _meant(loaded: Loaded, key: Key) -> bool:
    if loaded.devices is not None and key.device not in loaded.devices:
        return False
    parts = loaded.rule.parts
    return not parts or any(fnmatchcase(key.part, pattern) for pattern in parts)
