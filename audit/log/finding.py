"""What a check of the log finds: damage, which cannot be by itself, and doubts, which people have to explain."""

from dataclasses import dataclass, field
from datetime import datetime

from countynet.canonical import JSON
from countynet.eventlog.chain import MOST
from countynet.eventlog.merkle import EMPTY
from countynet.i18n import translate


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold, or that people have to explain."""

    kind: str
    message: str
    """msgid with {values}"""
    values: dict[str, JSON]

    @property
    def words(self) -> str:
        """The finding in the language of the context."""
        return translate(self.message, **self.values)

    @property
    def document(self) -> dict[str, JSON]:
        """The finding for programs."""
        return {"kind": self.kind, **self.values, "words": self.words}


@dataclass
class Judgement:
    """What was found in the log."""

    events: int = 0
    archived: int = 0
    """of them in the archive only"""
    first: datetime | None = None
    last: datetime | None = None
    root: bytes = EMPTY
    checkpoints: int = 0
    outside: int = 0
    """checkpoints that were kept elsewhere, and compared"""
    stamps: int = 0
    traced: int = 0
    """of them with a signature that leads to a given authority"""
    files: int = 0
    damages: list[Finding] = field(default_factory=list)
    doubts: list[Finding] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether nothing is damaged."""
        return not self.damages

    def damage(self, kind: str, message: str, **values: JSON) -> None:
        """Note damage, at most so much of it."""
        if len(self.damages) < MOST:
            self.damages.append(Finding(kind, message, values))

    def doubt(self, kind: str, message: str, **values: JSON) -> None:
        """Note a doubt, at most so many."""
        if len(self.doubts) < MOST:
            self.doubts.append(Finding(kind, message, values))

    def document(self) -> dict[str, JSON]:
        """Return what `countynet audit verify-log --json` prints."""
        return {
            "whole": self.whole,
            "events": self.events,
            "archived": self.archived,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "root": self.root.hex(),
            "checkpoints": self.checkpoints,
            "outside": self.outside,
            "stamps": self.stamps,
            "traced": self.traced,
            "files": self.files,
            "damages": [one.document for one in self.damages],
            "doubts": [one.document for one in self.doubts],
            "seconds": round(self.seconds, 3),
        }


def moment(at: datetime) -> str:
    """Return a time for people, to the second."""
    return at.isoformat(timespec="seconds")
