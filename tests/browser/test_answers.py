"""Pages on which people answer: to an audit's finding, to a terminal, to another platform, to a freeze period."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from countynet import clock
from countynet.db import transaction
from countynet.people import Actor
from countynet.vocabulary import Role, Severity, Verdict
from dashboard.app import create_app
from dashboard.services.fake import FakeAudits, FakeWatch
from dashboard.services.model import Check, Finding
from dashboard.services.real.faults import RealFaults
from monitoring.bridge import store
from monitoring.bridge.model import COUNTY
from monitoring.faults.service import Faults
from playbooks.freezes.model import OWN
from tests.browser.chromium import Visitor
from tests.browser.conftest import CLERK, Site
from tests.browser.serving import served
from tests.unit.dashboard import sample
from tests.unit.dashboard.runs_sample import own_playbooks
from tests.unit.dashboard.test_bridge import FILE, WHY
from tests.unit.dashboard.test_fixes import CHECK, FakeFixes
from tests.unit.dashboard.test_responses import PATH, FakeResponses, FakeScans

Visit = Callable[..., Visitor]
PAGES = ("/faults/bridge", PATH, f"/audit/4/fix/{CHECK}", "/freezes", "/playbooks")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A county with a finding of each kind, a platform that refused, and a freeze period that holds."""
    (tmp_path / COUNTY).parent.mkdir(exist_ok=True)
    (tmp_path / COUNTY).write_text(FILE)
    services = sample.services(tmp_path)
    day = clock.today()
    own_playbooks(tmp_path).parents[1].joinpath(OWN).write_text(
        f"freezes:\n- {{id: week, begins: {day}, ends: {day + timedelta(days=2)}, reason: 春节值守}}\n",
        encoding="utf-8",
    )
    engine, settings = services.accounts.engine, services.responses.settings
    assert isinstance(services.audits, FakeAudits)
    said = (Finding(Verdict.FAIL, "sw-1: nothing says", (), ("ip dhcp snooping",), "sw-1"),)
    bad = Check(CHECK, "Switches watch DHCP", "8.1", Severity.MAJOR, "why", "do", Verdict.FAIL, said, 0, "a" * 64)
    services.audits.all[:] = [replace(services.audits.all[0], checks=(bad,))]
    services = replace(
        services, faults=RealFaults(engine), fixes=FakeFixes(services.fixes.settings, engine),
        responses=FakeResponses(settings, engine), scans=FakeScans(),  # type: ignore[arg-type]
    )  # fmt: skip
    Faults(engine).report(CLERK, "no net", "", "", Actor(CLERK, Role.UNIT, CLERK))
    with transaction(engine) as session:
        where = store.place(session, "province", clock.now())
        where.at, where.said, where.attempts, where.due = clock.now(), WHY, 3, clock.now()
    for role in Role:
        login = CLERK if role is Role.UNIT else role.value
        services.accounts.create(login, role, CLERK if role is Role.UNIT else None, "test", sample.PASSWORD)
    assert isinstance(services.watch, FakeWatch)
    with served(create_app(sample.settings(tmp_path), services)) as url:
        yield Site(url, services, services.watch)
    engine.dispose()


@pytest.mark.parametrize("width", [320, 1400])
def test_no_page_is_wider_than_its_window(visit: Visit, width: int, tmp_path: Path) -> None:
    center = visit("center", width)
    center.fits(PAGES)
    for number, path in enumerate(PAGES):
        center.go(path)
        center.page.screenshot(path=tmp_path / f"{width}-{number}.png", full_page=True)


def test_what_was_typed_stays_and_a_finding_is_answered(visit: Visit) -> None:
    center = visit("center", 320)
    center.refusals_expected = True
    center.go(PATH)
    form = center.page.locator("form.card", has=center.page.locator("[name=how]"))
    form.locator("input[value=quarantine]").check()
    form.locator("[name=reason]").fill("没有人认识这台电脑")
    center.press("form.card:has([name=how]) button")
    expect(center.page.locator("[role=alert]").first).to_contain_text("pc-031")
    expect(form.locator("[name=reason]")).to_have_value("没有人认识这台电脑")
    expect(form.locator("input[value=quarantine]")).to_be_checked()
    center.go(f"/audit/4/fix/{CHECK}")
    center.page.locator("input[value='sw-1']").check()
    center.page.locator("main form button").last.click()
    expect(center.page.locator("a[href='/plans/3']").first).to_be_visible()
