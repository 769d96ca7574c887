"""The context of the event log."""

from dataclasses import dataclass
from typing import ClassVar

from dashboard.services.model import Chain, Entry


@dataclass(frozen=True)
class LogPage:
    """A page of events, newest first."""

    template: ClassVar[str] = "log/log.html"
    entries: tuple[Entry, ...]
    older: int | None
    chain: Chain | None
    """the result of the verification, when it was asked for"""
