"""What the worker does about an application, with real parts: watched, saved by night, tried by month; and the worker
that comes after one that was killed in the middle of a restore.

The looks are real requests over TLS, the backups real runs of the queue begun as the worker begins them; only what day
it is is given, as nobody waits a month.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from countynet import clock, works
from countynet.db import open_database, reading
from countynet.events import Event
from countynet.people import Actor
from countynet.vocabulary import Role
from inventory import create, load_county
from inventory.backups import backup_job
from inventory.model import County
from monitoring.faults.store import Fault
from playbooks.applications import state, tick, watch
from playbooks.applications.outcome import Outcome, subject
from playbooks.runner import book
from playbooks.runner.follow import follow
from playbooks.runner.states import RunState
from tests.announced import announced
from tests.applications.bench import HOST, Bench, lone_host
from tests.applications.killed import began, family, kill, until, working
from tests.applications.lending_clerk import DATA
from tests.applications.lifecycle import fingerprint

AMY, BOB = Actor("amy", Role.CENTER), Actor("bob", Role.CENTER)
NAME, OWNER = "lending", "u068"
HALF_A_DAY = timedelta(hours=13)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A host whose application is saved at an hour that comes in half a day."""
    at = (clock.now() + HALF_A_DAY).astimezone(clock.CHINA).strftime("%H:%M")
    with lone_host(NAME, tmp_path_factory.mktemp("watched"), {"backup_at": at}) as bench:
        create.create_repository(bench.settings)
        yield bench


@pytest.fixture(scope="module")
def engine(bench: Bench) -> Iterator[Engine]:
    engine = open_database(bench.settings)
    outcome, result = Outcome(NAME, "deploy"), bench.deploy()
    assert bench.why(result) == ""
    outcome.keep(bench.settings, engine, "amy", result)
    yield engine
    engine.dispose()


def county(bench: Bench) -> County:
    return load_county(bench.settings.county)


def tags(engine: Engine) -> list[str]:
    with reading(engine) as session:
        wanted = select(Event.tag).where(Event.subject == subject(NAME)).order_by(Event.id)
        return list(session.scalars(wanted))


def faults(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as session:
        return [(row.unit, row.title) for row in session.scalars(select(Fault))]


def worked(bench: Bench, engine: Engine, now: datetime) -> str:
    """Have the worker's tick look at a moment, and carry out what it asks for; returns the playbook, empty for none."""
    before = {run.number for run in book.newest(engine, tick.ACTOR, 50)}
    tick.tick(bench.settings, engine, now)
    asked = [run for run in book.newest(engine, tick.ACTOR, 50) if run.number not in before]
    assert len(asked) <= 1
    for run in asked:
        ended = follow(bench.settings, engine, run.number, tick.ACTOR, lambda line: None)
        assert ended.state is RunState.DONE, ended.words
    return asked[0].playbook.id if asked else ""


def test_one_that_does_not_answer_twice_is_one_fault_of_its_owner_until_it_answers(
    bench: Bench, engine: Engine
) -> None:
    def look() -> None:
        watch.look(bench.settings, engine, county(bench))

    look()
    assert (tags(engine), faults(engine)) == (["app.deployed"], [])
    bench.exec(f"supervisorctl stop {NAME}-web")
    look()
    assert tags(engine) == ["app.deployed"], "one miss may be chance"
    for _more in range(3):
        look()
    assert tags(engine) == ["app.deployed", "app.down"]
    assert [unit for unit, _title in faults(engine)] == [OWNER]
    assert "资产借用登记" in faults(engine)[0][1]
    bench.exec(f"supervisorctl start {NAME}-web")
    until = time.monotonic() + 60
    while bench.get("/health")[0] != 200 and time.monotonic() < until:  # a busy machine starts it slowly
        time.sleep(0.5)
    for _more in range(2):
        look()
    assert tags(engine) == ["app.deployed", "app.down", "app.up"]
    bench.exec(f"supervisorctl stop {NAME}-web")
    look()
    assert state.of(engine, NAME).down is False, "it is counted anew"
    bench.exec(f"supervisorctl start {NAME}-web")
    look()
    assert len(faults(engine)) == 1


def test_what_was_never_saved_is_saved_at_once_then_tried_and_the_day_is_in_the_inventory(
    bench: Bench, engine: Engine
) -> None:
    now = clock.now()
    assert worked(bench, engine, now) == "app-backup"
    assert worked(bench, engine, now + timedelta(minutes=6)) == "app-drill"
    job = backup_job(county(bench), NAME)
    assert job is not None
    assert job.restored_on == clock.today()
    assert worked(bench, engine, now + timedelta(minutes=12)) == "", "nothing else is due"


def test_by_night_it_is_saved_and_what_was_missed_is_made_up_for(bench: Bench, engine: Engine) -> None:
    night = clock.now() + HALF_A_DAY
    assert worked(bench, engine, night - timedelta(minutes=30)) == ""
    assert worked(bench, engine, night + timedelta(minutes=5)) == "app-backup"
    assert tags(engine).count("app.saved") == 2
    away = night + timedelta(days=2, hours=7)
    assert tick.due(engine, county(bench), away) == [("app-backup", NAME)], "the worker was away two nights"
    assert worked(bench, engine, away) == "app-backup"
    snapshots = saved(engine)
    assert (len(snapshots), len(set(snapshots))) == (3, 3), "each is a backup of its own"


def saved(engine: Engine) -> list[str]:
    with reading(engine) as session:
        wanted = select(Event).where(Event.subject == subject(NAME), Event.tag == "app.saved")
        return [str(event.data["hosts"]) for event in session.scalars(wanted)]


def test_thirty_days_later_the_newest_backup_is_tried_again(bench: Bench, engine: Engine) -> None:
    soon, later = clock.now() + timedelta(days=29), clock.now() + timedelta(days=31)
    stands = state.of(engine, NAME)
    assert (state.drill_due(stands, soon), state.drill_due(stands, later)) == (False, True)


def test_a_restore_that_is_killed_has_its_window_closed_then_silence_is_a_fault_and_the_rerun_heals(
    bench: Bench, engine: Engine
) -> None:
    def look() -> list[str]:
        watch.look(bench.settings, engine, county(bench))
        return [tag for tag in tags(engine) if tag in ("app.down", "app.up")]

    def asked(run: int) -> int:
        book.approve(engine, run, BOB)
        return run

    before, seen, filed = fingerprint(bench, DATA), look(), len(faults(engine))
    with working(bench.settings) as worker:
        run = asked(book.ask(bench.settings, engine, county(bench), "app-restore", {"application": NAME}, AMY).number)
        until(lambda: began(engine, run, "Put it in place"), "the application is stopped")
        kill([worker.pid, *family(bench.settings, run)])
    bench.exec(f"supervisorctl stop {NAME}-web")  # however far it had come
    assert works.covered(engine) == {HOST}
    assert [look(), look(), look()] == [seen] * 3, "as long as nobody closes it the window holds"
    with working(bench.settings):
        until(lambda: not works.standing(engine, "run:"), "the next worker closes the window")
        found = book.get(engine, run)
        assert (found.state, "Restore beside" in found.words) == (RunState.BROKEN, True), found.words
        look()
        assert look() == [*seen, "app.down"]
        until(
            lambda: len(faults(engine)) == max(filed, 1),
            "one fault of its owner: that which is open still, or a new one",
        )
        again = asked(book.again(engine, run, AMY).number)
        until(lambda: book.get(engine, again).over, "the rerun has the hosts")
    healed = book.get(engine, again)
    assert healed.state is RunState.DONE, healed.words
    assert fingerprint(bench, DATA) == before
    assert look() == [*seen, "app.down", "app.up"]
    assert announced(engine) == [((HOST,), ()), ((HOST,), ())]
