"""Proves that the log of one day is the beginning of the log of another (RFC 6962 section 2.1.2).

The proof is between two signed checkpoints and is checked before it is given out. Whoever noted the two checkpoints
needs nothing else of ours: no event, no database.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from countynet.canonical import JSON
from countynet.errors import Conflict
from countynet.eventlog import archive, merkle, notes
from countynet.eventlog.tables import LogCheckpoint
from countynet.i18n import _
from countynet.settings import Settings


@dataclass(frozen=True)
class Proof:
    """That one checkpoint's events are the beginning of another's."""

    old: notes.Note
    new: notes.Note
    hashes: tuple[bytes, ...]
    holds: bool

    @property
    def document(self) -> dict[str, JSON]:
        """The proof for programs: hashes in hexadecimal digits, in the order of RFC 6962."""
        return {"holds": self.holds, "old": self.old.text, "new": self.new.text,
                "hashes": [one.hex() for one in self.hashes]}  # fmt: skip


def between(settings: Settings, session: Session, begins: datetime, ends: datetime) -> Proof:
    """Return the proof between the last checkpoints at two times. Raises Conflict when one has none, or it fails."""
    old, new = _at(session, begins), _at(session, ends)
    if old.checkpoint.size > new.checkpoint.size:
        old, new = new, old
    leaves = [merkle.leaf(told.entry) for told, _size in zip(
        archive.whole(settings, session), range(new.checkpoint.size), strict=False)]  # fmt: skip
    if len(leaves) < new.checkpoint.size:
        raise Conflict(_("the log ends before the checkpoint of {size} events"), size=new.checkpoint.size)
    hashes = merkle.consistency(leaves, old.checkpoint.size)
    holds = merkle.consistent(
        old.checkpoint.size, old.checkpoint.root, new.checkpoint.size, new.checkpoint.root, hashes
    )
    return Proof(old, new, hashes, holds)


def _at(session: Session, when: datetime) -> notes.Note:
    chosen = select(LogCheckpoint).where(LogCheckpoint.at <= when).order_by(LogCheckpoint.at.desc()).limit(1)
    row = session.scalar(chosen)
    found = notes.found(row.note) if row else ()
    if not found:
        raise Conflict(_("there is no checkpoint at or before {time}"), time=when.isoformat())
    return found[0]
