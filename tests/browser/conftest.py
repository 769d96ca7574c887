"""An application with a seeded county behind a real socket, and Chromium to look at it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from countynet.vocabulary import Role
from dashboard.app import create_app
from dashboard.services.fake import FakeWatch
from dashboard.services.protocols import Services
from dashboard.services.real.alarms import RealAlarms
from dashboard.services.real.audits import RealAudits
from dashboard.services.real.faults import RealFaults
from dashboard.services.real.log import RealLog
from tests.browser.chromium import ARGUMENTS, EXECUTABLE, Visitor
from tests.browser.serving import served
from tests.unit.dashboard import sample

CLERK = "u031"


@dataclass(frozen=True)
class Site:
    """A running dashboard; `watch` is what the poller would see."""

    url: str
    services: Services
    watch: FakeWatch


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=EXECUTABLE, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    services = sample.services(tmp_path)
    engine = services.accounts.engine
    services = replace(
        services,
        alarms=RealAlarms(engine),
        faults=RealFaults(engine),
        audits=RealAudits(engine, sample.settings(tmp_path)),
        log=RealLog(engine),
    )
    for role in Role:
        login = CLERK if role is Role.UNIT else role.value
        services.accounts.create(login, role, CLERK if role is Role.UNIT else None, "test", sample.PASSWORD)
    assert isinstance(services.watch, FakeWatch)
    with served(create_app(sample.settings(tmp_path), services)) as url:
        yield Site(url, services, services.watch)
    engine.dispose()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    visitors: list[Visitor] = []

    def come(login: str, width: int = 1400, height: int = 900) -> Visitor:
        page: Page = browser.new_context(viewport={"width": width, "height": height}).new_page()
        visitor = Visitor(page, site.url)
        visitors.append(visitor)
        visitor.sign_in(login, sample.PASSWORD)
        return visitor

    yield come
    complaints = [text for visitor in visitors for text in visitor.complaints]
    for visitor in visitors:
        visitor.page.context.close()
    assert complaints == []


@pytest.fixture
def without_javascript(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every visitor come with scripts switched off."""
    whole = browser.new_context
    monkeypatch.setattr(browser, "new_context", lambda **options: whole(java_script_enabled=False, **options))
