"""The pages in a real browser, without a network behind: language, width, keyboard, live parts, a fault's life."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from countynet.vocabulary import LineState
from tests.browser.chromium import Visitor
from tests.browser.conftest import CLERK, Site

Visit = Callable[..., Visitor]
PAGES = (
    "/board",
    "/map",
    "/traffic",
    f"/units/{CLERK}",
    "/faults/new",
    "/alarms",
    "/audit",
    "/log",
    "/accounts",
    "/visits/new",
    "/regulations/new",
    "/audit/assets",
    "/outages",
    f"/units/{CLERK}/outages",
)


@pytest.mark.parametrize("width", [320, 1400])
def test_no_page_is_wider_than_its_window(visit: Visit, width: int) -> None:
    visit("center", width).fits(PAGES)


def test_the_board_fits_a_wall(visit: Visit) -> None:
    center = visit("center", 3840, 2160)
    assert center.overflow() <= 0
    assert center.page.evaluate("document.documentElement.scrollHeight") <= 2160


def test_the_language_and_the_look_stay_chosen(visit: Visit) -> None:
    center = visit("center")
    expect(center.page.locator("h1")).to_have_text("120 个单位")
    center.english()
    expect(center.page.locator("h1")).to_have_text("120 units")
    center.press("button[name=look][value=wall]")
    center.go("/alarms")
    expect(center.page.locator("html")).to_have_attribute("data-look", "wall")
    expect(center.page.locator("html")).to_have_attribute("lang", "en")
    center.page.click("text=Sign out")
    expect(center.page.locator("html")).to_have_attribute("lang", "en")


def test_everything_is_reached_by_keyboard(visit: Visit) -> None:
    center = visit("center")
    center.page.keyboard.press("Tab")
    focused = center.page.locator(":focus")
    expect(focused).to_have_class("skip")
    expect(focused).to_be_in_viewport()
    center.page.keyboard.press("Enter")
    center.page.keyboard.press("Tab")
    inside = center.page.evaluate("document.getElementById('main').contains(document.activeElement)")
    assert inside
    outline = center.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    center.go("/map")
    svg = center.page.locator("svg[data-zoom]")
    svg.focus()
    before = svg.get_attribute("viewBox")
    center.page.keyboard.press("+")
    assert svg.get_attribute("viewBox") != before
    center.page.keyboard.press("0")
    assert svg.get_attribute("viewBox") == before


def test_the_board_follows_the_line_and_keeps_the_focus(visit: Visit, site: Site) -> None:
    center = visit("center")
    tile = center.page.locator(".tiles li:has(> a[href='/units/u001'])")
    expect(tile).to_have_class("up")
    center.page.locator("a[href='/units/u002']").focus()
    site.watch.known["u001"] = replace(site.watch.known["u001"], state=LineState.DOWN)
    expect(tile).to_have_class("down", timeout=6_000)
    expect(center.page.locator(":focus")).to_have_attribute("href", "/units/u002")
    center.go("/map")
    expect(center.page.locator("a.spot[href='/units/u001']")).to_have_class("spot down")
    site.watch.known["u001"] = replace(site.watch.known["u001"], state=LineState.UP)
    expect(center.page.locator("a.spot[href='/units/u001']")).to_have_class("spot up", timeout=6_000)
    assert center.page.locator(".spot").count() == 120


def life_of_a_fault(visit: Visit) -> None:
    clerk, center, operator = visit(CLERK), visit("center"), visit("operator")
    clerk.page.click(".head a.button")
    clerk.page.fill("[name=title]", "上不了专网")
    clerk.page.fill("[name=description]", "今早八点开始")
    clerk.page.click("form.card button")
    expect(clerk.page.locator("h1")).to_contain_text("上不了专网")
    number = clerk.page.url.rpartition("/")[2]
    for who, action, field, said in (
        (center, "dispatch", "note", "请尽快"),
        (operator, "start", "note", ""),
        (operator, "repaired", "cause", "光缆被挖断"),
    ):
        who.go(f"/faults/{number}")
        form = who.page.locator(f"form[action$='/{action}']")
        form.locator(f"[name={field}]").fill(said)
        form.locator("button").click()
        expect(who.page.locator(f"form[action$='/{action}']")).to_have_count(0)
    clerk.go(f"/faults/{number}")
    clerk.page.check("[name=rating][value='5']")
    clerk.page.click("form[action$='/confirm'] button")
    expect(clerk.page.locator(".history li")).to_have_count(5)
    history = clerk.page.locator(".history").inner_text()
    for said in (CLERK, "center", "operator", "光缆被挖断", "请尽快", "5/5"):
        assert said in history
    assert clerk.page.locator(".history time").count() == 5


def test_a_fault_lives_across_three_roles(visit: Visit) -> None:
    life_of_a_fault(visit)


def test_a_fault_lives_without_javascript(visit: Visit, without_javascript: None) -> None:
    life_of_a_fault(visit)


def test_a_clerk_is_kept_to_the_own_unit(visit: Visit) -> None:
    clerk = visit(CLERK)
    assert clerk.page.url.endswith(f"/units/{CLERK}")
    clerk.refusals_expected = True
    clerk.go("/units/u001")
    expect(clerk.page.locator("h1")).to_contain_text("403")
    ways = {link.get_attribute("href") for link in clerk.page.locator("nav a").all()}
    assert ways >= {"/my-line", "/faults", "/rollout", "/help"}
    assert not ways & {"/board", "/map", "/traffic", "/alarms", "/audit", "/log", "/accounts", "/rent"}


def test_a_lost_connection_is_said(visit: Visit) -> None:
    center = visit("center")
    center.refusals_expected = True
    center.page.context.set_offline(True)
    expect(center.page.locator(".lost")).to_be_visible(timeout=8_000)
    center.page.context.set_offline(False)
    expect(center.page.locator(".lost")).to_be_hidden(timeout=8_000)
