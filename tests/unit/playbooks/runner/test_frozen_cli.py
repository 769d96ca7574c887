"""`countynet run freezes` and `despite-freeze` as people and programs read them."""

import json

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from countynet.i18n import set_language
from countynet.settings import Settings
from playbooks.freezes.model import OWN
from playbooks.runner import cli, frozen
from playbooks.runner.run import Run
from tests.unit.playbooks.runner.test_frozen import freeze, looked

__all__ = ["looked"]  # the fixture


@pytest.fixture(autouse=True)
def here(settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "opened", lambda: (settings, engine))


def said(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli.app, [*words])
    return done.exit_code, done.stdout + done.stderr


def test_periods_are_listed_for_people_of_both_languages_and_for_programs(settings: Settings) -> None:
    code, words = said("freezes")
    assert (code, OWN.as_posix() in words) == (0, True), "none yet, and where they would stand"
    freeze(settings, on="zone=server")
    (row,) = json.loads(said("freezes", "--json")[1])["freezes"]
    assert (row["id"], row["on"], row["holds"], row["reason"]) == ("week", "zone=server", True, "值守")
    assert "Holds now" in said("freezes")[1]
    set_language("zh_CN")
    assert "正在生效" in said("freezes")[1]


def test_a_wrong_file_is_told_with_its_line_and_exit_code_2(settings: Settings) -> None:
    text = "freezes:\n- {id: a, begins: x, ends: 2027-01-01, reason: z}\n"
    (settings.county / OWN).write_text(text, encoding="utf-8")
    code, words = said("freezes")
    assert (code, f"{OWN.as_posix()}:2" in words, "x" in words) == (2, True, True)


def test_the_center_lets_a_change_begin_with_a_reason_and_nobody_else(
    settings: Settings, engine: Engine, looked: Run
) -> None:
    number = str(looked.number)
    assert said("despite-freeze", number, "--reason", "the line is down")[0] != 0, "nothing holds it"
    freeze(settings)
    code, words = said("despite-freeze", number)
    assert (code, "a reason is missing" in words) == (2, True)
    assert said("despite-freeze", "99", "--reason", "x")[0] == 2
    assert said("despite-freeze", number, "--reason", "the line is down")[0] == 0
    frozen.may_follow(settings, engine, looked)
