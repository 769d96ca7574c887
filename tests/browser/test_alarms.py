"""The page of one alarm, as each role sees it: narrow and wide, in both languages, and what is refused."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from countynet.db import transaction
from countynet.vocabulary import Severity
from monitoring.alarms.service import Trouble, open_alarm
from tests.browser.chromium import Visitor
from tests.browser.conftest import CLERK, Site

Visit = Callable[..., Visitor]
SHOTS = os.environ.get("COUNTYNET_SHOTS")
"""a folder for pictures, for whoever wants to look"""


@pytest.fixture
def alarm(site: Site) -> str:
    """Open an alarm; return its page."""
    trouble = Trouble(
        "line:line-031", Severity.MAJOR, "line-031", "Device {device} does not answer", {"device": "cpe-031"}
    )
    with transaction(site.services.accounts.engine) as session:
        return f"/alarms/{open_alarm(session, trouble, 'test')[0].id}"


@pytest.mark.parametrize("width", [320, 1400])
@pytest.mark.parametrize("login", ["center", "operator", "auditor"])
def test_it_fits_in_both_languages_and_only_who_repairs_may_act(
    visit: Visit, alarm: str, login: str, width: int
) -> None:
    visitor = visit(login, width)
    visitor.fits([alarm])
    if SHOTS:
        visitor.page.screenshot(path=f"{SHOTS}/alarm-{login}-{width}.png", full_page=True)
    expect(visitor.page.locator("#main button")).to_have_count(0 if login == "auditor" else 1)


def test_somebody_is_on_it_with_a_note_that_everybody_sees(visit: Visit, alarm: str) -> None:
    operator = visit("operator", 320)
    operator.go(alarm)
    operator.page.select_option("[name=hours]", "4")
    operator.page.fill("[name=note]", "已派人 <b>到现场</b>")
    operator.page.click("#main button")
    expect(operator.page.locator("table.rows")).to_contain_text("已派人 <b>到现场</b>")
    auditor = visit("auditor")
    auditor.go(alarm)
    expect(auditor.page.locator("table.rows")).to_contain_text("operator")


def test_wrong_hours_strange_alarms_and_clerks_are_refused(visit: Visit, alarm: str) -> None:
    center, clerk = visit("center"), visit(CLERK)
    center.refusals_expected = clerk.refusals_expected = True
    center.go(alarm)
    center.page.evaluate("document.querySelector('[name=hours]').options[0].value = '9'")
    center.page.select_option("[name=hours]", "9")
    with center.page.expect_response(lambda answer: "/acknowledge" in answer.url) as answered:
        center.page.click("#main button")
    assert answered.value.status == 400
    center.go("/alarms/999")
    expect(center.page.locator("table.rows")).to_have_count(0)
    clerk.go(alarm)
    expect(clerk.page.locator("#main")).not_to_contain_text("cpe-031")
