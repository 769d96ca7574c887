"""Chromium at a lone host: it finds the host by its name and takes its own certificate."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from playbooks.applications.secrets import read
from tests.applications.bench import DOMAIN, Bench

EXECUTABLE = "/usr/bin/chromium"
SECONDS = 60
AUTH = f"https://certificates.{DOMAIN}"
"""the county's sign-on"""
PASSWORD = "a password of one's own"


@contextmanager
def chromium(bench: Bench) -> Iterator[Page]:
    """Give a Chinese page whose waits last a minute."""
    with sync_playwright() as play:
        options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", *bench.browser_options]
        browser = play.chromium.launch(executable_path=EXECUTABLE, args=options)
        context = browser.new_context(locale="zh-CN", ignore_https_errors=True)
        context.set_default_timeout(SECONDS * 1000)
        yield context.new_page()
        browser.close()


def collected(page: Page, file: Path, password: str) -> Path:
    """Collect a certificate at the page of one's own, as a file with a password."""
    page.fill("[name=password]", password)
    page.fill("[name=again]", password)
    with page.expect_download() as download:
        page.locator("form[action$='/collect'] button").click()
    download.value.save_as(file)
    return file


def accounts(unit: str, **persons: str) -> list[dict[str, str]]:
    """Return people for the sign-on's settings: who runs it, and persons, login -> name; all of one unit."""
    staff = [("zhao", "赵管理", "admin"), ("li", "李登记", "officer"), ("qian", "钱审计", "auditor")]
    people = [*staff, *((login, name, "person") for login, name in persons.items())]
    return [{"login": login, "name": name, "unit": unit, "role": role} for login, name, role in people]


def enter(bench: Bench, page: Page, login: str) -> None:
    """Sign in on the sign-on's page that one was led to, for the first time or with the password chosen then."""
    for password in (PASSWORD, read(bench.settings, "certificates")["first-password"]):
        assert page.url.startswith(AUTH), page.inner_text("body")
        page.fill("[name=login]", login)
        page.fill("[name=password]", password)
        with page.expect_navigation():
            page.locator("main button").first.click()
        if not page.locator("[name=login]").count():
            break
    else:
        raise AssertionError(page.inner_text("body"))
    if urlsplit(page.url).path == "/password":
        page.fill("[name=old]", password)
        page.fill("[name=new]", PASSWORD)
        page.fill("[name=again]", PASSWORD)
        with page.expect_navigation():
            page.locator("main button").first.click()


def signed_out(page: Page) -> None:
    """Sign out at the sign-on."""
    page.goto(f"{AUTH}/sign-out")
    with page.expect_navigation():
        page.locator("main form button").click()
