"""Workers with PostgreSQL and Redis, deployed by one playbook on a host of their own; one is killed; restored."""

import json
import os
import time
from collections.abc import Callable, Iterator

import pytest

from inventory import create
from tests.applications.bench import Bench, lone_host

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a server host needs root")
ID = "countynet-scale"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    settings = {"county": "qinglan", "workers": "2"}
    with lone_host(ID, tmp_path_factory.mktemp("scale"), {"settings": settings}) as found:
        create.create_repository(found.settings)
        first = found.deploy()
        assert first.good, found.why(first)
        yield found


def eventually(condition: Callable[[], object], what: str, seconds: float = 180.0) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, what
        time.sleep(1)


def sql(bench: Bench, words: str) -> str:
    """Ask the database as its owner over TCP, with the password that the workers have."""
    environment = f"PGPASSFILE=/etc/countynet/{ID}/pgpass PGSSLMODE=require PGOPTIONS='-csearch_path=qinglan'"
    asked = f'psql -qXAt -h {bench.address} -U countynet -d countynet -c "{words}"'
    return bench.exec(f"runuser -u cn-{ID} -- env {environment} {asked}").strip()


def standing(bench: Bench) -> dict[str, object]:
    """Return what `countynet monitor workers` says of the county."""
    said = bench.exec(f"/opt/countynet/{ID}/countynet monitor workers --json")
    found = json.loads(said[said.index("[") :])
    return dict(found[0])


def test_a_second_deploy_changes_nothing_and_nobody_else_reaches_the_stores(bench: Bench) -> None:
    second = bench.deploy()
    assert second.good, bench.why(second)
    assert sum(host.changed for host in second.hosts) == 0, bench.changes(second)
    assert not any(bench.reaches(bench.stranger, port) for port in (5432, 6379))
    assert "NOAUTH" in bench.exec(f"redis-cli -h {bench.address} ping")


def test_workers_poll_and_a_killed_one_is_replaced(bench: Bench) -> None:
    eventually(lambda: standing(bench).get("watcher"), "nobody watches the county")
    watcher = str(standing(bench)["watcher"])
    bench.exec(f"pkill -9 -f 'monitor worker --name {watcher.partition('@')[0]}'")
    eventually(lambda: standing(bench).get("watcher"), "nobody took over")
    assert int(sql(bench, "SELECT count(*) FROM events") or 0) >= 0


def test_the_database_is_restored_equal_after_it_was_lost(bench: Bench) -> None:
    counts = "SELECT relname, n_live_tup >= 0 FROM pg_stat_user_tables ORDER BY 1"
    before = sql(bench, counts)
    assert before
    saved = bench.backup()
    assert saved.good, bench.why(saved)
    sql(bench, "DROP SCHEMA qinglan CASCADE")
    back = bench.restore()
    assert back.good, bench.why(back)
    eventually(lambda: sql(bench, counts) == before, "tables are missing")
    eventually(lambda: standing(bench).get("watcher"), "nobody watches after the restore")
    again = bench.deploy()
    assert again.good, bench.why(again)
    assert sum(host.changed for host in again.hosts) == 0, bench.changes(again)
