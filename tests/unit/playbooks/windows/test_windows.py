"""Work windows: put into one, taken out, opened, missed; and approvals that end before."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict
from countynet.events import Event, record, verify
from countynet.i18n import set_language
from countynet.jobs import Job, JobState, submit
from countynet.people import Actor
from countynet.schedules import ticks
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role
from countynet.worker import run_one
from playbooks.plan import store
from playbooks.plan.book import Book
from playbooks.plan.jobs import apply_plan
from playbooks.plan.windows import book as windows
from playbooks.plan.windows import model
from playbooks.plan.windows import store as window_store
from playbooks.plan.windows.model import WindowState
from tests.unit.playbooks.plan.samples import plan, steps

AMY = Actor("amy", Role.CENTER)
HOUR = timedelta(hours=1)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    set_language("en")
    settings = Settings.load(tmp_path / "county")
    Secrets.create(settings, {"one": "secret"})
    found = Book.open(settings)
    found.add(lambda number: plan(number, made=clock.now()), {"cpe-001": steps()})
    yield found
    found.engine.dispose()


def put(book: Book, begins: timedelta = HOUR, length: timedelta = HOUR) -> datetime:
    start = clock.now() + begins
    windows.schedule(book, 1, start, start + length, "amy")
    return start


def tick(book: Book, now: datetime) -> None:
    windows.tick(book.settings, book.engine, now)


def queued(book: Book) -> list[str]:
    with reading(book.engine) as session:
        return [job.body for job in session.query(Job).order_by(Job.id)]


def state(book: Book) -> tuple[WindowState, str]:
    found = windows.last(book.engine, 1)
    assert found
    return found.state, found.why


def tags(book: Book) -> list[str]:
    with reading(book.engine) as session:
        assert verify(session) == ()
        return [event.tag for event in session.query(Event).order_by(Event.id)]


def test_the_clockwork_knows_of_windows() -> None:
    assert ticks()["plan-windows"] is windows.tick


@pytest.mark.parametrize(
    ("at", "window", "start", "hours"),
    [
        ("2026-11-27 02:00", "", datetime(2026, 11, 26, 18, tzinfo=UTC), 2),
        ("", "2026-11-27 02:00/2026-11-27 05:00", datetime(2026, 11, 26, 18, tzinfo=UTC), 3),
        ("", "2026-11-27 02:00/05:00", datetime(2026, 11, 26, 18, tzinfo=UTC), 3),
        ("", "2026-11-27T02:00+00:00/2026-11-27T03:00+00:00", datetime(2026, 11, 27, 2, tzinfo=UTC), 1),
    ],
)
def test_a_window_is_read_on_the_countys_clock(at: str, window: str, start: datetime, hours: int) -> None:
    assert model.read(at, window) == (start, start + timedelta(hours=hours))


@pytest.mark.parametrize(("at", "window"), [("", "2026-11-27 02:00"), ("soon", ""), ("2026-11-27", "x/y"), ("", "/")])
def test_what_is_no_window_is_refused(at: str, window: str) -> None:
    with pytest.raises(BadInput):
        model.read(at, window)


def test_nothing_begins_before_the_start_and_one_job_at_it(book: Book) -> None:
    book.approve(1, AMY)
    start = put(book)
    tick(book, start - timedelta(seconds=1))
    assert queued(book) == []
    tick(book, start)
    tick(book, start + timedelta(seconds=1))
    assert queued(book) == ['{"plan":1}']
    assert state(book) == (WindowState.BEGUN, "")
    assert tags(book)[-2:] == ["plan.scheduled", "job.submitted"]


def test_without_its_approval_a_plan_misses_its_window_and_says_why(book: Book) -> None:
    start = put(book)
    tick(book, start)
    assert queued(book) == []
    found, why = state(book)
    assert found is WindowState.MISSED
    assert "needs 1 approval and has none" in why
    assert tags(book)[-1] == "plan.missed"


def test_a_worker_that_comes_back_after_the_end_begins_nothing(book: Book) -> None:
    book.approve(1, AMY)
    start = put(book)
    tick(book, start + HOUR)
    assert queued(book) == []
    assert state(book)[0] is WindowState.MISSED


def test_while_another_plan_is_applied_the_window_waits(book: Book) -> None:
    book.approve(1, AMY)
    start = put(book)
    with transaction(book.engine) as session:
        other = submit(session, "plan-apply", {"plan": 9}, "bob")
    tick(book, start)
    assert state(book)[0] is WindowState.WAITING
    with transaction(book.engine) as session:
        session.get_one(Job, other).state = JobState.DONE
        record(session, "test", "bob", "job", {})
    tick(book, start + timedelta(minutes=5))
    assert state(book)[0] is WindowState.BEGUN


def test_a_job_that_had_to_wait_past_the_end_is_refused(book: Book) -> None:
    book.approve(1, AMY)
    start = put(book, timedelta(seconds=-30), timedelta(hours=1))
    tick(book, clock.now())
    with transaction(book.engine) as session:
        row = window_store.last(session, 1)
        assert row
        row.end = start + timedelta(seconds=1)
        record(session, "test", "bob", "plan:1", {})
    assert run_one(book.settings, book.engine, {"plan-apply": apply_plan})
    with reading(book.engine) as session:
        job = session.query(Job).one()
    assert (job.state, job.error.startswith("its window closed")) == ("failed", True)
    assert state(book)[0] is WindowState.MISSED


def test_a_cancelled_window_never_opens(book: Book) -> None:
    book.approve(1, AMY)
    start = put(book)
    windows.cancel(book, 1, "amy")
    tick(book, start)
    assert queued(book) == []
    with pytest.raises(Conflict, match="waits for no window"):
        windows.cancel(book, 1, "amy")
    assert tags(book)[-1] == "plan.unscheduled"


def test_a_new_window_takes_the_place_of_the_one_that_waits(book: Book) -> None:
    book.approve(1, AMY)
    first, second = put(book), put(book, 3 * HOUR)
    tick(book, first)
    assert queued(book) == []
    tick(book, second)
    assert queued(book) == ['{"plan":1}']


def test_windows_that_cannot_be_are_refused(book: Book) -> None:
    now = clock.now()
    with pytest.raises(BadInput):
        windows.schedule(book, 1, now + HOUR, now + HOUR, "amy")
    with pytest.raises(BadInput):
        windows.schedule(book, 1, now - 2 * HOUR, now - HOUR, "amy")
    with pytest.raises(Conflict, match="expires"):
        windows.schedule(book, 1, now + timedelta(days=8), now + timedelta(days=8, hours=1), "amy")
    with pytest.raises(BadInput):
        windows.schedule(book, 2, now + HOUR, now + 2 * HOUR, "amy")


def test_an_approval_that_ends_before_the_window_is_said_and_may_be_given_once_more(book: Book) -> None:
    book.approve(1, AMY)
    start = clock.now() + timedelta(hours=30)
    windows.schedule(book, 1, start, start + HOUR, "amy")
    entry = book.get(1)
    said = list(model.warnings(entry.plan, entry.approvals, start, clock.now()))
    assert len(said) == 2
    assert said[0].startswith("the approval of amy ends")
    assert said[1] == "at the start it will have 0 of 1 approval"
    with pytest.raises(Conflict, match="has approved"):
        book.approve(1, AMY)  # it would end before the window as well

    with transaction(book.engine) as session:
        session.execute(update(store.ApprovalRow).values(at=clock.now() - timedelta(hours=20)))
        row = window_store.last(session, 1)
        assert row
        row.start = start - timedelta(hours=20)
        record(session, "test", "bob", "plan:1", {})
    entry = book.approve(1, AMY)
    assert list(model.warnings(entry.plan, entry.approvals, start - timedelta(hours=20), clock.now())) == []
    with pytest.raises(Conflict, match="has approved"):
        book.approve(1, AMY)
