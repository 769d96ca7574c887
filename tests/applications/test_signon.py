"""The county's sign-on before an application without OpenID Connect, with the real platform: in, forged, over, out.

The wiki is deployed first and the sign-on after it, on one host: both have to come out right, whatever the order.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from playbooks.applications.secrets import read
from tests.applications.bench import DOMAIN, Bench, lone_host
from tests.applications.browsing import AUTH, collected, enter, signed_out
from tests.applications.removal import taken_away

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a server host needs root")
UNIT, OTHER = "清岚县财政局", "清岚县教育局"
GATE = "/opt/countynet/wiki/gate/state/gate.db"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    from tests.unit.playbooks.applications.scene import county

    unit = next(unit for unit in county().units if unit.name == UNIT)
    roles = {"zhang": "person", "li": "officer", "zhao": "admin", "qian": "auditor"}
    people = [{"login": login, "name": f"{login}先生", "unit": UNIT, "role": role} for login, role in roles.items()]
    platform = {"reach": ["units", "app:wiki"], "settings": {"people": people}}
    wiki = {"reach": ["units", "app:certificates"], "people": {"units": [unit.id], "roles": ["person", "officer"]}}
    folder = tmp_path_factory.mktemp("signon")
    with lone_host("wiki", folder, wiki, also={"certificates": platform}) as bench:
        first = bench.deploy()
        assert not bench.why(first)
        assert bench.get("/doku.php?id=start")[0] == 503  # no sign-on yet: a clear page, and nobody is let in
        second = bench.deploy(name="certificates")
        assert not bench.why(second)
        names = folder / "names"
        names.write_text(f"127.0.0.1 localhost\n{bench.address} {bench.dns} certificates.{DOMAIN}\n")
        assert Path("/proc/1/comm").read_text() == "tini\n", "run this by tests/own: it mounts over /etc/hosts"
        subprocess.run(["mount", "--bind", names, "/etc/hosts"], check=True)
        yield bench


@pytest.fixture(scope="module")
def browser(bench: Bench) -> Iterator[Browser]:
    with sync_playwright() as play:
        options = ["--no-sandbox", "--disable-gpu", *bench.browser_options]
        found = play.chromium.launch(executable_path="/usr/bin/chromium", args=options)
        yield found
        found.close()


def fresh(browser: Browser, **more: Any) -> Page:
    context = browser.new_context(
        locale="zh-CN", ignore_https_errors=True, viewport={"width": 320, "height": 800}, **more
    )
    context.set_default_timeout(30_000)
    return context.new_page()


def came(bench: Bench, browser: Browser, login: str, path: str = "/doku.php?id=start") -> Page:
    page = fresh(browser)
    page.goto(f"{AUTH}/sign-in")
    enter(bench, page, login)
    page.goto(f"{bench.url}{path}")
    return page


def test_a_second_deploy_of_either_changes_nothing_and_the_secret_was_made_by_itself(bench: Bench) -> None:
    assert not bench.why(bench.deploy())  # its certificate is the authority's from now on
    for name in ("wiki", "certificates"):
        before = len(bench.said)
        result = bench.deploy(name=name)
        changed = [heard.task for heard in bench.said[before:] if heard.outcome == "changed"]
        assert (bench.why(result), changed) == ("", [])
    secret = read(bench.settings, "certificates")["client-wiki"]
    assert secret in bench.exec("cat /etc/countynet/wiki/gate.json")
    assert secret not in bench.exec("cat /etc/countynet/certificates/clients.json; ps axww -o args")
    assert "Permission denied" in bench.exec("runuser -u cn-wiki -- cat /etc/countynet/wiki/gate.json")


def test_somebody_signs_in_by_password_and_the_edit_carries_their_name(bench: Bench, browser: Browser) -> None:
    page = fresh(browser)
    page.goto(f"{bench.url}/doku.php?id=notes:a&do=edit")
    enter(bench, page, "zhang")
    if page.url.startswith(AUTH):  # the first password was changed on the way
        page.goto(f"{bench.url}/doku.php?id=notes:a&do=edit")
    assert page.url == f"{bench.url}/doku.php?id=notes:a&do=edit"
    page.fill("#wiki__text", "由谁编写")
    page.click("#edbtn__save")
    page.wait_for_selector("text=由谁编写")
    assert "zhang" in bench.exec("cat /var/lib/dokuwiki/data/meta/notes/a.changes")
    page.goto(f"{bench.url}/doku.php?id=notes:a&do=revisions")
    assert "zhang先生" in page.inner_text("body")
    page.goto(f"{bench.url}/doku.php?id=notes:a&do=edit")
    page.context.clear_cookies()
    page.fill("#wiki__text", "会话已过期")
    page.click("#edbtn__save")
    page.wait_for_selector("#words")
    assert "没有保存" in page.inner_text("#words")
    assert "会话已过期" not in bench.exec("cat /var/lib/dokuwiki/data/pages/notes/a.txt")


def test_headers_that_a_client_sends_are_worth_nothing(bench: Bench, browser: Browser) -> None:
    forged = {"X-County-Login": "admin", "X_County_Login": "admin", "X-County-Name": "admin", "X-County-Role": "admin"}
    told = " ".join(f"-H '{name}: {value}'" for name, value in forged.items())
    ask = f"curl -sk -o /dev/null -w '%{{http_code}}' {told} --interface {bench.unit} {bench.url}"
    assert subprocess.run(f"{ask}/doku.php?id=start", shell=True, capture_output=True, text=True).stdout == "302"
    assert subprocess.run(f"{ask}/signed-on/check", shell=True, capture_output=True, text=True).stdout == "404"
    page = came(bench, browser, "zhang")
    page.context.set_extra_http_headers({**forged, "X-County-Target": "https://evil.test/"})
    page.goto(f"{bench.url}/doku.php?id=start")
    assert "zhang先生" in page.inner_text("#dokuwiki__usertools")
    assert "admin" not in page.inner_text("#dokuwiki__usertools")
    page.goto(f"{bench.url}/signed-on/begin?next=//evil.test/")
    assert page.url == f"{bench.url}/" or page.url.startswith(f"{bench.url}/doku.php")


def test_whom_it_is_not_open_to_is_told_so(bench: Bench, browser: Browser) -> None:
    page = came(bench, browser, "qian")
    assert "没有使用本应用的权限" in page.inner_text("#words")
    assert "qian先生" in page.inner_text("#who")
    assert page.evaluate("document.documentElement.scrollWidth <= 320")


def test_a_session_that_is_over_asks_anew(bench: Bench, browser: Browser) -> None:
    page = came(bench, browser, "zhang")
    page.context.clear_cookies(name="county-sign-on")
    bench.exec(f"python3 -c \"import sqlite3; d = sqlite3.connect('{GATE}');"
               " d.execute('update session set seen = seen - 1801'); d.commit()\"")  # fmt: skip
    page.goto(f"{bench.url}/doku.php?id=start")
    assert page.url.startswith(f"{AUTH}/sign-in")


def test_signing_out_of_the_wiki_and_at_the_sign_on_ends_all_of_it(bench: Bench, browser: Browser) -> None:
    page = came(bench, browser, "zhang")
    signed_out(page)
    for _attempt in range(40):  # the word travels from host to host
        page.goto(f"{bench.url}/doku.php?id=start")
        if page.url.startswith(AUTH):
            break
        time.sleep(0.25)
    heard = bench.exec("tail -n 20 /var/log/countynet/*/*.log /var/log/supervisor/*.log")
    assert page.url.startswith(f"{AUTH}/sign-in"), heard
    again = came(bench, browser, "zhang")
    again.goto(f"{bench.url}/signed-on/out")
    with again.expect_navigation():
        again.locator("main form button").click()
    assert again.url == f"{AUTH}/sign-out"
    assert again.goto(f"{bench.url}/signed-on/out") is not None
    assert "没有登录" in again.inner_text("#words")


def test_a_certificate_signs_in_too(bench: Bench, browser: Browser, tmp_path: Path) -> None:
    page = came(bench, browser, "zhang")
    page.goto(f"{AUTH}/certificates")
    page.locator("form#person button").click()
    officer = came(bench, browser, "li")
    officer.goto(f"{AUTH}/requests")
    officer.locator("form[action$='/approve'] button").first.click()
    officer.wait_for_load_state()
    page.goto(f"{AUTH}/certificates")
    file = collected(page, tmp_path / "zhang.p12", "for the file")
    shown: Any = [{"origin": f"{AUTH}:8443", "pfxPath": str(file), "passphrase": "for the file"}]
    other = fresh(browser, client_certificates=shown)
    other.goto(f"{bench.url}/doku.php?id=start")
    other.click("#certificate")
    other.wait_for_url(f"{bench.url}/doku.php?id=start")
    assert "zhang先生" in other.inner_text("#dokuwiki__usertools")


def test_a_sign_on_or_gate_that_is_down_lets_nobody_in_and_says_so(bench: Bench, browser: Browser) -> None:
    inside = came(bench, browser, "zhang")
    bench.exec("supervisorctl stop certificates-web")
    page = fresh(browser)
    page.goto(f"{bench.url}/doku.php?id=start")
    assert "暂时不可用" in page.inner_text("body")
    inside.goto(f"{bench.url}/doku.php?id=start")
    assert "zhang先生" in inside.inner_text("#dokuwiki__usertools")  # whoever is in stays in
    bench.exec("supervisorctl start certificates-web; supervisorctl stop wiki-gate")
    status, text = bench.get("/doku.php?id=start")
    assert (status, "暂时不可用" in text) == (503, True)
    assert bench.get("/signed-on/health")[0] == 503
    bench.exec("supervisorctl start wiki-gate")
    for _attempt in range(60):
        if bench.get("/signed-on/health") == (200, "ok\n"):
            break
        time.sleep(0.5)
    assert bench.get("/signed-on/health") == (200, "ok\n")


def test_taken_away_nothing_of_the_gate_is_left_and_the_sign_on_knows_it_no_more(
    bench: Bench, browser: Browser
) -> None:
    taken_away(bench)
    assert "sign-on of the county" not in bench.exec("cat /etc/hosts")
    page = fresh(browser)
    page.goto(f"{AUTH}/sign-in")
    assert page.locator("[name=login]").count() == 1
    page.goto(
        f"{AUTH}/authorize?client_id=wiki&redirect_uri={bench.url}/signed-on/back&response_type=code&scope=openid"
    )
    assert page.url.startswith(AUTH)
    assert bench.get("/")[0] == 0
