"""`countynet run` as people and programs use it, from the list of playbooks to a run that was refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from countynet import clock
from countynet.db import transaction
from countynet.errors import DeviceError
from countynet.i18n import set_language
from countynet.settings import Settings
from dashboard.users.store import UserRow
from inventory.model import County
from playbooks import present
from playbooks.runner import cli, dispatch, process
from playbooks.runner.programs import PROGRAMS
from playbooks.runner.programs.work import Ended
from playbooks.servers.run import HostResult
from tests.unit.playbooks.runner.test_book import Fake, aged

Command = Callable[..., tuple[int, Any]]
GREET = ("greet", "--set", "devices=cpe-001,cpe-002")
PEOPLE = {"amy": "operator", "joe": "operator", "bob": "center", "eve": "auditor"}


@pytest.fixture
def fake(settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Stands for the program of `greet`; a run is carried out in this process where it would begin one of its own."""
    found = Fake()
    monkeypatch.setitem(PROGRAMS, "action", found)
    monkeypatch.setattr(dispatch, "_start", lambda _settings, number: process.carry(settings, engine, number))
    return found


@pytest.fixture
def said(
    settings: Settings, engine: Engine, county: County, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.setattr(cli, "opened", lambda: (settings, engine))
    monkeypatch.setattr(present, "present_county", lambda _settings: county)
    with transaction(engine) as session:
        session.add_all(UserRow(login=login, role=role, created=clock.now()) for login, role in PEOPLE.items())

    def run(*words: str, typed: str = "") -> tuple[int, str, str]:
        done = CliRunner().invoke(cli.app, [*words], input=typed)
        return done.exit_code, done.stdout, done.stderr

    return run


@pytest.fixture
def command(said: Callable[..., tuple[int, str, str]]) -> Command:
    """Run a command for programs; the document where it gave one, else what it complained of."""

    def run(*words: str) -> tuple[int, Any]:
        code, out, complaint = said(*words, "--json")
        return code, json.loads(out) if out else complaint

    return run


def test_playbooks_are_listed_to_whom_they_are_for(command: Command) -> None:
    listed = {one["id"]: one for one in command("list")[1]["playbooks"]}
    assert (listed["greet"]["approval"], listed["greet"]["checks"], listed["greet"]["seconds"]) == (True, True, None)
    assert listed["greet"]["may_run"] == ["operator", "center", "unit"]
    assert "read" in {one["id"] for one in command("list", "--as", "eve")[1]["playbooks"]}


def test_one_is_described_with_its_form_and_what_it_would_touch(command: Command) -> None:
    code, found = command("describe", "greet")
    assert (code, [field["name"] for field in found["fields"]], len(found["touches"])) == (0, ["devices", "key"], 120)
    assert command("describe", "read")[1]["touches"] is None, "its form has to be filled in first"
    code, words = command("describe", "great")
    assert (code, "there is no playbook great" in words) == (2, True)


def test_a_look_is_carried_out_once_somebody_else_has_agreed(command: Command, fake: Fake) -> None:
    code, look = command("start", *GREET, "--look", "--as", "amy")
    assert (code, look["looks"], look["state"], look["by"]) == (0, True, "done", "amy")
    code, change = command("go", str(look["run"]), "--as", "amy")
    assert (code, change["state"], change["follows"]) == (0, "waiting", look["run"])
    number = str(change["run"])
    code, words = command("approve", number, "--as", "amy")
    assert (code != 0, "it is for the center" in words) == (True, True)
    assert command("approve", number, "--as", "bob")[1]["state"] == "queued"
    code, shown = command("show", number, "--follow", "--as", "amy")
    assert (code, shown["state"], [line["words"] for line in shown["lines"]]) == (0, "done", ["hello"])
    assert [work.looks for work in fake.seen] == [True, False]
    listed = command("history", "--playbook", "greet")[1]["runs"]
    assert [run["run"] for run in listed] == [change["run"], look["run"]]


def test_a_person_is_asked_between_look_and_change(said: Callable[..., tuple[int, str, str]], fake: Fake) -> None:
    assert said("start", *GREET, "--as", "bob", typed="n\n")[0] == 0
    assert [work.looks for work in fake.seen] == [True]
    code, words, told = said("start", *GREET, "--as", "bob", typed="y\n")
    assert (code, "waits for approval" in words + told) == (0, True)
    set_language("zh_CN")
    assert "待批准" in said("history")[1]


def test_what_failed_ends_with_1_and_is_run_again_alone(command: Command, fake: Fake) -> None:
    bad = HostResult("cpe-002", 1, 0, DeviceError("cpe-002", "does not answer SSH"))
    fake.end = Ended(False, (HostResult("cpe-001", 2), bad), "failed on one")
    code, failed = command("start", *GREET, "--as", "amy")
    assert (code, failed["state"], failed["words"]) == (1, "failed", "failed on one")
    fake.end = Ended(True)
    code, retry = command("again", str(failed["run"]), "--as", "amy")
    assert (code, retry["state"], retry["targets"], retry["follows"]) == (0, "done", ["cpe-002"], failed["run"])
    assert command("again", str(retry["run"]), "--as", "amy")[0] != 0, "it has not failed"


def test_a_run_is_refused_with_a_reason_or_cancelled(command: Command, engine: Engine) -> None:
    look = command("start", *GREET, "--look", "--as", "amy")[1]["run"]
    first, second, late = (str(command("go", str(look), "--as", "amy")[1]["run"]) for _each in range(3))
    code, words = command("refuse", first, "--as", "bob")
    assert (code, "a reason is missing" in words) == (2, True)
    assert command("refuse", first, "--reason", "not today", "--as", "bob")[1]["words"] == "not today"
    assert command("cancel", second, "--as", "joe")[0] != 0, "another's run"
    assert command("cancel", second, "--as", "amy")[1]["state"] == "cancelled"
    code, words = command("cancel", second, "--as", "amy")
    assert (code != 0, "has ended already" in words) == (True, True)
    aged(engine, int(late), asked=clock.now().replace(year=2020))
    code, words = command("show", late, "--follow", "--as", "amy")
    assert (code, words["state"]) == (0, "expired")


def test_bad_input_is_told_at_once_with_exit_code_2(command: Command) -> None:
    code, words = command("start", "greet", "--set", "devices=cpe-999", "--set", "colour=red", "--as", "amy")
    assert (code, "cpe-999" in words, "colour" in words) == (2, True, True)
    code, words = command(
        "start", "greet", "--set", "bad", "--set", "devices=cpe-999", "--set", "colour=red", "--as", "amy"
    )
    assert (code, "NAME=VALUE" in str(words), "cpe-999" in str(words), "colour" in str(words)) == (2, True, True, True)
    assert command("start", *GREET, "--as", "nobody")[0] == 2
    assert command("show", "99")[0] == 2
    code, words = command("start", "greet", "--set", "devices=core-1", "--as", "amy")
    assert (code != 0, "core-1" in words) == (True, True), "within what an operator may"
