"""Each kind of rule as a small state machine over one reading: is it an alarm now? Pure.

Invariants: a condition must hold without a break for `lasting` seconds before it is an alarm, and be well for
`clearing` seconds before it is none any more; between limit and `clear` nothing changes (hysteresis). What is not read
decides nothing, except for absence, which is about just that. Time never runs back.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Protocol

from monitoring.rules.model import Absence, Baseline, Flap, Rate, Rule, Threshold

_NORMAL = 1.4826
"""the median absolute deviation of normal values times this is their standard deviation (Rousseeuw, Croux 1993)"""


@dataclass
class Held:
    """Whether something is an alarm, with the times that it takes to become one and to be none."""

    alarm: bool = False
    since: float | None = None
    """since when it differs from what it is"""

    def step(self, bad: bool | None, now: float, lasting: float, clearing: float) -> bool:
        """Take one judgement (None: neither) and return whether it is an alarm now."""
        if bad is None or bad is self.alarm:
            self.since = None
            return self.alarm
        if self.since is None:
            self.since = now
        if now - self.since >= (clearing if self.alarm else lasting):
            self.alarm, self.since = bad, None
        return self.alarm


@dataclass(frozen=True)
class Finding:
    """What a judge says: whether it is an alarm, and the numbers for its sentence."""

    alarm: bool
    value: float = 0.0
    seconds: float = 0.0
    changes: int = 0
    usual: float | None = None
    weeks: int = 0
    too_few: bool = False
    """a baseline that has not enough weeks to compare with"""


class Judge(Protocol):
    """Judges one reading over time."""

    held: Held

    def take(self, value: float | None, at: float, now: float) -> Finding:
        """Take a reading (None: there is none), taken at a time, and say what it means now."""
        ...


@dataclass
class ThresholdJudge:
    """Above or below a limit."""

    rule: Threshold
    held: Held = field(default_factory=Held)
    began: float | None = None

    def take(self, value: float | None, at: float, now: float) -> Finding:
        """Judge by the limit, and by `clear` once it is an alarm."""
        if value is None:
            return Finding(self.held.alarm)
        beyond = self._beyond(value, self.rule.limit)
        if not beyond:
            self.began = None if not self.held.alarm else self.began
        elif self.began is None:
            self.began = now
        clear = self.rule.limit if self.rule.clear is None else self.rule.clear
        bad = (beyond or (self._beyond(value, clear) and None)) if self.held.alarm else beyond
        alarm = self.held.step(bad, now, self.rule.lasting, self.rule.clearing)
        return Finding(alarm, value, now - (self.began if self.began is not None else now))

    def _beyond(self, value: float, limit: float) -> bool:
        return value > limit if self.rule.above is not None else value < limit


@dataclass
class RateJudge:
    """How much a counting reading rose within a time; one that ran back (a restart) begins anew."""

    rule: Rate
    held: Held = field(default_factory=Held)
    seen: deque[tuple[float, float]] = field(default_factory=deque)

    def take(self, value: float | None, at: float, now: float) -> Finding:
        """Judge by the rise."""
        if value is not None:
            if self.seen and value < self.seen[-1][1]:
                self.seen.clear()
            self.seen.append((now, value))
        while len(self.seen) > 1 and self.seen[1][0] <= now - self.rule.within:
            self.seen.popleft()
        rise = self.seen[-1][1] - self.seen[0][1] if self.seen else 0.0
        alarm = self.held.step(rise > self.rule.above, now, self.rule.lasting, self.rule.clearing)
        return Finding(alarm, rise, self.rule.within)


@dataclass
class AbsenceJudge:
    """A reading that was there and is not any more."""

    rule: Absence
    held: Held = field(default_factory=Held)
    last: float | None = None

    def take(self, value: float | None, at: float, now: float) -> Finding:
        """Judge by how long ago the reading was taken."""
        if value is not None:
            self.last = max(at, self.last or at)
        if self.last is None:
            return Finding(self.held.alarm)
        age = now - self.last
        alarm = self.held.step(age >= self.rule.lasting, now, 0, self.rule.clearing if self.held.alarm else 0)
        return Finding(alarm, seconds=age)


@dataclass
class FlapJudge:
    """So many changes within a time; while it is an alarm further ones are counted."""

    rule: Flap
    held: Held = field(default_factory=Held)
    last: float | None = None
    times: deque[float] = field(default_factory=deque)
    changes: int = 0

    def take(self, value: float | None, at: float, now: float) -> Finding:
        """Judge by how often the reading changed."""
        if value is not None:
            if self.last is not None and value != self.last:
                self.times.append(now)
                self.changes += self.held.alarm
            self.last = value
        while self.times and self.times[0] <= now - self.rule.within:
            self.times.popleft()
        before = self.held.alarm
        quiet = not self.times or now - self.times[-1] >= self.rule.clearing
        bad = not quiet if before else len(self.times) >= self.rule.changes
        alarm = self.held.step(bad, now, self.rule.lasting, 0)
        if alarm and not before:
            self.changes = len(self.times)
        elif before and not alarm:
            self.times.clear()
        return Finding(alarm, value or 0.0, self.rule.within, self.changes)


@dataclass
class BaselineJudge:
    """The last hour against the same hour of past weeks. `weeks` are their means, None where nothing is known."""

    rule: Baseline
    held: Held = field(default_factory=Held)
    weeks: Sequence[float | None] = ()

    def take(self, value: float | None, at: float, now: float) -> Finding:
        """Judge by median and median absolute deviation."""
        known = [week for week in self.weeks if week is not None]
        if value is None or len(known) < self.rule.least:
            return Finding(self.held.alarm, value or 0.0, weeks=len(known), too_few=len(known) < self.rule.least)
        usual = median(known)
        spread = _NORMAL * median(abs(week - usual) for week in known)
        away = value - usual
        wanted = {"above": away, "below": -away, "both": abs(away)}[self.rule.side]
        bad = wanted > max(self.rule.floor, self.rule.deviations * spread)
        alarm = self.held.step(bad, now, self.rule.lasting, self.rule.clearing)
        return Finding(alarm, value, usual=usual, weeks=len(known))


def judge_of(rule: Rule, alarm: bool = False) -> Judge:
    """Return a judge for one reading of a rule; `alarm`: one is open already, since before we began."""
    held = Held(alarm)
    if isinstance(rule, Threshold):
        return ThresholdJudge(rule, held)
    if isinstance(rule, Rate):
        return RateJudge(rule, held)
    if isinstance(rule, Absence):
        return AbsenceJudge(rule, held)
    if isinstance(rule, Flap):
        return FlapJudge(rule, held)
    assert isinstance(rule, Baseline)
    return BaselineJudge(rule, held)
