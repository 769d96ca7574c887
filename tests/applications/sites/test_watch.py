"""The sites' watch: what it finds becomes alarms and faults of the unit in the county's monitoring, and goes again."""

import os

import pytest
from sqlalchemy import select

from countynet.db import open_database, reading
from countynet.secrets import Secrets
from monitoring.alarms.store import Alarm
from monitoring.faults import elsewhere
from monitoring.sitewatch.ask import Told, ask
from monitoring.sitewatch.tick import look
from tests.applications.bench import Bench
from tests.applications.killed import until
from tests.applications.sites.county import WATCHED
from tests.applications.sites.modules import ARTICLE, SUMMARY, WRONG
from tests.applications.sites.people import told, written

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a server host needs root")


@pytest.fixture(scope="module")
def article(bench: Bench) -> str:
    """An article of a unit that was approved; returns where it is read."""
    return written(bench, ARTICLE).splitlines()[-1]


def test_the_watch_finds_what_was_changed_behind_its_back_and_a_fault_is_filed_for_the_unit(
    bench: Bench, article: str
) -> None:
    told(bench, "sitewatch")
    assert [one.kind for one in findings(bench) if one.url.endswith(article)] == []
    change = f"UPDATE county_sites_articlepage SET summary = '{WATCHED}'"
    bench.exec(f"sqlite3 /var/lib/countynet/sites/sites.sqlite \"{change} WHERE summary = '{SUMMARY}'\"")
    told(bench, "sitewatch")
    assert {one.kind for one in findings(bench) if one.unit == "u003"} >= {"changed", "words"}
    assert "sites:sites.u003.changed" in complaints(bench)
    bench.exec("sqlite3 /var/lib/countynet/sites/sites.sqlite \""
               f"UPDATE county_sites_articlepage SET summary = '{SUMMARY}' WHERE summary = '{WATCHED}'\"")  # fmt: skip
    told(bench, "sitewatch")
    assert [one for one in findings(bench) if one.unit == "u003"] == []
    assert "sites:sites.u003.changed" not in complaints(bench)
    assert bench.get("/watch.json")[0] == 403


def test_the_watch_finds_a_link_that_leads_nowhere_and_a_column_at_rest(bench: Bench) -> None:
    written(bench, WRONG)
    told(bench, "sitewatch")
    found = {(one.kind, one.url.removeprefix(bench.url)) for one in findings(bench) if one.unit == "u003"}
    assert found >= {("broken", "/u003/guide/permit/"), ("stale", "/u003/guide/")}, found
    assert {f"sites:sites.u003.{kind}" for kind in ("stale", "broken")} <= complaints(bench)


def test_the_watch_finds_sites_that_do_not_answer_and_a_fault_is_filed_until_they_do(bench: Bench) -> None:
    bench.exec("supervisorctl stop sites-web")
    told(bench, "sitewatch")  # it asks the web process, and is a process of its own
    bench.exec("supervisorctl start sites-web")
    until(lambda: bench.get("/")[0] == 200, "the sites do not answer again")
    assert {one.unit for one in findings(bench) if one.kind == "down"} >= {"u003", "u004"}
    assert "sites:sites.u003.down" in complaints(bench)
    told(bench, "sitewatch")
    assert [one for one in findings(bench) if one.kind == "down"] == []
    assert "sites:sites.u003.down" not in complaints(bench)


def findings(bench: Bench) -> tuple[Told, ...]:
    """Return what the watch tells the county's monitoring."""
    token = Secrets.load(bench.settings).get("applications/sites/watch-token").get_secret_value()
    return ask(str(bench.address), bench.dns, token).findings


def complaints(bench: Bench) -> set[str]:
    """Have the county's monitoring ask the watch; return which alarms of the sites stand then."""
    engine = open_database(bench.settings)
    try:
        look(bench.settings, engine, bench.county)
        elsewhere.judge(bench.settings, engine)
        with reading(engine) as session:
            return set(session.scalars(select(Alarm.key).where(Alarm.closed.is_(None))))
    finally:
        engine.dispose()
