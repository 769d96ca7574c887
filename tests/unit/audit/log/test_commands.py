"""The log's commands say what they found, in one document each, and end with their exit code."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from audit.cli import app
from countynet.settings import COUNTY, Settings
from tests.unit.audit.log.world import HOUR, NOON, hours, sql, tamper


@pytest.fixture(autouse=True)
def _here(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(COUNTY, str(settings.county))
    monkeypatch.setenv("COUNTYNET_LOG_OUTSIDE", str(settings.log_outside))
    monkeypatch.setattr("countynet.clock.now", lambda: NOON + 9 * HOUR)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


def document(*words: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(run(*words, "--json").stdout)
    return found


def test_the_log_is_checked_and_proven_and_a_new_key_leaves_the_old_checkpoints_good(
    settings: Settings, engine: Engine
) -> None:
    hours(settings, engine, 1)
    first = document("log-key")["keys"]
    assert isinstance(first, list)
    second = document("log-key", "--renew", "--as", "zhang")["keys"]
    assert isinstance(second, list)
    assert (len(first), second[1:]) == (1, first)
    hours(settings, engine, 1, begin=NOON + HOUR)
    found = document("verify-log")
    assert (found["whole"], found["checkpoints"], found["outside"], found["damages"]) == (True, 2, 2, [])
    assert document("verify-log", "--key", first[0])["whole"] is False  # it did not sign the second
    proof = document("prove-log", "--from", "2026-03-01T13:30:00+00:00")
    assert (proof["holds"], "\n9\n" in str(proof["old"]), "\n19\n" in str(proof["new"])) == (True, True, True)
    assert "The first 9 of 19 events are the same" in run("prove-log", "--from", "2026-03-01T13:30:00+00:00").output
    assert "there is no checkpoint at or before" in run("prove-log", "--from", "2026-02-01").output


def test_damage_is_told_in_words_and_ends_with_1(settings: Settings, engine: Engine) -> None:
    hours(settings, engine, 1)
    tamper(engine, sql("UPDATE event SET actor = 'nobody' WHERE id = 5"))
    done = run("verify-log")
    assert done.exit_code == 1
    assert "damage: event 5 was altered" in done.output
    assert document("verify-log")["damages"] == [{"kind": "altered", "id": 5, "words": "event 5 was altered"}]


def test_a_folder_is_taken_and_checked_and_what_is_none_ends_with_2(
    settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    hours(settings, engine, 1)
    assert document("export-log", str(tmp_path / "stick"))["events"] == 10
    assert run("verify-evidence", str(tmp_path / "stick")).exit_code == 0
    (tmp_path / "stick/log/checkpoint").write_text("")
    (tmp_path / "stick/log/checkpoints.txt").write_text("")
    found = run("verify-evidence", str(tmp_path / "stick"))
    assert (found.exit_code, "there is no checkpoint" in found.output) == (1, True)
    assert run("verify-evidence", str(tmp_path)).exit_code == 2
    assert run("verify-log", "--key", "nothing").exit_code == 2
    assert run("export-log", str(tmp_path / "stick")).exit_code == 2
