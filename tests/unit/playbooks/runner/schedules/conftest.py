"""A desk with a program that stands for all."""

import pytest
from sqlalchemy import Engine

from countynet import people
from countynet.people import Actor
from countynet.settings import Settings
from inventory.model import County
from playbooks.runner import dispatch
from playbooks.runner.programs import PROGRAMS
from playbooks.runner.schedules import tick
from tests.unit.playbooks.runner.schedules.samples import AMY, ANN, BOB, Desk, Fake


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> list[Actor]:
    found = [AMY, BOB, ANN]
    monkeypatch.setattr(people, "everyone", lambda session: tuple(found))
    return found


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, county: County, accounts: list[Actor]) -> Fake:
    found = Fake()
    for kind in ("action", "job"):
        monkeypatch.setitem(PROGRAMS, kind, found)
    monkeypatch.setattr(dispatch, "_start", lambda _settings, _number: None)
    monkeypatch.setattr(tick, "present_county", lambda _settings: county)
    return found


@pytest.fixture
def desk(settings: Settings, engine: Engine, county: County, fake: Fake) -> Desk:
    return Desk(settings, engine, county)
