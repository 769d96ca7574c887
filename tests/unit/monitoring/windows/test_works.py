"""Work of other rooms: one window for each, its units told once, ended or taken back by its name."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet import clock, works
from countynet.db import open_database, reading
from countynet.settings import Settings
from countynet.tellings import Telling
from countynet.works import Announced, Work
from monitoring.windows import store
from monitoring.windows import works as announcer
from tests.unit.monitoring.ledger.timeline import BEGIN, PLAN

HOUR = timedelta(hours=1)
SETTINGS = Settings(county=Path("county"), language="en")


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setattr("monitoring.poller.plan.load", lambda _settings: PLAN)
    at(monkeypatch, BEGIN)
    return open_database(Settings(county=tmp_path, language="en"))


def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def work(subject: str, *names: str, start: datetime = BEGIN, end: datetime = BEGIN + HOUR) -> Work:
    return Work(subject, names, start, end, "换机 Exchange (run 1)", "bob")


def announce(engine: Engine, one: Work, instead: str = "") -> Announced:
    found = works.announce(SETTINGS, engine, one, instead)  # by the entry point
    assert found is not None
    return found


def told(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [telling.recipient for telling in session.query(Telling).order_by(Telling.id)]


def test_work_opens_a_window_for_exactly_what_is_cut_off_and_units_are_told_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = next(host.name for host in PLAN.county.hosts if host.name != PLAN.topology.station)
    made = announce(engine, work("run:1", "sw-admin", "nobody-watches-this", host))
    assert made.units == ("u001", "u002")
    with reading(engine) as session:
        covered = store.covering(session, BEGIN)
        assert {"sw-admin", "cpe-001", host} <= covered
        assert not {"core-1", "nobody-watches-this"} & covered
        assert covered == works.covered(engine)
        found = session.query(Telling).first()
        assert found is not None
        assert "换机 Exchange (run 1)" in found.text
    assert announce(engine, work("run:1", "sw-admin", end=BEGIN + 2 * HOUR)).number == made.number
    assert told(engine) == ["unit:u001", "unit:u002"]
    at(monkeypatch, BEGIN + HOUR / 2)
    assert works.over(SETTINGS, engine, "run:1", "bob")
    with reading(engine) as session:
        assert store.covering(session, clock.now()) == frozenset()
        assert store.covering(session, BEGIN + HOUR / 4)  # what was planned stays so
    assert not works.over(SETTINGS, engine, "run:1", "bob")
    assert works.standing(engine, "run:") == frozenset()


def test_what_was_announced_before_goes_on_under_its_runs_name(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = announce(engine, work("schedule:3@x", "sw-admin", start=BEGIN + HOUR, end=BEGIN + 2 * HOUR))
    assert works.standing(engine, "schedule:") == {"schedule:3@x"}
    at(monkeypatch, BEGIN + HOUR + timedelta(minutes=1))
    run = work("run:9", "sw-admin", start=clock.now(), end=BEGIN + 3 * HOUR)
    after = announce(engine, run, "schedule:3@x")
    assert (after.number, after.end) == (before.number, BEGIN + 3 * HOUR)
    assert not works.standing(engine, "schedule:")
    assert works.standing(engine, "run:") == {"run:9"}
    assert len(told(engine)) == 2  # nobody is told twice


def test_one_to_come_is_moved_and_taken_back(engine: Engine) -> None:
    first = announce(engine, work("schedule:4@x", "sw-admin", start=BEGIN + HOUR, end=BEGIN + 2 * HOUR))
    other = announce(engine, work("schedule:4@x", "core-1", start=BEGIN + 2 * HOUR, end=BEGIN + 3 * HOUR))
    assert (other.number, other.units) == (first.number, ())
    with reading(engine) as session:
        (window,) = store.standing(session, BEGIN)
        assert (window.devices, window.start) == (("core-1",), BEGIN + 2 * HOUR)
    assert announcer.over(SETTINGS, engine, "schedule:4@x", "schedule")
    with reading(engine) as session:
        assert store.standing(session, BEGIN) == []


def test_where_nobody_keeps_windows_work_goes_on_unannounced(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(works, "registered", lambda _group: ())
    assert works.announce(SETTINGS, engine, work("run:1", "sw-admin")) is None
    assert (works.over(SETTINGS, engine, "run:1", "x"), works.standing(engine, "run:")) == (False, frozenset())
