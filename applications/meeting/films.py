"""Recordings as the database knows them: begun, stopped, made into files, kept, removed; and the end of a meeting.

A recording belongs to one meeting; a meeting may have several. `running`, `stopped` (its files are being made),
`ready`, `failed` (Janus' own files are still there, the page says what went wrong) or `removed` (its time was over).
"""

import logging
import sqlite3
from datetime import UTC, datetime, timedelta

from applications.meeting import recordings
from applications.meeting.janus import JanusError
from applications.meeting.live import Authority
from applications.meeting.recordings import Made, RecordingError
from applications.meeting.settings import Settings
from applications.meeting.store import Store

log = logging.getLogger(__name__)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def begin(store: Store, authority: Authority, settings: Settings, meeting: sqlite3.Row) -> None:
    """Have a meeting recorded from now on, unless it is. Raises JanusError."""
    if meeting["recording"]:
        return
    name = f"{meeting['number']}-{datetime.now(UTC):%Y%m%d%H%M%S}"
    authority.record(meeting, str(settings.recordings / name))
    with store.change() as db:
        db.execute("insert into recording (id, meeting, begun) values (?, ?, ?)", (name, meeting["number"], _now()))
        db.execute("update meeting set recording = ? where number = ?", (name, meeting["number"]))


def stop(store: Store, authority: Authority, meeting: sqlite3.Row) -> None:
    """Stop a meeting's recording, if any. Raises JanusError."""
    if not meeting["recording"]:
        return
    authority.record(meeting, "")
    _stopped(store, meeting)


def _stopped(store: Store, meeting: sqlite3.Row) -> None:
    with store.change() as db:
        db.execute("update recording set state = 'stopped', stopped = ? where id = ?", (_now(), meeting["recording"]))
        db.execute("update meeting set recording = '' where number = ?", (meeting["number"],))


def end(store: Store, authority: Authority, settings: Settings, meeting: sqlite3.Row) -> None:
    """End a meeting for everybody. It is over here even if Janus does not answer."""
    try:
        authority.close(meeting)
    except JanusError as error:
        log.warning("meeting %s is ended without Janus: %s", meeting["number"], error)
    if meeting["recording"]:
        _stopped(store, meeting)
    with store.change() as db:
        db.execute("update meeting set state = 'ended', ended = ? where number = ?", (_now(), meeting["number"]))
        db.execute("update seat set state = 'left' where meeting = ? and state != 'removed'", (meeting["number"],))


def convert_stopped(store: Store, settings: Settings) -> None:
    """Make the files of recordings that have stopped; one that fails says why and is not tried again by itself."""
    for row in store.rows("select * from recording where state = 'stopped'"):
        folder = settings.recordings / row["id"]
        if any(folder.glob("*.tmp")) and not _long_ago(row["stopped"]):
            continue  # Janus still closes them
        try:
            made = recordings.convert(folder)
        except (RecordingError, OSError, ValueError) as error:
            log.exception("recording %s", row["id"])
            store.run("update recording set state = 'failed', words = ? where id = ?", str(error), row["id"])
            continue
        _write(store, row, made, recordings.size(folder))


def _long_ago(moment: str) -> bool:
    return datetime.now(UTC) - datetime.fromisoformat(moment) > timedelta(minutes=1)


def _write(store: Store, row: sqlite3.Row, made: list[Made], size: int) -> None:
    start = min((one.begun_us for one in made), default=0)
    with store.change() as db:
        for one in made:
            seat = db.execute(
                "select seat.label from feed join seat on seat.id = feed.seat where feed.feed = ?", (one.feed,)
            ).fetchone()
            db.execute(
                "insert or replace into track (recording, file, venue, offset_ms, seconds) values (?, ?, ?, ?, ?)",
                (row["id"], one.path.name, seat["label"] if seat else "?", (one.begun_us - start) // 1000, one.seconds),
            )
        state = "ready" if made else "failed"
        words = "" if made else "nothing was recorded"
        db.execute("update recording set state = ?, bytes = ?, words = ? where id = ?", (state, size, words, row["id"]))


def remove_old(store: Store, settings: Settings, now: datetime) -> int:
    """Remove the files of recordings whose time is over; return how many."""
    removed = 0
    for row in store.rows("select * from recording where state in ('ready', 'failed')"):
        if recordings.over(datetime.fromisoformat(row["begun"]), settings.recording_days, now):
            recordings.remove(settings.recordings / row["id"])
            store.run("update recording set state = 'removed', bytes = 0 where id = ?", row["id"])
            removed += 1
    return removed
