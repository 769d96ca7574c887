"""Times, locks and the chain under several writers."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from countynet import engines
from countynet.db import Base, open_database, reading, together, transaction
from countynet.events import Event, record, verify
from countynet.jobs import Job, JobLog
from countynet.settings import Settings


def test_time_comes_back_aware_in_utc(engine: Engine) -> None:
    china = datetime(2026, 5, 1, 8, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    with transaction(engine) as session:
        session.add(Job(kind="k", body="{}", actor="a", state="done", submitted=china))
        record(session, "a.b", "x", "y", {})
    with reading(engine) as session:
        stored = session.scalars(select(Job)).one().submitted
    assert stored == china
    assert stored.tzinfo is UTC


def test_naive_time_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="naive"), transaction(engine) as session:
        session.add(Job(kind="k", body="{}", actor="a", state="done", submitted=datetime(2026, 5, 1)))


def test_foreign_keys_hold(engine: Engine) -> None:
    with pytest.raises(IntegrityError), transaction(engine) as session:
        session.add(JobLog(job_id=99, at=datetime.now(UTC), line="x"))


def test_reading_writes_nothing(engine: Engine) -> None:
    with reading(engine) as session:
        record(session, "a.b", "x", "y", {})
    with reading(engine) as session:
        assert session.scalar(select(func.count(Event.id))) == 0


def test_what_tests_begin_with_has_every_table_as_one_made_from_nothing(engine: Engine, tmp_path: Path) -> None:
    made = engines.engine_of(Settings(county=tmp_path / "other", language="en"))
    Base.metadata.create_all(made)
    schema = text("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
    with made.connect() as one, engine.connect() as other:
        assert one.execute(schema).all() == other.execute(schema).all() != []
    made.dispose()


def test_opening_twice_keeps_everything(engine: Engine, settings: Settings) -> None:
    with transaction(engine) as session:
        record(session, "a.b", "x", "y", {})
    again = open_database(settings)
    with reading(again) as session:
        assert session.scalar(select(func.count(Event.id))) == 1
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
    again.dispose()


def test_concurrent_writers_make_one_chain(engine: Engine) -> None:
    write_at_once(engine, 25)


def write_at_once(engine: Engine, each: int) -> None:
    """Have four threads record so many events each, and see that they are one chain."""

    def write() -> None:
        for number in range(each):
            with transaction(engine) as session:
                session.scalar(select(func.count(Event.id)))
                record(session, "a.b", threading.current_thread().name, "y", {"n": number})

    threads = [threading.Thread(target=write) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as session:
        assert session.scalar(select(func.count(Event.id))) == 4 * each
        assert verify(session) == ()


def job_of(session: Session) -> Job:
    job = Job(kind="k", body="{}", actor="a", state="done", submitted=datetime.now(UTC))
    session.add(job)
    return job


def test_new_row_without_its_event_is_refused(engine: Engine) -> None:
    with pytest.raises(RuntimeError, match="without its event: \\['job'\\]"), transaction(engine) as session:
        job_of(session)
    with reading(engine) as session:
        assert session.scalar(select(func.count(Job.id))) == 0


@pytest.mark.parametrize("change", ["update", "delete"])
def test_changed_row_without_its_event_is_refused(engine: Engine, change: str) -> None:
    with transaction(engine) as session:
        job_of(session)
        record(session, "a.b", "x", "y", {})

    def alter() -> None:
        with transaction(engine) as session:
            job = session.scalars(select(Job)).one()
            if change == "delete":
                session.delete(job)
            else:
                job.state = "queued"

    with pytest.raises(RuntimeError, match="without its event"):
        alter()
    with reading(engine) as session:
        assert session.scalars(select(Job)).one().state == "done"


def test_row_that_was_only_read_needs_no_event(engine: Engine) -> None:
    with transaction(engine) as session:
        job_of(session)
        record(session, "a.b", "x", "y", {})
    with transaction(engine) as session:
        job = session.scalars(select(Job)).one()
        job.state = "done"
        session.add(JobLog(job_id=job.id, at=datetime.now(UTC), line="x"))


def noted(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [event.subject for event in session.scalars(select(Event).order_by(Event.id))]


def note(engine: Engine, subject: str) -> None:
    with transaction(engine) as session:
        record(session, "a.b", "x", subject, {})


def test_what_is_done_together_stands_or_falls_together(engine: Engine) -> None:
    def broken() -> None:
        with together(engine):
            note(engine, "one")
            assert noted(engine) == ["one"], "what is read within sees what was written within"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert noted(engine) == []
    with together(engine):
        note(engine, "one")
        note(engine, "two")
    assert noted(engine) == ["one", "two"]


def test_an_inner_transaction_that_fails_takes_back_its_own_writes_only(engine: Engine) -> None:
    def broken() -> None:
        with transaction(engine) as session:
            record(session, "a.b", "x", "lost", {})
            raise ZeroDivisionError

    with together(engine):
        note(engine, "one")
        with pytest.raises(ZeroDivisionError):
            broken()
        note(engine, "two")
    assert noted(engine) == ["one", "two"]
    with reading(engine) as session:
        assert verify(session) == ()


def test_another_thread_waits_for_what_is_done_together(engine: Engine) -> None:
    other = threading.Thread(target=note, args=(engine, "other"))
    with together(engine):
        note(engine, "one")
        other.start()
        note(engine, "two")
    other.join(60)
    assert noted(engine) == ["one", "two", "other"]
