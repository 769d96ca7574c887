"""Chromium at a lone host: it finds the host by its name and takes its own certificate."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.applications.bench import Bench

EXECUTABLE = "/usr/bin/chromium"
SECONDS = 60


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
