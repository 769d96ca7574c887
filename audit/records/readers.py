"""Who has to read which regulation, who opened it, who acknowledged it. Once for each text, by its hash.

A text is acknowledged by somebody who opened it before, for oneself alone, and for good: both are rows that are only
ever added, with an event each. Whoever has no account cannot sign in and is not asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit import evidence
from audit.records import store
from audit.records.kinds.regulation import SORT, Regulation
from audit.records.model import Kind
from audit.records.service import Held, held
from audit.tags import RecordTag
from countynet import clock, events
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, NotAllowed, Problem
from countynet.i18n import _
from countynet.people import Actor, everyone
from countynet.settings import Settings

OPENED, ACKNOWLEDGED = "opened", "acknowledged"


@dataclass(frozen=True)
class Reader:
    """Somebody who has to read a regulation, and how far they are."""

    who: Actor
    opened: datetime | None
    acknowledged: datetime | None


@dataclass(frozen=True)
class ToRead:
    """A regulation that somebody has to read."""

    number: int
    regulation: Regulation
    opened: datetime | None
    acknowledged: datetime | None

    def late(self, now: datetime) -> bool:
        """Whether it should have been acknowledged by now."""
        return self.acknowledged is None and now > self.regulation.due


@dataclass(frozen=True)
class Asked:
    """A regulation with everybody who has to read it."""

    held: Held
    readers: tuple[Reader, ...]

    @property
    def regulation(self) -> Regulation:
        """What is to be read."""
        found: Regulation = self.held.record
        return found

    @property
    def missing(self) -> tuple[Reader, ...]:
        """Who has not acknowledged it."""
        return tuple(reader for reader in self.readers if reader.acknowledged is None)


@dataclass(frozen=True)
class Readers:
    """The readers of a county's regulations."""

    settings: Settings
    engine: Engine

    def mine(self, actor: Actor) -> tuple[ToRead, ...]:
        """Return what somebody has to read: what is not acknowledged first, then by when it is due."""
        with reading(self.engine) as session:
            known = [(one.number, one.record) for one in map(held, store.latest(session, Kind.REGULATION))]
            asked = [(n, r) for n, r in known if r.withdrawn is None and r.asks(actor)]
            marks = _marks(store.readings(session, actor.name)) if asked else {}
        found = [_to_read(n, r, marks, actor.name) for n, r in asked]
        return tuple(sorted(found, key=lambda one: (one.acknowledged is not None, one.regulation.due, one.number)))

    def look(self, number: int, actor: Actor, opens: bool = True) -> tuple[Held, bytes, ToRead]:
        """Return a regulation with its text, for somebody who may see it; that they opened it is noted once.

        `opens`: whether its text is shown by this; a page with a link to a PDF does not.
        Raises BadInput when there is none, NotAllowed, Conflict when the text was altered.
        """
        with reading(self.engine) as session:
            found = self._found(session, number, actor)
        regulation: Regulation = found.record
        content = evidence.load(self.settings, regulation.document)
        if opens and regulation.asks(actor) and regulation.withdrawn is None:
            self._note(number, regulation.document, actor, OPENED)
        with reading(self.engine) as session:
            marks = _marks(store.readings(session, actor.name))
        return found, content, _to_read(number, regulation, marks, actor.name)

    def acknowledge(self, number: int, document: str, actor: Actor) -> None:
        """Acknowledge the text with that hash.

        Raises BadInput when there is no such regulation, NotAllowed for whom it does not ask, Conflict when the text is
        another by now, was not opened, or the regulation was withdrawn. A second time changes nothing.
        """
        with reading(self.engine) as session:
            regulation: Regulation = self._found(session, number, actor).record
            marks = _marks(store.readings(session, actor.name))
        if not regulation.asks(actor):
            raise NotAllowed(_("{actor} does not have to read this regulation"), actor=actor.name)
        if regulation.withdrawn is not None or document != regulation.document:
            raise Conflict(_("there is another text by now: read that one"))
        if (number, document, actor.name, OPENED) not in marks:
            raise Conflict(_("open it first"))
        self._note(number, document, actor, ACKNOWLEDGED)

    def asked(self) -> tuple[Asked, ...]:
        """Return every regulation that is in force or to be, with its readers. Who asks that, the caller knows."""
        with reading(self.engine) as session:
            found = [one for one in map(held, store.latest(session, Kind.REGULATION)) if one.record.withdrawn is None]
            people, marks = everyone(session), _marks(store.readings(session)) if found else {}
        return tuple(Asked(one, tuple(_readers(one, people, marks))) for one in found)

    def _found(self, session: Session, number: int, actor: Actor) -> Held:
        rows = store.versions(session, Kind.REGULATION, number)
        if not rows:
            raise BadInput([Problem(_("there is no such record"), found=f"regulation:{number}")])
        found = held(rows[-1])
        if actor.role not in SORT.readers and not found.record.asks(actor):
            raise NotAllowed(_("{actor} does not have to read this regulation"), actor=actor.name)
        return found

    def _note(self, number: int, document: str, actor: Actor, what: str) -> None:
        with transaction(self.engine) as session:
            if (number, document, actor.name, what) in _marks(store.readings(session, actor.name)):
                return
            at = clock.now()
            row = store.Reading(regulation=number, document=document, login=actor.name, what=what, at=at)
            session.add(row)
            tag = RecordTag.OPENED if what == OPENED else RecordTag.ACKNOWLEDGED
            events.record(session, tag, actor.name, f"regulation:{number}", {"document": document})


@dataclass(frozen=True)
class Standing:
    """How far the readers of one regulation are, for programs."""

    number: int
    title: str
    edition: str
    due: datetime
    asked: int
    acknowledged: int
    missing: tuple[str, ...]
    """logins"""


def standing(asked: Iterable[Asked]) -> tuple[Standing, ...]:
    """Return how far the readers of each regulation are."""
    return tuple(
        Standing(
            one.held.number, one.regulation.title, one.regulation.edition, one.regulation.due, len(one.readers),
            len(one.readers) - len(one.missing), tuple(reader.who.name for reader in one.missing),
        )
        for one in asked
    )  # fmt: skip


Marks = Mapping[tuple[int, str, str, str], datetime]
"""when, by regulation, document, login and what"""


def _marks(rows: Sequence[store.Reading]) -> Marks:
    return {(row.regulation, row.document, row.login, row.what): row.at for row in rows}


def _to_read(number: int, regulation: Regulation, marks: Marks, login: str) -> ToRead:
    opened, done = (marks.get((number, regulation.document, login, what)) for what in (OPENED, ACKNOWLEDGED))
    return ToRead(number, regulation, opened, done)


def _readers(one: Held, people: Iterable[Actor], marks: Marks) -> Iterable[Reader]:
    for who in people:
        if one.record.asks(who):
            found = _to_read(one.number, one.record, marks, who.name)
            yield Reader(who, found.opened, found.acknowledged)
