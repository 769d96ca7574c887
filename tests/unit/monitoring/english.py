"""Fixtures of a county's empty database whose messages are English; a folder's conftest takes them in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet.db import open_database
from countynet.settings import Settings


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTYNET_LANG", "en")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(county=tmp_path, language="en")


@pytest.fixture
def database(settings: Settings) -> Iterator[Engine]:
    engine = open_database(settings)
    yield engine
    engine.dispose()
