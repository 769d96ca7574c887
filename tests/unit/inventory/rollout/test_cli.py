"""The commands: the board, the rent, and that recording is one commit in the county's own repository."""

import csv
import io
import json
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from countynet import clock
from countynet.i18n import language, set_language
from countynet.settings import Settings
from inventory import create, load_county
from inventory.record.edit import Author, Put
from inventory.record.repository import Repository
from inventory.rollout import cli
from tests.unit.inventory.rollout.small import emptied


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English, whatever a test before left, and leave it as it was."""
    before = language()
    set_language("en")
    yield
    set_language(before)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A county with a batch and two trainings, one of them still to come, in git."""
    county = tmp_path / "county"
    monkeypatch.setenv("COUNTYNET_COUNTY", str(county))
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 15))
    settings = Settings.load()
    create.create_folder(settings)
    create.create_repository(settings)
    Repository(settings).commit(
        [
            *emptied(load_county(county)),
            Put("batches", {"id": "try", "name": "试点", "name_en": "Trial", "units": ["u001", "u002"]}),
            *(
                Put(
                    "trainings",
                    {"id": id_, "batch": "try", "on": on, "place": "礼堂", "topic": "公文", "topic_en": "Papers"},
                )
                for id_, on in (("held", "2026-11-01"), ("coming", "2026-12-01"))
            ),
        ],
        Author("test"),
        "prepare",
    )
    return county


def commits(folder: Path) -> list[str]:
    return subprocess.run(
        ["git", "log", "--format=%s"], cwd=folder, text=True, capture_output=True, check=True
    ).stdout.splitlines()


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_milestone_is_one_commit_and_the_same_again_is_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = commits(folder)
    cli.milestone("u004", "survey", "2026-01-02", json=True)
    assert printed(capsys)["changed"] is True
    cli.milestone("u004", "survey", "2026-01-02", json=True)
    assert printed(capsys)["changed"] is False
    assert commits(folder) == ["u004: survey done on 2026-01-02", *before]
    unit = load_county(folder).unit_by_id["u004"]
    assert next(m.done for m in unit.milestones if m.phase == "survey") == date(2026, 1, 2)
    cli.milestone("u004", "survey", undone=True, reason="the form was another unit's")
    assert commits(folder)[0] == "the form was another unit's"
    assert not load_county(folder).unit_by_id["u004"].milestones


def test_without_a_day_it_was_today(folder: Path) -> None:
    cli.milestone("u001", "in-force", "")
    assert load_county(folder).unit_by_id["u001"].milestones[0].done == date(2026, 11, 15)


@pytest.mark.parametrize(
    "arguments", [("u999", "lunch", "2026-11-15"), ("u001", "survey", "2026-11-16"), ("u001", "survey", "soon")]
)
def test_a_wrong_milestone_is_exit_code_two_and_no_commit(folder: Path, arguments: tuple[str, str, str]) -> None:
    before = commits(folder)
    with pytest.raises(SystemExit) as caught:
        cli.milestone(*arguments)
    assert caught.value.code == 2
    assert commits(folder) == before


def test_attendance_is_one_commit_and_keeps_what_was_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.attendance("held", "u001", 3)
    cli.attendance("held", "u002", 0, json=True)
    assert printed(capsys)["changed"] is True
    training = next(t for t in load_county(folder).trainings if t.id == "held")
    assert [(a.unit, a.people) for a in training.attendance] == [("u001", 3), ("u002", 0)]
    assert commits(folder)[0] == "held: attendance of u002"


@pytest.mark.parametrize("arguments", [("nowhere", "u001", 1), ("coming", "u001", 1), ("held", "u001", -1)])
def test_wrong_attendance_is_exit_code_two_and_no_commit(folder: Path, arguments: tuple[str, str, int]) -> None:
    before = commits(folder)
    with pytest.raises(SystemExit) as caught:
        cli.attendance(*arguments)
    assert caught.value.code == 2
    assert commits(folder) == before


def test_the_board_is_one_json_document_with_every_unit(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.rollout("2026-11-15", json=True)
    found = printed(capsys)
    assert found["today"] == "2026-11-15"
    assert len(found["units"]) == len(load_county(folder).units)
    assert [p["phase"] for p in found["progress"]] == [
        "survey", "line", "connect", "partial-trial", "full-trial", "in-force",
    ]  # fmt: skip
    assert {t["training"]: t["held"] for t in found["trainings"]}["coming"] is False
    assert found["gantt"]


def test_the_board_is_a_table_for_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.rollout("2027-06-01")
    out = capsys.readouterr().out
    assert "Roll-out on 2027-06-01" in out
    assert "full trial" in out


def test_the_rent_is_a_document_whose_sums_add_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.rent("2026-11", json=True)
    found = printed(capsys)
    assert found["month"] == "2026-11"
    assert found["whole"]["amount"] == sum(line["amount"] for line in found["lines"]) > 0
    assert sum(s["total"] for s in found["by_contract"]) == found["whole"]["total"]


def test_the_rent_is_written_as_a_csv_that_spreadsheets_read(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rent.csv"
    cli.rent("2026-11", file)
    text = file.read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0][:3] == ["unit", "name", "line"]
    assert rows[1][0] == "u001"
    assert text.count("\r\n") == len(rows)
    assert not capsys.readouterr().out


@pytest.mark.parametrize(("month", "file"), [("2026-13", None), ("2026-11", "missing/rent.csv")])
def test_no_month_and_no_place_to_write_are_exit_code_two(
    folder: Path, tmp_path: Path, month: str, file: str | None
) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.rent(month, tmp_path / file if file else None)
    assert caught.value.code == 2
