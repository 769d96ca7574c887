"""Writes old events to the archive and, where the county wants it, takes them out of the database.

Archived is what is older than six months and under a checkpoint, in files of at most `archive.PER_FILE` events, each
an event with its SHA-256. Nothing leaves the database but what lies in a file that was read back, has that SHA-256 and
chains up; and nothing at all while `COUNTYNET_EVENT_DAYS` is 0, because pages and evaluations read old events. A
chain that is broken is not archived as if it were whole: that is refused and told.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.orm import Session

from audit.log.checkpoint import ACTOR, newest
from audit.log.tags import LogTag
from countynet.db import Base, reading, transaction
from countynet.errors import Conflict
from countynet.eventlog import archive
from countynet.eventlog.archive import Told
from countynet.eventlog.tables import LogArchive
from countynet.eventlog.tiles import put
from countynet.events import GENESIS, Event, allow_removal, record, refuse_changes
from countynet.i18n import _
from countynet.settings import Settings

ONLINE = timedelta(days=180)
"""so long events are in the database only; the law asks for six months"""
LEAST = timedelta(days=30)
"""a file is written when it is full, or when its first event is so much older than that"""


def rotate(settings: Settings, engine: Engine, now: datetime) -> tuple[int, int]:
    """Archive what is due and remove what may be; return how many events were archived and removed. Raises Conflict."""
    archived = 0
    while count := _archive_one(settings, engine, now):
        archived += count
    return archived, _remove(settings, engine, now) if settings.event_days else 0


def _archive_one(settings: Settings, engine: Engine, now: datetime) -> int:
    """Write the next file and its event; return how many events are in it, 0 when nothing is due."""
    with reading(engine) as session:
        last, covered = _last(session), newest(session)
        if covered is None or not _due(session, last, now):
            return 0
        first, after, head = (last.first + last.count, last.last_event, last.head) if last else (0, 0, GENESIS)
        chosen = list(islice(_old(settings, session, (first, after), covered.size, now - ONLINE), archive.PER_FILE))
    if not chosen:
        return 0
    _whole(chosen, head)
    name = archive.file_name(first)
    file = archive.folder(settings) / name
    put(file, archive.packed(told.text for told in chosen))
    with transaction(engine) as session:
        row = _row(chosen, first, head, name, archive.fingerprint(file))
        session.add(row)
        record(session, LogTag.ARCHIVED, ACTOR, "log", {
            "file": name, "sha256": row.sha256, "first": first, "count": row.count, "head": row.head,
        })  # fmt: skip
    return len(chosen)


def _last(session: Session) -> LogArchive | None:
    return session.scalar(select(LogArchive).order_by(LogArchive.first.desc()).limit(1))


def _due(session: Session, last: LogArchive | None, now: datetime) -> bool:
    """Whether the next file would be full, or its first event is old enough that the file is written as it is."""
    waiting = select(Event.at).where(Event.id > (last.last_event if last else 0)).order_by(Event.id)
    first = session.scalar(waiting.limit(1))
    full = session.scalar(waiting.offset(archive.PER_FILE - 1).limit(1))
    return (first is not None and first <= now - ONLINE - LEAST) or (full is not None and full <= now - ONLINE)


def _old(settings: Settings, session: Session, after: tuple[int, int], size: int, before: datetime) -> Iterator[Told]:
    for told in archive.whole(settings, session, after):
        if told.index >= size or told.at > before:
            return
        yield told


def _whole(chosen: list[Told], head: str) -> None:
    for told in chosen:
        if not told.link.true or told.link.previous != head:
            raise Conflict(
                _("event {id} does not hold: nothing from there on is archived; countynet audit verify-log says why"),
                id=told.link.id,
            )  # fmt: skip
        head = told.link.hash


def _row(chosen: list[Told], first: int, head: str, name: str, sha256: str) -> LogArchive:
    last = chosen[-1]
    return LogArchive(first=first, count=len(chosen), last_event=last.link.id, last_at=max(t.at for t in chosen),
                      previous=head, head=last.link.hash, file=name, sha256=sha256, removed=None)  # fmt: skip


def _remove(settings: Settings, engine: Engine, now: datetime) -> int:
    """Take the events of every file that is old enough out of the table; return how many."""
    removed = 0
    with reading(engine) as session:
        chosen = select(LogArchive).where(LogArchive.removed.is_(None)).order_by(LogArchive.first)
        rows = [row for row in session.scalars(chosen)]
    for row in rows:
        if row.last_at > now - timedelta(days=settings.event_days):
            break
        _readable(settings, row)
        with transaction(engine) as session:
            removed += _cut(session, row.first, now)
    return removed


def _readable(settings: Settings, row: LogArchive) -> None:
    """Read a file back. Raises Conflict unless it is the one that was written and chains up."""
    file = archive.folder(settings) / row.file
    if archive.fingerprint(file) != row.sha256:
        raise Conflict(_("the archive's file {file} is gone or another: its events stay in the database"), file=file)
    told = [archive.parsed(row.first + n, text) for n, text in enumerate(archive.unpacked(file))]
    _whole(told, row.previous)
    if len(told) != row.count or told[-1].link.hash != row.head:
        raise Conflict(_("the archive's file {file} is gone or another: its events stay in the database"), file=file)


def _cut(session: Session, first: int, now: datetime) -> int:
    row = session.get_one(LogArchive, first)
    connection: Connection = session.connection()
    for table in Base.metadata.sorted_tables:  # what points at an event goes with it: notices of years ago
        for key in table.foreign_keys:
            if key.column.table is Event.__table__ and table.name != "event_head":
                session.execute(delete(table).where(key.parent <= row.last_event))
    allow_removal(connection)
    session.execute(delete(Event).where(Event.id <= row.last_event))
    refuse_changes(connection)
    row.removed = now
    record(session, LogTag.REMOVED, ACTOR, "log", {"file": row.file, "first": row.first, "count": row.count})
    return row.count
