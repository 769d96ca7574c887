"""The contexts of the backup pages."""

from dataclasses import dataclass
from typing import ClassVar

from dashboard.services.model import JobView
from dashboard.services.running import Done, VersionView


@dataclass(frozen=True)
class Newest:
    """The live part: the look on its way, and the newest version of each device."""

    template: ClassVar[str] = "backups/newest.html"
    job: JobView | None
    versions: tuple[VersionView, ...]


@dataclass(frozen=True)
class BackupsPage:
    """All devices."""

    template: ClassVar[str] = "backups/backups.html"
    newest: Newest
    may_act: bool


@dataclass(frozen=True)
class DevicePage:
    """One device: its versions, and what changed between two of them, or one's text."""

    template: ClassVar[str] = "backups/device.html"
    device: str
    versions: tuple[VersionView, ...]
    old: str
    new: str
    """commits; both the same: its text is shown"""
    text: str
    restored: Done | None
    may_act: bool
