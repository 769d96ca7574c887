"""What `examine` and `countynet inventory validate` say: all strengths, what refuses, and exit codes for scripts."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from countynet import clock
from countynet.errors import BadInput
from countynet.i18n import set_language
from countynet.vocabulary import Strength
from inventory import load_county
from inventory.cli import app
from inventory.load import examine
from tests.unit.inventory.broken import change, line_of

TODAY = date(2026, 11, 25)
OFFICER = "    officer: {name: 孙亮, title: 信息员, telephone: 16946695672}\n"


@pytest.fixture(autouse=True)
def place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTYNET_COUNTY", str(folder))
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    set_language("en")


def run(*words: str) -> tuple[int, Any]:
    result = CliRunner().invoke(app, ["validate", "--json", *words])
    return result.exit_code, json.loads(result.stdout)


def test_a_warning_does_not_refuse(folder: Path) -> None:
    change(folder, "units.yml", OFFICER, "")
    county = load_county(folder)
    examined = examine(folder, TODAY)
    assert examined.county == county
    (problem,) = examined.of(Strength.WARNING)
    assert (problem.rule, problem.file) == ("officer-missing", "units.yml")
    assert problem.line == line_of(folder, "units.yml", "id: u002")
    assert problem.column == 5


def test_an_error_refuses_and_what_else_is_wrong_is_said_too(folder: Path) -> None:
    change(folder, "units.yml", OFFICER, "")
    change(folder, "circuits.yml", "vlan: 102", "vlan: 101")
    examined = examine(folder, TODAY)
    assert examined.county is None
    assert [p.rule for p in examined.of(Strength.ERROR)] == ["vlan-once"]
    assert [p.rule for p in examined.of(Strength.WARNING)] == ["officer-missing"]
    with pytest.raises(BadInput) as caught:
        load_county(folder)
    assert caught.value.problems == examined.of(Strength.ERROR)


def test_what_refers_to_an_unreadable_item_is_no_problem_of_any_strength(folder: Path) -> None:
    change(folder, "units.yml", "    lan: 10.21.1.0/24\n", "")
    rules = {p.rule for p in examine(folder, TODAY).problems}
    assert rules == {"", "mac-missing", "rule-unoffered"}


def test_a_day_makes_a_warning_but_never_an_error(folder: Path) -> None:
    for day in (date(2000, 1, 1), date(2100, 1, 1)):
        examined = examine(folder, day)
        assert examined.county is not None
        assert examined.of(Strength.WARNING)


def test_a_symlink_among_the_files_refuses(folder: Path) -> None:
    (folder / "hosts.yml").rename(folder / "hosts.txt")
    (folder / "hosts.yml").symlink_to("hosts.txt")
    examined = examine(folder, TODAY)
    assert examined.county is None
    assert {p.file for p in examined.of(Strength.ERROR)} == {"hosts.yml", ""}


def test_exit_codes() -> None:
    assert run()[0] == 0
    assert run("--strict")[0] == 0


def test_strict_wants_no_warning(folder: Path) -> None:
    change(folder, "units.yml", OFFICER, "")
    code, said = run()
    assert (code, said["valid"], said["counts"]) == (0, True, {"error": 0, "warning": 1, "advice": 61})
    assert run("--strict")[0] == 1


def test_an_error_is_two_with_and_without_strict(folder: Path) -> None:
    change(folder, "circuits.yml", "vlan: 102", "vlan: 101")
    for words in ((), ("--strict",)):
        code, said = run(*words)
        assert (code, said["valid"]) == (2, False)
        (problem,) = [p for p in said["problems"] if p["strength"] == "error"]
        assert problem == {
            "strength": "error",
            "rule": "vlan-once",
            "file": "circuits.yml",
            "line": line_of(folder, "circuits.yml", "id: line-002") + 9,
            "column": 5,
            "where": "circuits[1].vlan",
            "message": "VLAN 101 is used already, by line-001",
            "found": "",
            "wanted": "a VLAN that nothing else uses",
        }
        assert said["error"]["kind"] == "BadInput"


@pytest.mark.parametrize(
    ("language", "words"), [("zh", ("建议", "另有 55 条")), ("en", ("Advice", "55 more like this"))]
)
def test_a_person_reads_it_by_strength(language: str, words: tuple[str, ...]) -> None:
    set_language(language)
    result = CliRunner().invoke(app, ["validate"])
    set_language("en")
    assert result.exit_code == 0
    assert all(word in result.stdout for word in words)
    assert result.stdout.count("units.yml:") == 5
