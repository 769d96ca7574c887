"""The servers' key exchanged on real hosts: killed between each two steps, silent, unwritable; nobody is locked out."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from countynet.db import open_database
from countynet.i18n import set_language
from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory import create
from inventory.intent import server_keys
from inventory.model import County, Host
from playbooks.day2.server_keys import hosts
from playbooks.day2.server_keys.exchange import ServerKeys
from playbooks.runner import book
from playbooks.runner.catalogue import catalogue
from playbooks.runner.follow import follow
from playbooks.runner.programs.work import Ended, Work
from playbooks.runner.states import RunState
from playbooks.servers.line import opened
from playbooks.servers.run import Play, run_play
from tests.applications.bench import HOST, SAVER, Bench, lone_host

CENTER = Actor("bob", Role.CENTER)
STEPS = 8
"""that `ServerKeys.after` is told of two servers"""
GONE = {"srv-infra", "srv-portal"}
"""the county's other servers, which are not here; but for the queue's test, they are not described either"""
OF_SAVER = "app1"
"""the segment's end of its line"""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    set_language("en")
    with lone_host("lending", tmp_path_factory.mktemp("keys"), fetched=False, systemd=False) as bench:
        create.create_repository(bench.settings)
        with pytest.MonkeyPatch.context() as patch:
            members = hosts.members

            def present(settings: Settings, county: County) -> tuple[tuple[Host, ...], tuple[Host, ...]]:
                able, others = members(settings, county)
                return tuple(host for host in able if host.name not in GONE), others

            patch.setattr(hosts, "members", present)
            yield bench


def key(bench: Bench) -> SecretStr:
    return server_keys.present(Secrets.load(bench.settings).get)


def exchange(bench: Bench, kill_at: int = 0, **values: str) -> Ended:
    """Do it; killed at a step, the process is gone as by a power failure."""
    seen, lock = 0, threading.Lock()

    def after(_step: str) -> None:
        nonlocal seen
        with lock:
            seen += 1
            if seen == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    engine, playbook = open_database(bench.settings), catalogue(bench.settings.county)["rotate-server-keys"]
    work = Work(bench.settings, engine, playbook, {"way": "go-on", **values}, (), CENTER, looks=False)
    try:
        return ServerKeys(after).run(work)
    finally:
        engine.dispose()


def killed(bench: Bench, step: int) -> bool:
    """Begin it in a process of its own that dies at a step; return whether it died there."""
    child = os.fork()
    if child == 0:
        exchange(bench, step)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def locked_out(bench: Bench) -> dict[str, str]:
    """Return the hosts that what the vault says does not open, and why."""
    both = [bench.county.host_by_name[name] for name in (HOST, SAVER)]
    return dict(hosts.each(both, lambda host: hosts.answers(bench.settings, host)))


def refuse(bench: Bench, old: SecretStr) -> bool:
    """Whether every host refuses a key."""
    both = [bench.county.host_by_name[name] for name in (HOST, SAVER)]
    return len(hosts.each(both, lambda host: opened(bench.settings, host, old).close())) == len(both)


def test_asked_for_in_the_queue_it_looks_first_and_names_the_servers_that_are_not_there(bench: Bench) -> None:
    old, engine = key(bench), open_database(bench.settings)
    asked = book.ask(bench.settings, engine, bench.county, "rotate-server-keys", {}, CENTER)
    look = follow(bench.settings, engine, asked.number, CENTER, lambda line: None)
    told = [line.task for line in book.lines(engine, look.number)]
    assert look.state is RunState.DONE, look.words
    assert {name for name in GONE if any(line.startswith(f"does not let us in now: {name}") for line in told)} == GONE
    assert not [line for line in told if line.startswith(f"does not let us in now: {HOST}")]
    change = book.carry_out(engine, look.number, CENTER)
    done = follow(bench.settings, engine, change.number, CENTER, lambda line: None)
    assert (done.state, {host.host for host in done.hosts if host.error}) == (RunState.FAILED, GONE)
    assert (locked_out(bench), refuse(bench, old), key(bench)) == ({}, True, old)
    assert exchange(bench).good, "once the servers that are gone are no longer described"
    assert (locked_out(bench), refuse(bench, old), key(bench) == old) == ({}, True, False)
    engine.dispose()


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_killed_after_a_step_nobody_is_locked_out_and_a_rerun_goes_on(bench: Bench, step: int) -> None:
    old = key(bench)
    assert killed(bench, step)
    assert locked_out(bench) == {}
    if step < STEPS:
        assert exchange(bench).good
    assert (locked_out(bench), refuse(bench, old), key(bench) == old) == ({}, True, False)
    assert not [name for name in Secrets.load(bench.settings).names() if "next" in name or name == server_keys.STAGES]


def test_ansible_has_the_key_of_each_server_while_they_are_at_different_stages(bench: Bench) -> None:
    old = key(bench)
    subprocess.run(["ip", "link", "set", OF_SAVER, "down"], check=True)
    try:
        end = exchange(bench)
    finally:
        subprocess.run(["ip", "link", "set", OF_SAVER, "up"], check=True)
    assert (end.good, [host.host for host in end.hosts if host.error]) == (False, [SAVER])
    assert SAVER in end.words
    assert (locked_out(bench), key(bench)) == ({}, old)
    file = bench.folder / "ping.yml"
    file.write_text("- hosts: all\n  gather_facts: false\n  tasks: [{ansible.builtin.ping: }]\n")
    every = {name: {"ansible_host": bench.machines[name], "ansible_user": "root"} for name in (HOST, SAVER)}
    result = run_play(bench.settings, Play(file, {"all": {"hosts": every}}, (HOST, SAVER)), print, threading.Event())
    assert result.good, result
    assert exchange(bench).good
    assert (locked_out(bench), refuse(bench, old)) == ({}, True)


def test_a_server_that_cannot_write_is_named_and_keeps_what_opens_it(bench: Bench) -> None:
    old = key(bench)
    bench.exec("mount --bind /root/.ssh /root/.ssh && mount -o remount,ro,bind /root/.ssh", SAVER)
    try:
        end = exchange(bench)
    finally:
        bench.exec("umount /root/.ssh", SAVER)
    assert (end.good, locked_out(bench)) == (False, {})
    assert "could not change its file of keys" in str([host.error for host in end.hosts if host.error])
    assert exchange(bench).good
    assert (locked_out(bench), refuse(bench, old)) == ({}, True)


def test_given_up_before_a_server_turned_the_next_key_opens_nothing(bench: Bench) -> None:
    old = key(bench)
    assert killed(bench, 2)
    following = server_keys.every(Secrets.load(bench.settings).get)[1]
    end = exchange(bench, way="give-up")
    assert (end.good, locked_out(bench), refuse(bench, following), key(bench)) == (True, {}, True, old)
