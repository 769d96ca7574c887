"""Workers on two hosts with PostgreSQL, Redis and InfluxDB on the first, by one playbook; killed, cut off, restored."""

import json
import os
import time
from collections.abc import Callable, Iterator

import pytest
import yaml

from inventory import create, load_county
from tests.applications.bench import HOST, SECOND, SECOND_ADDRESS, Bench, lone_host
from tests.applications.removal import taken_away

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a server host needs root")
ID = "countynet-scale"
STORES = (5432, 6379, 8086)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    settings = {"county": "qinglan", "workers": "2"}
    changed = {"settings": settings, "reach": [f"host:{name}" for name in (HOST, SECOND)]}
    with lone_host(ID, tmp_path_factory.mktemp("scale"), changed, count=2) as found:
        create.create_repository(found.settings)
        first = found.deploy()
        assert first.good, found.why(first)
        print(f"first deploy: {first.seconds:.0f} s")
        yield found


def eventually(condition: Callable[[], object], what: str, seconds: float = 180.0) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, what
        time.sleep(1)


def sql(bench: Bench, words: str, host: str = HOST, mode: str = "verify-full") -> str:
    """Ask the database as its owner over TCP, with the password that the workers have."""
    root = f"PGSSLROOTCERT=/etc/countynet/{ID}/stores-{bench.address}.pem PGCONNECT_TIMEOUT=5"
    environment = f"PGPASSFILE=/etc/countynet/{ID}/pgpass PGSSLMODE={mode} {root} PGOPTIONS='-csearch_path=qinglan'"
    asked = f'psql -qXAt -h {bench.address} -U countynet -d countynet -c "{words}"'
    return bench.exec(f"runuser -u cn-{ID} -- env {environment} {asked}", host).strip()


def broker(bench: Bench, words: str, host: str = HOST) -> str:
    return bench.exec(f"redis-cli -h {bench.address} {words} ping", host)


def influx(bench: Bench, statement: str) -> str:
    """Ask InfluxDB itself, where it stands."""
    script = "import sys, urllib.parse, urllib.request as r; print(r.urlopen('http://127.0.0.1:8086/query', "
    script += "urllib.parse.urlencode({'q': sys.argv[1]}).encode()).read().decode())"
    return bench.exec(f'python3 -c "{script}" "{statement}"')


def standing(bench: Bench, host: str = HOST) -> dict[str, object]:
    """Return what `countynet monitor workers` says of the county; nothing while the broker is away."""
    said = bench.exec(f"/opt/countynet/{ID}/countynet monitor workers --json", host)
    found = json.loads(said[said.index("[") :]) if "[" in said else [{}]
    return dict(found[0])


def polled(bench: Bench, since: float, host: str = HOST) -> bool:
    """Whether a round that began after a moment was worked on for every device of a portion."""
    last = standing(bench, host)
    counted = last.get("last")
    return isinstance(counted, dict) and int(str(last["slot"])) > since and counted["devices"] > 0


def workers(bench: Bench, verb: str, host: str) -> str:
    names = " ".join(f"{ID}-worker-{number}" for number in (1, 2))
    return bench.exec(f"supervisorctl {verb} {names}", host)


def pids(bench: Bench, host: str) -> str:
    return bench.exec(f"supervisorctl pid {ID}-worker-1; supervisorctl pid {ID}-worker-2", host)


def test_a_second_deploy_changes_nothing(bench: Bench) -> None:
    second = bench.deploy()
    assert second.good, bench.why(second)
    assert sum(host.changed for host in second.hosts) == 0, bench.changes(second)
    print(f"second deploy: {second.seconds:.0f} s")


def test_the_stores_answer_the_other_host_by_tls_and_nobody_else(bench: Bench) -> None:
    assert not any(bench.reaches(bench.stranger, port) for port in STORES)
    assert not any(bench.reaches(bench.unit, port) for port in STORES)
    pinned = f"--tls --cacert /etc/countynet/{ID}/stores-{bench.address}.pem"
    for host in (HOST, SECOND):
        assert sql(bench, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", host) == "t"
        assert "no encryption" in sql(bench, "SELECT 1", host, mode="disable")
        assert "NOAUTH" in broker(bench, pinned, host)
        assert "NOAUTH" not in broker(bench, "", host)
    listening = bench.exec("ss -Hltn")
    assert f"{bench.address}:8086" in listening
    assert "127.0.0.1:8086" in listening


def test_samples_are_kept_for_who_has_the_token(bench: Bench) -> None:
    for host in (HOST, SECOND):
        told = bench.exec(f"/opt/countynet/{ID}/countynet monitor store --json", host)
        assert json.loads(told)[0]["buckets"] == "qinglan, qinglan/averages"
    word, right = f"/etc/countynet/{ID}/series-token", f"/etc/countynet/{ID}/right"
    bench.exec(f"cp -p {word} {right}; echo wrong >{word}", SECOND)
    refused = bench.exec(f"/opt/countynet/{ID}/countynet --lang en monitor store 2>&1; echo $?", SECOND)
    bench.exec(f"mv {right} {word}", SECOND)
    assert "refuses the token" in refused
    assert refused.strip().endswith("1")


def test_no_password_stands_in_a_log_or_an_argument(bench: Bench) -> None:
    names = ("broker-password", "series-token")
    known = [bench.exec(f"cat /etc/countynet/{ID}/{name}").strip() for name in names]
    known.append(bench.exec(f"cut -d: -f5 /etc/countynet/{ID}/pgpass").strip())
    assert len(set(known)) == 3
    said = "\n".join(heard.words for heard in bench.said)
    for host in (HOST, SECOND):
        seen = bench.exec(f"cat /var/log/countynet/{ID}/*; ps axww -o args", host) + said
        assert not [word for word in known if word in seen]


def test_a_killed_watcher_is_replaced(bench: Bench) -> None:
    eventually(lambda: standing(bench).get("watcher"), "nobody watches the county")
    watcher = str(standing(bench)["watcher"]).partition("@")[0]
    bench.exec(f"pkill -9 -f 'monitor.*worker.*{watcher}'", SECOND if watcher.startswith(SECOND) else HOST)
    killed = time.time()
    eventually(lambda: polled(bench, killed), "no round after the kill")
    eventually(lambda: standing(bench).get("watcher"), "nobody took over")


def test_workers_of_the_second_host_do_it_alone(bench: Bench) -> None:
    workers(bench, "stop", HOST)
    began = time.time()
    try:
        eventually(lambda: str(standing(bench).get("watcher")).startswith(SECOND), "the second host does not watch")
        eventually(lambda: polled(bench, began), "the second host does not poll")
    finally:
        workers(bench, "start", HOST)


def test_the_loss_of_the_first_host_is_outlived_by_the_second(bench: Bench) -> None:
    before, events = pids(bench, SECOND), int(sql(bench, "SELECT count(*) FROM event"))
    bench.cut()
    time.sleep(30)
    assert pids(bench, SECOND) == before
    bench.start()
    began = time.time()
    back = bench.deploy()
    assert back.good, bench.why(back)
    touched = [heard.task for heard in bench.said[bench.began :] if heard.outcome == "changed" and heard.host == SECOND]
    assert not touched
    workers(bench, "stop", HOST)
    eventually(lambda: polled(bench, began), "the second host does not poll again")
    assert pids(bench, SECOND) == before, "they healed by themselves"
    workers(bench, "start", HOST)
    assert int(sql(bench, "SELECT count(*) FROM event")) >= events


def test_a_server_of_samples_that_is_not_there_is_told_at_deploy(bench: Bench) -> None:
    file = bench.settings.county / "bench.yml"
    right = file.read_text()
    described = yaml.safe_load(right)
    url = f"http://{SECOND_ADDRESS}:8086"
    deployment = described["applications"][0]["deployment"]
    deployment["settings"]["environment"] = {"COUNTYNET_INFLUX_URL": url, "COUNTYNET_INFLUX_TOKEN_FILE": "/dev/null"}
    file.write_text(yaml.safe_dump(described, allow_unicode=True))
    county = bench.county
    try:
        bench.county = load_county(bench.settings.county)
        refused = bench.deploy()
        assert not refused.good
        assert url in bench.why(refused)
    finally:
        file.write_text(right)
        bench.county = county
    healed = bench.deploy()
    assert healed.good, bench.why(healed)


def test_what_happened_and_the_samples_are_restored_equal(bench: Bench) -> None:
    tables = "SELECT string_agg(tablename, ',' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'qinglan'"
    sample = "SELECT seen FROM qinglan..setup_check; SELECT seen FROM qinglan.averages.setup_check"
    bench.exec(f"/opt/countynet/{ID}/countynet monitor store")
    assert sql(bench, f"CREATE TABLE kept AS SELECT n, md5(n::text) AS word FROM generate_series(1, 1000) n; {tables}")
    known, kept = sql(bench, "SELECT md5(string_agg(word, ',' ORDER BY n)) FROM kept"), influx(bench, sample)
    assert kept.count("setup_check") == 2
    events = int(sql(bench, "SELECT count(*) FROM event"))
    saved = bench.backup()
    assert saved.good, bench.why(saved)
    sql(bench, "DROP SCHEMA qinglan CASCADE")
    influx(bench, "DROP DATABASE qinglan")
    assert "setup_check" not in influx(bench, sample)
    back = bench.restore()
    assert back.good, bench.why(back)
    print(f"backup: {saved.seconds:.0f} s, restore: {back.seconds:.0f} s")
    assert back.seconds < 300
    assert sql(bench, "SELECT md5(string_agg(word, ',' ORDER BY n)) FROM kept") == known
    assert int(sql(bench, "SELECT count(*) FROM event")) >= events
    assert influx(bench, sample) == kept
    began = time.time()
    eventually(lambda: polled(bench, began), "nothing is polled after the restore")
    again = bench.deploy()
    assert again.good, bench.why(again)
    assert sum(host.changed for host in again.hosts) == 0, bench.changes(again)


def test_taken_away_it_runs_on_neither_host_and_its_database_stays(bench: Bench) -> None:
    taken_away(bench)
    assert bench.exec(f"ls /var/lib/countynet/{ID}/database/PG_VERSION").strip().endswith("PG_VERSION")
    for host in (HOST, SECOND):
        assert bench.exec("find /var/lib/countynet -name 'vault-*'", host) == ""
