"""The pages of plans: whoever may look sees all of it, only the center acts, never on its own plan."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from countynet import clock
from countynet.db import open_database
from countynet.errors import Conflict, NotAllowed
from countynet.i18n import set_language
from countynet.secrets import Secrets
from countynet.vocabulary import Role
from dashboard.services.fake_plans import FakePlans
from dashboard.services.plans import Plans
from dashboard.services.protocols import Services
from dashboard.services.real.plan_proof import proof_view
from dashboard.services.real.plans import RealPlans
from dashboard.users.model import Person
from playbooks.plan.book import Book
from playbooks.plan.proving import Proven
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser
from tests.unit.playbooks.plan import samples
from topology.reach.shifts import Change, Shift

Enter = Callable[[str], Browser]
CENTER, AUDITOR, CARL = (
    Person(1, "center", Role.CENTER),
    Person(2, "auditor", Role.AUDITOR),
    Person(3, "carl", Role.CENTER),
)


@pytest.fixture(params=["fake", "real"])
def plans(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plans]:
    set_language("en")
    if request.param == "fake":
        yield FakePlans({1: sample.plan("carl")})
        return
    settings = sample.settings(tmp_path)
    Secrets.create(settings, {"one": "secret"})
    engine = open_database(settings)
    Book(settings, engine).add(lambda number: samples.plan(number, made=clock.now()), {"cpe-001": samples.steps()})
    yield RealPlans(settings, engine)
    engine.dispose()


def test_a_plan_is_approved_by_another_then_queued_once_and_can_be_stopped(plans: Plans) -> None:
    assert [line.number for line in plans.newest(9)] == [1]
    assert [sorted(plans.possible(who, 1)) for who in (CENTER, CARL)] == [["approve"], []]
    with pytest.raises(NotAllowed):
        plans.approve(CARL, 1)
    with pytest.raises(Conflict):
        plans.apply(CENTER, 1)
    plans.approve(CENTER, 1)
    with pytest.raises(Conflict):
        plans.approve(CENTER, 1)
    assert [sorted(plans.possible(who, 1)) for who in (CARL, AUDITOR)] == [["apply"], []]
    plans.apply(CARL, 1)
    with pytest.raises(Conflict):
        plans.apply(CARL, 1)
    assert plans.possible(CENTER, 1) == {"cancel"}
    plans.cancel(CENTER, 1)
    job = plans.job(1)
    assert job is not None
    assert (job.state, sorted(plans.possible(CARL, 1))) == ("cancelled", ["apply"])
    with pytest.raises(Conflict):
        plans.cancel(CENTER, 1)


def test_a_plan_shows_its_devices_steps_and_units(plans: Plans) -> None:
    view = plans.get(1)
    assert view is not None
    assert (len(view.devices), view.line.author, view.line.need) == (1, "carl", 1)
    assert view.devices[0].steps
    assert view.devices[0].undo
    assert plans.get(2) is None


@pytest.mark.parametrize("path", ["/plans", "/plans/1"])
def test_the_pages_render_in_both_languages(signed_in: Enter, path: str) -> None:
    for login in ("center", "operator", "auditor"):
        browser = signed_in(login)
        assert browser.get(path).status_code == 200
        browser.post("/language", language="en", back=path)
        assert "cpe-031" in browser.get("/plans/1").text
    assert signed_in("admin").get(path).status_code == 403
    assert signed_in("center").get("/plans/9").status_code == 404


def test_the_center_approves_applies_and_cancels_by_buttons(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    assert "/plans/1/approve" in center.get("/plans/1").text
    assert "/plans/1/apply" not in center.get("/plans/1").text
    assert center.post("/plans/1/approve").status_code == 303
    assert "/plans/1/apply" in center.get("/plans/1").text
    assert center.post("/plans/1/apply").status_code == 303
    assert "/plans/1/cancel" in center.get("/plans/1/progress").text
    assert center.post("/plans/1/cancel").status_code == 303
    assert center.post("/plans/1/cancel").status_code == 409
    job = services.plans.job(1)
    assert job is not None
    assert job.state == "cancelled"


def test_whoever_only_looks_gets_no_button(signed_in: Enter) -> None:
    auditor = signed_in("auditor")
    assert "<button" not in auditor.get("/plans/1/progress").text
    for act in ("approve", "apply", "cancel", "undo"):
        assert auditor.post(f"/plans/1/{act}").status_code == 403


def test_the_operator_carries_out_what_the_center_approved(signed_in: Enter) -> None:
    operator, center = signed_in("operator"), signed_in("center")
    assert operator.get("/plans/new").status_code == 200
    assert "<button" not in operator.get("/plans/1/progress").text
    assert operator.post("/plans/1/approve").status_code == 403
    center.post("/plans/1/approve")
    assert "/plans/1/apply" in operator.get("/plans/1").text
    assert operator.post("/plans/1/apply").status_code == 303
    assert operator.post("/plans/1/cancel").status_code == 303


def test_a_plan_of_many_devices_is_told_by_state_and_its_differences_are_folded(
    signed_in: Enter, services: Services
) -> None:
    assert isinstance(services.plans, FakePlans)
    view = services.plans.all[1]
    many = tuple(replace(view.devices[0], name=f"cpe-{n:03}") for n in range(1, 9))
    services.plans.all[1] = replace(view, devices=many)
    body = signed_in("center").get("/plans/1").text
    assert 'href="#cpe-008"' in body
    assert 'id="cpe-008"' in body
    assert "<details open>" not in body
    services.plans.all[1] = replace(view, devices=many[:2])
    assert "<details open><summary><b>cpe-001</b>" in signed_in("center").get("/plans/1").text


def test_the_page_says_what_a_plan_opens_and_closes_and_the_center_has_it_proven_anew(
    signed_in: Enter, services: Services
) -> None:
    auditor, center = signed_in("auditor"), signed_in("center")
    body = auditor.get("/plans/1").text
    assert "tcp 10.21.31.1:0 &gt; 10.1.0.11:22" in body
    assert "fw-1 core0 &gt; srv0: let through (forward: too-wide)" in body
    assert "/plans/1/prove" not in body
    assert auditor.post("/plans/1/prove").status_code == 403
    assert "/plans/1/prove" in center.get("/plans/1").text
    assert center.post("/plans/1/prove").status_code == 303
    assert services.plans.proof(1).busy
    assert "<progress" in center.get("/plans/1/proof").text


def test_a_plan_that_was_never_proven_says_so_and_is_proven_once(plans: Plans) -> None:
    assert plans.proof(1).at is None
    assert plans.prove(CENTER, 1) == plans.prove(CARL, 1)
    assert plans.proof(1).busy


def test_what_was_proven_is_shown_with_what_nobody_should_want_first() -> None:
    set_language("en")
    shift = Shift(source="unit:u001", target="zone:server", packet="tcp 10.0.0.1:0 > 10.1.0.1:22", allowed=True)
    change = Change(
        devices=("fw-1",), opens=(shift, shift.model_copy(update={"allowed": False})), closes=(shift,) * 30,
        unsure=("unit:u002",), lines=("fw-1: strange",), pairs=2, again=2, seconds=0.1, assumed=("cpe-009",),
    )  # fmt: skip
    view = proof_view(Proven(at=clock.now(), change=change), busy=False)
    assert [s.tone for s in view.shifts[:3]] == ["fail", "pass", "fail"]
    assert (len(view.shifts), view.more, view.good) == (20, 12, False)
    assert view.says == "opens 2 (1 beyond the policy), closes 30 (30 that the policy allows)"
    assert view.notes[0] == "cannot be told of 1 place"
    assert view.notes[-1].endswith("cpe-009")
