"""`alarms list --only` and `faults list --only` show what is about the selection, and nothing else."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from countynet.db import open_database, transaction
from countynet.settings import Settings
from countynet.vocabulary import Severity
from inventory.create import create_folder
from monitoring.alarms import cli as alarms
from monitoring.alarms.service import Trouble, close_alarm, open_alarm
from monitoring.faults import cli as faults
from monitoring.faults.joining import alarm_opened

LINES = {f"u{n:03}": Trouble(f"line:line-{n:03}", Severity.MAJOR, f"line-{n:03}", "{line}", {"line": n},
                             unit=f"u{n:03}", circuit=f"line-{n:03}") for n in (1, 25, 26)}  # fmt: skip
SWITCH = Trouble("device:sw-admin", Severity.CRITICAL, "sw-admin", "{device}", {"device": "sw-admin"})


@pytest.fixture(autouse=True)
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.load(tmp_path / "county")
    create_folder(settings)
    monkeypatch.setenv("COUNTYNET_COUNTY", str(settings.county))
    engine = open_database(settings)
    with transaction(engine) as session:
        for trouble in (*LINES.values(), SWITCH):
            alarm_opened(session, open_alarm(session, trouble, "ping")[0])
        close_alarm(session, "line:line-026")
    engine.dispose()


def listed(app: object, *words: str) -> list[dict[str, object]]:
    done = CliRunner().invoke(app, ["list", "--json", *words])  # type: ignore[arg-type]
    assert done.exit_code == 0, done.output
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("only", "subjects"),
    [
        ([], {"line-001", "line-025", "sw-admin"}),
        (["--only", "access=adsl"], {"line-025"}),
        (["--only", "access=adsl", "--closed", "5"], {"line-025", "line-026"}),
        (["--only", "!role=cpe"], {"sw-admin"}),
        (["--only", "site=admin"], {"line-001", "sw-admin"}),
        (["--only", "cpe-002"], set()),
    ],
)
def test_alarms_of_the_selected_devices_and_of_their_lines_are_listed(only: list[str], subjects: set[str]) -> None:
    assert {alarm["subject"] for alarm in listed(alarms.app, *only)} == subjects


@pytest.mark.parametrize(
    ("only", "units"),
    [
        ([], {"u001", "u025", "u026"}),
        (["--only", "access=adsl"], {"u025", "u026"}),
        (["--only", "u001,u002"], {"u001"}),
    ],
)
def test_faults_of_the_selected_units_are_listed(only: list[str], units: set[str]) -> None:
    assert {fault["unit"] for fault in listed(faults.app, *only)} == units


@pytest.mark.parametrize("app", [alarms.app, faults.app])
def test_a_mistyped_selection_is_told_with_exit_code_2(app: object) -> None:
    done = CliRunner().invoke(app, ["list", "--only", "unit=u25"])  # type: ignore[arg-type]
    assert done.exit_code == 2
    assert "u025" in done.stderr
