"""Servers hardened to the audit's baseline: a host whose application goes on working, and a way in that is kept."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from countynet.db import open_database
from countynet.i18n import set_language
from countynet.servercheck import Looked
from playbooks.applications.secrets import read
from playbooks.day2.hardening import harden
from playbooks.runner import book
from playbooks.runner.catalogue import catalogue
from playbooks.runner.follow import follow
from playbooks.runner.programs.change import ChangeProgram
from playbooks.runner.programs.work import Work
from playbooks.runner.states import RunState
from playbooks.servers.line import opened
from playbooks.servers.run import Heard
from tests.applications.bench import HOST, SAVER, Bench, lone_host
from tests.applications.browsing import chromium
from tests.applications.hardening import CENTER, altered, checked, contain, failing, hardened
from tests.applications.lending_clerk import lend
from tests.applications.lifecycle import changed_again

NOT_HERE = {"server-updates-signed"}
"""of the base host: its one source is the twin's, which nobody signed"""
OPEN = """set -e
useradd --create-home --shell /bin/bash --password '' wang
useradd --create-home --shell /bin/bash --password '$y$j9T$x$0123456789012345678901234567890123456789012' li
touch /etc/open /home/wang/tool
chmod 666 /etc/open
chmod 4755 /home/wang/tool
mkdir -p /etc/cron.daily
printf '#!/bin/sh\n' >/etc/cron.daily/job
chown li /etc/cron.daily/job
printf '+\n' >/etc/hosts.equiv
echo 1 >/proc/sys/net/ipv4/conf/eth0/accept_redirects
"""
FILES = "find /etc /usr/local /home -type f | sort | xargs sha256sum; find /etc /home -printf '%m %u %p\\n'"
MENDED = "/etc/open /home/wang/tool /etc/cron.daily/job"
KERNEL = Path("/proc/sys/kernel/kptr_restrict")
OF_MACHINE = KERNEL.read_text()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    set_language("en")
    with lone_host("lending", tmp_path_factory.mktemp("harden"), fetched=False, systemd=False) as bench:
        assert bench.why(bench.deploy()) == ""
        contain(bench, HOST, SAVER)
        bench.exec(OPEN)
        yield bench


@pytest.fixture(scope="module")
def page(bench: Bench) -> Iterator[Page]:
    with chromium(bench) as page:
        yield page


def test_a_look_says_what_fails_and_what_would_be_changed_and_changes_nothing(bench: Bench) -> None:
    before = failing(bench)
    files = bench.exec(
        "find /etc /usr/local /home -type f | sort | xargs sha256sum; find /etc /home -printf '%m %u %p\n'"
    )
    told = hardened(bench, HOST, look=True)
    assert told.ended.good, told.text
    assert {"sshd-tries", "server-kernel-network", "server-idle", "server-not-writable", "server-lockout"} <= before
    assert not {c for c in before if f"fails: {c} (" not in told.text and f"left: {c} (" not in told.text}
    assert "MaxAuthTries 4" in told.text, "the difference of the file"
    assert "sign in by a password and have no key, so no longer by SSH: li" in told.text
    after = bench.exec(
        "find /etc /usr/local /home -type f | sort | xargs sha256sum; find /etc /home -printf '%m %u %p\n'"
    )
    assert (after, failing(bench)) == (files, before)


def test_hardened_the_checks_pass_but_for_what_is_named_as_left_with_the_reason(bench: Bench) -> None:
    told = hardened(bench, HOST)
    assert told.ended.good, told.text
    left = failing(bench)
    assert left <= NOT_HERE | {"server-kernel", "server-account-age"}, checked(bench)
    assert all(f"left: {check} (" in told.text and "why: " in told.text for check in left)
    assert "now passes: sshd-no-forwarding" in told.text
    rights = bench.exec(
        "stat -c '%a %U' /etc/open /home/wang/tool /etc/cron.daily/job; ls /etc/hosts.equiv*; getent shadow wang"
    )
    assert rights.split()[:6] == ["664", "root", "755", "root", "644", "root"]
    assert "/etc/hosts.equiv.countynet-before" in rights
    assert "wang:*:" in rights
    assert "chmod 0755 /home/wang/tool" in told.text


def test_a_second_run_changes_nothing(bench: Bench) -> None:
    told = hardened(bench, HOST)
    assert (told.ended.good, told.changed) == (True, []), told.text


def test_the_application_works_and_deploying_it_again_changes_nothing(bench: Bench, page: Page) -> None:
    before = checked(bench)
    lend(page, bench.url, read(bench.settings, "lending")["clerk-password"])
    assert changed_again(bench) == ("", [])
    assert checked(bench).failing == before.failing
    assert hardened(bench, HOST).changed == []
    assert not bench.reaches(bench.stranger)


def test_the_host_of_backups_is_hardened_and_takes_and_gives_them_still(bench: Bench) -> None:
    told = hardened(bench, SAVER)
    assert told.ended.good, told.text
    assert bench.why(bench.backup()) == ""
    assert bench.why(bench.drill()) == ""
    assert hardened(bench, SAVER).changed == []


def test_an_account_is_locked_after_five_wrong_passwords_and_root_is_not(bench: Bench) -> None:
    bench.exec("echo 'li:Right-Word-1' | chpasswd")
    tries = "for n in 1 2 3 4 5 6; do echo wrong | setsid -w su nobody -s /bin/sh -c 'su li -c true' 2>&1; done"
    bench.exec(tries)
    locked = bench.exec("echo Right-Word-1 | setsid -w su nobody -s /bin/sh -c 'su li -c id' 2>&1; faillock --user li")
    assert "uid=" not in locked
    assert locked.count("\n") >= 6, locked
    bench.exec("faillock --user li --reset")
    assert "uid=" in bench.exec("echo Right-Word-1 | setsid -w su nobody -s /bin/sh -c 'su li -c id' 2>&1")


def test_a_weak_password_is_refused_and_a_good_one_taken(bench: Bench) -> None:
    def passwd(old: str, new: str) -> str:
        return bench.exec(f"printf '%s\\n' {old} {new} {new} | setsid -w runuser -u li -- passwd 2>&1")

    assert "BAD PASSWORD" in passwd("Right-Word-1", "teapot77")
    assert "updated successfully" in passwd("Right-Word-1", "Teapot-49-Lamp")


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return sshd's template of a copy of the playbook that is used."""
    return altered(tmp_path, monkeypatch) / "templates/sshd.conf.j2"


def state(bench: Bench) -> str:
    return bench.exec(
        "cat /etc/ssh/sshd_config.d/00-countynet.conf; ls -A /var/lib/countynet-hardening; sshd -T | sort"
    )


def test_a_baseline_that_locks_us_out_is_put_back_by_the_server_itself(bench: Bench, template: Path) -> None:
    before = state(bench)
    template.write_text(template.read_text() + "DenyUsers root\n")
    told = hardened(bench, HOST)
    assert not told.ended.good, told.text
    assert "put the way in back" in told.text, told.text
    opened(bench.settings, bench.county.host_by_name[HOST]).close()
    assert state(bench) == before


def test_a_line_that_sshd_does_not_take_is_put_back_at_once(bench: Bench, template: Path) -> None:
    before, began = state(bench), time.monotonic()
    template.write_text(template.read_text() + "Nonsense yes\n")
    told = hardened(bench, HOST)
    assert "put the way in back" in told.text, told.text
    assert state(bench) == before
    assert time.monotonic() - began < 120


def test_a_run_that_is_broken_off_under_the_guard_leaves_the_way_in_as_it_was(bench: Bench, template: Path) -> None:
    before, cancelled = state(bench), threading.Event()
    template.write_text(template.read_text() + "DenyUsers root\n")
    engine, playbook = open_database(bench.settings), catalogue(bench.settings.county)["harden-servers"]

    def heard(one: Heard) -> None:
        if "take it over" in one.task or "Sign in anew" in one.task:
            cancelled.set()

    names, form = (HOST,), dict[str, str]()
    work = Work(bench.settings, engine, playbook, form, names, CENTER, False, heard=heard, cancelled=cancelled)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(harden, "checker", lambda: lambda _settings, chosen: dict.fromkeys(chosen, Looked()))
        assert not ChangeProgram().run(work).good
    assert cancelled.is_set()
    deadline = time.monotonic() + 120
    while state(bench) != before and time.monotonic() < deadline:
        time.sleep(1)
    assert state(bench) == before
    opened(bench.settings, bench.county.host_by_name[HOST]).close()
    engine.dispose()


def test_from_the_queue_a_silent_server_is_named_and_the_others_are_looked_at(bench: Bench) -> None:
    engine = open_database(bench.settings)
    servers = {"servers": f"srv-infra,{HOST}"}
    asked = book.ask(bench.settings, engine, bench.county, "harden-servers", servers, CENTER)
    done = follow(bench.settings, engine, asked.number, CENTER, lambda line: None)
    errors = {host.host: bool(host.error) for host in done.hosts}
    assert (done.state, errors) == (RunState.FAILED, {HOST: False, "srv-infra": True}), done.words
    assert "srv-infra" in done.words
    engine.dispose()


def test_the_machine_under_the_host_was_not_touched() -> None:
    assert KERNEL.read_text() == OF_MACHINE
