"""Plans made on the web: the form, what is wrong with it, the job, and taking a plan back."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from countynet import clock
from countynet.db import open_database, transaction
from countynet.errors import BadInput, Conflict
from countynet.i18n import set_language
from countynet.jobs import Job, JobState, finish
from countynet.secrets import Secrets
from countynet.vocabulary import Role
from dashboard.services.fake_plans import FakePlans
from dashboard.services.plans import Asked
from dashboard.services.protocols import Services
from dashboard.services.real.job_logs import RealJobLogs
from dashboard.services.real.plans import RealPlans
from dashboard.users.model import Person
from playbooks.plan.book import Book
from playbooks.plan.model import DeviceState
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser
from tests.unit.playbooks.plan import samples

Enter = Callable[[str], Browser]
CENTER = Person(1, "center", Role.CENTER)
GOOD = {"only": "role=cpe\nsite=admin", "policy": "undo-all", "seconds": "60"}


def fake(services: Services) -> FakePlans:
    assert isinstance(services.plans, FakePlans)
    return services.plans


def test_the_center_asks_for_a_plan_and_sees_it_being_made(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    assert "/plans/new" in center.get("/plans").text
    answer = center.post("/plans/new", **GOOD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/plans/making/100")
    making = services.plans.making(100)
    assert making is not None
    assert making.asked == Asked(("role=cpe", "site=admin"), "undo-all", 60)
    page = center.get("/plans/making/100").text
    assert 'data-stream="/plans/making/100/events?after=1"' in page
    assert "role=cpe · site=admin" in page
    assert center.post("/plans/new", **GOOD).status_code == 409
    fake(services).makings[100] = replace(making, job=replace(making.job, state="done"), plan=1)
    assert 'href="/plans/1"' in center.get("/plans/making/100/progress").text


def test_what_is_wrong_comes_back_with_all_that_was_typed(signed_in: Enter) -> None:
    center = signed_in("center")
    center.post("/language", language="en", back="/plans")
    answer = center.post("/plans/new", **{**GOOD, "only": "nothing"})
    assert answer.status_code == 400
    assert "no device fits nothing" in answer.text
    assert ">nothing</textarea>" in answer.text
    assert 'value="60"' in answer.text
    assert 'value="undo-all" selected' in answer.text


def test_the_auditor_makes_no_plans(signed_in: Enter) -> None:
    for login in ("auditor",):
        browser = signed_in(login)
        assert "/plans/new" not in browser.get("/plans").text
        assert browser.get("/plans/new").status_code == 403
        assert browser.post("/plans/new", **GOOD).status_code == 403
        assert browser.post("/plans/1/undo", **GOOD).status_code == 403


def test_a_plan_that_devices_have_is_taken_back_by_a_new_one(signed_in: Enter, services: Services) -> None:
    center, plans = signed_in("center"), fake(services)
    assert center.post("/plans/1/undo", **GOOD).status_code == 409
    plans.all[1] = replace(plans.all[1], line=replace(plans.all[1].line, state="done"))
    assert "/plans/1/undo" in center.get("/plans/1").text
    assert center.get("/plans/1/undo").status_code == 200
    assert center.post("/plans/1/undo", **GOOD).headers["Location"] == "/plans/making/100"
    making = plans.makings[100]
    assert (making.asked.undoes, making.asked.only) == (1, ())
    assert "1" in center.get("/plans/making/100").text
    assert center.get("/plans/making/99").status_code == 404


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RealPlans]:
    set_language("en")
    settings = sample.settings(tmp_path)
    Secrets.create(settings, {"one": "secret"})
    engine = open_database(settings)
    Book(settings, engine).add(lambda number: samples.plan(number, made=clock.now()), {"cpe-001": samples.steps()})
    monkeypatch.setattr("dashboard.services.real.plans.present_county", lambda _settings: sample.county())
    yield RealPlans(settings, engine)
    engine.dispose()


def test_the_job_is_queued_once_with_what_was_asked_and_names_the_plan_in_the_end(real: RealPlans) -> None:
    number = real.make(CENTER, Asked(("role=cpe",), "undo-tier", 60))
    with pytest.raises(Conflict, match="another plan is being made"):
        real.make(CENTER, Asked())
    making = real.making(number)
    assert making is not None
    assert (making.asked, making.author, making.plan) == (Asked(("role=cpe",), "undo-tier", 60), "center", None)
    assert RealJobLogs(real.engine).news(number, 0).busy
    with transaction(real.engine) as session:
        job = session.get_one(Job, number)
        assert json.loads(job.body) == {"only": ["role=cpe"], "policy": "undo-tier", "seconds": 60, "undoes": None}
        finish(session, job, JobState.DONE, {"plan": 2}, "")
    making = real.making(number)
    assert making is not None
    assert (making.plan, making.job.state, RealJobLogs(real.engine).news(number, 0).busy) == (2, "done", False)
    assert real.making(number + 1) is None


def test_a_making_is_stopped_by_who_may_make_one_and_only_while_it_is_on_its_way(
    signed_in: Enter, services: Services
) -> None:
    center, plans = signed_in("center"), fake(services)
    assert center.post("/plans/new", **GOOD).headers["Location"] == "/plans/making/100"
    plans.makings[100] = replace(plans.makings[100], job=replace(plans.makings[100].job, state="running"))
    assert "/plans/making/100/cancel" in center.get("/plans/making/100").text
    auditor = signed_in("auditor")
    assert "/plans/making/100/cancel" not in auditor.get("/plans/making/100").text
    assert auditor.post("/plans/making/100/cancel").status_code == 403
    assert center.post("/plans/making/100/cancel").headers["Location"] == "/plans/making/100"
    assert "/plans/making/100/cancel" not in center.get("/plans/making/100").text
    assert center.post("/plans/making/100/cancel").status_code == 409
    assert center.post("/plans/making/99/cancel").status_code == 404


def test_a_queued_making_ends_at_once_when_it_is_stopped(real: RealPlans) -> None:
    number = real.make(CENTER, Asked(("role=cpe",), "undo-tier", 60))
    real.cancel_making(CENTER, number)
    making = real.making(number)
    assert making is not None
    assert (making.plan, making.job.state) == (None, "cancelled")
    with pytest.raises(Conflict):
        real.cancel_making(CENTER, number)


def test_a_wish_that_cannot_be_is_refused_before_any_job_with_every_problem(real: RealPlans) -> None:
    with pytest.raises(BadInput) as both:
        real.make(CENTER, Asked((), "pray", 2))
    assert len(both.value.problems) == 2
    with pytest.raises(BadInput):
        real.make(CENTER, Asked(("role=nothing",)))
    with pytest.raises(BadInput):
        real.make(CENTER, Asked(undoes=9))
    with pytest.raises(Conflict, match="no device has plan 1"):
        real.make(CENTER, Asked(undoes=1))
    assert real.making(1) is None


def test_a_plan_that_a_device_has_may_be_taken_back(real: RealPlans) -> None:
    assert "undo" not in real.possible(CENTER, 1)
    Book(real.settings, real.engine).note(1, "cpe-001", DeviceState.DONE, "amy")
    assert "undo" in real.possible(CENTER, 1)
    assert real.make(CENTER, Asked(undoes=1)) == 1
