"""`prove --bridged` and `--fragments`: the documents, the lines in both languages, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from countynet.i18n import set_language
from topology.reach import cli


@pytest.fixture(autouse=True)
def county(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_language("en")
    monkeypatch.setenv("COUNTYNET_COUNTY", str(folder))


def prove(*arguments: str) -> Any:
    return CliRunner().invoke(cli.app, arguments)


def test_the_document_has_what_is_exposed_and_the_guards() -> None:
    done = prove("--bridged", "u001", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["nets"] == ["unit:u001", "zone:internet"]
    assert {one["target"] for one in found["exposed"]} == {"zone:server", "zone:public", "devices"}
    assert {step["path"][-1]["action"] for step in found["guards"]} == {"drop"}


def test_it_is_said_in_chinese_too() -> None:
    set_language("zh_CN")
    done = prove("--bridged", "u001", "--bridged", "u030")
    assert done.exit_code == 0, done.output
    assert "同时连接以下网络：unit:u001, unit:u030, zone:internet" in done.stdout
    assert "防护" in done.stdout


def test_no_such_unit_is_bad_input() -> None:
    assert prove("--bridged", "u999").exit_code == 2


def test_fragments_are_asked_for_by_themselves_and_told_in_both_languages() -> None:
    done = prove("--fragments", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {"of": "intended", "plan": None, "down": [], "good": True, "leaks": []}
    set_language("zh_CN")
    assert "后续分片到不了" in prove("--fragments").stdout
    assert prove("--fragments", "--engine", "grid").exit_code == 2
