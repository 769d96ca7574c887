"""The commands: the way of an application at a shell, in somebody's name, each answering with one document."""

import json
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from countynet.db import open_database
from countynet.errors import BadInput
from countynet.i18n import set_language
from countynet.people import actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.cli import app
from inventory.terminals.form import pairs
from tests.unit.inventory.terminals.people import TODAY, mac

WANTED = TODAY.isoformat()
FORM = ["--user", "张三", "--room", "203", "--purpose", "公文", "--mac", mac(1), "--by", WANTED]


@pytest.fixture
def shell(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A shell in the county's folder, with accounts as the dashboard keeps them."""
    monkeypatch.setenv("COUNTYNET_COUNTY", str(settings.county))
    monkeypatch.setenv("COUNTYNET_LANG", "en")
    set_language("en")
    engine = open_database(settings)
    people = [("center", "center", None), ("operator", "operator", None), ("u025", "unit", "u025")]
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS users"))
        connection.execute(text("CREATE TABLE users (login TEXT, role TEXT, unit TEXT)"))
        for login, role, unit in people:
            connection.execute(text("INSERT INTO users VALUES (:l, :r, :u)"), {"l": login, "r": role, "u": unit})
    engine.dispose()
    return settings


def run(*words: str, code: int = 0) -> str:
    found = CliRunner().invoke(app, ["terminals", *words])
    assert found.exit_code == code, found.output
    return found.output


def said(*words: str, code: int = 0) -> Any:
    found = CliRunner().invoke(app, ["terminals", *words, "--json"])
    assert found.exit_code == code, found.output
    return json.loads(found.stdout)


def test_the_way_of_an_application_at_a_shell(shell: Settings) -> None:
    asked = said("ask", "u025", *FORM, "--as", "u025")
    assert (asked["id"], asked["state"], asked["turn_of"], asked["holds"]) == (1, "asked", "center", None)
    assert [one["id"] for one in said("list")] == [1]
    approved = said("approve", "1", "--as", "center", "--note", "ok")
    assert (approved["turn_of"], approved["holds"]["port"]) == ("operator", "lan1")
    shown = said("show", "1")
    assert (shown["work_order"]["device"], shown["work_order"]["mac"]) == ("cpe-025", mac(1))
    connected = said("connect", "1", "--mac", mac(1).upper(), "--as", "operator")
    assert (connected["state"], connected["turn_of"]) == ("connected", None)
    assert connected["command"] == "countynet config apply cpe-025"
    assert [step["step"] for step in connected["history"]] == [
        "asked for", "approved, ordered from the operator", "connected, in the inventory",
    ]  # fmt: skip
    assert said("list") == []
    assert [one["state"] for one in said("list", "--closed", "5", "--unit", "u025")] == ["connected"]
    assert said("configure", "1", "--as", "operator")["job"] == connected["job"] + 1
    removed = said("remove", "u025", "pc-025-2", "-m", "sold", "--as", "u025")
    assert (removed["device"], len(removed["commit"])) == ("cpe-025", 40)


def test_it_can_be_declined_and_withdrawn(shell: Settings) -> None:
    said("ask", "u025", *FORM, "--as", "u025")
    declined = said("decline", "1", "--reason", "no budget", "--as", "center")
    assert (declined["state"], declined["reason"]) == ("declined", "no budget")
    said("ask", "u025", *FORM, "--as", "u025")
    assert said("withdraw", "2", "--as", "u025")["state"] == "withdrawn"


def test_people_read_a_table_and_lines(shell: Settings) -> None:
    run("ask", "u025", *FORM, "--as", "u025")
    assert "张三" in run("list")
    run("approve", "1", "--as", "center")
    text_ = run("show", "1")
    assert "approved, to be connected" in text_
    assert "10.21.25.11" in text_
    assert "countynet config apply cpe-025" in run("connect", "1", "--mac", mac(1), "--as", "operator")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["approve", "1", "--as", "operator"], 1),
        (["approve", "1", "--as", "nobody"], 2),
        (["approve", "7", "--as", "center"], 2),
        (["connect", "1", "--mac", mac(1), "--as", "operator"], 1),
        (["decline", "1", "--reason", " ", "--as", "center"], 2),
        (["ask", "u025", *FORM[:-1], "soon", "--as", "u025"], 2),
        (["ask", "u025", *FORM, "--as", "u025"], 2),
        (["show", "7"], 2),
    ],
)
def test_what_is_refused_is_named_in_the_document_and_told_by_the_exit_code(
    shell: Settings, words: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["countynet", "--json"])
    said("ask", "u025", *FORM, "--as", "u025")
    refused = said(*words, code=code)
    assert refused["error"]["kind"] in ("BadInput", "NotAllowed", "Conflict")
    assert said("list")[0]["state"] == "asked"


def test_pairs_are_read_or_refused() -> None:
    assert pairs(["pc-025 = 00:1e:c9:00:00:01", "a=b=c"]) == {"pc-025": "00:1e:c9:00:00:01", "a": "b=c"}
    with pytest.raises(BadInput) as told:
        pairs(["x", "y", "z=1"])
    assert len(told.value.problems) == 2


def test_a_login_is_who_the_accounts_say(shell: Settings) -> None:
    engine = open_database(shell)
    found = actor(engine, "u025")
    assert (found.role, found.unit, found.clerk_of) == (Role.UNIT, "u025", "u025")
    assert actor(engine, "center").clerk_of is None
    with pytest.raises(BadInput):
        actor(engine, "' OR 1=1 --")
    engine.dispose()
