"""What happens, in a real PostgreSQL: the tests of the stores on it, and what only it could break."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from audit.log.rotate import rotate
from countynet.db import Base, open_database, reading, transaction
from countynet.events import Event, record, verify
from countynet.settings import Settings
from tests.twin.on_postgres import VARIABLE
from tests.twin.postgres_server import PostgresServer, postgres
from tests.unit.audit.log.conftest import settings_in
from tests.unit.audit.log.test_attacks import forge
from tests.unit.audit.log.test_rotate import DAY
from tests.unit.audit.log.world import NOON, Past, hours, judged, kinds, sql
from tests.unit.countynet.test_db import write_at_once

STORES = (
    "tests/unit/countynet/test_jobs.py",
    "tests/unit/monitoring/test_write.py",
    "tests/unit/monitoring/alarms",
    "tests/unit/monitoring/ledger/test_record.py",
    "tests/unit/audit/records/test_records.py",
    "tests/unit/audit/records/test_readers.py",
)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres() as running:
        yield running


@pytest.fixture
def engine(server: PostgresServer, tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(Settings(county=tmp_path, language="en", database=server.url(f"own{os.urandom(4).hex()}")))
    yield engine
    engine.dispose()


def test_the_stores_do_there_what_they_do_in_sqlite(server: PostgresServer) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "tests.twin.on_postgres", "-p", "no:cacheprovider"]
    environment = {**os.environ, VARIABLE: server.url()}
    done = subprocess.run([*command, *STORES], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


def test_every_room_has_its_tables_there_and_opening_again_keeps_them(server: PostgresServer, tmp_path: Path) -> None:
    settings = Settings(county=tmp_path, language="en", database=server.url("rooms"))
    for _time in range(2):
        engine = open_database(settings)
        with engine.connect() as connection:
            found = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'rooms'")).all()
        engine.dispose()
    assert set(found) == set(Base.metadata.tables)


def test_writers_of_several_connections_make_one_chain(engine: Engine) -> None:
    write_at_once(engine, 10)


@pytest.mark.parametrize("statement", ["UPDATE event SET actor = 'z'", "DELETE FROM event", "TRUNCATE event CASCADE"])
def test_the_database_itself_refuses_to_alter_events(engine: Engine, statement: str) -> None:
    with transaction(engine) as session:
        record(session, "a.b", "who\0ever", "y", {"text": "nul \0 inside"})
    with pytest.raises(DBAPIError, match="only ever added"), engine.begin() as connection:
        connection.execute(text(statement))
    with reading(engine) as session:
        assert (verify(session), session.scalars(select(Event.actor)).all()) == ((), ["who\ufffdever"])


def test_a_reader_sees_one_moment_and_waits_for_no_writer(engine: Engine) -> None:
    with transaction(engine) as writer:
        record(writer, "a.b", "x", "y", {})
        with reading(engine) as reader:
            assert reader.scalar(select(func.count(Event.id))) == 0
    with reading(engine) as reader:
        before = reader.scalar(select(func.count(Event.id)))
        with transaction(engine) as writer:
            record(writer, "a.b", "x", "y", {})
        assert (before, reader.scalar(select(func.count(Event.id)))) == (1, 1)


def test_who_has_full_rights_there_is_found_and_located_too(server: PostgresServer, tmp_path: Path) -> None:
    settings = settings_in(tmp_path).model_copy(update={"database": server.url("attacked")})
    engine = open_database(settings)
    hours(settings, engine)
    past = Past(settings, engine, tmp_path / "outside")
    assert past.attacked()[0].whole
    edit, gone = "UPDATE event SET actor = 'nobody' WHERE id = 12", "DELETE FROM event WHERE id = 12"
    assert kinds(past.attacked(sql(edit))[0]) == {"altered": 12}
    assert kinds(past.attacked(sql(gone))[0]).items() >= {"removed": 13, "rewritten": 13}.items()
    found, chain = past.attacked(forge)
    assert (kinds(found), chain) == ({"rewritten": 12, "root": 18}, ())
    late = hours(settings, engine, 1, begin=NOON + 400 * DAY)
    assert rotate(settings.model_copy(update={"event_days": 180}), engine, late)[1] == 28
    assert judged(settings, engine, past.kept).whole
    with pytest.raises(DBAPIError, match="only ever added"), engine.begin() as connection:
        connection.execute(text(edit.replace("12", "30")))
    engine.dispose()
