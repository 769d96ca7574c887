import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet.db import open_database
from countynet.engines import engine_of
from countynet.i18n import set_language
from countynet.secrets import password_file
from countynet.settings import Settings
from tests.unit.audit.log.world import Past, hours


def settings_in(folder: Path) -> Settings:
    (folder / "outside").mkdir()
    settings = Settings.load(folder / "county").model_copy(update={"log_outside": folder / "outside"})
    file = password_file(settings)
    file.parent.mkdir(parents=True)
    file.write_text("a password of the vault\n")
    return settings


@pytest.fixture(scope="package")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county whose tables are made, once for all tests; each has a copy."""
    folder = tmp_path_factory.mktemp("empty")
    open_database(settings_in(folder)).dispose()
    return folder


@pytest.fixture
def settings(empty: Path, tmp_path: Path) -> Settings:
    shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
    return Settings.load(tmp_path / "county").model_copy(update={"log_outside": tmp_path / "outside"})


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    opened = engine_of(settings)
    yield opened
    opened.dispose()


@pytest.fixture(scope="package")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    """Three hours of 8 events and what the log itself adds: 9 + 9 + 9 + 1; the copy outside. Nobody changes it."""
    folder = tmp_path_factory.mktemp("past")
    settings = settings_in(folder)
    opened = open_database(settings)
    hours(settings, opened)
    yield Past(settings, opened, folder / "outside")
    opened.dispose()


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")
