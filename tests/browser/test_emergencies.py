"""An emergency in a real browser, on a telephone: started, a step wrongly and rightly left, its log; read at a desk."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.chromium import Visitor
from tests.browser.conftest import CLERK

Visit = Callable[..., Visitor]


def test_the_center_starts_one_on_a_telephone_and_the_auditor_reads_it_at_a_desk(visit: Visit) -> None:
    center = visit("center", 320)
    center.refusals_expected = True  # the browser's console calls a step without its reason an error
    center.go("/emergencies/plans/ransomware/start")
    center.page.select_option("[name=unit]", CLERK)
    center.page.fill("[name=reason]", "the screens show a demand")
    center.press("button[value=start]")
    step = center.page.locator("details.step").first
    step.locator("button[value=skip]").click()
    expect(center.page.locator("#e-isolate")).to_be_visible()
    step = center.page.locator("details.step").first
    step.locator("[name=note]").fill("its operator shut them by hand")
    step.locator("button[value=done]").click()
    expect(center.page.locator("#s-isolate")).to_contain_text("its operator shut them by hand")
    expect(center.page.locator("details.step")).to_have_count(7)
    center.fits(("/emergencies", "/emergencies/1", "/emergencies/plans/cut-cable/start", "/emergencies/1/review"))
    auditor = visit("auditor", 1400)
    auditor.fits(("/emergencies", "/emergencies/1", "/emergencies/1/review"))
    expect(auditor.page.locator("article")).to_contain_text("its operator shut them by hand")
    expect(auditor.page.locator("main form")).to_have_count(0)
