"""Acknowledgements that run out, notes, and the commands for both."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from countynet import clock
from countynet.db import open_database, reading, transaction
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.events import verify
from countynet.i18n import set_language
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role, Severity
from monitoring.alarms import notes
from monitoring.alarms.cli import app as alarms_app
from monitoring.alarms.service import Trouble, close_alarm, open_alarm
from monitoring.notices import store
from monitoring.notices.cli import app as notices_app


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("COUNTYNET_COUNTY", str(tmp_path))
    set_language("en")
    found = open_database(Settings(county=tmp_path, language="en"))
    with transaction(found) as session:
        open_alarm(
            session,
            Trouble("line:1", Severity.MAJOR, "line-1", "Device {device} does not answer", {"device": "x"}),
            "t",
        )
    return found


def run(*words: str, app: object = alarms_app) -> str:
    result = CliRunner().invoke(app, list(words))  # type: ignore[arg-type]
    assert result.exit_code == 0, result.output
    return result.stdout


def test_an_acknowledgement_stands_until_it_runs_out(engine: Engine) -> None:
    end = clock.now() + timedelta(hours=1)
    notes.acknowledge(engine, 1, end, " on my way ", "operator")
    notes.note(engine, 1, "the cable is cut", "operator")
    with reading(engine) as session:
        rows = notes.of(session, [1])[1]
        assert verify(session) == ()
    assert [row.text for row in rows] == ["on my way", "the cable is cut"]
    standing = notes.standing(rows, end - timedelta(seconds=1))
    assert standing is not None
    assert standing.login == "operator"
    assert notes.standing(rows, end) is None


@pytest.mark.parametrize("days", [-1, 31])
def test_it_ends_in_the_future_and_within_a_month_and_all_is_told_at_once(engine: Engine, days: int) -> None:
    with pytest.raises(BadInput) as caught:
        notes.acknowledge(engine, 1, clock.now() + timedelta(days=days), "x" * 501, "operator")
    assert [p.where for p in caught.value.problems] == ["note", "until"]


def test_what_is_over_takes_notes_but_no_acknowledgement(engine: Engine) -> None:
    with transaction(engine) as session:
        close_alarm(session, "line:1")
    with pytest.raises(Conflict):
        notes.acknowledge(engine, 1, clock.now() + timedelta(hours=1), "", "operator")
    notes.note(engine, 1, "it was the mains", "operator")
    wrong: list[Callable[[], object]] = [
        lambda: notes.note(engine, 9, "nobody", "operator"),
        lambda: notes.note(engine, 1, "  ", "operator"),
    ]
    for one in wrong:
        with pytest.raises(BadInput):
            one()


@pytest.mark.parametrize("role", Role)
def test_only_center_and_operator_speak_for_alarms(role: Role) -> None:
    if role in (Role.CENTER, Role.OPERATOR):
        notes.may(Actor("x", role))
        return
    with pytest.raises(NotAllowed):
        notes.may(Actor("x", role))


def test_the_commands_say_who_is_on_it(engine: Engine) -> None:
    end = (clock.now() + timedelta(days=2)).isoformat()
    assert json.loads(run("acknowledge", "1", "--until", end, "--note", "mine", "--json"))["note"] == "mine"
    assert "noted on alarm 1" in run("note", "1", "seen")
    (found,) = json.loads(run("list", "--json"))
    assert found["acknowledged"]["note"] == "mine"
    assert [note["note"] for note in found["notes"]] == ["mine", "seen"]
    assert found["acknowledged"]["login"] in run("list")


def test_an_alarm_is_ordered_in_its_own_transaction_or_not_at_all(engine: Engine) -> None:
    with suppress(RuntimeError), transaction(engine) as session:
        open_alarm(session, Trouble("line:2", Severity.MAJOR, "line-2", "x"), "t")
        raise RuntimeError("killed")
    with reading(engine) as session:
        assert [alarm.key for alarm in store.orders(session)] == ["line:1"]
    assert json.loads(run("list", "--json", app=notices_app)) == []
