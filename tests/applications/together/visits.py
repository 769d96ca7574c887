"""How people come to the applications of this folder: by the county's sign-on, in Chromium."""

import os
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.applications.bench import DOMAIN, Bench
from tests.applications.browsing import AUTH, enter

ORGANISER, CLERK = "陈组织", "陈经办"
GATED = {"lending": "/", "meeting": "/people", "messages": "/"}
"""kinds behind a gate, each with a page of those who work there"""


def came(bench: Bench, browser: Browser, login: str) -> Page:
    """Return the page of somebody who has signed in."""
    context = browser.new_context(locale="zh-CN", ignore_https_errors=True, viewport={"width": 1400, "height": 900})
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(f"{AUTH}/sign-in")
    enter(bench, page, login)
    return page


def opened(page: Page, kind: str) -> tuple[int, str]:
    """Return status and text of an application's page."""
    answer = page.goto(f"https://{kind}.{DOMAIN}{GATED[kind]}")
    assert answer is not None
    return answer.status, page.inner_text("body")


def shot(name: str) -> str:
    """Return the file of a screenshot."""
    folder = Path(os.environ.get("COUNTYNET_SHOTS", "/tmp/countynet-shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder / f"signed-in-{name}.png")
