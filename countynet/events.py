"""What happened, as a chain that nobody can alter unseen.

Each event holds the hash of the one before and its own over everything it says. `record` writes it in the same
transaction as the write it describes, so neither stands without the other. `verify` finds an altered, a removed and an
inserted event. The hash is sha256, or SM3 (GB/T 32905-2016) where the county wants it; each event names its own, so
the choice may change in the middle. Whoever can write the file can rebuild the whole chain: `head` is what an auditor
notes elsewhere.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, Text, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet import clock
from countynet.canonical import JSON, canonical
from countynet.db import Base, UtcDateTime
from countynet.i18n import _

__all__ = ["JSON", "Break", "Event", "EventHead", "head", "record", "verify"]

GENESIS = "0" * 64
ALGORITHM = "sha256"


class Event(Base):
    """One thing that happened: who did what to which subject, when."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    tag: Mapped[str] = mapped_column(index=True)
    actor: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    body: Mapped[str] = mapped_column(Text)
    """canonical JSON of the data"""
    algorithm: Mapped[str]
    previous: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[str] = mapped_column(unique=True)

    @property
    def data(self) -> dict[str, Any]:
        """What the event says beyond tag and subject."""
        loaded: dict[str, Any] = json.loads(self.body)
        return loaded

    def digest(self) -> str:
        """Return the hash of what the event says now. Raises ValueError for an unknown algorithm."""
        said: Mapping[str, JSON] = {
            "algorithm": self.algorithm,
            "previous": self.previous,
            "at": self.at.isoformat(),
            "tag": self.tag,
            "actor": self.actor,
            "subject": self.subject,
            "data": self.body,
        }
        return hashlib.new(self.algorithm, canonical(said).encode()).hexdigest()


class EventHead(Base):
    """The last event of the chain; one row."""

    __tablename__ = "event_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    hash: Mapped[str]


def _refuse_changes(_table: object, connection: Connection, **_options: object) -> None:
    """Have the database itself refuse to alter or remove an event."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION event_only_added() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'events are only ever added'; END $$"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER event_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON event "
            "FOR EACH STATEMENT EXECUTE FUNCTION event_only_added()"
        )
        return
    for action in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER event_no_{action.lower()} BEFORE {action} ON event "
            "BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END"
        )


event.listen(Event.__table__, "after_create", _refuse_changes)


def record(
    session: Session, tag: str, actor: str, subject: str, data: Mapping[str, JSON], algorithm: str = ALGORITHM
) -> Event:
    """Add an event to the chain within the session's transaction (`db.transaction`) and return it.

    Raises TypeError or ValueError if the data is not JSON or the algorithm is unknown.
    """
    last = session.get(EventHead, 1)
    happened = Event(
        at=clock.now(),
        tag=str(tag),
        actor=actor.replace("\0", "\ufffd"),  # PostgreSQL cannot keep it, and what is hashed has to be what is kept
        subject=subject.replace("\0", "\ufffd"),
        body=canonical(data),
        algorithm=algorithm,
        previous=last.hash if last else GENESIS,
    )
    happened.hash = happened.digest()
    session.add(happened)
    session.flush()
    if last:
        last.event_id, last.hash = happened.id, happened.hash
    else:
        session.add(EventHead(id=1, event_id=happened.id, hash=happened.hash))
    session.flush()
    return happened


@dataclass(frozen=True)
class Break:
    """One place where the chain does not hold."""

    event_id: int
    kind: str
    """altered, removed (before this event), inserted, or truncated (after this event)"""
    message: str
    """msgid with {id}"""


def head(session: Session) -> tuple[int, str]:
    """Return id and hash of the last event, (0, zeros) when there is none: what an auditor notes elsewhere."""
    last = session.get(EventHead, 1)
    return (last.event_id, last.hash) if last else (0, GENESIS)


def verify(session: Session) -> tuple[Break, ...]:
    """Return every place where the chain is broken; empty means whole."""
    links = session.execute(select(Event.previous, Event.hash)).all()
    hashes = {link.hash for link in links} | {GENESIS}
    last_id, last_hash = head(session)
    followed = {link.previous for link in links} | {last_hash}
    breaks: list[Break] = []
    for row in session.scalars(select(Event).order_by(Event.id).execution_options(yield_per=1000)):
        breaks.extend(_judge(row, hashes, followed))
    if last_hash not in hashes:
        breaks.append(
            Break(last_id, "truncated", _("the last events are missing; the chain should end with event {id}"))
        )
    return tuple(breaks)


def _judge(row: Event, hashes: set[str], followed: set[str]) -> list[Break]:
    """Return what is wrong with one event, given all hashes and all that are followed by an event or the head."""
    found: list[Break] = []
    if row.algorithm not in hashlib.algorithms_available or row.digest() != row.hash:
        found.append(Break(row.id, "altered", _("event {id} was altered")))
    elif row.hash not in followed:
        found.append(Break(row.id, "inserted", _("event {id} was inserted or rewritten")))
    if row.previous not in hashes:
        found.append(Break(row.id, "removed", _("an event before event {id} is missing or was rewritten")))
    return found
