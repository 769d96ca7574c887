"""Keeps the log's tree and its checkpoints in a folder that is another machine's (`COUNTYNET_LOG_OUTSIDE`).

The folder grows as C2SP tlog-tiles: hashes only, no word of any event. Nothing in it is ever written over: if the
database no longer has the events that the folder has seen, that is refused and told, and the folder stays as it is,
for it is the witness. Give it as a mount on which this machine may add and not change, where the server can do that.
"""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.log.checkpoint import newest
from countynet.errors import Conflict
from countynet.eventlog import archive, notes
from countynet.eventlog.tables import LogCheckpoint
from countynet.eventlog.tiles import Tiles, put, write
from countynet.i18n import _
from countynet.settings import Settings

CHECKPOINT = "checkpoint"
CHECKPOINTS = "checkpoints"


def publish(settings: Settings, session: Session, folder: Path) -> int:
    """Bring a folder to the newest checkpoint and return that one's size; 0 when there is none.

    Raises OSError when it cannot be reached, Conflict when the folder and the log do not agree.
    """
    if not folder.is_dir():  # a mount that is gone must not be filled in below its mount point
        raise FileNotFoundError(2, "no such folder", str(folder))
    last = newest(session)
    if last is None:
        return 0
    there = _there(session, folder, last)
    _grow(settings, session, folder, there, last)
    chosen = select(LogCheckpoint).where(LogCheckpoint.size > (there.size if there else 0))
    for row in session.scalars(chosen.order_by(LogCheckpoint.size)):
        write(folder / CHECKPOINTS / f"{row.size:012d}.txt", row.note.encode())
    if there is None or there.size < last.size:
        put(folder / CHECKPOINT, last.note.encode())
    return last.size


def _there(session: Session, folder: Path, last: LogCheckpoint) -> LogCheckpoint | None:
    """Return the checkpoint that the folder is at. Raises Conflict when the database does not have it."""
    try:
        found = notes.found((folder / CHECKPOINT).read_text())
    except FileNotFoundError:
        return None
    if not found:
        raise Conflict(_("{file} is no checkpoint"), file=folder / CHECKPOINT)
    there = found[0].checkpoint
    row = session.get(LogCheckpoint, there.size)
    if row is not None and row.note == found[0].text:
        return row
    if there.size > last.size:
        raise Conflict(
            _("the copy of the log in {folder} has {there} events, the database signed {here}: its end is gone"),
            folder=folder, there=there.size, here=last.size,
        )  # fmt: skip
    raise Conflict(
        _("the copy of the log in {folder} has a checkpoint of {there} events that the database does not have"),
        folder=folder, there=there.size,
    )  # fmt: skip


def _grow(settings: Settings, session: Session, folder: Path, there: LogCheckpoint | None, last: LogCheckpoint) -> None:
    tiles = Tiles(folder, there.size if there else 0)
    after = (there.size, there.last_event) if there else (0, 0)
    tiles.grow(told.entry for told in archive.whole(settings, session, after, last.last_event))
    if tiles.peaks.text() != last.peaks:
        raise Conflict(
            _("events up to {size} no longer make the tree that was signed: countynet audit verify-log says which"),
            size=last.size,
        )  # fmt: skip
    tiles.close()
