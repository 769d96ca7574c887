"""A container image behind the county's sign-on: the gate's word on who somebody is reaches what runs in it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.applications.bench import Bench, lone_host
from tests.applications.browsing import AUTH, accounts, chromium, enter
from tests.applications.test_container import example

UNIT = "清岚县财政局"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    platform = {"reach": ["units", "app:exchange"], "settings": {"people": accounts(UNIT, clerk="陈经办")}}
    exchange = {"reach": ["units", "app:certificates"], "image": example(), "people": {}}
    with lone_host("exchange", tmp_path_factory.mktemp("gated"), exchange, also={"certificates": platform}) as bench:
        for kind in ("certificates", "exchange"):
            assert bench.why(bench.deploy(name=kind)) == "", kind
        yield bench


@pytest.fixture(scope="module")
def page(bench: Bench) -> Iterator[Page]:
    with chromium(bench) as page:
        yield page


def test_who_has_not_signed_in_is_led_to_the_sign_on_and_comes_back_under_a_name(bench: Bench, page: Page) -> None:
    page.goto(bench.url)
    assert page.url.startswith(f"{AUTH}/sign-in")
    enter(bench, page, "clerk")
    page.goto(bench.url)
    page.wait_for_selector("#files")
    told = page.evaluate("async () => (await fetch('/?ls')).json()")
    assert told["acct"] == "clerk"
    # what a client says of itself is not believed
    forged = page.evaluate("async () => (await fetch('/?ls', {headers: {'X-County-Login': 'office'}})).json()")
    assert forged["acct"] == "clerk"
    assert page.evaluate("async () => (await fetch('/clerk.txt', {method: 'PUT', body: 'x'})).status") == 201
    assert bench.exec("cat /var/lib/countynet/exchange/clerk.txt") == "x"
    assert page.evaluate("async () => (await fetch('/clerk.txt', {method: 'DELETE'})).status") >= 400
