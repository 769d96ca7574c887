"""The event log for tests of pages: events as given."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO

from dashboard.services.log import LogState, Wanted
from dashboard.services.model import Chain, Entry


@dataclass
class FakeLog:
    """Events as given, oldest first."""

    entries: list[Entry] = field(default_factory=list)
    breaks: tuple[str, ...] = ()
    now: LogState = field(default_factory=LogState)
    looks: list[tuple[str, str, str]] = field(default_factory=list)

    def page(self, before: int | None, limit: int, wanted: Wanted = Wanted()) -> Sequence[Entry]:  # noqa: B008 - frozen
        """Return the newest below a number."""
        found = [e for e in self.entries[::-1] if before is None or e.id < before]
        return [e for e in found if wanted.words in f"{e.actor} {e.tag} {e.subject} {e.data}"][:limit]

    def verify(self) -> Chain:
        """Return the verdict given."""
        return Chain(len(self.entries), self.breaks)

    def state(self) -> LogState:
        """Return the state given."""
        return self.now

    def looked(self, login: str, page: str, whose: str) -> None:
        """Keep the look."""
        self.looks.append((login, page, whose))

    def take(self, login: str) -> IO[bytes]:
        """Return an archive of nothing."""
        return BytesIO(b"PK\5\6" + bytes(18))
