"""This toolkit deployed by its own playbook on a host: served, kept up to date, backed up, lost and restored."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, sync_playwright

from countynet.secrets import BROUGHT, Secrets, vault_file
from inventory import create
from tests.applications.bench import Bench, lone_host
from tests.applications.browsing import EXECUTABLE, accounts, enter
from tests.applications.removal import taken_away

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a server host needs root")
CLIENT = "applications/certificates/client-dashboard"
LIVE = "/var/lib/countynet/countynet/county"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    people = accounts("清岚县财政局", lin="林主任", passer="路人")
    also = {"certificates": {"reach": ["units", "app:countynet"], "settings": {"people": people}}}
    with lone_host("countynet", tmp_path_factory.mktemp("countynet"), also=also) as found:
        create.create_repository(found.settings)  # before the sign-on's secret is made: no commit brings it
        signed = found.deploy(name="certificates")
        assert signed.good, found.why(signed)
        first = found.deploy()
        assert first.good, found.why(first)
        print(f"first deploy: {first.seconds:.0f} s")
        yield found


def git(bench: Bench, *words: str) -> None:
    who = ["-c", "user.name=amy", "-c", "user.email=amy@example.org"]
    subprocess.run(["git", "-C", str(bench.settings.county), *who, *words], check=True)


def countynet(bench: Bench, words: str) -> str:
    """Run countynet on the host as its account."""
    return bench.exec(f"/opt/countynet/countynet/countynet --lang en {words}")


def passwords(bench: Bench) -> dict[str, str]:
    text, found = bench.exec("cat /etc/countynet/countynet/first-accounts.json").strip(), dict[str, str]()
    while text:
        each, end = json.JSONDecoder().raw_decode(text)
        found[each["login"]] = each["password"]
        text = text[end:].strip()
    return found


def client(bench: Bench) -> str:
    """Return the secret that the sign-on knows the platform by."""
    return Secrets.load(bench.settings).get(CLIENT).get_secret_value()


def test_a_second_deploy_changes_nothing_and_it_answers_who_may_ask(bench: Bench) -> None:
    second = bench.deploy()
    assert second.good, bench.why(second)
    assert sum(host.changed for host in second.hosts) == 0, bench.changes(second)
    print(f"second deploy: {second.seconds:.0f} s")
    assert bench.get("/health") == (200, "ok\n")
    assert not bench.reaches(bench.stranger)
    assert not bench.reaches(bench.unit, 8080)


def test_every_process_runs_with_no_more_than_it_needs(bench: Bench) -> None:
    listed = bench.exec("ps axww -o user:20,args | grep '[d]ashboard.serve.children'")
    for child in ("web", "poller", "receiver", "worker"):
        assert f"dashboard.serve.children {child}" in listed
    assert {line.split()[0] for line in listed.splitlines()} == {"cn-countynet"}


def test_no_password_stands_in_a_log_or_an_argument(bench: Bench) -> None:
    known = [*passwords(bench).values(), (bench.settings.state / "vault-password").read_text().strip(), client(bench)]
    assert len(known) == 4
    seen = bench.exec("cat /var/log/countynet/countynet/*; ps axww -o args") + "\n".join(h.words for h in bench.said)
    assert not [word for word in known if word in seen]


def test_a_person_signs_in_with_chromium_and_sees_the_county(bench: Bench) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(args=bench.browser_options, executable_path=EXECUTABLE)
        try:
            page = browser.new_context(ignore_https_errors=True, locale="zh-CN").new_page()
            page.goto(f"{bench.url}/sign-in")
            page.fill("input[name=login]", "center")
            page.fill("input[name=password]", passwords(bench)["center"])
            with page.expect_navigation():
                page.click("main button[type=submit], main form button")
            assert "清岚县" in page.inner_text("body")
        finally:
            browser.close()


def test_people_come_in_by_the_countys_sign_on_if_they_have_an_account_here(bench: Bench) -> None:
    countynet(bench, "users create lin --role center --json")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(args=bench.browser_options, executable_path=EXECUTABLE)
        try:
            known, stranger = (_came(bench, browser, login) for login in ("lin", "passer"))
        finally:
            browser.close()
    assert "清岚县" in known
    assert "lin" in known
    assert "统一登录确认您是 passer，但本平台没有这个登录名的账号" in stranger


def test_the_secret_for_the_sign_on_came_with_the_deploy_and_with_no_commit(bench: Bench) -> None:
    committed = bench.exec(f"runuser -u cn-countynet -- git -C {LIVE} show HEAD:secrets/vault.yml")
    here, brought = vault_file(bench.settings).read_text(), f"{LIVE}/.state/{BROUGHT}"
    assert committed.startswith("$ANSIBLE_VAULT")
    assert (committed == here, bench.exec(f"cat {brought}") == here) == (False, True)
    assert bench.exec(f"stat -c '%a %U' {brought}") == "600 cn-countynet\n"
    seen = bench.exec(f"cat {LIVE}/.state/vault-* {LIVE}/secrets/* /proc/[0-9]*/environ /proc/[0-9]*/cmdline")
    assert client(bench) not in seen


def _came(bench: Bench, browser: Browser, login: str) -> str:
    """Go in by the dashboard's second door; return what is shown then."""
    page = browser.new_context(ignore_https_errors=True, locale="zh-CN").new_page()
    page.goto(f"{bench.url}/sign-in")
    with page.expect_navigation():
        page.click("a[href^='/sign-in/county']")
    enter(bench, page, login)
    page.wait_for_url(f"{bench.url}/**")
    return page.inner_text("body")


def test_a_new_commit_of_the_county_arrives_and_one_made_there_is_never_overwritten(bench: Bench) -> None:
    (bench.settings.county / "note.md").write_text("one\n")
    git(bench, "add", "note.md")
    git(bench, "commit", "-qm", "Note")
    result = bench.deploy()
    assert result.good, bench.why(result)
    assert bench.exec(f"cat {LIVE}/note.md") == "one\n"
    own = f"git -C {LIVE} -c user.name=x -c user.email=x@example.org commit -q --allow-empty -m Own"
    bench.exec(f"runuser -u cn-countynet -- {own}")
    (bench.settings.county / "note.md").write_text("two\n")
    git(bench, "commit", "-qam", "Again")
    refused = bench.deploy()
    assert not refused.good
    assert "commits of its own" in bench.why(refused)
    assert bench.exec(f"cat {LIVE}/note.md") == "one\n"
    bench.exec(f"runuser -u cn-countynet -- git -C {LIVE} reset -q --hard HEAD~1")
    healed = bench.deploy()
    assert healed.good, bench.why(healed)
    assert bench.exec(f"cat {LIVE}/note.md") == "two\n"


def test_all_that_happened_is_restored_equal_after_the_host_lost_it(bench: Bench) -> None:
    created = json.loads(countynet(bench, "users create dora --role auditor --json"))
    accounts, events = countynet(bench, "users list --json"), countynet(bench, "audit verify-log --json")
    assert created["login"] == "dora"
    saved = bench.backup()
    assert saved.good, bench.why(saved)
    bench.exec("supervisorctl stop countynet-serve; rm -rf /var/lib/countynet/countynet")
    back = bench.restore()
    assert back.good, bench.why(back)
    print(f"backup: {saved.seconds:.0f} s, restore: {back.seconds:.0f} s")
    assert back.seconds < 300
    assert countynet(bench, "users list --json") == accounts
    assert json.loads(countynet(bench, "audit verify-log --json"))["events"] >= json.loads(events)["events"]
    for _attempt in range(120):
        if bench.get("/health")[0] == 200:
            break
        time.sleep(0.5)
    assert bench.get("/health")[0] == 200
    again = bench.deploy()
    assert again.good, bench.why(again)
    assert sum(host.changed for host in again.hosts) == 0, bench.changes(again)


def test_taken_away_it_leaves_its_county_without_the_vaults_password_and_the_sign_on_forgets_it(bench: Bench) -> None:
    taken_away(bench)
    assert bench.exec(f"ls {LIVE}/.state/county.db").strip().endswith("county.db")
    assert bench.exec("find /var/lib/countynet -name 'vault-*'") == ""
    assert replace(bench, name="certificates").get("/health")[0] == 200
