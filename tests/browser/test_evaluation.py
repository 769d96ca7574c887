"""The evaluation page in a real browser, narrow and wide."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Visitor
from tests.browser.conftest import CLERK

Visit = Callable[..., Visitor]
SHOTS = os.environ.get("COUNTYNET_SHOTS")
"""a folder for pictures, for whoever wants to look"""


@pytest.mark.parametrize("width", [320, 1400])
def test_it_fits_and_its_paper_comes(visit: Visit, width: int) -> None:
    center = visit("center", width)
    pages = ("", "/ranking", "/applications")
    center.fits((*(f"/evaluation{page}?period=2026-10" for page in pages), "/rent?month=2026-10"))
    clerk = visit(CLERK, width)
    clerk.fits(("/evaluation/own?period=2026-10",))
    center.go("/evaluation?period=2026-10")
    if SHOTS:
        center.page.screenshot(path=f"{SHOTS}/evaluation-{width}.png")
    expect(center.page.locator("h1")).to_contain_text("2026-10")
    with center.page.expect_download() as coming:
        center.page.click("a:has-text('PDF')")
    assert coming.value.suggested_filename == "evaluation-2026-10.pdf"
