"""A county in git with room for terminals: cpe-025 has six LAN ports, and u026's terminal has no MAC address yet."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet import clock
from countynet.db import open_database
from countynet.settings import Settings
from inventory import create
from inventory.record import Author, Repository, Set
from inventory.terminals.orders import Orders
from inventory.terminals.service import Applications
from tests.unit.inventory.terminals.people import TODAY


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = Settings.load(tmp_path_factory.mktemp("terminals") / "county")
    create.create_folder(settings)
    create.create_repository(settings)
    ports = ["dsl0", *(f"lan{n}" for n in range(6))]
    Repository(settings).commit(
        [
            Set("devices", "cpe-025", "ports", list(ports)),
            Set("units", "u026", "terminals", [{"name": "pc-026", "address": "10.21.26.10"}]),
        ],
        Author("test"),
        "prepare",
    )
    return settings.county


@pytest.fixture
def settings(tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return Settings.load(Path(shutil.copytree(prepared, tmp_path / "county", ignore=shutil.ignore_patterns(".state"))))


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    found = open_database(settings)
    yield found
    found.dispose()


@pytest.fixture
def applications(settings: Settings, engine: Engine) -> Applications:
    return Applications(settings, engine)


@pytest.fixture
def orders(settings: Settings, engine: Engine) -> Orders:
    return Orders(settings, engine)
