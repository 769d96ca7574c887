"""The pages of plans: whoever may look sees all of it, only the center acts, never on its own plan."""

from collections.abc import Callable, Iterator
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
from dashboard.services.real.plans import RealPlans
from dashboard.users.model import Person
from playbooks.plan.book import Book
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser
from tests.unit.playbooks.plan import samples

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
    for login in ("operator", "auditor"):
        browser = signed_in(login)
        assert "/plans/1/approve" not in browser.get("/plans/1").text
        assert browser.post("/plans/1/approve").status_code == 403
