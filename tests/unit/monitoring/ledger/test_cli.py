"""`countynet outages` and `countynet window` as people type them."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import Engine
from typer.testing import CliRunner

from countynet import clock
from countynet.db import open_database, transaction
from countynet.i18n import set_language
from countynet.settings import Settings
from countynet.vocabulary import LedgerState
from inventory.create import create_folder
from inventory.month import Month
from monitoring.ledger import cli as outages
from monitoring.ledger.read import bounds
from monitoring.ledger.store import OutageStretch, set_beat
from monitoring.windows import cli as windows

MAY = Month(2026, 5)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    settings = Settings.load(tmp_path / "county")
    create_folder(settings)
    monkeypatch.setenv("COUNTYNET_COUNTY", str(settings.county))
    set_language("en")
    found = open_database(settings)
    first, last = bounds(MAY, clock.now())
    with transaction(found) as session:
        about = {"device": "cpe-001", "unit": "u001", "cause": ""}
        for state, start, end in (
            (LedgerState.UP, first - DAY, first + 10 * DAY), (LedgerState.DOWN, first + 10 * DAY, first + 11 * DAY),
            (LedgerState.UP, first + 11 * DAY, last + DAY),
        ):  # fmt: skip
            session.add(OutageStretch(**about, state=state, start=start, end=end))
        set_beat(session, last)
    yield found
    found.dispose()


def told(app: typer.Typer, *words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, [*words])
    assert done.exit_code == code, done.output
    return done.stdout


def document(app: typer.Typer, *words: str) -> Any:
    return json.loads(told(app, *words, "--json"))


def test_a_units_month_with_every_stretch(engine: Engine) -> None:
    found = document(outages.app, "--unit", "u001", "--month", "2026-05")
    (unit,) = found["units"]
    assert (found["month"], unit["unit"], unit["outages"], unit["availability"]) == ("2026-05", "u001", 1, 96.774)
    assert unit["start"] == "2026-04-30T16:00:00+00:00"
    assert [(s["state"], s["seconds"]) for s in unit["stretches"]] == [
        ("up", 864000.0), ("down", 86400.0), ("up", 1728000.0),
    ]  # fmt: skip


def test_all_units_and_all_devices(engine: Engine) -> None:
    units = document(outages.app, "--month", "2026-05")["units"]
    assert len(units) == 120
    assert [unit["availability"] for unit in units[:2]] == [96.774, None]
    assert "stretches" not in units[0]
    devices = document(outages.app, "--month", "2026-05", "--devices")["devices"]
    assert len(devices) == 132
    assert document(outages.app, "--month", "2026-05", "--devices", "--only", "cpe-001")["devices"][0]["outages"] == 1


def test_csv_opens_in_a_spreadsheet(engine: Engine) -> None:
    text = told(outages.app, "--unit", "u001", "--month", "2026-05", "--csv")
    assert text.startswith("\ufeff")
    head, row = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert dict(zip(head, row, strict=True))["availability"] == "96.774"
    assert dict(zip(head, row, strict=True))["down, seconds"] == "86400.0"


def test_people_read_a_table(engine: Engine) -> None:
    text = told(outages.app, "--unit", "u001", "--month", "2026-05")
    assert all(word in text for word in ("96.774%", "24:00:00", "2026-05-11 00:00:00", "down"))


@pytest.mark.parametrize("words", [["--month", "2026-5"], ["--unit", "u999"]])
def test_what_is_none_is_refused(engine: Engine, words: list[str]) -> None:
    told(outages.app, *words, "--json", code=2)


def test_a_window_from_announcement_to_withdrawal(engine: Engine) -> None:
    begin = (clock.now() + DAY).astimezone(clock.CHINA)
    words = ["--from", f"{begin:%Y-%m-%d} 02:00", "--to", "04:00", "--reason", "new optics"]
    made = document(windows.app, "add", "--device", "agg-2", *words)
    assert (made["state"], made["devices"], made["reason"]) == ("waiting", ["agg-2"], "new optics")
    assert made["units"]
    assert [w["window"] for w in document(windows.app, "list")] == [made["window"]]
    assert "agg-2" in told(windows.app, "list")
    gone = document(windows.app, "remove", str(made["window"]))
    assert gone["state"] == "withdrawn"
    assert document(windows.app, "list") == []
    assert [w["state"] for w in document(windows.app, "list", "--all", "5")] == ["withdrawn"]
    told(windows.app, "remove", str(made["window"]), code=1)
    told(windows.app, "remove", "77", code=2)


@pytest.mark.parametrize(
    "words",
    [
        ["--device", "agg-9", "--from", "now", "--to", "2027-01-01"],
        ["--device", "agg-2", "--from", "2020-01-01", "--to", "2020-01-02"],
        ["--device", "agg-2", "--from", "now", "--to", "2020-01-02"],
        ["--device", "agg-2", "--from", "soon", "--to", "later"],
        ["--device", "agg-2", "--from", "now", "--to", "2999-01-01"],
        ["--device", "agg-2", "--from", "now", "--to", "2027-01-01", "--as", "nobody"],
    ],
)
def test_a_window_that_cannot_be_is_bad_input(engine: Engine, words: list[str]) -> None:
    told(windows.app, "add", *words, "--reason", "work", code=2)
