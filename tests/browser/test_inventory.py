"""The record in a real browser: the center adds, meets a colleague, undoes and merges; others propose or only read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Visitor
from tests.browser.conftest import CLERK, Site

Visit = Callable[..., Visitor]
PAGES = (
    "/inventory",
    "/inventory/units/new",
    f"/inventory/units/{CLERK}/edit",
    f"/inventory/units/{CLERK}/remove",
    f"/inventory/objects/units/{CLERK}?field=terminals",
    "/inventory/objects/plan/plan",
    "/inventory/sections",
    "/inventory/sections/policy",
    "/inventory/log",
    "/inventory/commits/HEAD",
    "/inventory/diff",
    "/inventory/proposals",
)


@pytest.mark.parametrize("width", [320, 1400])
def test_no_page_of_the_record_is_wider_than_its_window(visit: Visit, width: int) -> None:
    visit("center", width).fits(PAGES)


def add_a_unit(center: Visitor) -> None:
    center.go("/inventory")
    center.page.click(".head a.button")
    for name, value in (
        ("name", "清岚县数据局"),
        ("name_en", "County Data Bureau"),
        ("leader.name", "张三丰"),
        ("leader.telephone", "12"),
        ("reason", "机构改革新设"),
    ):
        center.page.fill(f"[name='{name}']", value)
    center.page.select_option("[name=kind]", "government")
    center.page.select_option("[name=building]", "admin")
    center.refusals_expected = True
    center.page.click("button[value=look]")
    expect(center.page.locator("[id='e-leader.telephone']")).to_be_visible()
    expect(center.page.locator("[name='name']")).to_have_value("清岚县数据局")
    center.page.fill("[name='leader.telephone']", "16912345670")
    center.page.click("button[value=look]")
    expect(center.page.locator(".told")).to_contain_text("10.21.121.0/24")
    center.page.click("button[value=save]")
    expect(center.page.locator(".note.good")).to_be_visible()
    expect(center.page.locator("h1")).to_have_text("清岚县数据局")
    expect(center.page.locator(".history > li")).to_have_count(1)


def meet(center: Visitor, other: Visitor) -> None:
    """Two people of the center change the same telephone; the second sees what the first did and saves again."""
    for who in (center, other):
        who.go("/inventory/units/u040/edit")
    for who, telephone, why in ((other, "16900000001", "换了手机"), (center, "16900000002", "核对")):
        who.page.fill("[name='unit.officer.telephone']", telephone)
        who.page.fill("[name=reason]", why)
        who.page.click("button[value=save]")
        if who is other:
            expect(who.page.locator(".note.good")).to_be_visible()
    expect(center.page.locator(".note.bad")).to_contain_text("换了手机")
    expect(center.page.locator(".now")).to_contain_text("16900000001")
    expect(center.page.locator("[name='unit.officer.telephone']")).to_have_value("16900000002")
    center.page.click("button[value=save]")
    expect(center.page.locator(".note.good")).to_be_visible()


def undo_the_last(center: Visitor) -> None:
    center.go("/inventory/log")
    center.page.locator("a[href$='#undo']").first.click()
    center.page.fill("#undo [name=reason]", "核对有误")
    center.page.click("#undo button")
    expect(center.page.locator("p.why")).to_have_text("核对有误")
    expect(center.page.locator(".changes ins")).to_have_text("16900000001")


def life_of_the_record(visit: Visit, site: Site) -> None:
    center, other, clerk, operator = visit("center"), visit("center"), visit(CLERK, 320), visit("operator")
    add_a_unit(center)
    meet(center, other)
    undo_the_last(center)
    for who, path, field, value in (
        (clerk, f"/inventory/units/{CLERK}/edit", "unit.officer.telephone", "16900000009"),
        (operator, "/inventory/units/u040/edit", "line.repair_hours", "6"),
    ):
        who.go(path)
        assert who.page.locator("button[value=save]").count() == 0
        who.page.fill(f"[name='{field}']", value)
        who.page.fill("[name=reason]", "情况有变")
        who.page.click("button[value=propose]")
        expect(who.page.locator("ins")).to_have_text(value)
        expect(who.page.locator("form[action$='/merge']")).to_have_count(0)
    center.go("/inventory/proposals")
    center.page.click("a[href='/inventory/proposals/1']:text('#1')")
    expect(center.page.locator("del")).to_have_text("16910324051")
    center.page.click("form[action$='/merge'] button")
    expect(center.page.locator("form[action$='/merge']")).to_have_count(0)
    center.go("/inventory/proposals/2")
    center.page.fill("form[action$='/decline'] [name=reason]", "合同未变")
    center.page.click("form[action$='/decline'] button")
    expect(center.page.locator(".note.bad")).to_contain_text("合同未变")
    clerk.go(f"/units/{CLERK}")
    expect(clerk.page.locator("main")).to_contain_text("16900000009")
    officer = site.services.county.county().unit_by_id[CLERK].officer
    assert officer is not None
    assert officer.telephone == "16900000009"


def test_the_record_is_kept_by_four_roles(visit: Visit, site: Site) -> None:
    life_of_the_record(visit, site)


def test_the_record_is_kept_without_javascript(visit: Visit, site: Site, without_javascript: None) -> None:
    life_of_the_record(visit, site)


def test_an_auditor_reads_everything_and_is_refused_every_change(visit: Visit) -> None:
    auditor = visit("auditor")
    for path in PAGES:
        auditor.refusals_expected = path.endswith(("/new", "/edit", "/remove"))
        auditor.go(path)
        expected = "403" if auditor.refusals_expected else ""
        expect(auditor.page.locator("h1")).to_contain_text(expected)
        assert auditor.page.locator("main form[method=post]").count() == 0


def test_the_forms_are_filled_in_by_keyboard(visit: Visit) -> None:
    center = visit("center")
    center.go("/inventory/objects/units/u040?field=officer.telephone")
    expect(center.page.locator(":focus")).to_have_attribute("name", "value")
    center.page.keyboard.press("Control+A")
    center.page.keyboard.type("16900000007")
    center.page.keyboard.press("Tab")
    center.page.keyboard.type("键盘")
    center.page.keyboard.press("Enter")
    expect(center.page.locator(".note.good")).to_be_visible()
    expect(center.page.locator("ins")).to_have_text("16900000007")
