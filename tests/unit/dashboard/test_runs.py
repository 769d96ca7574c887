"""Playbooks and runs in the web: forms, who may what, the log folded and live, two runs beside each other."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from countynet.db import reading
from countynet.events import Event
from countynet.vocabulary import Role
from dashboard.runs import views
from dashboard.services.protocols import Services
from dashboard.users.model import Person
from playbooks.runner import book
from playbooks.runner.run import HostEnd
from playbooks.runner.states import RunState
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK
from tests.unit.dashboard.forms import beside, fields, text
from tests.unit.dashboard.runs_sample import GOOD, OWN, asked, ended, own_playbooks

Enter = Callable[[str], Browser]
CENTER = Person(1, "center", Role.CENTER)
POSTS = ("go", "again", "approve", "refuse", "cancel")


@pytest.fixture
def own(tmp_path: Path, services: Services) -> Path:
    """A county with playbooks of its own and a vault, made after the services' folder."""
    return own_playbooks(tmp_path)


def english(browser: Browser) -> Browser:
    browser.post("/language", language="en", back="/help")
    return browser


@pytest.mark.usefixtures("own")
def test_each_role_is_shown_its_playbooks_with_all_that_matters_before_a_start(
    signed_in: Enter, services: Services
) -> None:
    operator = english(signed_in("operator"))
    look = asked(operator)
    ended(services, look)
    ended(services, int(operator.post(f"/runs/{look}/go").headers["Location"].rpartition("/")[2]))
    page = text(operator.get("/playbooks").text)
    may = "May run it operator, county information center operator only on unit's router"
    assert f"Greets devices On Devices {may}" in page
    assert "Approval by somebody else at the center Looks first yes Took last time 0.0 s Last run done Run 2" in page
    assert "Test my line" not in page
    auditor = signed_in("auditor").get("/playbooks").text
    assert 'href="/playbooks/test-line"' in auditor
    assert "/playbooks/greet" not in signed_in(CLERK).get("/playbooks").text
    assert operator.get("/playbooks/test-line").status_code == 403
    assert operator.get("/playbooks/nothing").status_code == 404
    assert "<form" not in auditor.partition("<main")[2]


@pytest.mark.usefixtures("own")
def test_a_unit_runs_what_is_for_units_on_itself_and_sees_its_own_alone(signed_in: Enter) -> None:
    clerk = signed_in(CLERK)
    assert 'href="/playbooks"' in clerk.get("/help").text
    number = asked(clerk, "test-line", x="")
    page = clerk.get(f"/runs/{number}").text
    assert f"cpe-{CLERK[1:]}" in page
    assert "core-1" not in page  # the map is not a unit's to see
    assert signed_in(OTHER_CLERK).get(f"/runs/{number}").status_code == 403
    assert signed_in("center").get(f"/runs/{number}").status_code == 200
    assert "/runs/1" not in signed_in(OTHER_CLERK).get("/runs").text
    assert f"<span>{CLERK}</span>" in clerk.get("/runs").text  # on what it was


def test_a_file_of_the_county_that_is_wrong_is_told_with_its_line(signed_in: Enter, own: Path) -> None:
    own.write_text(OWN.replace("may_run: [unit]", "may_run: [mayor]"), encoding="utf-8")
    answer = signed_in("center").get("/playbooks")
    assert (answer.status_code, "runs.yml" in answer.text, "mayor" in answer.text) == (200, True, True)


@pytest.mark.usefixtures("own")
def test_the_form_has_an_input_that_fits_each_value_and_its_default(signed_in: Enter) -> None:
    page = signed_in("center").get("/playbooks/greet").text
    for wanted in (
        r'<input name="devices" value="" list="l-devices"[^>]* required',
        r'<option value="core-1">',
        r'<input type="number" name="count" value="2"[^>]* min="1" max="5"',
        r'<option value="soft" selected>',
        r'<input type="date" name="day"',
        r'<option value="yes" selected>',
        r'<input type="checkbox" name="hosts" value="srv-portal"',
        r'<input type="password" name="key" value=""',
        r'<input name="note" value="" maxlength="20"',
    ):
        assert re.search(wanted, page), wanted
    center = signed_in("center")
    assert "多个以逗号分隔，或填一组，如 role=cpe。" in center.get("/playbooks/greet").text
    group = center.get("/playbooks/greet?hosts=zone%3Dserver").text  # boxes could not show what it chooses
    assert re.search(r'<input name="hosts" value="zone=server" list="l-hosts"', group)
    assert 'name="devices"' in center.get("/playbooks/rotate-credentials").text
    operator = signed_in("operator")
    assert 'name="note"' not in operator.get("/playbooks/greet").text
    assert 'value="cpe-003"' in operator.get("/playbooks/greet?devices=cpe-003&key=from-the-address").text
    assert "from-the-address" not in operator.get("/playbooks/greet?key=from-the-address").text.partition("<main")[2]
    for playbook, more in (("servers", set[str]()), ("harden-servers", {"pub-1"})):  # only what the playbook is for
        servers = signed_in("center").get(f"/playbooks/{playbook}").text
        assert set(re.findall(r'name="servers" value="([^"]+)"', servers)) == {"srv-infra", "srv-portal"} | more
    assert '<option value="admin">' in signed_in("center").get("/playbooks/add-unit").text


@pytest.mark.usefixtures("own")
def test_everything_that_is_wrong_is_told_beside_its_field_and_what_was_typed_stays_but_a_secret(
    signed_in: Enter, services: Services
) -> None:
    center = english(signed_in("center"))
    bad = {"devices": "cpe-007,cpe-999", "count": "9", "day": "soon", "key": "very-secret-key", "note": "x" * 30}
    answer = center.post("/playbooks/greet", **bad)
    assert answer.status_code == 400
    assert "cpe-999" in beside(answer.text, "devices")
    assert "1..5" in beside(answer.text, "count")
    assert beside(answer.text, "day")
    assert beside(answer.text, "note")
    kept = fields(answer.text, "/playbooks/greet")
    assert (kept["devices"], kept["count"], kept["key"]) == ("cpe-007,cpe-999", "9", "")
    assert "very-secret-key" not in answer.text
    beyond = english(signed_in("operator")).post("/playbooks/greet", devices="core-1")
    assert beyond.status_code == 403
    assert "only on unit's router" in beside(beyond.text, "devices")
    both = english(signed_in("operator")).post("/playbooks/greet", devices="core-1", count="9")
    assert (both.status_code, "only on unit's router" in beside(both.text, "devices")) == (400, True)
    assert "1..5" in beside(both.text, "count")
    assert signed_in("auditor").post("/playbooks/greet", **GOOD).status_code == 403
    assert services.runs.newest(CENTER, 9) == ()


@pytest.mark.usefixtures("own")
def test_a_picture_shows_what_it_would_touch_and_begins_nothing(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    answer = center.post("/playbooks/greet", **GOOD, _do="picture")
    assert answer.status_code == 200
    assert answer.text.count('class="spot touched"') == 2
    assert "cpe-007, cpe-008" in text(answer.text)
    assert fields(answer.text, "/playbooks/greet")["devices"] == "cpe-007，cpe-008"
    assert "very-secret-key" not in answer.text
    servers = center.get("/playbooks/servers").text
    assert servers.count('class="zone touched"') >= 1
    assert center.get("/runs/1").status_code == 404


@pytest.mark.usefixtures("own")
def test_a_look_is_carried_out_once_somebody_else_at_the_center_has_agreed(
    signed_in: Enter, services: Services
) -> None:
    services.accounts.create("center2", Role.CENTER, None, "test", sample.PASSWORD)
    center, other = english(signed_in("center")), english(signed_in("center2"))
    look = asked(center)
    page = center.get(f"/runs/{look}").text
    assert "cpe-007" in page
    assert "••••" in page
    assert "very-secret-key" not in page
    assert 'form="p-go"' not in page
    ended(services, look, plan=1)
    page = center.get(f"/runs/{look}").text
    assert 'form="p-go"' in page
    assert 'href="/plans/1"' in page
    change = int(center.post(f"/runs/{look}/go").headers["Location"].rpartition("/")[2])
    page = center.get(f"/runs/{change}").text
    assert f'href="/runs/{look}"' in page
    assert 'form="p-approve"' not in page
    assert center.post(f"/runs/{change}/approve").status_code == 403
    for path in ("/board", "/plans"):
        assert "1 run of a playbook waits for your approval" in other.get(path).text
        assert "wait for your approval" not in center.get(path).text
    assert f'href="/runs/{change}"' in other.get("/playbooks").text.partition('id="waiting"')[2]
    assert beside(other.post(f"/runs/{change}/refuse", reason=" ").text, "reason")
    assert other.post(f"/runs/{change}/approve").status_code == 303
    assert other.post(f"/runs/{change}/approve").status_code == 409
    assert "queued" in other.get(f"/runs/{change}").text
    second = int(center.post(f"/runs/{look}/go").headers["Location"].rpartition("/")[2])
    assert other.post(f"/runs/{second}/refuse", reason="not today").status_code == 303
    assert "not today" in center.get(f"/runs/{second}").text


@pytest.mark.usefixtures("own")
def test_nobody_moves_the_run_of_another_nor_without_the_token_of_a_form(signed_in: Enter, services: Services) -> None:
    look = asked(signed_in("center"))
    with reading(services.accounts.engine) as session:
        before = session.query(Event).filter(Event.tag.startswith("run.")).count()
    for login in ("operator", "auditor", "admin", CLERK):
        browser = signed_in(login)
        page = browser.get(f"/runs/{look}")
        assert page.status_code == (403 if login == CLERK else 200)
        assert not re.search(r'form="p-|method="post"', page.text.partition("<main")[2]), login
        for act in POSTS:
            assert browser.client.post(f"/runs/{look}/{act}").status_code == 400, (login, act)
            assert browser.post(f"/runs/{look}/{act}", reason="x").status_code == 403, (login, act)
    with reading(services.accounts.engine) as session:
        assert session.query(Event).filter(Event.tag.startswith("run.")).count() == before
    assert signed_in("center").post(f"/runs/{look}/cancel").status_code == 303
    assert signed_in("center").post(f"/runs/{look}/cancel").status_code == 409


@pytest.mark.usefixtures("own")
def test_what_failed_is_run_again_and_two_runs_stand_beside_each_other(signed_in: Enter, services: Services) -> None:
    operator = english(signed_in("operator"))
    first, other = asked(operator), asked(operator, devices="cpe-007", count="3")
    ended(services, first, RunState.FAILED, HostEnd("cpe-007", 3, 1, ""), HostEnd("cpe-008", 1, 0, "no room on it"))
    ended(services, other, RunState.DONE, HostEnd("cpe-007", 3, 0, ""))
    page = operator.get(f"/runs/{first}").text
    assert "Again on the 1 failed host" in page
    assert "no room on it" in page
    assert f'<option value="{other}">' in page
    said = text(operator.get(f"/runs/{first}?with={other}").text)
    assert "Times 2 3" in said
    assert "2 came out otherwise" in said
    assert "cpe-008 failed no room on it not in this run" in said
    assert "cpe-007 something changed 1 changed as intended" in said
    backup = asked(operator, "take-backup", x="")
    assert operator.get(f"/runs/{first}?with={backup}").status_code == 409
    again = int(operator.post(f"/runs/{first}/again").headers["Location"].rpartition("/")[2])
    assert book.get(services.accounts.engine, again).targets == ("cpe-008",)


@pytest.mark.usefixtures("own")
def test_the_history_is_filtered_by_playbook_state_and_person(signed_in: Enter, services: Services) -> None:
    operator, center = signed_in("operator"), signed_in("center")
    asked(operator)
    asked(center, "take-backup", x="")
    ended(services, 1)
    for query, found in (
        ("", [2, 1]), ("?playbook=greet", [1]), ("?state=queued", [2]), ("?person=operator", [1]),
        ("?person=operator&state=queued", []),
    ):  # fmt: skip
        page = center.get(f"/runs{query}").text
        assert [int(n) for n in re.findall(r'<li><a href="/runs/(\d+)"', page)] == found, query
    assert center.get("/runs?state=lost").status_code == 400


@pytest.mark.usefixtures("own")
def test_the_history_is_turned_page_by_page(
    signed_in: Enter, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "LIMIT", 2)
    operator = signed_in("operator")
    for _number in range(3):
        asked(operator)
    first = operator.get("/runs?playbook=greet").text
    assert re.findall(r'<li><a href="/runs/(\d+)"', first) == ["3", "2"]
    assert 'href="/runs?before=2&amp;playbook=greet"' in first
    last = operator.get("/runs?before=2&playbook=greet").text
    assert re.findall(r'<li><a href="/runs/(\d+)"', last) == ["1"]
    assert "before=" not in last.partition("<main")[2]
    assert 'href="/runs?playbook=greet"' in last
    for wrong in ("x", "-1", "9" * 30):
        assert operator.get(f"/runs?before={wrong}").status_code == 400
