"""The contexts of the drift page."""

from dataclasses import dataclass
from typing import ClassVar

from dashboard.services.model import JobView
from dashboard.services.running import Done, DriftView


@dataclass(frozen=True)
class Found:
    """The live part: the look on its way, what the last one found, and the last proposal."""

    template: ClassVar[str] = "drift/found.html"
    job: JobView | None
    view: DriftView
    accepted: Done | None
    may_act: bool
    may_accept: bool


@dataclass(frozen=True)
class DriftPage:
    """The drift."""

    template: ClassVar[str] = "drift/drift.html"
    found: Found
    may_act: bool
