"""The sites as an application: for every unit, for units alone, deployed again, lost and restored, taken away."""

import os
import time
from dataclasses import replace

import pytest

from tests.applications.bench import Bench
from tests.applications.lifecycle import restore
from tests.applications.removal import taken_away
from tests.applications.sites.modules import ARTICLE, TITLE
from tests.applications.sites.people import written

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a server host needs root")


def test_a_second_deploy_changes_nothing(bench: Bench) -> None:
    before = len(bench.said)
    result = bench.deploy()
    changed = [heard.task for heard in bench.said[before:] if heard.outcome == "changed"]
    assert (bench.why(result), changed) == ("", [])


def test_every_unit_has_a_site_and_units_alone_reach_it(bench: Bench) -> None:
    status, page = bench.get("/health")
    assert (status, page.strip()) == (200, f"ok {len(bench.county.units)}")
    status, portal = bench.get("/")
    assert status == 200
    assert [unit.name for unit in bench.county.units if unit.name not in portal] == []
    assert not bench.reaches(bench.stranger)
    assert not bench.reaches(bench.unit, 8021)


def test_what_was_lost_comes_back_equal(bench: Bench) -> None:
    pages = ("/", "/u003/", "/u003/news/")
    written(bench, ARTICLE)
    before = [bench.get(path)[1] for path in pages]
    assert any(TITLE in page for page in before)
    assert not bench.why(bench.backup())
    bench.exec("rm -rf /var/lib/countynet/sites/*")
    assert bench.get("/u003/news/")[0] != 200 or TITLE not in bench.get("/u003/news/")[1]
    restore(bench)
    deadline = time.monotonic() + 60
    while bench.get("/health")[0] != 200:
        assert time.monotonic() < deadline
        time.sleep(1)
    assert [bench.get(path)[1] for path in pages] == before
    assert bench.exec("sqlite3 /var/lib/countynet/sites/sites.sqlite 'PRAGMA integrity_check'").strip() == "ok"


def test_taken_away_nobody_reads_them_and_gateway_and_sign_on_on_the_same_host_go_on(bench: Bench) -> None:
    taken_away(bench)
    for name in ("certificates", "messages"):
        assert replace(bench, name=name).get("/health")[0] == 200, name
    assert bench.get("/")[0] == 0
