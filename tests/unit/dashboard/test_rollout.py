"""The roll-out's and the rent's pages: what each role sees, what the center records, and what is refused."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from countynet import clock
from countynet.vocabulary import RolloutPhase
from dashboard.services.fake import FakeCounty
from dashboard.services.protocols import Services
from inventory.model import County, Milestone, Unit
from inventory.month import Month
from inventory.rent import rent, whole, yuan
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK
from tests.unit.inventory.rollout.small import changed

Enter = Callable[[str], Browser]
PAGES = ("/rollout", "/rollout?batch=b2&late=1", "/rollout?batch=-", "/rollout/gantt", "/rollout/training",
         f"/rollout/units/{CLERK}", "/rent?month=2026-11")  # fmt: skip


def set_county(services: Services, county: County) -> None:
    assert isinstance(services.county, FakeCounty)
    services.county.value = county


def unit_of(services: Services, unit: str) -> Unit:
    return services.county.whole().unit_by_id[unit]


@pytest.mark.parametrize("path", PAGES)
def test_each_page_speaks_both_languages_with_nothing_inline(signed_in: Enter, path: str) -> None:
    center = signed_in("center")
    chinese = center.get(path)
    assert chinese.status_code == 200
    center.post("/language", language="en")
    english = center.get(path)
    assert '<html lang="en"' in english.text
    for html in (chinese.text, english.text):
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", html)
        assert html.count("<h1") == 1
        assert "None" not in re.sub(r"<option.*?</option>|>None\.<", "", html)


def test_the_board_has_every_unit_once_and_tells_the_late_by_shape_and_word(signed_in: Enter) -> None:
    html = signed_in("center").get("/rollout").text
    assert html.count('href="/rollout/units/') == 120
    assert html.count('<section class="card phase ') == 7
    marks = re.findall(r'<li class="late">(.*?)</li>', html, re.S)
    assert marks
    assert all('href="#s-major"' in mark and "逾期" in mark for mark in marks)
    assert f"{len(marks)} 个逾期" in html


def test_a_batch_or_the_late_alone_are_shown(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    batch = services.county.whole().batches[1]
    assert center.get("/rollout?batch=b2").text.count('href="/rollout/units/') == len(batch.units)
    late = center.get("/rollout?batch=b2&late=1").text
    assert late.count('href="/rollout/units/') == late.count('<li class="late">') > 0
    assert center.get("/rollout?batch=-").text.count('href="/rollout/units/') == 1
    assert center.get("/rollout?batch=nowhere").status_code == 404


def test_the_gantt_has_a_strip_for_each_row_and_says_it_in_words(signed_in: Enter) -> None:
    html = signed_in("center").get("/rollout/gantt").text
    strips = re.findall(r'<svg role="img"[^>]*aria-label="([^"]+)"', html)
    assert len(strips) == 1 + 6 + 4 * 7
    assert all(said.strip() for said in strips)
    assert html.count('class="today"') >= 2
    percents = [float(x) for x in re.findall(r'(?:x|x1|x2)="([\d.]+)%"', html)]
    assert all(0 <= x <= 100 for x in percents)


def test_the_gantt_of_a_county_without_a_plan_is_a_page(signed_in: Enter, services: Services) -> None:
    county = services.county.whole()
    plain = tuple(unit.model_copy(update={"milestones": ()}) for unit in county.units)
    none = dict.fromkeys(("batches", "phases", "trainings", "contracts", "backup_lines"), ())
    set_county(services, changed(county, units=plain, **none))
    center = signed_in("center")
    for path in ("/rollout", "/rollout/gantt", "/rollout/training", "/rollout/units/u001", "/rent", "/rent.csv"):
        assert center.get(path).status_code == 200, path
    assert "没有安排培训" in center.get("/rollout/training").text


def test_the_center_records_a_milestone_and_takes_it_back(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    today = clock.today().isoformat()
    answer = center.post("/rollout/units/u120", phase="survey", day=today, reason="form came by mail")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rollout/units/u120")
    assert unit_of(services, "u120").milestones[0].done == clock.today()
    assert f"<time>{today}</time>" in center.get("/rollout/units/u120").text
    assert center.post("/rollout/units/u120", phase="survey", undone="1").status_code == 303
    assert not unit_of(services, "u120").milestones


@pytest.mark.parametrize(
    "fields",
    [
        {"phase": "survey", "day": "2999-01-01"},
        {"phase": "survey", "day": "soon"},
        {"phase": "survey", "day": ""},
        {"phase": "lunch", "day": "2020-01-01"},
        {"phase": "in-force", "day": "1999-12-31"},
        {},
    ],
)
def test_a_wrong_milestone_is_said_on_the_page_and_changes_nothing(
    signed_in: Enter, services: Services, fields: dict[str, str]
) -> None:
    before = unit_of(services, "u001")
    answer = signed_in("center").post("/rollout/units/u001", **{**fields, "reason": "typed <b>"})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert 'value="typed &lt;b&gt;"' in answer.text
    assert unit_of(services, "u001") == before


def test_the_center_records_the_people_of_several_units_and_a_guest(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    fields = {
        "people-u001": "4",
        "people-u002": "",
        "people-u003": "0",
        "guest": "u099",
        "guests": "2",
    }
    assert center.post("/rollout/training", training="t1", **fields).status_code == 303
    people = {a.unit: a.people for a in services.county.whole().trainings[0].attendance}
    assert (people["u001"], people["u003"], people["u099"]) == (4, 0, 2)
    assert "u002" not in people
    assert people["u004"] == 9 % 4


@pytest.mark.parametrize(
    "fields",
    [
        {"training": "t1", "people-u001": "many"},
        {"training": "t1", "people-u001": "-1"},
        {"training": "t1", "people-u001": "1000"},
        {"training": "t1", "people-u001": "٣"},
        {"training": "t1", "people-u999": "1"},
        {"training": "t1", "guest": "nobody", "guests": "1"},
        {"training": "t9", "people-u001": "1"},
        {"training": "t4", "people-u100": "1"},
        {},
    ],
)
def test_wrong_attendance_is_said_and_keeps_what_was_typed(
    signed_in: Enter, services: Services, fields: dict[str, str]
) -> None:
    county = services.county.whole()
    later = county.trainings[3].model_copy(update={"on": clock.today() + timedelta(days=1)})
    set_county(services, changed(county, trainings=(*county.trainings[:3], later)))
    before = services.county.whole().trainings
    answer = signed_in("center").post("/rollout/training", **{**fields, "people-u005": "7"} if fields else fields)
    assert answer.status_code == 400
    assert services.county.whole().trainings == before
    if fields.get("training") == "t1":
        assert 'name="people-u005" type="number" min="0" max="999" value="7"' in answer.text


def test_the_center_adds_a_session_and_is_told_everything_that_is_wrong_with_one(
    signed_in: Enter, services: Services
) -> None:
    center, before = signed_in("center"), len(services.county.whole().trainings)
    center.get("/rollout/training")
    said = {"batch": "b1", "on": "2026-13-01", "place": "", "topic": "终端安全", "topic_en": "Terminals"}
    wrong = center.post("/rollout/sessions", **said)
    assert wrong.status_code == 400
    assert 'value="终端安全"' in wrong.text
    assert center.post("/rollout/sessions", **said | {"on": "2026-11-20", "place": "礼堂"}).status_code == 303
    assert len(services.county.whole().trainings) == before + 1
    assert "终端安全" in center.get("/rollout/training").text


def test_a_session_to_come_has_no_form_and_nobody_absent(signed_in: Enter, services: Services) -> None:
    county = services.county.whole()
    later = county.trainings[0].model_copy(update={"on": clock.today() + timedelta(days=1), "attendance": ()})
    set_county(services, changed(county, trainings=(later,)))
    html = signed_in("center").get("/rollout/training").text
    assert "尚未举行" in html
    assert "登记到场" not in html
    assert "缺席" not in html


def test_the_operator_and_the_auditor_see_the_roll_out_and_have_no_forms(signed_in: Enter) -> None:
    for login in ("operator", "auditor"):
        browser = signed_in(login)
        for path in ("/rollout", "/rollout/gantt", "/rollout/training", "/rollout/units/u001"):
            answer = browser.get(path)
            assert answer.status_code == 200
            assert 'action="/rollout' not in answer.text
        assert browser.post("/rollout/units/u001", phase="survey", day="2026-01-01").status_code == 403
        assert browser.post("/rollout/training", training="t1").status_code == 403
    assert all(signed_in(login).get("/rent").status_code == 200 for login in ("auditor", "operator"))
    assert 'href="/rent"' not in signed_in("operator").get("/rollout").text


def test_a_clerk_sees_the_own_roll_out_only(signed_in: Enter) -> None:
    clerk = signed_in(CLERK)
    assert clerk.get("/rollout").headers["Location"] == f"/rollout/units/{CLERK}"
    html = clerk.get(f"/rollout/units/{CLERK}").text
    assert 'class="tabs"' not in html
    assert "<select" not in html
    for path in (f"/rollout/units/{OTHER_CLERK}", "/rollout/gantt", "/rollout/training"):
        assert clerk.get(path).status_code == 403, path


def test_a_post_without_the_token_or_for_nobody_is_refused(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    app = center.client.application
    app.config["WTF_CSRF_ENABLED"] = True
    assert center.client.post("/rollout/units/u001", data={"phase": "survey"}).status_code == 400
    assert center.client.post("/rollout/training", data={"training": "t1"}).status_code == 400
    assert center.post("/rollout/units/u999", phase="survey").status_code == 404
    assert center.get("/rollout/units/u999").status_code == 404


def test_the_rent_adds_up_and_shows_part_months_backup_lines_and_missing_contracts(
    signed_in: Enter, services: Services
) -> None:
    month = Month.of(clock.today())
    lines = rent(services.county.whole(), month)
    html = signed_in("center").get("/rent").text
    assert yuan(whole(lines).total) in html
    assert html.count("备用：拨号") == 2
    assert html.count("合计") == 2
    assert html.count('class="major"') == 2
    assert html.count(f"<small>/{month.days}</small>") == 2


def test_a_months_rent_is_a_file_that_no_spreadsheet_takes_for_formulas(signed_in: Enter, services: Services) -> None:
    county = services.county.whole()
    evil = county.units[0].model_copy(update={"name": "=cmd|' /C calc'!A0"})
    set_county(services, changed(county, units=(evil, *county.units[1:])))
    answer = signed_in("auditor").get("/rent.csv?month=2026-11")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="rent-2026-11.csv"'
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))
    assert len(rows) == 1 + len(rent(services.county.whole(), Month(2026, 11)))
    assert rows[1][1] == "'=cmd|' /C calc'!A0"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("month", ["2026-13", "soon", "2026-11-01", "9999-99", "%00"])
def test_what_is_no_month_is_said_and_this_month_shown(signed_in: Enter, month: str) -> None:
    center = signed_in("center")
    answer = center.get(f"/rent?month={month}")
    assert answer.status_code == 400
    assert str(Month.of(clock.today())) in answer.text
    assert center.get(f"/rent.csv?month={month}").status_code == 400


def test_a_unit_in_force_is_complete_and_one_that_skipped_says_so(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    assert "已越过，未登记日期" in center.get("/rollout/units/u009").text
    county = services.county.whole()
    done = tuple(Milestone(phase=phase, done=date(2026, 1, 1)) for phase in RolloutPhase)
    one = county.units[0].model_copy(update={"milestones": done})
    set_county(services, changed(county, units=(one, *county.units[1:])))
    assert "已全部完成" in center.get("/rollout/units/u001").text
