"""The context of the event log."""

from dataclasses import dataclass
from typing import ClassVar

from dashboard.services.log import LogState, Wanted
from dashboard.services.model import Chain, Entry


@dataclass(frozen=True)
class LogPage:
    """A page of events, newest first."""

    template: ClassVar[str] = "log/log.html"
    entries: tuple[Entry, ...]
    older: int | None
    chain: Chain | None
    """the result of the verification, when it was asked for"""
    state: LogState
    wanted: Wanted

    @property
    def query(self) -> dict[str, str]:
        """What is looked for, as the address has it."""
        days = {"since": self.wanted.since, "until": self.wanted.until}
        return ({"q": self.wanted.words} if self.wanted.words else {}) | {k: str(v) for k, v in days.items() if v}
