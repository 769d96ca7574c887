"""One sign-in at the county's sign-on opens every application that is open to somebody; one sign-out ends it at gates.

People come in Chromium. What a gate refuses is in `test_signon`, the sites' own door in `sites`.
"""

import os
import time

import pytest
from playwright.sync_api import Browser

from tests.applications.bench import DOMAIN, Bench
from tests.applications.browsing import AUTH, signed_out
from tests.applications.together.visits import GATED, came, opened, shot

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a server host needs root")


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
