"""The contexts of the alarm pages."""

from dataclasses import dataclass
from typing import ClassVar

from dashboard.knowledge.pages import OfferPart
from dashboard.services.model import Alarm, Said
from monitoring.cause.verdict import Verdict


@dataclass(frozen=True)
class AlarmRow:
    """An alarm in a list, with its unit's name, and who is on it."""

    alarm: Alarm
    name: str
    said: Said | None = None


@dataclass(frozen=True)
class AlarmList:
    """The live lists."""

    template: ClassVar[str] = "alarms/live.html"
    open: tuple[AlarmRow, ...]
    closed: tuple[AlarmRow, ...]


@dataclass(frozen=True)
class AlarmPage:
    """All alarms."""

    template: ClassVar[str] = "alarms/alarms.html"
    lists: AlarmList


@dataclass(frozen=True)
class OneAlarm:
    """One alarm, and what people said about it."""

    template: ClassVar[str] = "alarms/one.html"
    row: AlarmRow
    said: tuple[Said, ...]
    verdict: Verdict | None
    """whose trouble it is, and why"""
    known: OfferPart
    """what the knowledge base has about it"""
    fault: int | None
    """the fault that people work on because of it"""
    hours: tuple[int, ...]
    """for how long who looks may say to be on it; none: not at all"""
