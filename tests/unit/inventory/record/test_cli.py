"""The record from a shell: each command says what it did, with --json too, and ends with the right code."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from countynet.i18n import set_language
from inventory.cli import app
from inventory.record import Repository, Set, proposals
from tests.unit.inventory.record.conftest import OPERATOR


@pytest.fixture(autouse=True)
def shell(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTYNET_COUNTY", str(repository.folder))
    set_language("en")


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.stdout


def said(*words: str) -> Any:
    return json.loads(run(*words, "--json"))


def change(number: str, *more: str) -> Any:
    return said("set", "units/u002", "officer.telephone", number, "-m", "新号码", *more)


def test_a_field_is_set_shown_and_undone(repository: Repository) -> None:
    done = change("16900000001")
    assert done["changes"] == [
        {"object": "units/u002", "field": "officer.telephone", "before": "16946695672", "after": "16900000001"}
    ]
    assert said("history", "units/u002")[0]["reason"] == "新号码"
    assert [entry["commit"] for entry in said("log")] == [done["commit"], done_before(repository)]
    assert said("diff", done_before(repository))[0]["after"] == "16900000001"
    assert said("undo", done["commit"])["changed"]
    assert said("diff", done_before(repository)) == []
    assert run("diff", done_before(repository)) == "", "there is no table of nothing"


def done_before(repository: Repository) -> str:
    return repository.git.text("rev-list", "--max-parents=0", "HEAD")


def test_lists_are_written_in_yaml_and_an_empty_value_removes() -> None:
    assert said("set", "devices/cpe-025", "ports", "[dsl0, lan0, lan1, lan2]", "-m", "换设备")["changed"]
    assert said("set", "units/u002", "officer.title", "", "-m", "无职务")["changes"][0]["after"] is None


@pytest.mark.parametrize(
    "words",
    [
        ("set", "units/u002", "officer.telephone", "110", "-m", "x"),
        ("set", "units/u002", "officer.telephone", "16900000001"),
        ("set", "u002", "name", "x", "-m", "x"),
        ("set", "units/u002", "ports", "[a", "-m", "x"),
        ("drop", "units/u002", "-m", "x"),
        ("history", "nothing"),
        ("undo", "0000000"),
        ("review", "9"),
        ("diff", "gestern"),
    ],
    ids=lambda words: " ".join(words),
)
def test_bad_input_ends_with_2_and_changes_nothing(repository: Repository, words: tuple[str, ...]) -> None:
    head = repository.head()
    run(*words, code=2)
    assert repository.head() == head


def test_a_proposal_from_the_shell_is_reviewed_by_somebody_else(repository: Repository) -> None:
    assert change("16900000001", "--propose")["state"] == "open"
    assert said("review", "1")["changes"][0]["after"] == "16900000001"
    assert "nobody merges their own" in CliRunner().invoke(app, ["merge", "1"]).output
    assert said("decline", "1", "-m", "不对")["state"] == "declined"
    proposals.propose(repository, [Set("units", "u003", "name_en", "Office")], OPERATOR, "英文名")
    assert said("merge", "2", "--note", "同意")["changes"][0]["after"] == "Office"
    assert [(p["number"], p["state"]) for p in said("proposals")] == [(2, "merged"), (1, "declined")]


def test_what_was_edited_by_hand_is_committed(repository: Repository) -> None:
    assert not said("commit", "-m", "手工")["changed"]
    file = repository.folder / "units.yml"
    file.write_text(file.read_text().replace("16946695672", "16900000009"))
    assert said("commit", "-m", "手工")["changes"][0]["after"] == "16900000009"


NEW = ("allocate", "清岚县某局", "--name-en", "Some Bureau", "--kind", "government", "--building", "fagai")


def test_an_allocation_is_shown_then_saved_once(repository: Repository) -> None:
    head = repository.head()
    shown = said(*NEW, "--leader", "张三,16900000000,局长")
    assert (shown["values"]["lan"], shown["saved"]) == ("10.21.121.0/24", False)
    assert "+  - id: u121" in shown["diff"]
    assert repository.head() == head
    saved = said(*NEW, "--leader", "张三,16900000000,局长", "--save", "-m", "新设")
    assert (saved["values"], saved["saved"]) == (shown["values"], True)
    again = said(*NEW, "--leader", "张三,16900000000,局长", "--save", "-m", "新设")
    assert (again["unit"], again["saved"]) == ("u121", False)
    assert said("remove-unit", "u121")["saved"] is False
    assert said("remove-unit", "u121", "--save", "-m", "撤并")["saved"] is True
    assert said(*NEW, "--leader", "张三,16900000000,局长")["values"]["unit"] == "u122", "121 is in quarantine"


def test_a_wrong_leader_is_said() -> None:
    run(*NEW, "--leader", "张三,110", code=2)
