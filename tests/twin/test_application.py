"""The smoke of what `make test-apps` does with all applications: one is looked at, deployed, used, lost and restored.

The mirror of its packages is what `tests/run` has made; without it the test says how one is made.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from countynet.db import open_database
from countynet.errors import CountyError
from countynet.people import Actor
from countynet.vocabulary import Role
from playbooks.applications import mirror
from playbooks.applications.carry import judge
from playbooks.applications.secrets import read
from playbooks.runner import book
from playbooks.runner.follow import follow
from playbooks.runner.states import RunState
from tests.applications.bench import HOST, Bench, lone_host
from tests.applications.browsing import chromium
from tests.applications.lending_clerk import DATA, lend
from tests.applications.lifecycle import destroy_and_restore
from tests.applications.removal import taken_away


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with lone_host("lending", tmp_path_factory.mktemp("look"), fetched=False) as bench:
        yield bench


@pytest.fixture
def stocked(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a mirror that holds the kind, as far as a look asks: its manifest, and a file."""
    monkeypatch.setattr(mirror, "FOLDER", tmp_path)
    (tmp_path / "kinds").mkdir()
    (tmp_path / "debs").mkdir()
    (tmp_path / "debs" / "Packages").write_text("")
    said = {"kind": "lending", "recipe": mirror.recipe(bench.found), "debs": [], "wheels": []}
    (tmp_path / "kinds" / "lending.json").write_text(json.dumps(said))


def test_without_a_mirror_nothing_is_begun_and_it_is_said_how_to_make_one(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror, "FOLDER", tmp_path)
    with pytest.raises(CountyError, match="countynet mirror make --applications"):
        judge(bench.settings, bench.county, "lending", "deploy")


@pytest.mark.usefixtures("stocked")
def test_a_first_look_says_what_would_be_made_and_makes_nothing(bench: Bench) -> None:
    result = bench.deploy(look=True)
    assert bench.why(result) == ""
    said = "\n".join(heard.words for heard in bench.said if heard.host == HOST)
    assert ("lending.qinglan.internal" in said, "nginx-light" in said, "units" in said) == (True, True, True)
    assert bench.exec("ls /opt").strip() == ""
    assert bench.settings.county.joinpath("secrets/vault.yml").exists()


def test_a_run_of_the_queue_names_what_fails_and_changes_nothing(bench: Bench) -> None:
    """The mirror of this machine may lack it, and the servers that have to know it are not there: either is told."""
    engine, center = open_database(bench.settings), Actor("bob", Role.CENTER)
    asked = book.ask(bench.settings, engine, bench.county, "app-deploy", {"application": "lending"}, center)
    assert {HOST, "srv-infra", "srv-portal"} <= set(asked.targets)
    run = follow(bench.settings, engine, asked.number, center, lambda line: None)
    assert (run.state, bool(run.words)) == (RunState.FAILED, True)
    assert "srv-infra" in run.words or "mirror make" in run.words
    assert bench.exec("ls /opt").strip() == ""
    engine.dispose()


def test_deployed_it_is_used_lost_restored_and_removed(bench: Bench) -> None:
    assert bench.why(bench.deploy()) == ""
    assert bench.get("/health") == (200, "ok 0")
    assert not bench.reaches(bench.stranger)
    with chromium(bench) as page:
        lend(page, bench.url, read(bench.settings, "lending")["clerk-password"])
        destroy_and_restore(bench, DATA)
        page.goto(bench.url)
        page.wait_for_selector("text=张三")
    taken_away(bench)
