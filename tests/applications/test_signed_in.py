"""One sign-in at the county's sign-on opens every application that is open to somebody; one sign-out ends it at gates.

Four kinds on one host, deployed for real; people come in Chromium. What a gate refuses is in `test_signon`, the
sites' own door in `sites`.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.applications.bench import DOMAIN, Bench, lone_host
from tests.applications.browsing import AUTH, EXECUTABLE, accounts, enter, signed_out

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a server host needs root")
UNIT, NAME = "清岚县财政局", "陈组织"
GATED = {"lending": "/", "meeting": "/people", "messages": "/"}
"""kinds behind a gate, each with a page of those who work there"""
SETTINGS = {
    "lending": {"clerks": ["organiser"]},
    "meeting": {},
    "messages": {
        "trial": "true",
        "senders": [{"id": "notices", "title": "告警通知", "title_en": "Notices"}],
        "people": [{"name": "organiser", "role": "look"}],
    },
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    people = accounts(UNIT, organiser=NAME)
    certificates = {"reach": ["units", *(f"app:{kind}" for kind in GATED)], "settings": {"people": people}}
    gated = {
        kind: {"reach": ["units", "app:certificates"], "settings": settings, "people": {}}
        for kind, settings in SETTINGS.items()
    }
    with lone_host("certificates", tmp_path_factory.mktemp("signed-in"), certificates, also=gated) as bench:
        for kind in ("certificates", *SETTINGS):
            assert not bench.why(bench.deploy(name=kind)), kind
        yield bench


@pytest.fixture(scope="module")
def browser(bench: Bench) -> Iterator[Browser]:
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox", *bench.browser_options])
        yield found
        found.close()


def came(bench: Bench, browser: Browser, login: str) -> Page:
    """Sign in where an application led to; what was asked for is shown then."""
    context = browser.new_context(locale="zh-CN", ignore_https_errors=True, viewport={"width": 1400, "height": 900})
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(f"{AUTH}/sign-in")
    enter(bench, page, login)
    return page


def opened(page: Page, kind: str) -> tuple[int, str]:
    """Return status and text of an application's page."""
    answer = page.goto(f"https://{kind}.{DOMAIN}{GATED[kind]}")
    assert answer is not None
    return answer.status, page.inner_text("body")


def test_one_sign_in_opens_every_application(bench: Bench, browser: Browser) -> None:
    page = came(bench, browser, "organiser")
    for kind in GATED:
        status, text = opened(page, kind)
        page.screenshot(path=shot(kind))
        assert (status, page.url) == (200, f"https://{kind}.{DOMAIN}{GATED[kind]}"), text
        assert page.locator("a[href='/signed-on/out']").count() == 1
    opened(page, "lending")
    assert page.locator("[name=number]").count() == 1
    assert "organiser" in opened(page, "meeting")[1]
    assert "organiser" in opened(page, "messages")[1]


def test_who_works_nowhere_gets_in_and_no_further(bench: Bench, browser: Browser) -> None:
    page = came(bench, browser, "li")
    assert opened(page, "lending")[0] == 200
    assert page.locator("[name=number]").count() == 0
    assert page.locator("[name=password]").count() == 0
    assert "管理员办理" in page.inner_text("#reader")
    for kind, told in (("meeting", "您已以 li 登录，但不是会议管理员"), ("messages", "li 无权查看短信网关")):
        status, text = opened(page, kind)
        assert (status, told in text) == (403, True), text


def test_one_sign_out_ends_it_at_every_gate(bench: Bench, browser: Browser) -> None:
    page = came(bench, browser, "organiser")
    assert {opened(page, kind)[0] for kind in GATED} == {200}
    signed_out(page)
    for kind in GATED:
        for _attempt in range(40):  # the word travels from host to host
            opened(page, kind)
            if page.url.startswith(AUTH):
                break
            time.sleep(0.25)
        assert page.url.startswith(f"{AUTH}/sign-in"), kind


def shot(name: str) -> str:
    folder = Path(os.environ.get("COUNTYNET_SHOTS", "/tmp/countynet-shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder / f"signed-in-{name}.png")
