"""What happened, as a chain that nobody can alter unseen.

Each event holds the hash of the one before and its own over everything it says. `record` writes it in the same
transaction as the write it describes, so neither stands without the other. `verify` finds an altered, a removed, a
moved and an inserted event. The hash is sha256, or SM3 (GB/T 32905-2016) where the county wants it; each event names
its own, so the choice may change in the middle. Whoever can write the file can rebuild the whole chain: checkpoints
(`countynet.eventlog`) that are kept elsewhere find that.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, cast

from sqlalchemy import Connection, ForeignKey, Table, Text, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from countynet import clock
from countynet.canonical import JSON, canonical
from countynet.db import Base, UtcDateTime
from countynet.engines import HASH
from countynet.eventlog.chain import MOST, Break, Link, end, walk
from countynet.eventlog.tables import LogArchive
from countynet.onlyadded import allow, only_added, refuse

__all__ = ["JSON", "Break", "Event", "EventHead", "head", "record", "verify"]

GENESIS = "0" * 64
ALGORITHM = "sha256"
ALGORITHMS = (ALGORITHM, "sm3")


def said(algorithm: str, previous: str, at: datetime, tag: str, actor: str, subject: str, body: str) -> bytes:
    """Return what is hashed of an event: canonical JSON, one line. docs/log.md has the format."""
    whole: Mapping[str, JSON] = {
        "algorithm": algorithm,
        "previous": previous,
        "at": at.isoformat(),
        "tag": tag,
        "actor": actor,
        "subject": subject,
        "data": body,
    }
    return canonical(whole).encode()


def digest(algorithm: str, text: bytes) -> str:
    """Return the hash of a text in hexadecimal digits; empty for an algorithm that is none of ours."""
    return hashlib.new(algorithm, text).hexdigest() if algorithm in ALGORITHMS else ""


def entry(algorithm: str, hash_: str) -> bytes:
    """Return what the log's Merkle tree has for an event: its hash, with the algorithm's name."""
    return f"{algorithm}:{hash_}".encode()


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
        """Return the hash of what the event says now; empty for an algorithm that is none of ours."""
        text = said(self.algorithm, self.previous, self.at, self.tag, self.actor, self.subject, self.body)
        return digest(self.algorithm, text)


class EventHead(Base):
    """The last event of the chain; one row."""

    __tablename__ = "event_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    hash: Mapped[str]
    event: Mapped[Event] = relationship()


def refuse_changes(connection: Connection) -> None:
    """Have the database itself refuse to alter or remove an event."""
    refuse(Event.__tablename__, connection)


def allow_removal(connection: Connection) -> None:
    """Lift that refusal within a transaction that takes archived events out; `refuse_changes` puts it back."""
    allow(Event.__tablename__, connection)


only_added(cast(Table, Event.__table__))


def record(
    session: Session, tag: str, actor: str, subject: str, data: Mapping[str, JSON], algorithm: str = ""
) -> Event:
    """Add an event to the chain within the session's transaction (`db.transaction`) and return it.

    The hash is the one of the settings (`COUNTYNET_LOG_HASH`) unless it is named. Raises TypeError or ValueError if
    the data is not JSON or the algorithm is unknown.
    """
    algorithm = algorithm or str(session.get_bind().get_execution_options().get(HASH, ALGORITHM))
    if algorithm not in ALGORITHMS:
        raise ValueError(f"no hash of the log: {algorithm}")
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
    if last:
        last.event, last.hash = happened, happened.hash
    else:
        last = EventHead(id=1, event=happened, hash=happened.hash)
        session.add(last)
    session.info[EventHead] = last  # kept, so that the next event of this transaction need not read it again
    session.flush()
    return happened


def head(session: Session) -> tuple[int, str]:
    """Return id and hash of the last event, (0, zeros) when there is none: what an auditor notes elsewhere."""
    last = session.get(EventHead, 1)
    return (last.event_id, last.hash) if last else (0, GENESIS)


def beginning(session: Session) -> tuple[int, str]:
    """Return how many events are in the archive only, and the hash that the table's first event follows."""
    chosen = select(LogArchive).where(LogArchive.removed.is_not(None)).order_by(LogArchive.first.desc()).limit(1)
    last = session.scalar(chosen)
    return (last.first + last.count, last.head) if last else (0, GENESIS)


@dataclass(frozen=True)
class Rows:
    """The table, asked for single hashes."""

    session: Session
    before: str
    """the hash that the table's first event follows"""

    def has(self, hash_: str) -> bool:
        """Whether an event has this hash."""
        return hash_ == self.before or bool(self.session.scalar(select(exists().where(Event.hash == hash_))))

    def follows(self, hash_: str) -> bool:
        """Whether an event, or the noted head, follows this hash."""
        noted = select(exists().where(EventHead.hash == hash_))
        return bool(self.session.scalar(select(exists().where(Event.previous == hash_))) or self.session.scalar(noted))


def texts(session: Session, after: int = 0, upto: int | None = None) -> Iterator[tuple[Link, datetime, str, bytes]]:
    """Yield the table's events with an id above `after` and at most `upto`: link, time, algorithm, what is hashed."""
    columns = (Event.id, Event.at, Event.tag, Event.actor, Event.subject, Event.body, Event.algorithm, Event.previous,
               Event.hash)  # fmt: skip
    chosen = select(*columns).where(Event.id > after).order_by(Event.id).execution_options(yield_per=2000)
    with session.execute(chosen if upto is None else chosen.where(Event.id <= upto)) as rows:
        for id_, at, tag, actor, subject, body, algorithm, previous, stated in rows:
            text = said(algorithm, previous, at, tag, actor, subject, body)
            yield Link(id_, previous, stated, digest(algorithm, text) == stated), at, algorithm, text


def verify(session: Session) -> tuple[Break, ...]:
    """Return the places where the table's chain is broken, at most `chain.MOST`; empty means whole."""
    _count, before = beginning(session)
    known, last = Rows(session, before), None

    def links() -> Iterator[Link]:
        nonlocal last
        for link, *_rest in texts(session):
            last = link
            yield link

    found = list(islice(walk(links(), before, known), MOST))
    return tuple(found) if len(found) == MOST else (*found, *end(last, before, head(session), known))
