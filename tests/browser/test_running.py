"""Drift, backups and work windows in a real browser: they fit, speak both languages, and their buttons do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Visitor

Visit = Callable[..., Visitor]
PAGES = ("/drift", "/backups", "/backups/cpe-031", "/plans/1")


@pytest.mark.parametrize("width", [320, 1400])
def test_no_page_is_wider_than_its_window(visit: Visit, width: int) -> None:
    visit("center", width).fits(PAGES)


def test_the_center_compares_two_versions_and_has_a_look_queued(visit: Visit) -> None:
    center = visit("center", 320)
    center.go("/backups")
    center.english()
    center.page.click("text=cpe-031")
    expect(center.page.locator("pre.log")).to_contain_text("+ip route 198.51.100.0/24 blackhole")
    center.go("/drift")
    expect(center.page.locator("main")).to_contain_text("routes[198.51.100.0/24 -]")
    center.page.click("text=Look at all devices")
    expect(center.page.locator("progress")).to_be_visible()


def test_a_plan_goes_into_a_window_and_out_again(visit: Visit) -> None:
    center = visit("center", 320)
    center.go("/plans/1")
    center.english()
    center.page.click("text=Apply it in a window")
    center.page.fill("input[name=start]", "2099-11-27T02:00")
    center.page.fill("input[name=end]", "2099-11-27T04:00")
    center.page.click("text=Put it into this window")
    expect(center.page.locator("main")).to_contain_text("2099-11-27T02:00")
    center.page.click("text=Take it out of the window")
    expect(center.page.locator("main")).not_to_contain_text("2099-11-27T02:00")
