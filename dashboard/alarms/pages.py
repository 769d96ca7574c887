"""The contexts of the alarm page."""

from dataclasses import dataclass
from typing import ClassVar

from dashboard.services.model import Alarm


@dataclass(frozen=True)
class AlarmRow:
    """An alarm in a list, with its unit's name."""

    alarm: Alarm
    name: str


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
