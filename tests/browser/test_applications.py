"""The pages of applications in a real browser, as the center, an auditor and a unit see them, JavaScript or not."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from countynet.vocabulary import Role
from dashboard.app import create_app
from dashboard.services.fake import FakeWatch
from tests.browser.chromium import Visitor
from tests.browser.conftest import CLERK, Site
from tests.browser.serving import served
from tests.unit.dashboard import applications_sample, sample

Visit = Callable[..., Visitor]
PAGES = ("/applications", "/applications/lending", "/applications/wiki", "/applications/sites")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    services = applications_sample.stocked(sample.services(tmp_path))
    for role in (Role.CENTER, Role.AUDITOR):
        services.accounts.create(role.value, role, None, "test", sample.PASSWORD)
    services.accounts.create(CLERK, Role.UNIT, CLERK, "test", sample.PASSWORD)
    assert isinstance(services.watch, FakeWatch)
    with served(create_app(sample.settings(tmp_path), replace(services))) as url:
        yield Site(url, services, services.watch)
    services.accounts.engine.dispose()


def test_the_center_goes_from_the_list_to_a_launch_form_and_every_page_fits(visit: Visit) -> None:
    center = visit("center", 320)
    center.go("/applications")
    center.press("a[href='/applications/lending']")
    expect(center.page.locator("main")).to_contain_text("app-lending-2")
    center.press("a[href='/playbooks/app-backup?application=lending']")
    expect(center.page.locator("[name=application]")).to_have_value("lending")
    center.fits(PAGES)


@pytest.mark.usefixtures("without_javascript")
def test_a_unit_opens_what_it_may_use_and_an_auditor_reads_all_without_a_button(visit: Visit) -> None:
    clerk = visit(CLERK, 320)
    clerk.go("/applications")
    expect(clerk.page.locator("a[href='https://wiki.qinglan.internal/']")).to_be_visible()
    clerk.press("a[href='/applications/sites']")
    expect(clerk.page.locator("[role=alert]")).to_be_visible()
    clerk.fits((*PAGES[:2], f"/units/{CLERK}"))
    auditor = visit("auditor")
    auditor.fits(PAGES)
    assert auditor.page.locator("a[href^='/playbooks/app-']").count() == 0
