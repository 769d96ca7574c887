"""`audit run --only` looks at some devices: what it says is about them, and nothing of it is kept."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from audit import checks, look
from audit.cli import app
from audit.facts import Facts
from audit.model import failed, passed
from countynet.db import open_database, reading
from countynet.errors import BadInput
from countynet.i18n import set_language
from countynet.settings import Settings
from countynet.vocabulary import Verdict
from inventory.model import County
from tests.unit.audit.facts_of import COUNTY, with_device

FACTS = with_device("cpe-025", lambda c: c.model_copy(update={"banner": "hello"}))


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Collection[str] | None]:
    """The county of four units whose cpe-025 is not as it should be; returns which devices were asked."""
    heard: list[Collection[str] | None] = []

    def gather(_county: County, _settings: Settings, *rest: Any) -> Facts:
        heard.append(rest[-1])
        return FACTS

    monkeypatch.setenv("COUNTYNET_COUNTY", str(tmp_path))
    monkeypatch.setattr(look, "load_county", lambda _folder: COUNTY)
    monkeypatch.setattr(look, "gather", gather)
    set_language("en")
    return heard


def test_only_the_selected_devices_are_asked_and_told_of(asked: list[Collection[str]], tmp_path: Path) -> None:
    run = look.look(Settings.load(), ["access=adsl"], lambda line: None)
    assert asked == [["cpe-025", "cpe-026"]]
    assert (run.id, run.devices) == (0, 2)
    assert {point.subject for check in run.checks for point in check.points} == {"cpe-025", "cpe-026"}
    assert [check.info.id for check in run.checks if check.verdict is Verdict.FAIL] == ["no-drift"]
    assert run.passed + run.failed + run.unknown == len(run.checks) < len(checks.ALL)


def test_a_device_that_is_as_it_should_be_fails_nothing_because_of_another(asked: list[Collection[str]]) -> None:
    assert look.look(Settings.load(), ["cpe-026"], lambda line: None).failed == 0


def test_a_check_that_says_nothing_about_them_is_left_out() -> None:
    result = checks.run(checks.ALL[0], FACTS).model_copy(update={"points": (passed("a", "x"), failed("b", "y"))})
    assert look.about(["c"], [result]) == ()
    assert look.about(["a"], [result])[0].verdict is Verdict.PASS
    assert look.about(["a", "b"], [result])[0].verdict is Verdict.FAIL


def test_nothing_is_kept(asked: list[Collection[str]], tmp_path: Path) -> None:
    from audit import read

    done = CliRunner().invoke(app, ["run", "--only", "u025", "--json"], catch_exceptions=False)
    assert done.exit_code == 1
    document = json.loads(done.stdout)
    assert (document["run"], document["devices"], document["failed"]) == (None, 1, 1)
    with reading(open_database(Settings.load())) as session:
        assert read.runs(session) == ()
    assert not (tmp_path / ".state" / "evidence").exists()


def test_it_is_shown_in_words(asked: list[Collection[str]]) -> None:
    done = CliRunner().invoke(app, ["run", "--only", "u026"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "A look at 1 device" in done.stdout
    assert "not kept" in done.stdout


def test_a_report_of_a_part_and_a_mistyped_selection_are_refused(asked: list[Collection[str]], tmp_path: Path) -> None:
    for words in (["--only", "u025", "--output", str(tmp_path / "r.html")], ["--only", "u25"]):
        with pytest.raises(BadInput):
            CliRunner().invoke(app, ["run", *words], catch_exceptions=False)
    assert asked == []
