"""Records in a real browser, narrow: a visit with its history, and a regulation that a clerk reads and acknowledges."""

from collections.abc import Callable

from playwright.sync_api import expect

from audit.records.model import Kind
from tests.browser.chromium import Visitor
from tests.browser.conftest import CLERK, Site
from tests.unit.audit.records import things

Visit = Callable[..., Visitor]
LONG = "| 项目 | 要求 |\n|---|---|\n| " + "机房出入登记" * 12 + " | " + "x" * 90 + " |"


def test_a_record_fits_a_telephone_and_a_clerk_acknowledges_what_stands_on_her_first_page(
    visit: Visit, site: Site
) -> None:
    records = site.services.records
    records.add(Kind.VISIT, things.visit(purpose="x" * 200), things.OPERATOR, [things.picture()])
    records.add(Kind.DRILL, things.drill(), things.CENTER)
    records.add(Kind.REGULATION, things.regulation(text=f"# 总则\n\n{LONG}"), things.CENTER)
    visit("center", 320).fits(("/visits", "/visits/1", "/drills/1", "/regulations/1", "/regulations/1/correct"))
    clerk = visit(CLERK, 320)
    clerk.go("/")
    clerk.page.click("a[href='/reading/1']")
    expect(clerk.page.locator("article h1")).to_have_text("总则")
    assert clerk.overflow() <= 0
    clerk.press("form[action$='/acknowledge'] button")
    expect(clerk.page.locator("main .chip")).to_be_visible()
    clerk.go("/")
    expect(clerk.page.locator("a[href='/reading/1']")).to_have_count(0)
