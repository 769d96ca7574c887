"""A clerk without a line on a telephone, with a photograph; a call written down with the keyboard alone."""

import os
from collections.abc import Callable
from io import BytesIO

from PIL import Image
from playwright.sync_api import Browser, expect

from countynet.people import Actor
from countynet.vocabulary import Role
from tests.browser.chromium import Visitor
from tests.browser.conftest import CLERK, Site

Visit = Callable[..., Visitor]
CENTER = Actor("center", Role.CENTER)
SHOTS = os.environ.get("COUNTYNET_SHOTS")
"""a folder for pictures, for whoever wants to look"""


def shot(visitor: Visitor, name: str) -> None:
    if SHOTS:
        visitor.page.screenshot(path=f"{SHOTS}/report-{name}.png", full_page=True)


def photograph() -> bytes:
    out = BytesIO()
    Image.new("RGB", (1200, 900), "darkred").save(out, "JPEG")
    return out.getvalue()


def test_a_unit_without_a_line_reports_from_a_telephone_without_scripts_and_is_called_back(
    visit: Visit, site: Site, browser: Browser
) -> None:
    site.services.codes.issue([CLERK], CENTER)
    code = site.services.codes.all(CENTER)[CLERK].code
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    clerk = Visitor(context.new_page(), site.url)
    clerk.go("/sign-in")
    clerk.press("text=线路断了？可免登录报障")
    shot(clerk, "form-320")
    clerk.page.fill("[name=code]", code.lower())
    clerk.page.fill("[name=telephone]", "13900001111")
    clerk.page.fill("[name=title]", "全单位断网")
    clerk.press("text=提交申告")
    expect(clerk.page.locator("h1")).to_contain_text("我们已收到您的报障")
    clerk.page.set_input_files("[name=photographs]", {"name": "IMG.HEIC", "mimeType": "x/y", "buffer": photograph()})
    clerk.press("text=发送照片")
    expect(clerk.page.locator("main")).to_contain_text("已收到 1 张照片")
    shot(clerk, "receipt-320")
    for path in ("/report/receipt", "/report"):
        clerk.go(path)
        assert clerk.overflow() <= 0, path
    clerk.press("button[name=language][value=en]")
    assert clerk.overflow() <= 0
    assert clerk.complaints == []
    context.close()

    center = visit("center", 320)
    center.go("/faults/1")
    shown = center.page.locator(".photos img")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("naturalWidth", 1200)
    assert center.overflow() <= 0
    center.press("button:has-text('已回电')")
    expect(center.page.locator("main")).to_contain_text("已回电核实")
    shot(center, "fault-320")
    center.fits(("/codes", "/codes/cards", "/faults/sentences", "/faults/call", "/faults/new"))


def test_a_call_is_written_down_without_touching_the_mouse(visit: Visit, site: Site) -> None:
    center = visit("center")
    center.refusals_expected = True  # several units fit: the form comes back
    center.go("/faults/call")
    keyboard = center.page.keyboard
    keyboard.type("gaj")
    for words in ("没有网", "0609-3150000"):
        keyboard.press("Tab")
        keyboard.type(words)
    keyboard.press("Enter")
    expect(center.page.locator("[role=alert]")).to_contain_text("有多个单位相符")
    expect(center.page.locator("[name=chosen]").first).to_be_focused()
    keyboard.press("ArrowDown")
    shot(center, "call")
    keyboard.press("Enter")
    expect(center.page.locator("h1")).to_contain_text("没有网")
    assert site.services.faults.of_unit(CLERK)[0].contact == "0609-3150000"
