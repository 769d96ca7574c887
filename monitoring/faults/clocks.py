"""The clocks of a fault: to respond, to arrive, to repair, by its events alone. Pure.

Rules, each a test:
- All clocks begin when the fault is opened, or when the earliest of those merged into it was. To respond ends with the
  first begin of the repair, to arrive with the first arrival, to repair with "repaired". One that never ended by its
  own step ends with "repaired": who repairs from afar need not arrive.
- A pause has a reason and stops the clocks to arrive and to repair; any step of the repair ends it, and so does the
  moment until which it was meant. Nobody can stop the clock to respond, nor any before somebody responded. Which
  reasons stop clocks is the county's to say; the others are written down and stop nothing.
- A pause that is corrected counts as corrected, ever since it began.
- "Still broken" lets the clock to repair run on from there: what the unit took to look does not count.
- A target counts minutes on the wall's clock or working minutes of the calendar. It is read anew each time, so that a
  corrected calendar or target changes every fault that is open.
- A merger that is undone leaves no trace on the clocks (monitoring.faults.past).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Any

from inventory.calendar.model import Calendar
from inventory.calendar.working import add, between
from monitoring.faults.past import Happened, begin, effective
from monitoring.tags import FaultTag


class ClockKind(StrEnum):
    """What a clock measures."""

    RESPOND = "respond"
    ARRIVE = "arrive"
    REPAIR = "repair"


class PauseReason(StrEnum):
    """Why the clocks stand."""

    UNIT = "unit"
    """nobody of the unit is there, or it wants another time"""
    POWER = "power"
    """the building has no power"""
    ACCESS = "access"
    """a room, a road or a permission"""
    WEATHER = "weather"
    MATERIAL = "material"
    """a part that has to be brought; whether that stops a clock is what the contract says"""


ALL = frozenset(PauseReason)


@dataclass(frozen=True)
class Pause:
    """One stretch in which the work stood, as corrected."""

    number: int
    """of the event that began it"""
    begins: datetime
    ends: datetime | None
    reason: str
    who: str
    """for whom or what one waits"""
    until: datetime | None
    note: str
    stops: bool
    """whether it stops clocks"""
    corrected: bool = False


@dataclass(frozen=True)
class Target:
    """How many minutes a clock may take."""

    minutes: int
    working: bool = False
    """working minutes of the calendar; else of the wall's clock"""


@dataclass(frozen=True)
class Clock:
    """One clock as it stands."""

    kind: ClockKind
    target: Target
    used: timedelta
    """by the target's own way of counting"""
    due: datetime | None
    """when it is missed if nothing happens, or was; None for one that stands or ended in time"""
    paused: bool
    ended: datetime | None

    @property
    def missed(self) -> bool:
        """Whether more was used than the target allows."""
        return self.used > timedelta(minutes=self.target.minutes)

    @property
    def left(self) -> timedelta:
        """What remains, by the target's own way of counting; negative when it is missed."""
        return timedelta(minutes=self.target.minutes) - self.used


Span = tuple[datetime, datetime | None]
"""in which a clock runs; None: until now"""
_ENDS = {
    ClockKind.RESPOND: (FaultTag.STARTED, FaultTag.ARRIVED, FaultTag.REPAIRED),
    ClockKind.ARRIVE: (FaultTag.ARRIVED, FaultTag.REPAIRED),
}
_RESUMES = (FaultTag.RESUMED, FaultTag.STARTED, FaultTag.ARRIVED, FaultTag.REPAIRED, FaultTag.REOPENED)


def paused(events: Sequence[Happened], now: datetime | None = None) -> bool:
    """Return whether the work stands after these events; without a time, whatever was said of its end."""
    return any(one.ends is None for one in pauses(events, now))


def pauses(
    events: Sequence[Happened], now: datetime | None = None, stopping: Collection[str] = ALL
) -> tuple[Pause, ...]:
    """Return the pauses of a fault in the order of their begin, as corrected; `stopping`: which reasons stop clocks."""
    found: list[Pause] = []
    counted = effective(events)
    for event in counted:
        if event.tag == FaultTag.PAUSED:
            found.append(_begun(event))
        elif event.tag in _RESUMES and found and found[-1].ends is None:
            found[-1] = replace(found[-1], ends=event.at)
    found = [_lapsed(one, now) for one in found]
    for event in counted:
        if event.tag == FaultTag.PAUSE_CORRECTED:
            found = [_corrected(one, event.data) if one.number == event.data.get("pause") else one for one in found]
    return tuple(replace(one, stops=one.stops and (not one.reason or one.reason in stopping)) for one in found)


def _begun(event: Happened) -> Pause:
    said = event.data
    return Pause(
        number=event.id, begins=event.at, ends=None, reason=str(said.get("reason", "")), who=str(said.get("who", "")),
        until=_moment(said.get("until")), note=str(said.get("note", "")), stops=True,
    )  # fmt: skip


def _lapsed(one: Pause, now: datetime | None) -> Pause:
    """End a pause at the moment until which it was meant, once that has come."""
    if one.until is None or now is None or one.until > now or (one.ends is not None and one.ends <= one.until):
        return one
    return replace(one, ends=max(one.until, one.begins))


def _corrected(one: Pause, said: Mapping[str, Any]) -> Pause:
    begins, ends = _moment(said.get("begins")) or one.begins, _moment(said.get("ends")) or one.ends
    stops = one.stops and not said.get("void", False)
    reason = str(said.get("reason") or one.reason)
    return replace(one, begins=begins, ends=ends, reason=reason, stops=stops, corrected=True)


def _moment(said: object) -> datetime | None:
    return datetime.fromisoformat(said) if isinstance(said, str) and said else None


def clocks(
    opened: datetime,
    events: Sequence[Happened],
    targets: "dict[ClockKind, Target]",
    calendar: Calendar,
    now: datetime,
    stopping: Collection[str] = ALL,
) -> tuple[Clock, ...]:
    """Return a fault's clocks at a time, those that have a target, from its events in order."""
    counted, began = effective(events), begin(opened, events)
    stood = [one for one in pauses(events, now, stopping) if one.stops]
    return tuple(
        _of(kind, targets[kind], began, counted, stood, calendar, now) for kind in ClockKind if kind in targets
    )


def _of(
    kind: ClockKind,
    target: Target,
    began: datetime,
    events: Sequence[Happened],
    stood: Sequence[Pause],
    calendar: Calendar,
    now: datetime,
) -> Clock:
    runs = _runs(kind, began, events)
    pausing = [] if kind is ClockKind.RESPOND else stood
    return _clock(kind, target, _without(runs, pausing), runs[-1][1] is None, calendar, now)


def _runs(kind: ClockKind, began: datetime, events: Sequence[Happened]) -> list[Span]:
    """Return when a clock would run if nothing were paused."""
    if kind is not ClockKind.REPAIR:
        ends = next((event.at for event in events if event.tag in _ENDS[kind]), None)
        return [(began, None if ends is None else max(ends, began))]
    spans: list[Span] = [(began, None)]
    for event in events:
        first, last = spans[-1]
        if event.tag == FaultTag.REPAIRED and last is None:
            spans[-1] = (first, max(event.at, first))
        elif last is not None and event.tag in _RESUMES and event.tag != FaultTag.REPAIRED:
            spans.append((event.at, None))
    return spans


def _without(runs: Sequence[Span], stood: Sequence[Pause]) -> list[Span]:
    """Return the runs less the pauses."""
    spans = list(runs)
    for one in stood:
        spans = [piece for span in spans for piece in _cut(span, one.begins, one.ends)]
    return spans


def _cut(span: Span, begins: datetime, ends: datetime | None) -> list[Span]:
    """Return what is left of a span without a stretch."""
    first, last = span
    if (last is not None and begins >= last) or (ends is not None and ends <= first):
        return [span]
    before: list[Span] = [(first, begins)] if begins > first else [(first, first)]
    after: list[Span] = [(ends, last)] if ends is not None and (last is None or ends < last) else []
    return [*before, *after]


def _clock(
    kind: ClockKind, target: Target, spans: Sequence[Span], open_: bool, calendar: Calendar, now: datetime
) -> Clock:
    used = sum((_length(first, last or now, target, calendar) for first, last in spans), timedelta())
    running = spans[-1][1] is None
    ended = None if open_ else spans[-1][1]
    return Clock(kind, target, used, _due(spans, target, calendar, now), open_ and not running, ended)


def _length(first: datetime, last: datetime, target: Target, calendar: Calendar) -> timedelta:
    return between(calendar, first, last) if target.working else max(last - first, timedelta())


def _due(spans: Sequence[Span], target: Target, calendar: Calendar, now: datetime) -> datetime | None:
    """Return when the target was or will be used up; None for a clock that stands or ended before."""
    left = timedelta(minutes=target.minutes)
    for first, last in spans:
        took = _length(first, last or now, target, calendar)
        if last is None or took > left:
            return add(calendar, first, ceil(left.total_seconds() / 60)) if target.working else first + left
        left -= took
    return None
