"""One host with the sites for all of this folder, beside a message gateway and the county's sign-on."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from applications.messages.config import sender_key
from countynet.secrets import Secrets
from tests.applications.bench import DOMAIN, Bench, lone_host
from tests.applications.browsing import EXECUTABLE, accounts
from tests.applications.sites.county import MESSAGES, SETTINGS, SIGNED_ON
from tests.applications.smsc import Operator, reachable


@pytest.fixture(scope="package")
def operator() -> Iterator[Operator]:
    with reachable() as found:
        yield found


@pytest.fixture(scope="package")
def bench(operator: Operator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder, people = tmp_path_factory.mktemp("sites"), accounts("清岚县财政局", **SIGNED_ON)
    also: dict[str, dict[str, object]] = {
        "messages": {"settings": MESSAGES, "reach": ["units", "app:sites"]},
        "certificates": {"settings": {"people": people}, "reach": ["units", "app:sites"]},
    }
    with lone_host("sites", folder, {"settings": SETTINGS}, also=also) as bench:
        _gateway(bench)
        assert not bench.why(bench.deploy(name="certificates"))
        bench.exec(f"echo '{bench.address} certificates.{DOMAIN}' >> /etc/hosts")  # no name server is here
        began = time.monotonic()
        result = bench.deploy()
        assert not bench.why(result)
        print(f"deployed in {time.monotonic() - began:.0f} s")
        yield bench


def _gateway(bench: Bench) -> None:
    """Deploy the message gateway beside the sites, and give them their key to it and who vouches for it."""
    bench.keep("applications/messages/operator-password", "geheim77")
    result = bench.deploy(name="messages")
    assert not bench.why(result)
    master = Secrets.load(bench.settings).get("applications/messages/keys").get_secret_value()
    bench.keep("applications/sites/messages-key", sender_key(master, "sites"))
    bench.settle("sites", messages_ca=bench.exec("cat /etc/countynet/messages/certificate.pem"))


@pytest.fixture(scope="package")
def browser(bench: Bench) -> Iterator[Browser]:
    with sync_playwright() as play:
        options = ["--no-sandbox", *bench.browser_options]
        found = play.chromium.launch(executable_path=EXECUTABLE, args=options)
        yield found
        found.close()
