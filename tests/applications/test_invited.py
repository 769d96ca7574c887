"""Who is invited to a video meeting is told by text message: booked in Chromium, a real gateway, an operator's SMSC."""

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from applications.messages.config import sender_key
from countynet.secrets import Secrets
from tests.applications import meeting_people as people
from tests.applications.bench import DOMAIN, GATEWAY, Bench, lone_host
from tests.applications.smsc import Operator, reachable

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a server host needs root")
MESSAGES = {
    "signature": "【清岚县】",
    "number": "10690000",
    "per_second": 50,
    "operators": [{"id": "telecom", "host": GATEWAY, "login": "county", "per_second": 50}],
    "senders": [{"id": "meeting", "title": "视频会议", "title_en": "Meetings"}],
}
TELEPHONES = {"u001": "13900001111", "u002": "0553-1234567", "u003": ""}
TITLE = "防汛会商"


@pytest.fixture(scope="module")
def operator() -> Iterator[Operator]:
    with reachable() as found:
        yield found


@pytest.fixture(scope="module")
def bench(operator: Operator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    also: dict[str, dict[str, object]] = {"messages": {"settings": MESSAGES, "reach": ["units", "app:meeting"]}}
    with lone_host("meeting", tmp_path_factory.mktemp("invited"), also=also) as bench:
        bench.keep("applications/messages/operator-password", "geheim77")
        assert not bench.why(bench.deploy(name="messages"))
        master = Secrets.load(bench.settings).get("applications/messages/keys").get_secret_value()
        bench.keep("applications/meeting/messages-key", sender_key(master, "meeting"))
        bench.settle("meeting", messages_ca=bench.exec("cat /etc/countynet/messages/certificate.pem"))
        bench.exec(f"echo '{bench.address} messages.{DOMAIN}' >> /etc/hosts")  # no name server is here
        assert not bench.why(bench.deploy())
        yield bench


@pytest.fixture(scope="module")
def desk(bench: Bench) -> Iterator[Page]:
    with people.browser(bench.browser_options) as chromium:
        yield _organiser(bench, chromium)


def _organiser(bench: Bench, chromium: Browser) -> Page:
    settings = json.loads(bench.exec("cat /etc/countynet/meeting/meeting.json"))
    return people.organiser(chromium, bench.url, settings["organiser_password"])


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
    bench: Bench, desk: Page, operator: Operator
) -> None:
    for venue, telephone in TELEPHONES.items():
        desk.goto(f"{bench.url}/venues")
        desk.fill(f"form[id={venue}] [name=telephone]", telephone)
        desk.click(f"form[id={venue}] button")
    people.book(desk, bench.url, TITLE, [*TELEPHONES], starts_in=timedelta(hours=2))
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
