"""Three units with faults, and the people around them."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet.db import open_database
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from monitoring.faults.service import Faults
from monitoring.faults.ties.service import Ties

CENTER = Actor("center", Role.CENTER)
OPERATOR = Actor("operator", Role.OPERATOR)
CLERKS = tuple(Actor(unit, Role.UNIT, unit) for unit in ("u001", "u002", "u003"))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_database(Settings(county=tmp_path, language="en"))


@pytest.fixture
def faults(engine: Engine) -> Faults:
    return Faults(engine)


@pytest.fixture
def ties(engine: Engine) -> Ties:
    return Ties(engine)


@pytest.fixture
def three(faults: Faults) -> tuple[int, ...]:
    return tuple(faults.report(who.name, f"no net at {who.name}", "", "", who) for who in CLERKS)
