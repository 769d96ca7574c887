"""`countynet faults` as a person types it: units that are none, wrong persons, times by the county's clock."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from countynet.db import open_database
from countynet.settings import Settings
from countynet.vocabulary import Role
from dashboard.users.service import Accounts
from inventory.create import create_folder
from monitoring.faults.cli import app
from tests.unit.dashboard.sample import CHEAP


def said(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_a_fault_is_reported_of_a_unit_that_there_is_and_shown_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.load(tmp_path / "county")
    create_folder(settings)
    monkeypatch.setenv("COUNTYNET_COUNTY", str(settings.county))
    engine = open_database(settings)
    Accounts(engine, CHEAP).create("center", Role.CENTER, None, "test", "correct-horse-1")
    engine.dispose()
    wrong = said("report", "u999", "--title", "no net", "--as", "center")
    assert (wrong.exit_code, json.loads(said("list", "--json").stdout)) == (2, [])
    assert "u999" in wrong.output
    made = json.loads(said("report", "u031", "--title", "no net", "--as", "center", "--json").stdout)
    assert (made["unit"], made["state"]) == ("u031", "reported")
    shown = said("show", str(made["id"])).stdout
    assert "CST" in shown
    assert "+00:00" not in shown
    assert said("start", str(made["id"]), "--as", "center").exit_code == 1
    assert said("show", "77").exit_code == 2
