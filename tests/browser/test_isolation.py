"""The isolation page in a real browser: a matrix where it fits, else a list; a click opens the packet and its way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Visitor

Visit = Callable[..., Visitor]
OPENED = "/isolation?source=unit:u001&target=zone:server"


@pytest.mark.parametrize("width", [320, 1400])
def test_no_page_is_wider_than_its_window(visit: Visit, width: int) -> None:
    visit("auditor", width).fits(("/isolation", OPENED, "/plans/1"))


@pytest.mark.parametrize(
    ("width", "shown", "hidden"), [(320, ".matrix-list", ".matrix"), (1400, ".matrix", ".matrix-list")]
)
def test_a_click_on_a_hole_shows_its_packet_and_its_way(visit: Visit, width: int, shown: str, hidden: str) -> None:
    auditor = visit("auditor", width)
    auditor.go("/isolation")
    auditor.english()
    expect(auditor.page.locator(hidden)).to_be_hidden()
    auditor.page.locator(shown).locator("a[href*='target=zone:server']").first.click()
    opened = auditor.page.locator("#pair")
    expect(opened).to_contain_text("tcp 10.21.0.1:0 > 10.1.0.11:22")
    expect(opened).to_contain_text("core-1 v101 > fw0: let through (forward: too-wide)")
    expect(opened).to_contain_text("units read the portal")
    auditor.page.click("text=Prove it anew")
    expect(auditor.page.locator("progress")).to_be_visible()
