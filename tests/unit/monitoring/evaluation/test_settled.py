"""A period that is over settles: what is recorded later, in the inventory or by people, changes no figure of it."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

import inventory
from countynet import clock
from countynet.errors import BadInput
from countynet.settings import Settings
from countynet.vocabulary import LedgerState
from inventory.create import create_repository
from inventory.load import load_county
from inventory.model import County
from inventory.record.edit import Set
from inventory.record.repository import Repository, shell_author
from monitoring.evaluation import rules
from monitoring.evaluation.service import Evaluations
from monitoring.evaluation.settled import basis
from tests.unit.monitoring.evaluation.october import BEGIN, DAY, HOUR, OCTOBER, At, a_fault, lived

END = BEGIN + 31 * DAY


def test_a_month_says_until_when_it_may_change_and_by_what_it_was_settled(tmp_path: Path, few: County) -> None:
    settings = Settings(county=tmp_path, language="en")
    said = [basis(settings, few, OCTOBER, 10, END + n * DAY) for n in (-1, 0, 9, 10)]
    texts = [one.said.text() for one in said if one.said is not None]
    assert "not over" in texts[0]
    assert texts[1] == texts[2] == "What is recorded until 2026-11-10 counts; from then on these figures stay."
    assert texts[3] == "Settled on 2026-11-10; the inventory has no history, so the present one is used."
    assert [one.until for one in said] == [None, None, None, END + 10 * DAY]


def test_what_is_recorded_after_a_month_settled_changes_nothing_of_it(
    engine: Engine, at: At, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "county"
    shutil.copytree(Path(inventory.__file__).parent / "example", folder)
    settings = Settings(county=folder, language="en")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-10-20T12:00:00+08:00")
    create_repository(settings)
    lived(engine, "u001", (DAY, DAY + 9 * HOUR, LedgerState.DOWN))
    a_fault(engine, at, "u001", BEGIN + DAY, 6 * HOUR, rating=3)
    service = Evaluations(settings, engine)
    at(END + 11 * DAY)
    county = load_county(folder)
    first = service.report(county, OCTOBER)
    assert "Settled on 2026-11-10, by the inventory of that day" in first.found.said.text()  # type: ignore[union-attr]
    circuit = county.circuits[0]
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-11-20T12:00:00+08:00")
    Repository(settings).commit([Set("circuits", circuit.id, "rent", 1)], shell_author(), "cheaper")
    a_fault(engine, at, "u001", END - HOUR, timedelta(days=12), rating=1)
    at(END + 300 * DAY)
    changed = load_county(folder)
    assert changed.circuits[0].rent == 1
    again = service.report(changed, OCTOBER)
    faults = again.found.units[0].faults
    assert (faults.ratings, faults.rating, faults.faults, faults.open) == (1, 3, 2, 1)
    assert again.charges[0].lines == first.charges[0].lines
    assert again.found.units[0].rent == first.found.units[0].rent
    assert service.report(changed, OCTOBER).document() == again.document()


def test_an_inventory_that_cannot_be_read_any_more_is_said_and_the_present_one_used(
    tmp_path: Path, few: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(clock, "now", lambda: END + 20 * DAY)
    found = basis(Settings(county=tmp_path, language="en"), few, OCTOBER, 10, END + 20 * DAY)
    assert found.county is few
    assert found.said is not None
    assert "cannot read the inventory" in found.said.text()


def test_the_county_says_after_how_many_days_a_period_settles() -> None:
    assert rules.read("x.yml", b"closing:\n- {days: 3}\n").closing == 3
    with pytest.raises(BadInput):
        rules.read("x.yml", b"closing:\n- {days: 91}\n- {days: 3}\n")
