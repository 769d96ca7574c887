"""Schedules in the web: made by the launch form, listed with what became of them, agreed to, ended by who may."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from countynet import clock
from countynet.db import reading
from countynet.events import Event
from countynet.vocabulary import Role
from dashboard.services.protocols import Services
from playbooks.runner.schedules import book, tick
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK
from tests.unit.dashboard.forms import beside, fields, text
from tests.unit.dashboard.runs_sample import GOOD, own_playbooks

Enter = Callable[[str], Browser]
NIGHT = {"_every": "monthly", "_on": "last-workday", "_at": "22:00", "_until": "01:30", "_do": "schedule"}


@pytest.fixture(autouse=True)
def own(tmp_path: Path, services: Services) -> Path:
    return own_playbooks(tmp_path)


def made(browser: Browser, **given: str) -> int:
    browser.post("/language", language="en", back="/help")
    answer = browser.post("/playbooks/greet", **{**GOOD, **NIGHT, **given})
    assert answer.status_code == 303, text(answer.text)
    return int(answer.headers["Location"].rpartition("/")[2])


def test_a_schedule_is_made_listed_agreed_to_by_another_and_ended(signed_in: Enter, services: Services) -> None:
    services.accounts.create("center2", Role.CENTER, None, "test", sample.PASSWORD)
    center, other = signed_in("center"), signed_in("center2")
    number = made(center)
    page = center.get(f"/runs/schedules/{number}").text
    said = text(page)
    assert "on every month's last working day at 22:00, begun until 01:30" in said
    assert len(re.findall(r"<time[^>]*>[^<]* 22:00", page)) == 5
    assert "••••" in said
    assert "very-secret-key" not in page
    assert "/approve" not in page  # nobody agrees to their own
    assert center.post(f"/runs/schedules/{number}/approve", until="2027-01-01").status_code == 403
    assert f"/runs/schedules/{number}" in other.get("/playbooks").text.partition('id="agreeing"')[2]
    wrong = other.post(f"/runs/schedules/{number}/approve", until="2020-01-01")
    assert (wrong.status_code, bool(beside(wrong.text, "until"))) == (400, True)
    assert fields(wrong.text, f"/runs/schedules/{number}/approve")["until"] == "2020-01-01"
    until = (clock.today() + timedelta(days=30)).isoformat()
    assert other.post(f"/runs/schedules/{number}/approve", until=until).status_code == 303
    assert f"center2, until {until}" in text(center.get("/runs/schedules").text)
    assert "agreeing" not in other.get("/playbooks").text
    assert "1 schedule of this playbook" in center.get("/playbooks/greet").text
    assert center.post(f"/runs/schedules/{number}/end").status_code == 303
    assert "/runs/schedules/1" not in center.get("/runs/schedules").text
    assert center.post(f"/runs/schedules/{number}/end").status_code == 409


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(signed_in: Enter) -> None:
    operator = signed_in("operator")
    bad = {"_every": "weekly", "_on": "32", "_at": "25:00", "_from": "2020-01-01", "count": "9", "key": "very-secret"}
    answer = operator.post("/playbooks/greet", devices="cpe-007", _do="schedule", **bad)
    assert answer.status_code == 400
    for name in ("_on", "_at", "_from", "count"):
        assert beside(answer.text, name), name
    assert '<details class="rhythm" id="calendar" open>' in answer.text
    kept = fields(answer.text, "/playbooks/greet")
    assert (kept["_every"], kept["_at"], kept["_from"], kept["count"]) == ("weekly", "25:00", "2020-01-01", "9")
    assert "very-secret" not in answer.text
    beyond = operator.post("/playbooks/greet", devices="core-1", **NIGHT)
    assert beyond.status_code == 403
    assert fields(beyond.text, "/playbooks/greet")["_on"] == "last-workday"
    assert signed_in("auditor").post("/playbooks/greet", **GOOD, **NIGHT).status_code == 403


def test_why_a_time_was_missed_is_told(signed_in: Enter, services: Services, tmp_path: Path) -> None:
    operator = signed_in("operator")
    number = made(operator)
    due = book.get(services.accounts.engine, number).due
    tick.tick(sample.settings(tmp_path), services.accounts.engine, due + timedelta(hours=9))
    for path in ("/runs/schedules", f"/runs/schedules/{number}"):
        said = text(operator.get(path).text)
        assert "missed its time" in said
        assert "its window closed" in said


def test_nobody_sees_or_moves_what_is_not_theirs(signed_in: Enter, services: Services) -> None:
    number = made(signed_in("operator"))
    clerk = signed_in(CLERK)
    own = clerk.post("/playbooks/test-line", **NIGHT).headers["Location"]
    assert clerk.get(own).status_code == 200
    assert signed_in(OTHER_CLERK).get(own).status_code == 403
    with reading(services.accounts.engine) as session:
        before = session.query(Event).filter(Event.tag.startswith("schedule.")).count()
    for login in (CLERK, "auditor", "admin"):
        browser = signed_in(login)
        page = browser.get(f"/runs/schedules/{number}")
        assert page.status_code == (403 if login == CLERK else 200)
        assert 'method="post"' not in page.text.partition("<main")[2]
        for act in ("approve", "end"):
            assert browser.post(f"/runs/schedules/{number}/{act}", until="2027-01-01").status_code == 403
            assert browser.client.post(f"/runs/schedules/{number}/{act}").status_code == 400
    with reading(services.accounts.engine) as session:
        assert session.query(Event).filter(Event.tag.startswith("schedule.")).count() == before
    assert clerk.get("/runs/schedules/99").status_code == 404
