"""Signs what the log is now: size and root of its Merkle tree, and the time, every hour.

The tree grows from the last checkpoint, so it costs an hour's events. Events since then are checked on the way; what
does not hold is counted in the row and told, and signing goes on: what comes later is worth keeping, too. The
checkpoint's own event is the first event behind it. What breaks if signing stops: rewritten events are found no more
exactly than between two checkpoints.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from audit.log import keys
from audit.log.tags import LogTag
from countynet.db import reading, transaction
from countynet.eventlog import archive, notes
from countynet.eventlog.chain import Link, walk
from countynet.eventlog.merkle import Peaks, leaf
from countynet.eventlog.tables import LogCheckpoint
from countynet.events import GENESIS, Event, Rows, head, record
from countynet.settings import Settings

EVERY = timedelta(hours=1)
ACTOR = "countynet"
AT_ONCE = 4096
"""leaves that are held in memory"""


def newest(session: Session) -> LogCheckpoint | None:
    """Return the last checkpoint."""
    return session.scalar(select(LogCheckpoint).order_by(LogCheckpoint.size.desc()).limit(1))


def due(session: Session, now: datetime) -> bool:
    """Whether a checkpoint is due: an hour after the last one, or after the log's first event."""
    last = newest(session)
    began = last.at if last else session.scalar(select(func.min(Event.at)))
    return began is not None and (now - began >= EVERY or now < began - EVERY)


def name_of(settings: Settings, session: Session) -> str:
    """Return the log's origin: what its checkpoints are signed as. Raises Conflict for a bad archive."""
    last = newest(session)
    if last is not None:
        return notes.found(last.note)[0].checkpoint.origin
    first = next(archive.whole(settings, session), None)
    return notes.origin(first.link.hash if first else GENESIS)


@dataclass(frozen=True)
class _Grown:
    """The tree up to an event."""

    peaks: Peaks
    last_event: int
    head: str
    damage: int


def make(settings: Settings, engine: Engine, now: datetime, actor: str = ACTOR) -> notes.Note | None:
    """Sign a checkpoint of everything that is in the log, record it, and return it; None for an empty log.

    Raises BadInput without the vault's password, Conflict for a bad archive.
    """
    with reading(engine) as session:  # what takes long is done without the lock
        grown = _grow(settings, session, _last(session))
        origin = name_of(settings, session)
    if not grown.peaks.size:
        return None
    private = keys.load(settings) or keys.make(settings)
    with transaction(engine) as session:
        keys.announce(session, origin, private, actor)
        grown = _grow(settings, session, grown)
        text = notes.signed(notes.Checkpoint(origin, grown.peaks.size, grown.peaks.root, now), private)
        _keep(session, grown, text, now, actor)
    return notes.found(text)[0]


def _last(session: Session) -> _Grown:
    last = newest(session)
    if last is None:
        return _Grown(Peaks(), 0, GENESIS, 0)
    return _Grown(Peaks.read(last.size, last.peaks), last.last_event, last.head, 0)


def _grow(settings: Settings, session: Session, since: _Grown) -> _Grown:
    """Return the tree with the events since."""
    peaks, leaves, last = since.peaks, list[bytes](), Link(since.last_event, "", since.head, True)

    def links() -> Iterator[Link]:
        nonlocal peaks, last
        for told in archive.whole(settings, session, (since.peaks.size, since.last_event)):
            leaves.append(leaf(told.entry))
            last = told.link
            if len(leaves) == AT_ONCE:
                peaks = peaks.grown(leaves)
                leaves.clear()
            yield last

    broken = sum(1 for _break in walk(links(), since.head, Rows(session, since.head)))
    return _Grown(peaks.grown(leaves), last.id, last.hash, since.damage + broken)


def _keep(session: Session, grown: _Grown, text: str, now: datetime, actor: str) -> None:
    size = grown.peaks.size
    if session.get(LogCheckpoint, size) is not None:
        return
    session.add(LogCheckpoint(size=size, at=now, last_event=grown.last_event, head=grown.head,
                              peaks=grown.peaks.text(), note=text, damage=grown.damage))  # fmt: skip
    record(session, LogTag.CHECKPOINT, actor, "log", {
        "size": size, "root": grown.peaks.root.hex(), "time": now.isoformat(), "damage": grown.damage,
    })  # fmt: skip


def behind(session: Session) -> bool:
    """Whether the log ends before its last checkpoint: events were cut off, or an old backup was put back."""
    last = newest(session)
    return last is not None and head(session)[0] < last.last_event
