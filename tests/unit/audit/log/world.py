"""A log with a past: events, hourly checkpoints, a copy outside; and what somebody with full rights does to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session

from audit.log import checkpoint, keeper
from audit.log.finding import Judgement
from audit.log.judge import Elsewhere, judge
from countynet import clock
from countynet.db import reading, transaction
from countynet.eventlog.chain import Break
from countynet.events import GENESIS, Event, EventHead, allow_removal, record, refuse_changes, verify
from countynet.settings import Settings

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
Deed = Callable[[Session], None]


def happen(engine: Engine, count: int, at: datetime = NOON, algorithm: str = "") -> None:
    """Record events, a second apart."""
    before = clock.now
    try:
        with transaction(engine) as session:
            for number in range(count):
                clock.now = lambda moment=at + timedelta(seconds=number): moment  # type: ignore[misc]
                record(session, "fault.reported", "王芳", f"unit:u{number:03}", {"n": number, "why": "断线"}, algorithm)
    finally:
        clock.now = before


def hours(settings: Settings, engine: Engine, count: int = 3, events: int = 8, begin: datetime = NOON) -> datetime:
    """Let hours pass, each with its events, checkpoint and copy; return the end."""
    before = clock.now
    at = begin
    for _hour in range(count):
        happen(engine, events, at)
        at += HOUR
        clock.now = lambda moment=at: moment  # type: ignore[misc]
        try:
            checkpoint.make(settings, engine, at)
            keeper.publish(settings, engine, at)
        finally:
            clock.now = before
    return at


def judged(settings: Settings, engine: Engine, *elsewhere: Path) -> Judgement:
    with reading(engine) as session:
        return judge(settings, session, Elsewhere(elsewhere))


def kinds(found: Judgement) -> dict[str, object]:
    """Return the kinds of damage, each with the first place."""
    places = ((one.kind, one.values.get("id", one.values.get("size"))) for one in reversed(found.damages))
    return dict(places)


def _do(session: Session, deeds: Sequence[Deed]) -> None:
    """Do what somebody with full rights in the database can: neither trigger nor foreign key is in the way."""
    postgres = session.connection().dialect.name == "postgresql"
    session.execute(text("SET LOCAL session_replication_role = replica" if postgres else "PRAGMA defer_foreign_keys=1"))
    allow_removal(session.connection())
    for deed in deeds:
        deed(session)
        session.flush()
    refuse_changes(session.connection())
    session.expire_all()


def tamper(engine: Engine, *deeds: Deed) -> None:
    """Do it for good."""
    with Session(engine) as session, session.begin():
        _do(session, deeds)


@dataclass(frozen=True)
class Past:
    """A log that tests attack, each in a transaction of its own that is taken back."""

    settings: Settings
    engine: Engine
    kept: Path

    def attacked(self, *deeds: Deed, copy: bool = True) -> tuple[Judgement, tuple[Break, ...]]:
        """Return what a check finds after the deeds, with or without the copy outside, and what the chain says."""
        with Session(self.engine) as session:
            _do(session, deeds)
            found = judge(self.settings, session, Elsewhere([self.kept] if copy else []))
            chain = verify(session)
            session.rollback()
        return found, chain


def sql(*statements: str) -> Deed:
    def run(session: Session) -> None:
        for statement in statements:
            session.execute(text(statement))

    return run


def rewrite(session: Session, first: int) -> None:
    """Make the chain whole again from an event on, head and all."""
    rows = session.scalars(select(Event).where(Event.id >= first - 1).order_by(Event.id)).all()
    previous = rows[0].hash if first > 1 else GENESIS
    for row in rows[1:] if first > 1 else rows:
        values = {"previous": previous, "hash": f"x{row.id}"}
        session.execute(update(Event).where(Event.id == row.id).values(**values))
        session.refresh(row)
        digest = row.digest()
        session.execute(update(Event).where(Event.id == row.id).values(hash=digest))
        session.refresh(row)
        previous = digest
    session.execute(update(EventHead).values(event_id=rows[-1].id, hash=previous))
