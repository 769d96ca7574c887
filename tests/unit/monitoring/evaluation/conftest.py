"""The county, an empty database of it, and a clock that a test sets."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

import inventory
from countynet import clock
from countynet.db import open_database
from countynet.i18n import set_language
from countynet.settings import Settings
from inventory.load import load_county
from inventory.model import County
from tests.unit.monitoring.evaluation.october import BEGIN


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    set_language("en")
    return lambda now: monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture(scope="module")
def county() -> County:
    return load_county(Path(inventory.__file__).parent / "example")


@pytest.fixture
def engine(tmp_path: Path, at: Callable[[datetime], None]) -> Iterator[Engine]:
    at(BEGIN)
    found = open_database(Settings(county=tmp_path, language="en"))
    yield found
    found.dispose()


@pytest.fixture(scope="module")
def few(county: County) -> County:
    """Six units of the county, for paper."""
    units, circuits = county.units[:6], county.circuits[:6]
    return county.model_copy(update={"units": units, "circuits": circuits, "backup_lines": county.backup_lines[:1]})
