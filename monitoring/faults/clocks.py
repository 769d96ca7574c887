"""The clocks of a fault: to respond, to arrive, to repair, by its events alone. Pure.

Rules, each a test:
- All clocks begin when the fault is opened. To respond ends with the first begin of the repair, to arrive with the
  first arrival, to repair with "repaired". One that never ended by its own step ends with "repaired": who repairs from
  afar need not arrive.
- A pause has a reason and stops the clocks to arrive and to repair; any step of the repair ends it. Nobody can stop the
  clock to respond, nor any before somebody responded.
- "Still broken" lets the clock to repair run on from there: what the unit took to look does not count.
- A target counts minutes on the wall's clock or working minutes of the calendar. It is read anew each time, so that a
  corrected calendar or target changes every fault that is open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Protocol

from monitoring.calendar.model import Calendar
from monitoring.calendar.working import add, between
from monitoring.tags import FaultTag


class ClockKind(StrEnum):
    """What a clock measures."""

    RESPOND = "respond"
    ARRIVE = "arrive"
    REPAIR = "repair"


class PauseReason(StrEnum):
    """Why the clocks stand: none of it is in the operator's hands."""

    UNIT = "unit"
    """nobody of the unit is there, or it wants another time"""
    POWER = "power"
    """the building has no power"""
    ACCESS = "access"
    """a room, a road or a permission"""
    WEATHER = "weather"


class Happened(Protocol):
    """An event of a fault."""

    @property
    def at(self) -> datetime:
        """When."""
        ...

    @property
    def tag(self) -> FaultTag:
        """What."""
        ...


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


Span = tuple[datetime, datetime | None]
"""in which a clock runs; None: until now"""
_ENDS = {
    ClockKind.RESPOND: (FaultTag.STARTED, FaultTag.ARRIVED, FaultTag.REPAIRED),
    ClockKind.ARRIVE: (FaultTag.ARRIVED, FaultTag.REPAIRED),
}
_RESUMES = (FaultTag.RESUMED, FaultTag.STARTED, FaultTag.ARRIVED, FaultTag.REPAIRED, FaultTag.REOPENED)


def paused(events: Iterable[Happened]) -> bool:
    """Return whether the clocks stand after these events."""
    stands = False
    for event in events:
        stands = event.tag is FaultTag.PAUSED or (stands and event.tag not in _RESUMES)
    return stands


def clocks(
    opened: datetime, events: Sequence[Happened], targets: "dict[ClockKind, Target]", calendar: Calendar, now: datetime
) -> tuple[Clock, ...]:
    """Return a fault's clocks at a time, those that have a target, from its events in order."""
    return tuple(
        _clock(kind, targets[kind], _spans(kind, opened, events), paused(events), calendar, now)
        for kind in ClockKind
        if kind in targets
    )


def _spans(kind: ClockKind, opened: datetime, events: Sequence[Happened]) -> list[Span]:
    """Return when a clock ran."""
    spans: list[Span] = []
    began: datetime | None = opened
    for event in events:
        if kind is not ClockKind.REPAIR and event.tag in _ENDS[kind]:
            return [*spans, (began, event.at)] if began else [*spans, (event.at, event.at)]
        if began is not None and _stops(kind, event.tag):
            spans.append((began, event.at))
            began = None
        elif began is None and event.tag in _RESUMES and event.tag is not FaultTag.REPAIRED:
            began = event.at
    return [*spans, (began, None)] if began is not None else spans


def _stops(kind: ClockKind, tag: FaultTag) -> bool:
    return (tag is FaultTag.PAUSED and kind is not ClockKind.RESPOND) or tag is FaultTag.REPAIRED


def _clock(
    kind: ClockKind, target: Target, spans: Sequence[Span], stands: bool, calendar: Calendar, now: datetime
) -> Clock:
    used = sum((_length(first, last or now, target, calendar) for first, last in spans), timedelta())
    runs = spans[-1][1] is None
    waits = stands and not runs and kind is not ClockKind.RESPOND
    ended = None if runs or waits else spans[-1][1]
    return Clock(kind, target, used, _due(spans, target, calendar, now), waits, ended)


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
