"""The job that makes a plan: what it asks for, what it says meanwhile, what it leaves behind."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

import inventory
from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, DeviceError
from countynet.i18n import set_language
from countynet.jobs import Job, log_of, submit
from countynet.settings import Settings
from countynet.worker import handlers, run_one
from inventory import load_county
from playbooks.device.results import Progress, Step
from playbooks.plan.book import Book
from playbooks.plan.make import Wish
from playbooks.plan.making import make_plan
from playbooks.plan.model import Plan, Policy, Unread
from playbooks.plan.reading import Seen
from playbooks.plan.stopping import stop
from tests.unit.playbooks.plan.samples import plan

KIND = "plan-make"
ASKED: dict[str, JSON] = {"only": ["role=cpe"], "policy": "undo-all", "seconds": 60, "undoes": None}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    set_language("en")
    found = Book.open(Settings.load(tmp_path / "county"))
    yield found
    found.engine.dispose()


def ran(book: Book, params: dict[str, JSON]) -> tuple[Job, list[str]]:
    with transaction(book.engine) as session:
        number = submit(session, KIND, params, "amy")
    assert run_one(book.settings, book.engine, {KIND: make_plan})
    with reading(book.engine) as session:
        return session.get_one(Job, number), [line.line for line in log_of(session, number)]


def test_it_is_registered() -> None:
    assert handlers()[KIND] is make_plan


def test_it_plans_what_was_asked_in_the_name_of_whoever_asked(monkeypatch: pytest.MonkeyPatch, book: Book) -> None:
    silent = DeviceError("cpe-009", "answers nothing")

    def make(
        settings: Settings, wish: Wish, only: Sequence[str], told: Progress, *, cancelled: threading.Event
    ) -> Plan:
        assert (wish, list(only)) == (Wish("amy", Policy.UNDO_ALL, 60), ["role=cpe"])
        told(Step("cpe-001", "started", 0, 2))
        told(Step("cpe-001", "done", 1, 2))
        told(Step("cpe-009", "failed", 2, 2, silent))
        return plan(7).model_copy(update={"unread": (Unread(device="cpe-009", error="answers nothing"),)})

    monkeypatch.setattr("playbooks.plan.making.make", make)
    job, lines = ran(book, ASKED)
    assert (job.state, json.loads(job.result)) == ("done", {"plan": 7})
    assert lines == [
        "1/2 cpe-001: read",
        "2/2 cpe-009: answers nothing",
        "not in the plan: cpe-009: answers nothing",
        "plan 7 is made: 1 device",
        "what the plan opens and closes is not proven: there is no plan 7; wanted: see: countynet plan list",
    ]


def test_it_plans_to_take_one_back(monkeypatch: pytest.MonkeyPatch, book: Book) -> None:
    def undo(
        settings: Settings, number: int, wish: Wish, _told: Callable[[Step], None], *, cancelled: threading.Event
    ) -> Plan:
        assert (number, wish) == (3, Wish("amy", Policy.STOP, 120, 3))
        return plan(8)

    monkeypatch.setattr("playbooks.plan.making.undo", undo)
    job, _lines = ran(book, {"only": [], "policy": "stop", "seconds": 120, "undoes": 3})
    assert json.loads(job.result) == {"plan": 8}


def test_nothing_to_plan_is_a_job_that_failed_and_says_so(monkeypatch: pytest.MonkeyPatch, book: Book) -> None:
    def make(*_given: object, cancelled: threading.Event) -> Plan:
        raise Conflict("there is nothing to plan")

    monkeypatch.setattr("playbooks.plan.making.make", make)
    job, _lines = ran(book, ASKED)
    assert (job.state, job.error, json.loads(job.result)) == ("failed", "there is nothing to plan", {})


def test_a_making_that_is_stopped_ends_cancelled_and_leaves_no_plan(
    monkeypatch: pytest.MonkeyPatch, book: Book
) -> None:
    def look(*_given: object) -> dict[str, Seen]:
        cancelled = _given[-1]
        assert isinstance(cancelled, threading.Event)
        assert stop(book.engine, 1, "bob") == "running"
        assert cancelled.wait(60)
        return {"cpe-001": Seen("cpe-001", "text")}

    county = load_county(Path(inventory.__file__).parent / "example")
    ground = SimpleNamespace(county=county, settings=book.settings, secrets=None)
    monkeypatch.setattr("playbooks.plan.make.look_all", look)
    monkeypatch.setattr("playbooks.plan.make.Ground.at", lambda _settings: ground)
    job, lines = ran(book, {**ASKED, "only": ["name=cpe-001"]})
    assert (job.state, job.cancel_by, json.loads(job.result)) == ("cancelled", "bob", {})
    assert lines == ["the making of the plan was cancelled; nothing was touched, and there is no plan"]
    assert list(book.newest(5)) == []
    with pytest.raises(Conflict):
        stop(book.engine, 1, "bob")


def test_only_jobs_of_plans_are_stopped_so(book: Book) -> None:
    with transaction(book.engine) as session:
        number = submit(session, "audit-run", {}, "amy")
    for wrong in (number, number + 7):
        with pytest.raises(BadInput, match="1 problem "):
            stop(book.engine, wrong, "bob")
