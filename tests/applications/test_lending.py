"""A department's own program (A10): deployed, used in a browser, destroyed, restored; and what hinders is told."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from countynet.db import open_database
from countynet.errors import NotAllowed
from countynet.people import Actor
from countynet.vocabulary import Role
from playbooks.applications import secrets
from playbooks.emergency import book as emergency
from playbooks.emergency import carry, read
from playbooks.emergency.rules import StepState
from playbooks.runner import book
from playbooks.runner.states import RunState
from playbooks.servers import hostkeys
from tests.announced import announced
from tests.applications.bench import HOST, Bench, lone_host
from tests.applications.browsing import chromium
from tests.applications.killed import until, working
from tests.applications.lending_clerk import DATA, lend
from tests.applications.lifecycle import changed_again, destroy_and_restore, fingerprint
from tests.applications.removal import taken_away

AMY, BOB = Actor("amy", Role.CENTER), Actor("bob", Role.CENTER)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with lone_host("lending", tmp_path_factory.mktemp("lending")) as bench:
        yield bench


@pytest.fixture(scope="module")
def page(bench: Bench) -> Iterator[Page]:
    with chromium(bench) as page:
        yield page


def test_a_full_disk_is_told_before_anything_is_installed(bench: Bench) -> None:
    bench.exec("mkdir -p /opt && mount -t tmpfs -o size=20m tmpfs /opt")
    result = bench.deploy()
    bench.exec("umount /opt")
    assert "the disk is too full" in bench.why(result)
    assert "nginx" not in bench.exec("ls /etc")


def test_deployed_from_nothing_and_again_without_a_change(bench: Bench) -> None:
    assert bench.why(bench.deploy()) == ""
    assert changed_again(bench) == ("", [])
    assert bench.get("/health") == (200, "ok 0")
    assert not bench.reaches(bench.stranger)


def test_a_clerk_lends_a_projector_and_the_loan_survives_the_servers_loss(bench: Bench, page: Page) -> None:
    lend(page, bench.url, secrets.read(bench.settings, "lending")["clerk-password"])
    destroy_and_restore(bench, DATA)
    page.goto(bench.url)
    page.wait_for_selector("text=张三")


def test_in_an_emergency_a_step_restores_the_data_and_nobody_agrees_to_their_own(bench: Bench, page: Page) -> None:
    """The plan that is shipped; what has no playbook, and the servers that are not here, are ticked off by hand."""
    engine, before = open_database(bench.settings), fingerprint(bench, DATA)
    bench.exec(f"rm -rf {DATA}")
    plan = read.plan(bench.settings.county, "data-loss")
    about = {"host": HOST, "application": bench.name}
    number = emergency.start(engine, bench.county, plan, about, AMY).number
    for step in ("stop", "extent", "evidence", "restore"):
        emergency.step(engine, number, step, StepState.DONE, AMY)
    seen = carry.look(bench.settings, engine, number, "data", AMY, carry.quiet)
    done = carry.carry(bench.settings, engine, seen, "data", AMY, carry.quiet)
    run = emergency.get(engine, number).place("data").run
    assert run is not None
    assert (done.outcome, book.get(engine, run).state) == (None, RunState.WAITING), done.preview.waits
    assert fingerprint(bench, DATA) != before
    with pytest.raises(NotAllowed):
        book.approve(engine, run, AMY)
    book.approve(engine, run, BOB)
    with working(bench.settings):
        until(lambda: emergency.get(engine, number).place("data").state is StepState.DONE, "the worker does it")
    assert fingerprint(bench, DATA) == before
    assert announced(engine) == [((HOST,), ())], "of the host alone, not of where its backups lie"
    assert book.get(engine, run).state is RunState.DONE
    assert [event.data.get("run") for event in emergency.log(engine, number)].count(run) == 2, "asked for, and ended"
    page.goto(bench.url)
    page.wait_for_selector("text=张三")
    engine.dispose()


def test_a_host_that_dies_is_named_and_a_rerun_heals(bench: Bench) -> None:
    bench.exec("rm -f /etc/nginx/sites-enabled/lending; supervisorctl stop lending-web")
    bench.cut()
    broken = bench.deploy()
    assert "does not answer SSH" in bench.why(broken)
    bench.start()
    assert bench.why(bench.deploy()) == ""
    assert bench.get("/health")[0] == 200


def test_a_host_that_was_installed_anew_is_told_with_what_trusts_it(bench: Bench) -> None:
    key = "/etc/ssh/ssh_host_ed25519_key"
    bench.exec(f"rm /etc/ssh/ssh_host_*; ssh-keygen -q -t ed25519 -N '' -f {key}")
    bench.cut()
    bench.start()
    assert f"countynet config trust {HOST}" in bench.why(bench.deploy(look=True))
    hostkeys.forget(bench.settings, [bench.county.host_by_name[HOST]])
    assert bench.why(bench.deploy(look=True)) == ""


def test_removed_it_leaves_its_data_alone_and_deployed_again_it_has_it(bench: Bench, page: Page) -> None:
    taken_away(bench)
    again = bench.remove()
    assert (bench.why(again), bench.changes(again)) == ("", [])
    assert bench.why(bench.deploy()) == ""
    assert changed_again(bench) == ("", [])
    page.goto(bench.url)
    page.wait_for_selector("text=张三")
