"""The rules page in a real browser: a finding opens with its packets and what removes it, on a telephone too."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Visitor

Visit = Callable[..., Visitor]


@pytest.mark.parametrize("width", [320, 1400])
def test_a_finding_opens_and_no_page_is_wider_than_its_window(visit: Visit, width: int) -> None:
    auditor = visit("auditor", width)
    auditor.fits(("/rules", "/rules?of=running&device=fw-1", "/rules?of=intended"))
    auditor.go("/rules")
    first = auditor.page.locator("details.finding").first
    expect(first.locator("pre").first).to_be_hidden()
    first.locator("summary").click()
    expect(first).to_contain_text("#4 unit-to-network (dropped): tcp 10.21.0.0:0 > 10.1.0.9:22")
    expect(first).to_contain_text("undo rule 35")
    assert auditor.overflow() <= 0
    auditor.page.select_option("select[name=device]", "fw-1")
    auditor.page.click("form.filters button")
    expect(auditor.page.locator("details.finding")).to_have_count(1)
    auditor.page.click("text=Look anew")
    expect(auditor.page.locator("progress")).to_be_visible()
