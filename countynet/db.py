"""The county's database through SQLAlchemy: SQLite in the state folder, or PostgreSQL (`countynet.engines`).

Each room declares its tables in modules found by the entry points `countynet.tables`. A service owns its transaction:
`transaction(engine)` takes the write lock at its start, so that read-then-write (the event chain, a job's claim) cannot
interleave with another process, and refuses a write to an evented table without its event; `reading(engine)` takes
no lock. `together(engine)` makes one transaction of what several services do. Every time is UTC and aware; a naive one
is refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from importlib import import_module
from typing import ClassVar

from sqlalchemy import DateTime, Dialect, Engine, event
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from countynet import rooms
from countynet.engines import LOCKED, engine_of, reading_options
from countynet.settings import Settings


class Base(DeclarativeBase):
    """The base of every table."""

    evented: ClassVar[bool] = False
    """whether a write to this table is refused unless an event is recorded in the same transaction"""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC. A naive time is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time as stored."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive time cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time as read, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def load_tables() -> None:
    """Import every room's table modules so that `Base` knows them."""
    import_module("countynet.events")
    import_module("countynet.jobs")
    import_module("countynet.tellings")
    for entry in rooms.registered("countynet.tables"):
        entry.load()


def open_database(settings: Settings) -> Engine:
    """Return the engine of the county's database, its tables created.

    Raises OSError if its folder cannot be made, MissingCapability without the driver of PostgreSQL.
    """
    load_tables()
    engine = engine_of(settings)
    with engine.execution_options(**LOCKED).begin() as connection:
        Base.metadata.create_all(connection)
    return engine


_joined: ContextVar[tuple[Engine, Session] | None] = ContextVar("joined", default=None)
"""the transaction that those begun in this thread are part of"""


@contextmanager
def together(engine: Engine) -> Iterator[Session]:
    """Yield a transaction that every one begun within, by whatever service, is part of: all of it stands or none.

    It holds for this thread and this engine. An inner one that fails takes back its own writes only; whoever catches
    its exception may go on. What is read within sees what was written within.
    """
    with transaction(engine) as session:
        mark = _joined.set((engine, session))
        try:
            yield session
        finally:
            _joined.reset(mark)


def _outer(engine: Engine) -> Session | None:
    found = _joined.get()
    return found[1] if found is not None and found[0] is engine else None


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Yield a session that holds the write lock; commits at the end, rolls back on an exception."""
    outer = _outer(engine)
    if outer is not None:
        with outer.begin_nested():
            yield outer
        return
    with Session(engine.execution_options(**LOCKED), expire_on_commit=False) as session, session.begin():
        written: set[str] = set()
        event.listen(session, "after_flush", lambda flushed, _context: written.update(_tables_written(flushed)))
        yield session
        session.flush()
        if "event" not in written and any(_evented(table) for table in written):
            raise RuntimeError(f"a write without its event: {sorted(filter(_evented, written))}")


def _tables_written(session: Session) -> Iterator[str]:
    yield from (thing.__tablename__ for thing in (*session.new, *session.deleted))
    yield from (thing.__tablename__ for thing in session.dirty if session.is_modified(thing))


def _evented(table: str) -> bool:
    return any(m.class_.evented for m in Base.registry.mappers if m.local_table.name == table)  # type: ignore[attr-defined]


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Yield a session that sees one moment of the database and writes nothing; what was read stays usable after it."""
    outer = _outer(engine)
    if outer is not None:
        yield outer
        return
    with Session(engine.execution_options(**reading_options(engine)), expire_on_commit=False) as session:
        yield session
        session.expunge_all()
        session.rollback()
