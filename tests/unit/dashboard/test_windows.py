"""The work window on a plan's page: the center puts a plan into one and takes it out; the desk reads it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from countynet import clock
from countynet.db import open_database
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.i18n import set_language
from countynet.secrets import Secrets
from countynet.vocabulary import Role
from dashboard.services.fake_windows import FakeWindows
from dashboard.services.real.windows import RealWindows
from dashboard.services.windows import Windows
from dashboard.users.model import Person
from playbooks.plan.book import Book
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser
from tests.unit.playbooks.plan import samples

Enter = Callable[[str], Browser]
CENTER, AUDITOR = Person(1, "center", Role.CENTER), Person(2, "auditor", Role.AUDITOR)


@pytest.fixture(params=["fake", "real"])
def windows(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Windows]:
    set_language("en")
    if request.param == "fake":
        yield FakeWindows()
        return
    settings = sample.settings(tmp_path)
    Secrets.create(settings, {"one": "secret"})
    engine = open_database(settings)
    Book(settings, engine).add(lambda number: samples.plan(number, made=clock.now()), {"cpe-001": samples.steps()})
    yield RealWindows(settings, engine)
    engine.dispose()


def typed(hours: int) -> str:
    """What a browser sends of a datetime-local input."""
    return f"{(clock.now() + timedelta(hours=hours)).astimezone(clock.CHINA):%Y-%m-%dT%H:%M}"


def test_a_plan_is_put_into_a_window_and_taken_out(windows: Windows) -> None:
    assert windows.of(1) is None
    assert [sorted(windows.possible(who, 1)) for who in (CENTER, AUDITOR)] == [["schedule"], []]
    with pytest.raises(Conflict):
        windows.cancel(CENTER, 1)
    with pytest.raises(BadInput):
        windows.schedule(CENTER, 1, typed(4), typed(3))
    with pytest.raises(NotAllowed):
        windows.schedule(AUDITOR, 1, typed(2), typed(3))
    with pytest.raises(NotAllowed):
        windows.cancel(AUDITOR, 1)
    windows.schedule(CENTER, 1, typed(2), typed(3))
    found = windows.of(1)
    assert found is not None
    assert (found.waits, found.login) == (True, "center")
    assert typed(2)[:10] in found.when
    assert sorted(windows.possible(CENTER, 1)) == ["schedule", "unschedule"]
    windows.cancel(CENTER, 1)
    after = windows.of(1)
    assert after is None or not after.waits


def test_what_the_approvals_lack_is_said(tmp_path: Path) -> None:
    set_language("en")
    settings = sample.settings(tmp_path)
    Secrets.create(settings, {"one": "secret"})
    engine = open_database(settings)
    Book(settings, engine).add(lambda number: samples.plan(number, made=clock.now()), {"cpe-001": samples.steps()})
    real = RealWindows(settings, engine)
    real.schedule(CENTER, 1, typed(2), typed(3))
    found = real.of(1)
    engine.dispose()
    assert found is not None
    assert "at the start it will have 0 of 1 approval" in found.warnings  # and at some hours that people work then


def test_the_page_has_the_window_for_all_and_its_buttons_for_the_center(signed_in: Enter) -> None:
    center = signed_in("center")
    center.get("/plans/1")
    assert center.post("/plans/1/window", start=typed(2), end=typed(3)).status_code == 303
    assert center.post("/plans/1/window", start=typed(3), end=typed(2)).status_code == 400
    assert center.post("/plans/9/window", start=typed(2), end=typed(3)).status_code == 404
    for login in ("center", "operator", "auditor"):
        text = signed_in(login).get("/plans/1").text
        assert typed(2) in text
        assert ("/plans/1/window/cancel" in text) is (login == "center")
    assert center.post("/plans/1/window/cancel").status_code == 303
