"""Sessions two and three in a browser: the center dispatches by one key, the operator repairs with gloves on."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from countynet.people import Actor
from countynet.vocabulary import Role
from monitoring.faults.service import Faults
from tests.browser.chromium import Visitor
from tests.browser.conftest import CLERK, Site

Visit = Callable[..., Visitor]
SHOTS = os.environ.get("COUNTYNET_SHOTS")
"""a folder for pictures, for whoever wants to look"""
DUTY = "people: [{name: 张伟, login: operator, telephone: '13800000001'}]\n"
SMALL = """() => [...document.querySelectorAll('.glove button, .desk button, a.tel')]
  .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"""


@pytest.fixture
def faults(site: Site) -> Faults:
    folder = site.services.desk.settings.county / "monitoring"
    folder.mkdir()
    (folder / "duty.yml").write_text(DUTY, encoding="utf-8")
    found = Faults(site.services.accounts.engine)
    for unit in (CLERK, "u007"):
        found.report(unit, f"{unit} 上不了网", "", "周雨桐 16910324051", Actor(unit, Role.UNIT, unit))
    return found


def shot(visitor: Visitor, name: str) -> None:
    if SHOTS:
        visitor.page.screenshot(path=f"{SHOTS}/desk-{name}.png", full_page=True)


@pytest.mark.parametrize("width", [320, 1400])
def test_the_center_dispatches_the_row_that_has_the_focus_by_one_key(visit: Visit, faults: Faults, width: int) -> None:
    center = visit("center", width)
    center.fits(["/faults", "/faults?view=closed", "/faults/1"])
    center.go("/faults?view=waiting")
    shot(center, f"queue-{width}")
    page = center.page
    page.keyboard.press("d")  # nothing has the focus: nothing is dispatched
    page.focus('a[href="/faults/2"]')
    with page.expect_response(lambda answer: "/faults/2/dispatch" in answer.url):
        page.keyboard.press("d")
    expect(page.locator("table.desk tbody tr")).to_have_count(1)
    expect(page.locator("table.desk")).to_contain_text("#1")
    center.go("/faults/1")
    shot(center, f"fault-{width}")
    with page.expect_response(lambda answer: "/faults/1/dispatch" in answer.url):
        page.keyboard.press("d")
    expect(page.locator(".visit")).to_contain_text("张伟")


@pytest.mark.parametrize("width", [320, 1400])
def test_the_operator_goes_there_calls_and_says_what_it_was(visit: Visit, faults: Faults, width: int) -> None:
    faults.dispatch(1, Actor("center", Role.CENTER))
    operator = visit("operator", width)
    operator.fits(["/faults", "/faults/1", "/faults/1/order"])
    operator.go("/faults/1")
    expect(operator.page.locator('a[href="tel:16910324051"]')).to_be_visible()
    for step in ("start", "arrive"):
        operator.press(f'form[action="/faults/1/{step}"] button')
    shot(operator, f"visit-{width}")
    if width == 320:
        assert operator.page.evaluate(SMALL) == []
    form = operator.page.locator('form[action="/faults/1/repaired"]')
    form.locator("[name=cause]").fill("光模块坏")
    form.locator("[name=part]").fill("SFP 1310")
    operator.press('form[action="/faults/1/repaired"] button')
    expect(operator.page.locator("ol.history")).to_contain_text("SFP 1310")
