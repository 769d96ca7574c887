"""A pytest plugin: every county's database is a schema of the PostgreSQL that COUNTYNET_TEST_POSTGRES names.

`pytest -p tests.twin.on_postgres tests/unit/...` so runs the tests of the stores on the other database, unchanged.
"""

import hashlib
import os
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine, make_url

from countynet import db, engines
from countynet.settings import Settings

VARIABLE = "COUNTYNET_TEST_POSTGRES"


@pytest.fixture(autouse=True)
def _on_postgres(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    url, opened = make_url(os.environ[VARIABLE]), list[Engine]()

    def engine_of(settings: Settings) -> Engine:
        settings.state.mkdir(parents=True, exist_ok=True)
        schema = "t" + hashlib.sha256(str(settings.state.resolve()).encode()).hexdigest()[:16]
        with psycopg.connect(host=str(url.query["host"]), user="postgres", dbname="postgres", autocommit=True) as one:
            one.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'.encode())
        own = url.update_query_dict({"options": f"-c search_path={schema}"})
        shown = own.render_as_string(hide_password=False)
        opened.append(engines.engine_of(settings.model_copy(update={"database": shown})))
        return opened[-1]

    monkeypatch.setattr(db, "engine_of", engine_of)
    yield
    for engine in opened:
        engine.dispose()
