"""A container image behind the county's sign-on: the gate's word on who somebody is reaches what runs in it."""

import os

import pytest
from playwright.sync_api import Browser

from tests.applications.bench import DOMAIN, Bench
from tests.applications.browsing import AUTH, enter

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a server host needs root")
URL = f"https://exchange.{DOMAIN}"


def test_who_has_not_signed_in_is_led_to_the_sign_on_and_comes_back_under_a_name(
    bench: Bench, browser: Browser
) -> None:
    page = browser.new_context(locale="zh-CN", ignore_https_errors=True).new_page()
    page.set_default_timeout(60_000)
    page.goto(URL)
    assert page.url.startswith(f"{AUTH}/sign-in")
    enter(bench, page, "clerk")
    page.goto(URL)
    page.wait_for_selector("#files")
    told = page.evaluate("async () => (await fetch('/?ls')).json()")
    assert told["acct"] == "clerk"
    # what a client says of itself is not believed
    forged = page.evaluate("async () => (await fetch('/?ls', {headers: {'X-County-Login': 'office'}})).json()")
    assert forged["acct"] == "clerk"
    assert page.evaluate("async () => (await fetch('/clerk.txt', {method: 'PUT', body: 'x'})).status") == 201
    assert bench.exec("cat /var/lib/countynet/exchange/clerk.txt") == "x"
    assert page.evaluate("async () => (await fetch('/clerk.txt', {method: 'DELETE'})).status") >= 400
