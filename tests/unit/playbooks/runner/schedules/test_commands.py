"""`countynet run schedule` and its like, and `compare`, as programs read them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from countynet.settings import Settings
from inventory.model import County
from playbooks import present
from playbooks.runner.cli import app
from playbooks.runner.schedules import cli
from tests.unit.playbooks.runner.schedules.samples import Desk

Command = Callable[..., tuple[int, Any]]


@pytest.fixture
def command(settings: Settings, engine: Engine, county: County, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setattr(cli, "opened", lambda: (settings, engine))
    monkeypatch.setattr(present, "present_county", lambda _settings: county)

    def run(*words: str) -> tuple[int, Any]:
        done = CliRunner().invoke(app, [*words, "--json"])
        return done.exit_code, json.loads(done.stdout) if done.exit_code == 0 else done.stderr

    return run


def test_a_schedule_is_made_listed_and_ended(command: Command) -> None:
    code, made = command("schedule", "read", "--set", "devices=cpe-001", "--every", "weekly", "--on", "fri",
                         "--at", "23:00", "--until", "01:00")  # fmt: skip
    assert (code, made["on"], made["at"], made["until"]) == (0, 4, "23:00", "01:00")
    assert [one["schedule"] for one in command("schedules")[1]["schedules"]] == [made["schedule"]]
    assert command("unschedule", str(made["schedule"]))[1]["due"] is None
    assert command("schedules")[1] == {"schedules": []}


def test_bad_input_is_told_at_once_with_exit_code_2(command: Command) -> None:
    code, words = command("schedule", "read", "--every", "monthly", "--on", "32", "--at", "25:00")
    assert (code, "--on: " in words, "--at: " in words) == (2, True, True)
    assert command("approve-schedule", "7", "--until", "2026-13-01")[0] == 2


def test_two_runs_are_compared(command: Command, desk: Desk) -> None:
    for _run in range(2):
        made = desk.make("read")
        desk.at(made.due)
        desk.carried(desk.last(made.number).run)
    code, found = command("compare", "1", "2")
    assert (code, found["playbook"], found["runs"], found["differing"]) == (0, "read", [1, 2], 0)
