"""The authentication platform (A5) on a host of its own: ceremony, requests, seals, sign-on, revocation, restore."""

import hashlib
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from rfc3161_client import TimestampRequestBuilder, VerifierBuilder, decode_timestamp_response
from sqlalchemy import select

from tests.applications.bench import Bench, lone_host
from tests.applications.browsing import collected
from tests.applications.lifecycle import restore
from tests.applications.removal import taken_away, wiped
from tests.unit.applications.certificates.test_seals import letter
from tests.unit.applications.certificates.world import CODE

UNIT = "清岚县财政局"
PASSWORD = "a password of one's own"
PEOPLE = [
    {"login": "zhang", "name": "张三", "unit": UNIT, "role": "person"},
    {"login": "li", "name": "李四", "unit": UNIT, "role": "officer"},
    {"login": "zhao", "name": "赵六", "unit": UNIT, "role": "admin"},
    {"login": "qian", "name": "钱七", "unit": UNIT, "role": "auditor"},
]
CLIENT = {
    "id": "dashboard",
    "title": "网络运行平台",
    "title_en": "Network operations",
    "start": "https://dashboard.qinglan.internal/",
    "redirects": ["https://dashboard.qinglan.internal/sign-in/back"],
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    settings = {"people": PEOPLE, "clients": [CLIENT]}
    with lone_host("certificates", tmp_path_factory.mktemp("certificates"), {"settings": settings}) as bench:
        result = bench.deploy()
        assert not bench.why(result)
        yield bench


def secret(bench: Bench, name: str) -> str:
    from playbooks.applications.secrets import read

    return read(bench.settings, "certificates")[name]


def test_a_second_deploy_changes_nothing_and_keys_are_their_accounts_alone(bench: Bench) -> None:
    before = len(bench.said)
    result = bench.deploy()
    changed = [heard.task for heard in bench.said[before:] if heard.outcome == "changed"]
    assert (bench.why(result), changed) == ("", [])
    web = "runuser -u cn-certificates -- "
    assert "Permission denied" in bench.exec(web + "ls /var/lib/countynet/certificates/keys")
    assert "Permission denied" in bench.exec(web + "cat /etc/countynet/certificates/passphrase")
    keys = bench.exec(
        "cat /var/lib/countynet/certificates/keys/*.key.pem /root/countynet-certificates-root/root.key.pem"
    )
    assert keys.count("BEGIN ENCRYPTED PRIVATE KEY") == 4
    assert "BEGIN PRIVATE KEY" not in keys
    assert "No such file" in bench.exec("cat /root/countynet-certificates-root/passphrase")


def test_units_reach_it_and_nobody_else(bench: Bench) -> None:
    assert bench.get("/health")[0] == 200
    for port in (80, 443, 8443):
        assert bench.reaches(bench.unit, port)
        assert not bench.reaches(bench.stranger, port)
    assert not bench.reaches(bench.unit, 22)


@pytest.fixture(scope="module")
def browser(bench: Bench) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        options = ["--no-sandbox", *bench.browser_options]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=options)
        yield browser
        browser.close()


def entered(bench: Bench, browser: Browser, login: str, width: int = 320) -> Page:
    """Sign somebody in, for the first time or with the password that they chose then."""
    page = browser.new_context(
        viewport={"width": width, "height": 800}, locale="zh-CN", ignore_https_errors=True
    ).new_page()
    for password in (PASSWORD, secret(bench, "first-password")):
        page.goto(f"{bench.url}/sign-in")
        page.fill("[name=login]", login)
        page.fill("[name=password]", password)
        page.locator("main button").first.click()
        page.wait_for_load_state()
        if "/sign-in" not in page.url:
            break
    if urlsplit(page.url).path == "/password":
        page.fill("[name=old]", password)
        page.fill("[name=new]", PASSWORD)
        page.fill("[name=again]", PASSWORD)
        page.locator("main button").click()
        page.wait_for_load_state()
    assert page.url == f"{bench.url}/", page.inner_text("main")
    return page


def is_narrow(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def approve(page: Page) -> None:
    """Approve the first request that waits."""
    page.click("nav a[href='/requests']")
    assert is_narrow(page)
    page.locator("form[action$='/approve'] button").first.click()
    page.wait_for_load_state()


def plain(bench: Bench, path: str, body: bytes | None = None, kind: str = "") -> bytes:
    """Ask what goes in the clear, as a machine does."""
    asked = Request(
        f"http://{bench.address}{path}", body, {"Host": bench.dns, **({"Content-Type": kind} if kind else {})}
    )
    with urlopen(asked, timeout=60) as answer:
        content: bytes = answer.read()
    return content


def root_of(bench: Bench) -> x509.Certificate:
    return x509.load_der_x509_certificate(plain(bench, "/root.cer"))


def status(bench: Bench, own: x509.Certificate) -> ocsp.OCSPCertStatus:
    issuing = x509.load_der_x509_certificate(plain(bench, "/issuing.cer"))
    asked = ocsp.OCSPRequestBuilder().add_certificate(own, issuing, hashes.SHA1()).build()
    answer = plain(bench, "/ocsp", asked.public_bytes(serialization.Encoding.DER), "application/ocsp-request")
    return ocsp.load_der_ocsp_response(answer).certificate_status


def is_listed(bench: Bench, serial: int) -> bool:
    found = x509.load_der_x509_crl(plain(bench, "/crl"))
    return found.get_revoked_certificate_by_serial_number(serial) is not None


def test_a_person_gets_a_certificate_signs_in_with_it_and_no_longer_once_it_is_revoked(
    bench: Bench, browser: Browser, tmp_path: Path
) -> None:
    from cryptography.hazmat.primitives.serialization import pkcs12

    page = entered(bench, browser, "zhang")
    page.click("nav a[href='/certificates']")
    assert is_narrow(page)
    page.locator("form#person button").click()
    approve(entered(bench, browser, "li"))
    page.goto(f"{bench.url}/certificates")
    file = collected(page, tmp_path / "zhang.p12", "for the file")
    _key, own, _chain = pkcs12.load_key_and_certificates(file.read_bytes(), b"for the file")
    assert own is not None
    assert status(bench, own) is ocsp.OCSPCertStatus.GOOD
    _name(bench, tmp_path / "hosts")
    shown: Any = [{"origin": f"{bench.url}:8443", "pfxPath": str(file), "passphrase": "for the file"}]
    other = browser.new_context(client_certificates=shown, locale="zh-CN", ignore_https_errors=True).new_page()
    other.goto(f"{bench.url}/sign-in")
    other.click("#certificate")
    other.wait_for_load_state()
    assert "您已用证书登录" in other.inner_text("main")
    page.goto(f"{bench.url}/certificates")
    page.locator("details", has_text="吊销").last.locator("summary").click()
    page.select_option("[name=reason]", "key_compromise")
    began = time.monotonic()
    page.locator("form[action$='/revoke'] button").click()
    page.wait_for_load_state()
    while not (is_listed(bench, own.serial_number) and status(bench, own) is ocsp.OCSPCertStatus.REVOKED):
        assert time.monotonic() - began < 60
    late = browser.new_context(client_certificates=shown, locale="zh-CN", ignore_https_errors=True).new_page()
    late.goto(f"{bench.url}:8443/sign-in/certificate")
    assert "吊销" in late.inner_text("main")


def test_a_file_is_sealed_and_the_check_says_what_was_changed(bench: Bench, browser: Browser, tmp_path: Path) -> None:
    page = entered(bench, browser, "zhang")
    page.goto(f"{bench.url}/certificates")
    page.fill("form#seal [name=identifier]", CODE)
    page.locator("form#seal button").click()
    approve(entered(bench, browser, "li"))
    (tmp_path / "notice.pdf").write_bytes(letter())
    page.goto(f"{bench.url}/seal")
    assert is_narrow(page)
    page.set_input_files("[name=file]", tmp_path / "notice.pdf")
    with page.expect_download() as download:
        page.locator("main form button").click()
    sealed = tmp_path / "sealed.pdf"
    download.value.save_as(sealed)
    said = subprocess.run(["pdfsig", sealed], capture_output=True, text=True).stdout
    assert "Signature is Valid" in said
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(sealed.read_bytes().replace(b"endstream", b"endStream", 1))
    for file, words in ((sealed, "文件与盖章时一致"), (changed, "内容在盖章后被改动")):
        page.goto(f"{bench.url}/verify")
        page.set_input_files("[name=file]", file)
        page.locator("main form button").click()
        page.wait_for_load_state()
        assert words in page.inner_text("main")
        assert is_narrow(page)


def test_time_stamps_are_believed_by_others(bench: Bench) -> None:
    asked = TimestampRequestBuilder().data(b"a decision").build()
    answer = plain(bench, "/tsa", asked.as_bytes(), "application/timestamp-query")
    verifier = VerifierBuilder.from_request(asked).add_root_certificate(root_of(bench)).build()
    assert verifier.verify_message(decode_timestamp_response(answer), b"a decision")


def test_our_dashboards_client_is_told_who_came(
    bench: Bench, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dashboard's own code speaks with the real sign-on, TLS by the county's root, as it does in life."""
    from countynet.settings import Settings
    from dashboard.auth import oidc, signon

    trusted = bench.folder / "root.pem"
    trusted.write_bytes(root_of(bench).public_bytes(serialization.Encoding.PEM))
    back = CLIENT["redirects"][0]
    settings = Settings(
        county=bench.settings.county, language="en", signon=bench.url, signon_back=back, signon_ca=trusted
    )
    _resolve(bench, monkeypatch)
    client = signon.configured(settings)
    assert client is not None
    asked = oidc.new_question()
    page = entered(bench, browser, "li")
    words = _sent_back(page, client.question(asked), back)
    assert words["state"] == asked.state
    assert client.login(asked, words["code"], signon.secret(settings)) == "li"
    with pytest.raises((oidc.NotSignedOn, OSError)):
        client.login(asked, words["code"], signon.secret(settings))  # a code is good once
    page.goto(client.question(asked).replace("dashboard.qinglan", "evil.qinglan"))
    assert page.url.startswith(bench.url)
    assert "code" not in _sent_back(page, client.question(asked).replace("S256", "plain"), back)


def test_the_countys_event_log_takes_the_journal(bench: Bench, tmp_path: Path) -> None:
    from audit.authority import follow
    from countynet.db import open_database, reading
    from countynet.events import Event
    from countynet.settings import Settings

    trusted = bench.folder / "root.pem"
    trusted.write_bytes(root_of(bench).public_bytes(serialization.Encoding.PEM))
    settings = Settings(county=bench.settings.county, language="en", signon_ca=trusted)
    platform = follow.Platform("certificates", bench.dns, bench.address)
    engine = open_database(Settings(county=tmp_path, language="en"))
    assert follow.take(engine, "certificates", follow.asker(settings, platform)) > 0
    assert follow.take(engine, "certificates", follow.asker(settings, platform)) == 0
    with reading(engine) as session:
        found = session.scalars(select(Event.body).where(Event.tag == "authority.line")).all()
    assert any("sign-in" in body for body in found)
    stranger = replace(platform, dns="other.qinglan.internal")
    with pytest.raises(ssl.SSLError):
        follow.take(engine, "certificates", follow.asker(settings, stranger))
    engine.dispose()


def _sent_back(page: Page, address: str, back: str) -> dict[str, str]:
    """Return with which words the browser is sent to the dashboard, which is not there itself."""
    with page.expect_request(lambda request: request.url.startswith(back)) as caught, suppress(PlaywrightError):
        page.goto(address)
    return {name: values[0] for name, values in parse_qs(urlsplit(caught.value.url).query).items()}


def _name(bench: Bench, file: Path) -> None:
    """Have every process here find the platform by its name: Playwright shows certificates by a proxy of its own."""
    assert Path("/proc/1/comm").read_text() == "tini\n", "run this by tests/own: it mounts over /etc/hosts"
    file.write_text(f"127.0.0.1 localhost\n{bench.address} {bench.dns}\n")
    subprocess.run(["mount", "--bind", file, "/etc/hosts"], check=True)


def _resolve(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Find the platform by its name in this process, as the county's name server tells it in life."""
    import socket

    real = socket.getaddrinfo

    def found(host: Any, *rest: Any, **more: Any) -> Any:
        return real(bench.address if host == bench.dns else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", found)


def test_the_journal_is_whole_and_its_auditor_reads_it(bench: Bench, browser: Browser) -> None:
    page = entered(bench, browser, "qian", 1400)
    page.click("nav a[href='/journal']")
    words = page.inner_text("main")
    assert "日志链完整" in words
    assert "seal.placed" in words


def test_what_was_destroyed_comes_back_from_the_backup(bench: Bench) -> None:
    from playbooks.applications.secrets import read

    listed = plain(bench, "/crl")
    revoked = [one.serial_number for one in x509.load_der_x509_crl(listed)]
    token = read(bench.settings, "certificates")["journal-token"]
    before, root = journal(bench, token), root_of(bench)
    assert revoked
    assert not bench.why(bench.backup())
    bench.exec("rm -rf /var/lib/countynet/certificates/*/*.db* /var/lib/countynet/certificates/keys/*.pem")
    restore(bench)
    wait_until_well(bench)
    assert [one.serial_number for one in x509.load_der_x509_crl(plain(bench, "/crl"))] == revoked
    assert (journal(bench, token), root_of(bench)) == (before, root)


def test_taken_away_its_register_stays_and_deployed_again_it_is_the_same_authority(bench: Bench) -> None:
    listed, root = plain(bench, "/crl"), root_of(bench)
    taken_away(bench)
    assert not any(bench.reaches(bench.unit, port) for port in (80, 443, 8443))
    keys = "/var/lib/countynet/certificates/keys"
    assert bench.exec(f"stat -c %U {keys}").strip() == "cn-certificates-keys", "nobody else gets its number"
    assert bench.why(bench.deploy()) == ""
    assert root_of(bench) == root
    before, after = (x509.load_der_x509_crl(each) for each in (listed, plain(bench, "/crl")))
    assert {one.serial_number for one in before} <= {one.serial_number for one in after}


def test_taken_away_with_its_data_the_backups_alone_are_left(bench: Bench) -> None:
    wiped(bench)


def journal(bench: Bench, token: str) -> str:
    asked = f"curl -s --unix-socket /opt/countynet/certificates/run/web/web.sock -H 'Authorization: Bearer {token}'"
    return hashlib.sha256(bench.exec(asked + " 'http://localhost/journal.json?after=0'").encode()).hexdigest()


def wait_until_well(bench: Bench) -> None:
    for _attempt in range(120):
        if bench.get("/health")[0] == 200:
            return
        time.sleep(0.5)
    raise AssertionError(bench.exec("tail -n 20 /var/log/countynet/certificates/*.log"))
