"""The event log out of the foundation's tables, and what the audit's room does with it."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO
from zipfile import ZIP_STORED, ZipFile

from sqlalchemy import Engine, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from audit.log import checkpoint, keys
from audit.log.export import export
from audit.log.tags import LookTag
from countynet import clock
from countynet.canonical import canonical
from countynet.db import reading, transaction
from countynet.errors import Conflict
from countynet.eventlog.tables import LogCheckpoint, LogSent, LogStamp
from countynet.events import Event, beginning, record, verify
from countynet.i18n import _, translate
from countynet.settings import Settings
from dashboard.services.log import LogState, Wanted
from dashboard.services.model import Chain, Entry

HOUR = timedelta(hours=1)
"""so long a look at the same counts as one"""
LARGEST = 300_000
"""events that a browser is given; more is a command's work"""


@dataclass(frozen=True)
class RealLog:
    """The `Log` protocol."""

    engine: Engine
    settings: Settings | None = None

    def page(self, before: int | None, limit: int, wanted: Wanted = Wanted()) -> Sequence[Entry]:  # noqa: B008 - frozen
        """Return the newest events below a number."""
        newest = _chosen(wanted).order_by(Event.id.desc()).limit(limit)
        with reading(self.engine) as session:
            rows = session.scalars(newest if before is None else newest.where(Event.id < before))
            return [Entry(row.id, row.at, row.tag, row.actor, row.subject, row.data) for row in rows]

    def verify(self) -> Chain:
        """Recompute the chain."""
        with reading(self.engine) as session:
            length = session.scalar(select(func.count()).select_from(Event)) or 0
            return Chain(length, tuple(translate(place.message, id=place.event_id) for place in verify(session)))

    def state(self) -> LogState:
        """Return how the log is protected now."""
        with reading(self.engine) as session:
            last = checkpoint.newest(session)
            places = {row.place: row for row in session.scalars(select(LogSent))}
            return LogState(
                events=_count(session),
                checkpoint=last.at if last else None,
                size=last.size if last else 0,
                stamped=session.scalar(select(func.max(LogStamp.at))),
                outside=_at(places.get("folder")),
                mailed=_at(places.get("mail")),
                damaged=session.scalar(select(func.sum(LogCheckpoint.damage))) or 0,
                troubles=tuple(row.said for row in places.values() if row.said),
                note=last.note if last else "",
                keys=tuple(key.text for key in keys.public_keys(session)),
            )

    def looked(self, login: str, page: str, whose: str) -> None:
        """Record a look, unless the same was recorded within the hour.

        Its subject has a prefix of its own: who reads what happened to a fault wants no looks among it.
        """
        body, subject = {"page": page}, f"look:{whose}"
        known = exists().where(
            Event.tag == LookTag.LOOKED, Event.actor == login, Event.subject == subject, Event.body == canonical(body),
            Event.at > clock.now() - HOUR,
        )  # fmt: skip
        with reading(self.engine) as session:
            if session.scalar(select(known)):
                return
        with transaction(self.engine) as session:
            record(session, LookTag.LOOKED, login, subject, body)

    def take(self, login: str) -> IO[bytes]:
        """Return the log with its evidence as a ZIP archive. Raises Conflict when it is too large for a browser."""
        if self.settings is None:
            raise Conflict(_("the log cannot be taken away here"))
        with reading(self.engine) as session:
            if _count(session) > LARGEST:
                raise Conflict(_("the log is too large for a browser: use countynet audit export-log"))
        with TemporaryDirectory(dir=self.settings.state) as place:
            folder = Path(place) / "countynet-log"
            export(self.settings, self.engine, folder, clock.now(), login)
            return _zipped(folder)


def _zipped(folder: Path) -> IO[bytes]:
    archive = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with ZipFile(archive, "w", ZIP_STORED) as packed:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            with file.open("rb") as source, packed.open(str(file.relative_to(folder.parent)), "w") as target:
                shutil.copyfileobj(source, target)
    archive.seek(0)
    return archive


def _count(session: Session) -> int:
    return beginning(session)[0] + (session.scalar(select(func.count()).select_from(Event)) or 0)


def _at(row: LogSent | None) -> datetime | None:
    return row.at if row else None


def _chosen(wanted: Wanted) -> Select[Event]:
    chosen = select(Event)
    if wanted.words:
        columns = (Event.actor, Event.tag, Event.subject, Event.body)
        chosen = chosen.where(or_(*(column.icontains(wanted.words, autoescape=True) for column in columns)))
    if wanted.since:
        chosen = chosen.where(Event.at >= _midnight(wanted.since))
    if wanted.until:
        chosen = chosen.where(Event.at < _midnight(wanted.until + timedelta(days=1)))
    return chosen


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.CHINA)
