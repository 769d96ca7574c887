"""The contexts of the pages about schedules, and the inputs by which one is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from countynet.i18n import _
from dashboard.language import t
from dashboard.runs.schedules.service import WORDS
from playbooks.runner.schedules import show
from playbooks.runner.schedules.rhythm import WEEKDAYS, Every
from playbooks.runner.schedules.schedule import Schedule, Turn
from playbooks.runner.schedules.store import TurnState
from playbooks.runner.states import STATES, RunState

OFTEN: Mapping[Every, str] = {
    Every.DAILY: _("every day"),
    Every.WORKDAY: _("every working day"),
    Every.RESTDAY: _("every day on which nobody works"),
    Every.WEEKLY: _("every week"),
    Every.MONTHLY: _("every month"),
}
NAMED_DAYS: Mapping[str, str] = {
    "first-workday": _("first working day"),
    "last-workday": _("last working day"),
    "last": _("last day"),
}
TONES: Mapping[TurnState, str] = {TurnState.MISSED: "shadowed"}
ENDS: Mapping[RunState, str] = {RunState.DONE: "up", RunState.FAILED: "down", RunState.BROKEN: "down"}


def turn(found: Turn) -> str:
    """Return what became of one time, in words, without its runs."""
    if found.state is TurnState.ENDED and found.outcome:
        return t(STATES[found.outcome])
    return t(show.TURNS[found.state])


def tone(found: Turn) -> str:
    """Return the sign of what became of one time: up, down, shadowed, unknown for what goes on."""
    if found.state is TurnState.ENDED and found.outcome:
        return ENDS.get(found.outcome, "shadowed")
    return TONES.get(found.state, "unknown")


@dataclass(frozen=True)
class Inputs:
    """When something shall be due, as it was typed, and what is wrong with it."""

    words: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def typed(self) -> Mapping[str, str]:
        """What was typed, empty where nothing was."""
        return {name: self.words.get(name, "") for name in WORDS}

    @property
    def open(self) -> bool:
        """Whether somebody has begun to fill it in."""
        return bool(self.errors) or any(text for name, text in self.words.items() if name != "every")

    @property
    def often(self) -> tuple[tuple[str, str], ...]:
        """How often, with words."""
        return tuple((every.value, t(words)) for every, words in OFTEN.items())

    @property
    def days(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """The days of a week and of a month, with words."""
        week = tuple((day, t(words)) for day, words in zip(WEEKDAYS, show.WEEKDAYS, strict=True))
        month = tuple((value, t(words)) for value, words in NAMED_DAYS.items())
        dates = tuple((str(day), t("day {day}", day=day)) for day in range(1, 32))
        return (t("of a week"), week), (t("of a month"), (*month, *dates))


@dataclass(frozen=True)
class Entry:
    """A schedule in the list."""

    schedule: Schedule
    approval: str
    waits: bool
    """for the center's agreement"""
    notes: tuple[str, ...]

    @property
    def when(self) -> str:
        """When it is due, in words."""
        return show.when(self.schedule.rhythm)


@dataclass(frozen=True)
class ListPage:
    """The schedules that somebody is shown."""

    template: ClassVar[str] = "runs/schedules/list.html"
    entries: tuple[Entry, ...]
    playbook: str
    """only those of this one, its id"""
    name: str
    waiting: tuple[Schedule, ...]
    """those that wait for the reader's agreement"""
    turn = staticmethod(turn)
    tone = staticmethod(tone)


@dataclass(frozen=True)
class SchedulePage:
    """One schedule."""

    template: ClassVar[str] = "runs/schedules/one.html"
    entry: Entry
    dues: tuple[datetime, ...]
    turns: tuple[Turn, ...]
    fields: tuple[tuple[str, str], ...]
    """the launch form's labels and what was given, secrets masked"""
    actions: frozenset[str]
    until: str
    """the day until which the center agrees, as typed or as offered"""
    latest: str
    """the last day that may be named"""
    error: str = ""
    turn = staticmethod(turn)
    tone = staticmethod(tone)


def entry(schedule: Schedule, notes: tuple[str, ...], now: datetime) -> Entry:
    """Return a schedule as it is listed."""
    waits = not schedule.ended and not schedule.agreed(now)
    return Entry(schedule, show.approval(schedule, now), waits, notes)
