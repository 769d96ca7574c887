"""An application that does not answer twice in a row is a fault, once; what is due is asked for, once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet import clock, faultdesk, works
from countynet.db import open_database, reading, transaction
from countynet.errors import MissingCapability
from countynet.events import record
from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from playbooks.applications import looks, secrets, state, tick, watch
from playbooks.applications.deployed import Deployed
from playbooks.applications.health import Seen
from playbooks.applications.outcome import subject
from playbooks.tags import AppTag
from tests.unit.playbooks.applications import scene


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(tmp_path / "county")


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    settings.state.mkdir(parents=True)
    engine = open_database(settings)
    yield engine
    engine.dispose()


def happened(engine: Engine, application: str, tag: AppTag) -> None:
    with transaction(engine) as session:
        record(session, tag, "x", subject(application), {"action": "deploy"})


def test_twice_without_an_answer_is_one_fault_and_an_answer_ends_it(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed: list[tuple[str, str]] = []

    def file(_engine: Engine, unit: str, title: str, words: str, _actor: Actor) -> int:
        filed.append((unit, words))
        return 1

    monkeypatch.setattr(faultdesk, "file", file)
    happened(engine, "wiki", AppTag.DEPLOYED)
    asked: list[str] = []

    def answers(words: str) -> None:
        def ask(_settings: Settings, one: Deployed) -> tuple[Seen, ...]:
            asked.append(one.id)
            return (Seen("srv-dept", not words, words),)

        watch.look(settings, engine, scene.county(), ask)

    answers("refused")
    assert not state.of(engine, "wiki").down
    for _more in range(2):
        answers("refused")
    assert (state.of(engine, "wiki").down, filed) == (True, [("u001", "srv-dept: refused")])
    answers("")
    assert (state.of(engine, "wiki").down, set(asked)) == (False, {"wiki"})


def test_silence_under_a_work_window_of_its_host_is_planned_and_what_stays_wrong_after_it_counts(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened(engine, "wiki", AppTag.DEPLOYED)
    covered = frozenset[str](("srv-dept",))
    monkeypatch.setattr(works, "covered", lambda _engine: covered)

    def looked() -> bool:
        silent = Seen("srv-dept", False, "refused")
        watch.look(settings, engine, scene.county(), lambda _settings, _one: (silent,))
        with reading(engine) as session:
            assert not looks.kept(session)["wiki"].well  # what is measured is kept
        return state.of(engine, "wiki").down

    assert [looked() for _round in range(4)] == [False] * 4
    covered = frozenset()
    assert [looked(), looked()] == [False, True]


def test_the_last_look_is_kept_and_one_is_down_though_nobody_keeps_faults(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_given: object) -> int:
        raise MissingCapability("no room of this installation keeps faults")

    monkeypatch.setattr(faultdesk, "file", nobody)
    happened(engine, "wiki", AppTag.DEPLOYED)
    ends, began = clock.now() + timedelta(days=9), clock.now()

    def looked(at: datetime, *seen: Seen) -> looks.Look:
        monkeypatch.setattr(clock, "now", lambda: at)
        watch.look(settings, engine, scene.county(), lambda _settings, _one: seen)
        with reading(engine) as session:
            return looks.kept(session)["wiki"]

    first = looked(began, Seen("srv-dept", True, "", ends))
    assert (first.at, first.since, first.well, first.ends) == (began, began, True, ends)
    again = looked(began + timedelta(minutes=5), Seen("srv-dept", True, "", ends))
    assert (again.at - again.since, again.well) == (timedelta(minutes=5), True)
    for minutes in (10, 15):
        silent = looked(began + timedelta(minutes=minutes), Seen("srv-dept", False, "refused"))
    assert (silent.since - began, silent.well, silent.words) == (timedelta(minutes=10), False, "srv-dept: refused")
    assert silent.ends == ends, "what was seen last"
    stands = state.of(engine, "wiki")
    assert stands.down
    assert stands.last_down
    assert stands.last_down.data["fault"] is None


def test_what_is_due_is_backups_first_and_only_of_what_is_deployed(engine: Engine) -> None:
    later = clock.now() + timedelta(days=2)
    assert tick.due(engine, scene.county(), later) == []
    for name in ("wiki", "lending"):
        happened(engine, name, AppTag.DEPLOYED)
    happened(engine, "lending", AppTag.SAVED)
    assert tick.due(engine, scene.county(), clock.now() + timedelta(minutes=1)) == [
        ("app-backup", "wiki"),
        ("app-drill", "lending"),
    ]
    assert tick.due(engine, scene.county(), later) == [("app-backup", "wiki"), ("app-backup", "lending")]


def test_what_is_the_centers_is_left_to_its_machine_and_that_is_said_once(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, object]] = []
    monkeypatch.setattr(
        "playbooks.runner.book.ask", lambda _s, _e, _c, playbook, values, _a: asked.append((playbook, values))
    )
    soon, now = list[str](), clock.now()
    monkeypatch.setattr(watch, "ends", lambda _s, name: now + timedelta(days=9) if name in soon else None)
    Secrets.create(settings, {})
    here = settings.model_copy(update={"center_password_file": settings.county.parent / "medium"})
    secrets.keep_apart(here, {})

    def said(where: Settings, *done: AppTag) -> int:
        for tag in done:
            happened(engine, "certificates", tag)
        for _round in range(2):
            tick._ask(where, engine, scene.county(), now + timedelta(days=2))
        with reading(engine) as session:
            found = state.past(session, "certificates")
        return sum(tag is AppTag.LEFT for tag, _one in found)

    assert (said(settings), asked) == (1, []), "deployed from another machine, as far as is known here"
    assert (said(settings, AppTag.DEPLOYED), asked) == (2, []), "deployed here, and the medium taken out"
    for tag in (AppTag.DEPLOYED, AppTag.SAVED, AppTag.TRIED):
        happened(engine, "wiki", tag)
    soon.append("wiki")
    for _round in range(2):
        tick._ask(settings, engine, scene.county(), now + timedelta(minutes=1))
    soon.clear()
    assert (state.of(engine, "wiki").last[AppTag.LEFT].data["what"], asked) == ("renew", [])
    assert said(here) == 2
    assert asked == [("app-backup", {"application": "certificates"})] * 2


def test_a_certificate_that_ends_soon_is_renewed_once_a_day_and_not_while_nobody_saw_it(
    settings: Settings, engine: Engine
) -> None:
    now = clock.now()
    happened(engine, "wiki", AppTag.DEPLOYED)
    happened(engine, "wiki", AppTag.SAVED)
    happened(engine, "wiki", AppTag.TRIED)

    def due(left: int, at: timedelta = timedelta(minutes=1)) -> list[tuple[str, str]]:
        seen = (Seen("a", True, ends=now + timedelta(days=left)), Seen("b", True, ends=now + timedelta(days=300)))
        watch.look(settings, engine, scene.county(), lambda _settings, _one: seen)
        found = tick.due(engine, scene.county(), now + at, lambda name: watch.ends(settings, name))
        return [one for one in found if one[0] == "app-renew"]  # whether a backup is due hangs on the time of day

    assert watch.ends(settings, "wiki") is None
    assert tick.due(engine, scene.county(), now + timedelta(minutes=1)) == []
    assert due(46) == []
    assert due(44) == [("app-renew", "wiki")]
    happened(engine, "wiki", AppTag.RENEWED)
    assert due(44, timedelta(hours=10)) == []
    assert due(44, timedelta(hours=25)) == [("app-renew", "wiki")]
