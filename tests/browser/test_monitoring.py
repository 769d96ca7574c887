"""How monitoring itself does, and work windows, as people see them: narrow and wide, in both languages, by hand."""

import os
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from countynet import clock
from tests.browser.chromium import Visitor
from tests.browser.conftest import Site

Visit = Callable[..., Visitor]
SHOTS = os.environ.get("COUNTYNET_SHOTS")
"""a folder for pictures, for whoever wants to look"""


def at(hours: float) -> str:
    return f"{clock.now().astimezone(clock.CHINA) + timedelta(hours=hours):%Y-%m-%dT%H:%M}"


def test_both_fit_in_both_languages_narrow_and_wide(visit: Visit) -> None:
    for login, width in (("auditor", 320), ("center", 1400)):
        visitor = visit(login, width)
        visitor.fits(["/monitoring", "/works", *(["/works/new"] if login == "center" else [])])
        if SHOTS:
            for page in ("monitoring", "works"):
                visitor.go(f"/{page}")
                visitor.page.screenshot(path=f"{SHOTS}/{page}-{width}.png", full_page=True)


def test_work_is_looked_at_announced_changed_and_withdrawn_on_a_telephone(visit: Visit, site: Site) -> None:
    operator = visit("operator", 320)
    operator.refusals_expected = True
    page = operator.page
    operator.go("/works/new")
    page.fill("[name=devices]", "agg2")
    page.fill("[name=start]", at(20))
    page.fill("[name=end]", at(22))
    page.fill("[name=reason]", "更换 <b>光模块</b>")
    page.click("button[name=preview]")
    expect(page.locator("#e-devices")).to_contain_text("agg-2")
    assert operator.overflow() <= 0
    page.fill("[name=devices]", "agg-2")
    page.click("button[name=preview]")
    expect(page.locator("form section")).to_contain_text("5 个单位")
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/works-form-320.png", full_page=True)
    page.click("button[name=announce]")
    expect(page.locator("#w1")).to_contain_text("更换 <b>光模块</b>")
    page.click("#w1 a.button")
    page.fill("[name=end]", at(23))
    page.click("button[name=preview]")
    page.click("button[name=announce]")
    page.click("#w1 summary")
    page.click("#w1 form button")
    expect(page.locator("#w1")).to_contain_text("已撤")
    assert [one.state for one in site.services.works.all(5)] == ["withdrawn"]
