"""The job of the web: its log, its failure, its cancel, and that nobody repeats it by itself after a kill."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from countynet import clock
from countynet.db import reading, transaction
from countynet.i18n import set_language
from countynet.jobs import Job, cancel, log_of, may_repeat, submit
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.worker import handlers, run_one
from playbooks.plan.book import Book, Entry
from playbooks.plan.jobs import apply_plan
from playbooks.plan.model import DeviceState
from tests.unit.playbooks.plan.samples import plan, steps

KIND = "plan-apply"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    set_language("en")
    settings = Settings.load(tmp_path / "county")
    Secrets.create(settings, {"one": "secret"})
    found = Book.open(settings)
    found.add(lambda number: plan(number, made=clock.now()), {"cpe-001": steps()})
    yield found
    found.engine.dispose()


def ran(monkeypatch: pytest.MonkeyPatch, book: Book, apply: Callable[..., Entry]) -> tuple[Job, list[str]]:
    monkeypatch.setattr("playbooks.plan.jobs.apply", apply)
    with transaction(book.engine) as session:
        number = submit(session, KIND, {"plan": 1}, "amy")
    assert run_one(book.settings, book.engine, {KIND: apply_plan})
    with reading(book.engine) as session:
        return session.get_one(Job, number), [line.line for line in log_of(session, number)]


def ending(book: Book, state: DeviceState, error: str = "") -> Callable[..., Entry]:
    def apply(settings: Settings, number: int, told: Callable[[str, str], None], **_options: object) -> Entry:
        told("", "tier 1 of 1: cpe-001")
        told("cpe-001", "changing")
        book.note(number, "cpe-001", state, "amy", error)
        return book.end(number, "amy")

    return apply


def test_it_is_registered_and_not_repeated_after_a_kill() -> None:
    assert handlers()[KIND] is apply_plan
    assert not may_repeat(apply_plan)


def test_every_line_of_a_device_stands_in_the_log(monkeypatch: pytest.MonkeyPatch, book: Book) -> None:
    job, lines = ran(monkeypatch, book, ending(book, DeviceState.DONE))
    assert (job.state, lines) == ("done", ["tier 1 of 1: cpe-001", "cpe-001: changing"])


def test_a_plan_that_stopped_is_a_job_that_failed_and_names_the_device(
    monkeypatch: pytest.MonkeyPatch, book: Book
) -> None:
    job, _lines = ran(monkeypatch, book, ending(book, DeviceState.REVERTED, "no ping"))
    assert (job.state, job.error) == ("failed", "the plan stopped; look at: cpe-001")


def test_to_cancel_the_job_cancels_the_apply(monkeypatch: pytest.MonkeyPatch, book: Book) -> None:
    def apply(
        settings: Settings,
        number: int,
        told: Callable[[str, str], None],
        *,
        actor: str,
        cancelled: threading.Event,
    ) -> Entry:
        with transaction(book.engine) as session:
            cancel(session, 1, "bob")
        assert cancelled.wait(30)
        return book.end(number, actor)

    assert ran(monkeypatch, book, apply)[0].state == "cancelled"
