"""Roll-out and rent in a real browser: width, scrolling, recording with and without JavaScript, the file sent."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from countynet import clock
from inventory.month import Month
from inventory.rent import rent
from tests.browser.chromium import Visitor
from tests.browser.conftest import CLERK, Site

Visit = Callable[..., Visitor]
PAGES = ("/rollout", "/rollout?batch=b2&late=1", "/rollout/gantt", "/rollout/training", "/rollout/units/u034", "/rent")


@pytest.mark.parametrize("width", [320, 1400])
def test_no_page_is_wider_than_its_window(visit: Visit, width: int) -> None:
    visit("center", width).fits(PAGES)


def test_the_chart_is_read_on_a_narrow_screen_by_scrolling_and_keeps_its_labels(visit: Visit) -> None:
    center = visit("center", 320)
    center.go("/rollout/gantt")
    chart = center.page.locator(".gantt")
    chart.focus()
    label = chart.locator("th[scope=row]").first
    before = label.bounding_box()
    center.page.keyboard.press("End")
    chart.evaluate("element => element.scrollLeft = element.scrollWidth")
    after = label.bounding_box()
    assert before is not None
    assert after is not None
    assert chart.evaluate("element => element.scrollLeft") > 100
    assert (before["x"], before["width"]) == (after["x"], after["width"])
    expect(chart.locator("text.now")).to_be_in_viewport()


def test_the_strips_fill_their_rows_so_that_today_is_one_line(visit: Visit) -> None:
    center = visit("center", 320)
    center.english()
    center.go("/rollout/gantt")
    gap = "cells => cells.map(c => c.clientHeight - c.querySelector('svg').getBoundingClientRect().height)"
    gaps = center.page.eval_on_selector_all(".gantt td.strip", gap)
    assert gaps
    assert max(gaps) < 2


def record(visit: Visit, site: Site) -> None:
    center = visit("center")
    center.go("/rollout?batch=-")
    center.page.click(".units a")
    expect(center.page.locator("h1")).to_contain_text("推进情况")
    expect(center.page.locator("[name=phase]")).to_have_value("survey")
    center.page.fill("[name=reason]", "调查表已收回")
    center.page.click("text=已完成 >> nth=-1")
    expect(center.page.locator("[name=phase]")).to_have_value("line")
    expect(center.page.locator("td .pass")).to_have_count(1)
    assert site.services.county.whole().units[-1].milestones[0].done == clock.today()
    center.page.select_option("[name=phase]", "survey")
    center.page.click("button[name=undone]")
    expect(center.page.locator("td .pass")).to_have_count(0)


def test_the_center_records_a_phase_and_takes_it_back(visit: Visit, site: Site) -> None:
    record(visit, site)


def test_a_phase_is_recorded_without_javascript(visit: Visit, site: Site, without_javascript: None) -> None:
    record(visit, site)


def test_what_is_wrong_is_said_beside_the_form_and_kept(visit: Visit) -> None:
    center = visit("center")
    center.refusals_expected = True
    center.go("/rollout/units/u034")
    center.page.evaluate("document.querySelector('[name=day]').removeAttribute('max')")
    center.page.fill("[name=day]", "2999-01-01")
    center.page.fill("[name=reason]", "too early")
    center.page.press("[name=reason]", "Enter")
    expect(center.page.get_by_role("alert")).to_contain_text("2999-01-01")
    expect(center.page.locator("[name=reason]")).to_have_value("too early")
    expect(center.page.locator("[name=day]")).to_have_value("2999-01-01")


def test_the_center_records_attendance_of_a_whole_batch(visit: Visit, site: Site) -> None:
    center = visit("center", 320)
    center.go("/rollout/training")
    session = center.page.locator("#t1")
    session.locator("summary").click()
    session.locator("[name=people-u001]").fill("5")
    session.locator("[name=people-u002]").fill("0")
    session.locator("[name=guest]").select_option("u099")
    session.locator("[name=guests]").fill("2")
    session.locator("form button").click()
    expect(center.page.locator("#t1 details")).not_to_have_attribute("open", "")
    people = {a.unit: a.people for a in site.services.county.whole().trainings[0].attendance}
    assert (people["u001"], people["u002"], people["u099"]) == (5, 0, 2)
    assert center.overflow() <= 0


def test_each_role_finds_what_is_theirs(visit: Visit) -> None:
    tabs = {"center": 3, "auditor": 3, "operator": 3}
    for login, count in tabs.items():
        visitor = visit(login)
        visitor.page.click("nav >> text=推进")
        expect(visitor.page.locator(".tabs a")).to_have_count(count)
        expect(visitor.page.locator("header [aria-current=page]")).to_have_text("推进")
        visitor.page.click(".units a >> nth=0")
        expect(visitor.page.locator("main form")).to_have_count(1 if login == "center" else 0)
    clerk = visit(CLERK)
    clerk.page.click("nav >> text=推进")
    assert clerk.page.url.endswith(f"/rollout/units/{CLERK}")
    expect(clerk.page.locator(".tabs")).to_have_count(0)
    clerk.refusals_expected = True
    clerk.go("/rollout/training")
    expect(clerk.page.locator("h1")).to_contain_text("403")


def test_a_months_rent_is_looked_up_and_taken_away_as_a_file(visit: Visit, site: Site, tmp_path: Path) -> None:
    auditor = visit("auditor")
    auditor.go("/rent")
    auditor.page.click("a[rel=prev]")
    month = Month.of(clock.today()).before
    expect(auditor.page.locator("[name=month]")).to_have_value(str(month))
    auditor.page.fill("[name=month]", "2026-11")
    auditor.page.click("main form button")
    expect(auditor.page.locator("h1")).to_contain_text("2026-11")
    with auditor.page.expect_download() as waiting:
        auditor.page.click("a[download]")
    assert waiting.value.suggested_filename == "rent-2026-11.csv"
    waiting.value.save_as(tmp_path / "rent.csv")
    lines = rent(site.services.county.whole(), Month(2026, 11))
    assert (tmp_path / "rent.csv").read_bytes().count(b"\r\n") == len(lines) + 1
