"""Unit tests talk to nobody: a socket that connects fails the test. A county's database begins as a copy of an empty
one that the product made once in this process, as making sixty tables anew takes longer than most tests.
"""

import os
import socket
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy import Engine

from countynet import db, engines
from countynet.settings import Settings


class NetworkUsed(AssertionError):
    """A unit test tried to reach somebody."""


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: socket.socket, address: Any, *_rest: Any) -> NoReturn:
        raise NetworkUsed(f"a unit test connected to {address!r}; put it under tests/twin")

    for method in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, method, refuse)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COUNTYNET_COUNTY", "COUNTYNET_LANG", "COUNTYNET_PORT", "COUNTYNET_LISTEN"):
        monkeypatch.delenv(name, raising=False)


@cache
def empty_database() -> bytes:
    """Return the file of a database that `open_database` made from nothing."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(county=Path(folder), language="en")
        engine = engines.engine_of(settings)
        with engine.execution_options(**engines.LOCKED).begin() as connection:
            db.Base.metadata.create_all(connection)
        engine.dispose()
        return (settings.state / "county.db").read_bytes()


@pytest.fixture(autouse=True)
def tables_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a new SQLite database begin as a copy; `open_database` looks at every table all the same."""
    if "COUNTYNET_TEST_POSTGRES" in os.environ:  # tests.twin.on_postgres has its own
        return

    def engine_of(settings: Settings) -> Engine:
        file = settings.state / "county.db"
        if not settings.database and not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(empty_database())
        return engines.engine_of(settings)

    monkeypatch.setattr("countynet.db.engine_of", engine_of)
