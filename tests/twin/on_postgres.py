"""A pytest plugin: every county's database is a schema of the PostgreSQL that COUNTYNET_TEST_POSTGRES names, emptied
before each test (not for several processes of tests at once).

`pytest -p tests.twin.on_postgres tests/unit/...` so runs the tests of the stores on the other database, unchanged.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, Engine, make_url

from countynet import db, engines
from countynet.settings import Settings

VARIABLE = "COUNTYNET_TEST_POSTGRES"
_EMPTY = """
DO $$ DECLARE one record; filled boolean; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT schemaname, tablename FROM pg_tables WHERE schemaname LIKE 'test%' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I.%I)', one.schemaname, one.tablename) INTO filled;
    IF filled THEN EXECUTE format('TRUNCATE %I.%I RESTART IDENTITY CASCADE', one.schemaname, one.tablename); END IF;
  END LOOP;
END $$"""


@pytest.fixture(autouse=True)
def _on_postgres(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    url, opened, places = make_url(os.environ[VARIABLE]), list[Engine](), list[Path]()

    def engine_of(settings: Settings) -> Engine:
        settings.state.mkdir(parents=True, exist_ok=True)
        place = settings.state.resolve()
        if place not in places:
            places.append(place)
        schema = f"test{places.index(place)}"
        with _connected(url) as one:
            one.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'.encode())
        own = url.update_query_dict({"options": f"-c search_path={schema}"})
        shown = own.render_as_string(hide_password=False)
        opened.append(engines.engine_of(settings.model_copy(update={"database": shown})))
        return opened[-1]

    with _connected(url) as one:
        one.execute(_EMPTY)
    monkeypatch.setattr(db, "engine_of", engine_of)
    yield
    for engine in opened:
        engine.dispose()


def _connected(url: URL) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(host=str(url.query["host"]), user="postgres", dbname="postgres", autocommit=True)
