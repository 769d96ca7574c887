"""Work windows in the web: who announces, changes and ends them, with what they cover shown before, and wrong input."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from countynet import clock
from countynet.db import reading
from countynet.events import Event
from dashboard.services.protocols import Services
from dashboard.services.works import WorkView
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK

Enter = Callable[[str], Browser]
REASON = "更换汇聚交换机光模块"


def at(hours: float) -> str:
    return f"{clock.now().astimezone(clock.CHINA) + timedelta(hours=hours):%Y-%m-%dT%H:%M}"


def words(**other: str) -> dict[str, str]:
    return {"devices": "agg-2", "start": at(20), "end": at(22), "reason": REASON, **other}


def only(services: Services) -> WorkView:
    (found,) = services.works.all(10)
    return found


@pytest.mark.parametrize("login", ["center", "operator"])
def test_what_it_covers_is_shown_before_it_is_announced(signed_in: Enter, services: Services, login: str) -> None:
    browser = signed_in(login)
    shown = browser.post("/works/new", **words(), preview="1")
    assert shown.status_code == 200
    assert "通知这些单位" in shown.text
    assert services.works.all(10) == []
    assert browser.post("/works/new", **words(), announce="1").status_code == 303
    found = only(services)
    assert (found.devices, found.login, found.state) == (("agg-2",), login, "waiting")
    assert f"{len(found.units)} 个单位" in shown.text
    assert len(found.units) == 5
    assert REASON in browser.get("/works").text
    browser.post("/language", language="en")
    assert all(word in browser.get("/works").text for word in ("Withdraw it", "not begun yet", "Change it"))


def test_a_window_on_one_of_two_cores_covers_no_unit_and_says_so(signed_in: Enter) -> None:
    shown = signed_in("center").post("/works/new", **words(devices="core-1"), preview="1")
    assert "另有通路" in shown.text


def test_everything_wrong_is_said_at_once_beside_its_field(signed_in: Enter, services: Services) -> None:
    browser = signed_in("center")
    wrong = browser.post("/works/new", devices="agg2, nobody", start=at(-5), end=at(-6), reason=" ", announce="1")
    assert wrong.status_code == 400
    assert all(f'id="e-{name}"' in wrong.text for name in ("devices", "start", "end", "reason"))
    assert "agg-2" in wrong.text
    assert 'value="agg2, nobody"' in wrong.text
    unread = browser.post("/works/new", devices="", start="soon", end="", reason="", announce="1")
    assert unread.status_code == 400
    assert all(f'id="e-{name}"' in unread.text for name in ("devices", "start", "end", "reason"))
    long = browser.post("/works/new", **words(end=at(24 * 20), reason="字" * 201), announce="1")
    assert all(f'id="e-{name}"' in long.text for name in ("end", "reason"))
    assert services.works.all(10) == []


def test_a_window_that_waits_can_be_given_other_devices_times_and_words(signed_in: Enter, services: Services) -> None:
    browser = signed_in("operator")
    browser.post("/works/new", **words(), announce="1")
    before = only(services)
    form = browser.get(f"/works/{before.number}").text
    assert 'value="agg-2"' in form
    assert REASON in form
    shown = browser.post(f"/works/{before.number}", **words(devices="agg-1 agg-3"), preview="1")
    assert shown.status_code == 200
    assert only(services) == before
    browser.post(f"/works/{before.number}", **words(devices="agg-1、agg-3", reason="改期"), announce="1")
    after = only(services)
    assert (after.devices, after.reason) == (("agg-1", "agg-3"), "改期")
    assert not set(before.units) & set(after.units)
    with reading(services.accounts.engine) as session:
        tags = session.scalars(select(Event.tag).where(Event.subject == f"window:{after.number}")).all()
        changed = session.scalars(select(Event).where(Event.tag == "window.changed")).one()
    assert tags == ["window.announced", "window.changed", "window.announced"]
    assert changed.actor == "operator"
    assert changed.data["before"]["devices"] == ["agg-2"]


def test_of_a_window_that_runs_only_the_end_moves(
    signed_in: Enter, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = signed_in("center")
    browser.post("/works/new", **words(start="", now="1", end=at(3)), announce="1")
    found = only(services)
    assert found.state == "running"
    page = browser.get(f"/works/{found.number}").text
    assert "readonly" in page
    browser.post(f"/works/{found.number}", **words(devices="core-1", start=at(9), end=at(5)), announce="1")
    later = only(services)
    assert (later.devices, later.start) == (found.devices, found.start)
    assert later.until > found.until
    past = browser.post(f"/works/{found.number}", **words(end=at(-1)), announce="1")
    assert past.status_code == 400
    assert 'id="e-end"' in past.text
    then = clock.now() + timedelta(minutes=30)
    monkeypatch.setattr(clock, "now", lambda: then)
    assert browser.post(f"/works/{found.number}/end").status_code == 303
    assert only(services).until == datetime.fromtimestamp(int(then.timestamp() * 1000) / 1000, then.tzinfo)
    assert browser.get(f"/works/{found.number}").status_code == 404
    assert browser.post(f"/works/{found.number}/end").status_code == 409


@pytest.mark.parametrize("login", ["auditor", CLERK, "admin"])
def test_others_announce_nothing(signed_in: Enter, services: Services, login: str) -> None:
    signed_in("center").post("/works/new", **words(), announce="1")
    found, browser = only(services), signed_in(login)
    assert browser.get("/works").status_code == (200 if login == "auditor" else 403)
    for path in ("/works/new", f"/works/{found.number}", f"/works/{found.number}/end"):
        assert browser.post(path, **words(), announce="1").status_code == 403
    assert browser.get("/works/new").status_code == 403
    assert "announce" not in (browser.get("/works").text if login == "auditor" else "")
    assert services.works.all(10) == [found]


def test_a_window_that_is_none_is_not_found(signed_in: Enter) -> None:
    browser = signed_in("center")
    assert browser.get("/works/99").status_code == browser.post("/works/99", **words()).status_code == 404
    assert browser.post("/works/99/end").status_code == 404
    assert browser.get("/works/new?device=agg-1").text.count('value="agg-1"') == 2
