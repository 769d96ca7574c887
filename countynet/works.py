"""The seam between work that one room does and the windows in which another takes silence for planned.

The room of playbooks knows what a run cuts off, and when; the room of monitoring keeps work windows, mutes alarms in
them and counts them against nobody. They stand on one floor and do not import each other: who announces registers under
the entry points `countynet.works`. Where nobody does, work goes on unannounced, as nobody watches either.

Work is named by its subject, such as `run:12`, and has one window at most: announced again, the window is changed; what
was announced as something else before (`instead`) goes on under the new name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast

from sqlalchemy import Engine

from countynet.rooms import registered
from countynet.settings import Settings

GROUP = "countynet.works"


@dataclass(frozen=True)
class Work:
    """Work that may cut off what depends on some devices and servers."""

    subject: str
    names: tuple[str, ...]
    """the devices and servers that are worked on"""
    start: datetime
    end: datetime
    """when it is over at the latest"""
    reason: str
    """for the units that it touches, in both languages"""
    login: str


@dataclass(frozen=True)
class Announced:
    """A window as it stands now."""

    number: int
    units: tuple[str, ...]
    """that it touches; they were told"""
    end: datetime


class Announcer(Protocol):
    """Who keeps work windows."""

    def announce(self, settings: Settings, engine: Engine, work: Work, instead: str) -> Announced:
        """Announce work, or change what was announced of it. Raises CountyError."""
        ...

    def over(self, settings: Settings, engine: Engine, subject: str, login: str) -> bool:
        """End the window of work, or take it back; whether there was one that stood. Raises CountyError."""
        ...

    def standing(self, engine: Engine, kind: str) -> frozenset[str]:
        """Return the subjects, those of a kind such as `run:`, whose windows run or are to come."""
        ...

    def covered(self, engine: Engine) -> frozenset[str]:
        """Return the devices and servers that some window covers now."""
        ...


def announce(settings: Settings, engine: Engine, work: Work, instead: str = "") -> Announced | None:
    """Announce work; None where nobody keeps windows. Raises CountyError."""
    return next((one.announce(settings, engine, work, instead) for one in _announcers()), None)


def over(settings: Settings, engine: Engine, subject: str, login: str) -> bool:
    """End the window of work; whether there was one that stood. Raises CountyError."""
    return any(one.over(settings, engine, subject, login) for one in _announcers())


def standing(engine: Engine, kind: str) -> frozenset[str]:
    """Return the subjects of a kind whose windows run or are to come."""
    return next((one.standing(engine, kind) for one in _announcers()), frozenset())


def covered(engine: Engine) -> frozenset[str]:
    """Return the devices and servers that some window covers now, whoever announced it: their silence is planned."""
    return next((one.covered(engine) for one in _announcers()), frozenset())


def _announcers() -> Iterator[Announcer]:
    for entry in registered(GROUP):
        yield cast(Announcer, entry.load())
