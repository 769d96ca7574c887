"""Who is invited to a video meeting is told by text message: booked in Chromium, a real gateway, an operator's SMSC."""

import os
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from tests.applications import meeting_people as people
from tests.applications.bench import DOMAIN, Bench
from tests.applications.smsc import Operator
from tests.applications.together.visits import came, opened

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a server host needs root")
URL = f"https://meeting.{DOMAIN}"
TELEPHONES = {"u001": "13900001111", "u002": "0553-1234567", "u003": ""}
TITLE = "防汛会商"


@pytest.fixture(scope="module")
def desk(bench: Bench, browser: Browser) -> Page:
    """The page of the organiser, whom the sign-on vouches for."""
    page = came(bench, browser, "organiser")
    assert opened(page, "meeting")[0] == 200
    return page


def eventually(condition: Callable[[], object], seconds: float = 90.0) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not come true"
        time.sleep(0.5)


def told(desk: Page, words: str) -> bool:
    """Whether the meeting's page says something of a notice by now."""
    desk.reload()
    return words in desk.inner_text("main")


def test_a_venue_with_a_telephone_gets_number_and_code_and_of_the_others_the_page_says_to_call(
    desk: Page, operator: Operator
) -> None:
    for venue, telephone in TELEPHONES.items():
        desk.goto(f"{URL}/venues")
        desk.fill(f"form[id={venue}] [name=telephone]", telephone)
        desk.click(f"form[id={venue}] button")
    people.book(desk, URL, TITLE, [*TELEPHONES], starts_in=timedelta(hours=2))
    number, codes = desk.url.rpartition("/")[2], people.codes(desk)
    eventually(lambda: "+8613900001111" in operator.texts())
    eventually(lambda: told(desk, "已发送") and told(desk, "发送失败"))
    (text,) = operator.texts()["+8613900001111"]
    assert TITLE in text
    assert number in text
    assert any(code in text for code in codes)
    assert text.startswith("【清岚县】")
    assert "无电话" in desk.inner_text("main")


def test_who_was_invited_is_told_that_it_is_cancelled(desk: Page, operator: Operator) -> None:
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.click("form[action$='/cancel'] button")
    eventually(lambda: len(operator.texts()["+8613900001111"]) == 2)
    assert "取消" in operator.texts()["+8613900001111"][1]
    assert set(operator.texts()) == {"+8613900001111"}
