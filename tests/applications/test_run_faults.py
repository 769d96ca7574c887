"""Faults of runs, each of them real: what whoever started the run is told, in both languages, and that a rerun heals.

The runner's own program carries out a county's own playbooks on a server host: one that cannot be read, one that lacks
a variable, a server that dies in the middle, a cancel, a full disk, an expired certificate, a package source that does
not answer; and a run that is killed with its worker and its Ansible.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from countynet import works
from countynet.db import open_database
from countynet.i18n import language, set_language, translate_error
from countynet.people import Actor
from countynet.vocabulary import Role
from playbooks.runner import book
from playbooks.runner.catalogue import OWN
from playbooks.runner.model import Playbook
from playbooks.runner.programs.ansible import AnsibleProgram
from playbooks.runner.programs.work import Ended, Work
from playbooks.runner.states import RunState
from playbooks.servers.run import Heard
from tests.announced import announced
from tests.applications.bench import HOST, Bench, lone_host
from tests.applications.killed import AGENT, ANSIBLE, began, family, folder_of, gone, kill, until, working

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a server host needs root")
MARK = """- name: Own
  hosts: all
  tasks:
    - name: Make the mark
      ansible.builtin.copy: {content: "1", dest: /root/mark, mode: "0644"}
"""
SECOND = '    - name: Second\n      ansible.builtin.copy: {content: "2", dest: /root/second, mode: "0644"}\n'
AMY = Actor("amy", Role.OPERATOR)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with lone_host("messages", tmp_path_factory.mktemp("faults")) as found:
        yield found


@pytest.fixture(autouse=True)
def spoken(host: Bench) -> Iterator[None]:
    host.start()
    host.exec("rm -f /root/mark /root/second")
    before = language()
    set_language("en")
    yield
    set_language(before)


def written(host: Bench, text: str) -> None:
    """Write the county's own playbook."""
    file = host.settings.county / "playbooks" / "ansible" / "own.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


TOLD: dict[str, Any] = {
    "id": "own", "title": "自有", "title_en": "Own", "does": "试", "does_en": "tries", "program": "ansible:own.yml",
    "may_run": ["operator"],
}  # fmt: skip
SERVERS = {"name": "servers", "kind": "host", "label": "服务器", "label_en": "Servers", "several": True}


def run(
    host: Bench, text: str, heard: Callable[[Heard], None] = lambda said: None, cancelled: threading.Event | None = None
) -> Ended:
    """Run a county's own playbook as the process of a run does."""
    written(host, text)
    playbook = Playbook.model_validate(TOLD)
    engine = open_database(host.settings)
    work = Work(
        host.settings, engine, playbook, {}, (HOST,), AMY, False, heard=heard,
        cancelled=cancelled or threading.Event(),
    )  # fmt: skip
    return AnsibleProgram().run(work)


def failure(ended: Ended) -> str:
    """Return what is told of the host."""
    (one,) = [each for each in ended.hosts if each.host == HOST]
    return translate_error(one.error) if one.error else ""


HEALS = "What is done stays. Run it again: what is missing is made up for."


def test_a_playbook_that_cannot_be_read_touches_nothing_and_says_where(host: Bench) -> None:
    broken = MARK + '    - name: "Broken\n'
    ended = run(host, broken)
    assert not ended.good
    assert "the playbook cannot be read" in ended.words
    assert "(file own.yml, line and column 7:1)" in ended.words
    assert ended.words.endswith("Nothing was changed.")
    set_language("zh_CN")
    assert "剧本无法读取" in run(host, broken).words
    assert host.exec("cat /root/mark").startswith("cat: ")
    assert run(host, MARK).good


def test_a_missing_variable_is_named_with_its_task_and_line_and_a_rerun_heals(host: Bench) -> None:
    second = (
        '    - name: Second\n      ansible.builtin.copy: {content: "{{ VALUE }}", dest: /root/second, mode: "0644"}\n'
    )
    ended = run(host, MARK + second.replace("VALUE", "county_colour"))
    assert "failed the task Second: the variable county_colour is missing (own.yml:" in failure(ended)
    assert f"{HOST}: changed before that: Make the mark\n{HEALS}" in ended.words
    healed = run(host, MARK + second.replace("VALUE", "county"))
    assert healed.good
    assert [(each.ok, each.changed) for each in healed.hosts if each.host == HOST] == [(2, 1)]


def test_a_server_that_dies_in_the_middle_is_told_with_what_it_had(host: Bench) -> None:
    slow = MARK + "    - name: Wait\n      ansible.builtin.command: sleep 60\n"

    def cut(said: Heard) -> None:
        if said.task == "Wait" and not said.host:
            threading.Timer(2.0, host.cut).start()

    ended = run(host, slow, cut)
    assert failure(ended).startswith(f"{HOST}: went away in the middle, at the task Wait")
    assert f"{HOST}: changed before that: Make the mark" in ended.words
    host.start()
    assert host.exec("cat /root/mark") == "1"
    assert run(host, MARK).good


def test_a_cancelled_run_says_what_it_had_changed(host: Bench) -> None:
    def cancel() -> Ended:
        cancelled = threading.Event()

        def heard(said: Heard) -> None:
            if said.task == "Wait" and not said.host:
                cancelled.set()

        return run(host, MARK + "    - name: Wait\n      ansible.builtin.command: sleep 600\n", heard, cancelled)

    ended = cancel()
    assert ended.words == f"{HOST}: changed before that: Make the mark\n{HEALS}"
    assert not failure(ended), "the server did nothing wrong"
    set_language("zh_CN")
    host.exec("rm /root/mark")
    assert cancel().words.splitlines() == [
        f"{HOST}：在此之前已更改：Make the mark",
        "已完成的保留；重新运行即可补齐其余部分。",
    ]
    again = run(host, MARK)
    assert (again.good, [each.changed for each in again.hosts if each.host == HOST]) == (True, [0])


def test_a_full_disk_is_told(host: Bench) -> None:
    host.exec("mkdir -p /srv/small && mount -t tmpfs -o size=64k tmpfs /srv/small")
    content = '{content: "{{ \'x\' * 200000 }}", dest: /srv/small/x, mode: "0644"}'
    fills = f"    - name: Fill\n      ansible.builtin.copy: {content}\n"
    ended = run(host, MARK + fills)
    assert f"{HOST}: failed the task Fill: a disk of the server is full" in failure(ended)
    assert "changed before that: Make the mark" in ended.words
    host.exec("mount -o remount,size=4m /srv/small")
    assert run(host, MARK + fills).good
    host.exec("umount /srv/small")


def test_an_expired_certificate_is_told(host: Bench) -> None:
    serves = (
        " openssl x509 -req -in r.pem -signkey k.pem -days {days} -extfile e -out c.pem;"
        " cp c.pem /usr/local/share/ca-certificates/x.crt; update-ca-certificates;"
        " (openssl s_server -accept 4443 -cert c.pem -key k.pem -www >/dev/null 2>&1 & echo $! > pid)"
    )
    host.exec(
        "cd /root; openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout k.pem -subj /CN=x"
        " -out r.pem; printf 'subjectAltName=IP:127.0.0.1' > e;" + serves.format(days=-1)
    )
    asks = '    - name: Ask\n      ansible.builtin.uri: {url: "https://127.0.0.1:4443/"}\n'
    said = failure(run(host, MARK + asks))
    assert "failed the task Ask: a certificate has expired (own.yml:6)" in said
    set_language("zh_CN")
    assert "证书已过期" in failure(run(host, MARK + asks))
    host.exec("cd /root; kill $(cat pid);" + serves.format(days=2))
    assert run(host, MARK + asks).good
    host.exec("kill $(cat /root/pid)")


LATE = """set -e
mkdir -p /srv/late/DEBIAN /srv/source
printf 'Package: cn-late\\nVersion: 1\\nArchitecture: all\\nMaintainer: x\\nDescription: x\\n' >/srv/late/DEBIAN/control
dpkg-deb --build /srv/late /srv/source/cn-late.deb
cd /srv/source
printf '%s\\nFilename: ./cn-late.deb\\nSize: %s\\nSHA256: %s\\n' "$(dpkg-deb -f cn-late.deb)" \\
  "$(stat -c %s cn-late.deb)" "$(sha256sum cn-late.deb | cut -d' ' -f1)" >Packages
printf 'SHA256:\\n %s %s Packages\\n' "$(sha256sum Packages | cut -d' ' -f1)" "$(stat -c %s Packages)" >Release
echo 'deb [trusted=yes] http://127.0.0.1:81/ ./' >/etc/apt/sources.list.d/late.list
"""


def test_a_package_source_that_does_not_answer_is_told_and_once_it_does_a_rerun_heals(host: Bench) -> None:
    host.exec(LATE)
    installs = (
        "    - name: Install\n      ansible.builtin.apt: {name: cn-late, update_cache: true, update_cache_retries: 1}\n"
    )
    ended = run(host, MARK + installs)
    assert "failed the task Install: the package source does not answer (own.yml:6)" in failure(ended)
    assert "Failed to update apt cache" in failure(ended)
    assert HEALS in ended.words
    host.exec("cd /srv/source; (python3 -m http.server 81 >/dev/null 2>&1 & echo $! > /root/pid)")
    healed = run(host, MARK + installs)
    host.exec("rm /etc/apt/sources.list.d/late.list; kill $(cat /root/pid)")
    assert healed.good, failure(healed)
    assert "install ok installed" in host.exec("dpkg -s cn-late")


def test_a_killed_run_is_told_lets_go_of_all_and_the_next_worker_closes_its_window(host: Bench) -> None:
    settings, engine = host.settings, open_database(host.settings)
    own = {**TOLD, "target": "servers", "interrupts": True, "checks": False, "fields": [SERVERS]}
    written(host, MARK + "    - name: Wait\n      ansible.builtin.command: sleep 30\n" + SECOND)
    (settings.county / OWN).write_text(json.dumps({"playbooks": [own]}))
    with working(settings) as worker:
        asked = book.ask(settings, engine, host.county, "own", {"servers": HOST}, AMY).number
        until(lambda: began(engine, asked, "Wait"), "it begins")
        assert works.covered(engine) == {HOST}
        processes = family(settings, asked)
        place = folder_of(processes)
        kill([worker.pid, *(pid for pid, line in processes.items() if ANSIBLE not in line and AGENT not in line)])
    gone(processes)  # the kernel ends Ansible and the agent with who began them
    assert (set(works.covered(engine)), (place / "hosts.json").exists()) == ({HOST}, True), "nobody has come since"
    written(host, MARK + SECOND)
    with working(settings):
        until(lambda: not works.standing(engine, "run:"), "the next worker closes the window")
        broken = book.get(engine, asked)
        assert broken.state is RunState.BROKEN
        assert broken.words.endswith(f"{HOST}: changed before that: Make the mark\n{HEALS}")
        assert not place.exists(), "what it knew goes with it"
        assert host.exec("cat /root/second").startswith("cat: "), "Ansible has not gone on"
        healed = book.again(engine, asked, AMY).number
        until(lambda: book.get(engine, healed).over, "the rerun has the host")
    found = book.get(engine, healed)
    assert (found.state, [(one.ok, one.changed) for one in found.hosts]) == (RunState.DONE, [(2, 1)]), found.words
    assert announced(engine) == [((HOST,), ()), ((HOST,), ())]
    engine.dispose()
