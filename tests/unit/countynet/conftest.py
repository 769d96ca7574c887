from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet.db import open_database
from countynet.i18n import set_language
from countynet.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(tmp_path / "county")


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    opened = open_database(settings)
    yield opened
    opened.dispose()


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")
