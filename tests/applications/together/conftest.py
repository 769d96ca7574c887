"""One host with the sign-on, a gateway that has a real operator, and three kinds more behind gates."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from applications.messages.config import sender_key
from countynet.secrets import Secrets
from tests.applications import meeting_people
from tests.applications.bench import DOMAIN, GATEWAY, Bench, lone_host
from tests.applications.browsing import accounts
from tests.applications.smsc import Operator, reachable
from tests.applications.test_container import example
from tests.applications.together.visits import CLERK, ORGANISER

UNIT = "清岚县财政局"
MESSAGES = {
    "signature": "【清岚县】",
    "number": "10690000",
    "per_second": 50,
    "operators": [{"id": "telecom", "host": GATEWAY, "login": "county", "per_second": 50}],
    "senders": [
        {"id": "notices", "title": "告警通知", "title_en": "Notices"},
        {"id": "meeting", "title": "视频会议", "title_en": "Meetings"},
    ],
    "people": [{"name": "organiser", "role": "look"}],
}
SETTINGS: dict[str, dict[str, object]] = {
    "messages": MESSAGES,
    "meeting": {},
    "lending": {"clerks": ["organiser"]},
    "exchange": {},
}
"""in the order of their deploys"""


@pytest.fixture(scope="package")
def operator() -> Iterator[Operator]:
    with reachable() as found:
        yield found


@pytest.fixture(scope="package")
def bench(operator: Operator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    people = accounts(UNIT, organiser=ORGANISER, clerk=CLERK)
    certificates = {"reach": ["units", *(f"app:{kind}" for kind in SETTINGS)], "settings": {"people": people}}
    also = {
        kind: dict[str, object](reach=["units", "app:certificates"], settings=settings, people={})
        for kind, settings in SETTINGS.items()
    }
    also["exchange"]["image"] = example()
    also["messages"]["reach"] = ["units", "app:certificates", "app:meeting"]
    with lone_host("certificates", tmp_path_factory.mktemp("together"), certificates, also=also) as bench:
        bench.keep("applications/messages/operator-password", "geheim77")
        bench.exec(f"echo '{bench.address} messages.{DOMAIN}' >> /etc/hosts")  # no name server is here
        for kind in ("certificates", *SETTINGS):
            assert not bench.why(bench.deploy(name=kind)), kind
            if kind == "messages":
                master = Secrets.load(bench.settings).get("applications/messages/keys").get_secret_value()
                bench.keep("applications/meeting/messages-key", sender_key(master, "meeting"))
        yield bench


@pytest.fixture(scope="package")
def browser(bench: Bench) -> Iterator[Browser]:
    with meeting_people.browser(bench.browser_options) as found:
        yield found
