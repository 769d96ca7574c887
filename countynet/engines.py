"""The two databases that what happens may lie in: SQLite on one machine, PostgreSQL where several machines share it.

Both keep the same promise to `countynet.db`: a transaction marked `LOCKED` holds the county's one write lock from its
first moment, so that read-then-write (the event chain, a job's claim) cannot interleave; another one reads and waits
for nobody. SQLite has BEGIN IMMEDIATE for it, PostgreSQL an advisory lock that its end releases. A county has a
database, or a schema, of its own: nothing in the tables says which county a row is of.
"""

from collections.abc import Mapping
from sqlite3 import Connection as SqliteConnection
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event

from countynet.errors import MissingCapability
from countynet.i18n import _
from countynet.settings import Settings

if TYPE_CHECKING:
    from psycopg import Connection as PostgresConnection

BUSY_SECONDS = 20
"""how long a writer waits for the lock"""
LOCKED: Mapping[str, Any] = {"countynet_locked": True}
HASH = "countynet_hash"
"""execution option: the hash that new events get"""
_KEY = 0x636F756E7479
"""of the advisory lock: "county" """


def engine_of(settings: Settings) -> Engine:
    """Return the engine of the county's database; nothing is created but SQLite's folder.

    Raises OSError if the folder cannot be made, MissingCapability without the driver of PostgreSQL.
    """
    engine = _postgres(settings.database) if settings.database else _sqlite(settings)
    return engine.execution_options(**{HASH: settings.log_hash})


def reading_options(engine: Engine) -> Mapping[str, Any]:
    """Return the options under which a session sees one moment of the database."""
    return {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}


def _sqlite(settings: Settings) -> Engine:
    settings.state.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{settings.state / 'county.db'}", connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event below says when a transaction starts
    for pragma in ("journal_mode=WAL", f"busy_timeout={BUSY_SECONDS * 1000}", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    locked = connection.get_execution_options().get("countynet_locked")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if locked else "BEGIN")


def _postgres(url: str) -> Engine:
    try:
        options = {"connect_args": {"options": f"-c lock_timeout={BUSY_SECONDS}s -c timezone=UTC"}}
        engine = create_engine(url, pool_pre_ping=True, **_merged(url, options))
    except ImportError as error:
        raise MissingCapability(_("PostgreSQL needs its driver: pip install countynet[scale]")) from error
    event.listen(engine, "connect", _prepare_postgres)
    event.listen(engine, "begin", _begin_postgres)
    return engine


def _merged(url: str, options: dict[str, Any]) -> dict[str, Any]:
    """An address that gives libpq options of its own (a search path) keeps them beside ours."""
    from sqlalchemy import make_url

    own = make_url(url).query.get("options", "")
    options["connect_args"]["options"] += f" {own if isinstance(own, str) else ' '.join(own)}"
    return options


def _prepare_postgres(connection: "PostgresConnection[Any]", _record: object) -> None:
    """PostgreSQL's text cannot hold the character 0, which devices send: it becomes the replacement character."""
    from psycopg.types.string import StrDumper

    class Dumper(StrDumper):
        def dump(self, obj: str) -> "bytes | bytearray | memoryview | None":
            return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)

    connection.adapters.register_dumper(str, Dumper)


def _begin_postgres(connection: Connection) -> None:
    if connection.get_execution_options().get("countynet_locked"):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_KEY})")
