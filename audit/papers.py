"""What the audit asks of the paper side: systems with their levels, visits, drills, trainings, regulations.

Gathered over the whole county, also where only a part of it stands as a twin. A version of a record is compared with
what the event log and the evidence have of it: whoever alters a row in the database is found here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from audit import evidence
from audit.records import documents, store
from audit.records.model import Kind
from audit.records.readers import Asked, Readers
from audit.records.service import Held, held
from audit.records.store import RecordVersion
from audit.systems import System, mixed, shared, systems
from audit.tags import RecordTag
from countynet import clock, events
from countynet.db import reading
from countynet.errors import Conflict
from countynet.events import Event
from countynet.settings import Settings
from inventory.model import Application, County


@dataclass(frozen=True)
class Papers:
    """How the paper side stands."""

    at: datetime
    systems: tuple[System, ...] = ()
    shared: tuple[tuple[str, Sequence[Application]], ...] = ()
    """hosts that carry systems of more than one level"""
    mixed: tuple[tuple[str, Sequence[Application]], ...] = ()
    """zones in which they stand side by side"""
    records: tuple[Held, ...] = ()
    """the newest version of each"""
    asked: tuple[Asked, ...] = ()
    """regulations with those who have to read them"""
    altered: tuple[str, ...] = ()
    """versions that are not what the event log says, as `visit:3 version 2`"""
    last: Mapping[str, datetime] | None = None
    """when drills that other rooms keep were last: `emergency`, `restore`"""

    def of(self, kind: Kind) -> tuple[Held, ...]:
        """Return the records of a kind."""
        return tuple(one for one in self.records if one.kind is kind)


def gather(settings: Settings, engine: Engine, county: County) -> Papers:
    """Return how the paper side of a county stands."""
    with reading(engine) as session:
        rows = session.scalars(select(RecordVersion).order_by(RecordVersion.id)).all()
        altered, last = tuple(_altered(settings, session, rows)), _last(session)
        newest = tuple(held(row) for kind in Kind for row in store.latest(session, kind))
    asked = Readers(settings, engine).asked()
    return replace(of_county(county), records=newest, asked=asked, altered=altered, last=last)


def of_county(county: County) -> Papers:
    """Return what the inventory alone says: the systems."""
    return Papers(clock.now(), systems(county), tuple(shared(county)), tuple(mixed(county)))


def hashes(papers: Papers) -> dict[str, str]:
    """Return the SHA-256 of each record's newest version, and of what belongs to it, by name."""
    found = {}
    for one in papers.records:
        name = f"record:{one.kind}:{one.number}"
        found[name] = one.sha256
        found |= {f"{name}:photograph-{n}": each for n, each in enumerate(one.record.photographs, 1)}
        if document := getattr(one.record, "document", ""):
            found[f"{name}:document"] = document
    return found


def _altered(settings: Settings, session: Session, rows: Sequence[RecordVersion]) -> Iterator[str]:
    """Yield the versions that the event log does not have like this, whose evidence is gone, or that are missing."""
    told, before = _told(session), dict[tuple[str, int], str]()
    archived = events.beginning(session)[0] > 0
    for row in rows:
        one = (row.kind, row.number)
        said = told.pop((f"{row.kind}:{row.number}", row.version), None)
        content = documents.version(row, before.get(one, ""))
        before[one] = row.sha256
        same = evidence.name_of(content) == row.sha256 and (said == row.sha256 or (said is None and archived))
        if not same or not _kept(settings, row.sha256):
            yield f"{row.kind}:{row.number} version {row.version}"
    yield from (f"{subject} version {version}" for subject, version in told)


def _told(session: Session) -> dict[tuple[str, int], str]:
    chosen = select(Event).where(Event.tag.in_((RecordTag.ADDED, RecordTag.CHANGED))).order_by(Event.id)
    return {(e.subject, int(e.data["version"])): str(e.data["evidence"]["record"]) for e in session.scalars(chosen)}


def _kept(settings: Settings, name: str) -> bool:
    try:
        evidence.load(settings, name)
    except Conflict:
        return False
    return True


def _last(session: Session) -> dict[str, datetime]:
    names = {"emergency.ended": "emergency", "backup.restored": "restore"}
    chosen = select(Event.tag, func.max(Event.at)).where(Event.tag.in_(names)).group_by(Event.tag)
    return {names[tag]: at for tag, at in session.execute(chosen)}
