"""Chromium at a lone host: it finds the host by its name and takes its own certificate."""

from collections.abc import Iterator
from contextlib import contextmanager

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
