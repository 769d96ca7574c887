"""Several workers over the example county, with a real Redis, a real PostgreSQL and a snmpd on all 132 addresses.

Workers are killed with -9 and messages delivered twice; what must hold is in `monitoring.scale`.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine

from countynet import vantage
from countynet.db import open_database, reading
from countynet.events import verify
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import LineState
from inventory import create, load_county
from inventory.model import County
from monitoring import read
from monitoring.poller.watch import Pace
from monitoring.scale import handover, leases, work
from monitoring.scale.app import application
from monitoring.scale.hints import Telling
from monitoring.scale.portions import cut, slot_at
from monitoring.scale.status import status
from monitoring.series.choose import open_series
from tests.twin.postgres_server import postgres

NAME = "store-scale"
CYCLE = 5
PATIENCE = 60.0
_PROCESS = """
import sys
from countynet.settings import Settings
from monitoring.poller.watch import Pace
from monitoring.scale.app import application
app = application(Settings.load(), sys.argv[1], Pace(ping=0.3, poll=5, look=0.5))
if sys.argv[1] == "beat":
    app.start(["beat", "--schedule", sys.argv[2], "--pidfile=", "--loglevel=ERROR", "--max-interval=1"])
app.worker_main(["worker", "--pool=threads", "--concurrency=4", "--queues", "tick,poll.county,watch.county",
    "--hostname", sys.argv[1] + "@%h", "--loglevel=ERROR",
    "--without-gossip", "--without-mingle", "--without-heartbeat"])
"""


def until(true: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.05)


@pytest.fixture(scope="module")
def place() -> Iterator[None]:
    """A network of our own for this process and all that it starts."""
    subprocess.run(["ip", "netns", "del", NAME], check=False, capture_output=True)
    subprocess.run(["ip", "netns", "add", NAME], check=True)
    with vantage.within(Path("/run/netns") / NAME):
        yield
    subprocess.run(["ip", "netns", "del", NAME], check=True)


@pytest.fixture(scope="module")
def redis(place: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    folder = str(tmp_path_factory.mktemp("redis"))
    command = ["redis-server", "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--loglevel", "warning"]
    with subprocess.Popen(command) as server:
        client = Redis(decode_responses=True)
        until(lambda: _answers(client), "redis does not answer")
        yield client
        client.close()
        server.kill()


def _answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False


@pytest.fixture(scope="module")
def settings(redis: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    plain = Settings(county=tmp_path_factory.mktemp("scale") / "county", language="en")
    create.create_folder(plain)
    create.create_secrets(plain, load_county(plain.county))
    create.create_repository(plain)
    with postgres() as server:
        yield plain.model_copy(update={"broker": "redis://127.0.0.1:6379/0", "database": server.url("county")})


@pytest.fixture(scope="module")
def county(settings: Settings) -> County:
    return load_county(settings.county)


@pytest.fixture(scope="module")
def snmpd(settings: Settings, county: County) -> Iterator["subprocess.Popen[bytes]"]:
    addresses = "".join(f"addr add {device.management}/32 dev lo\n" for device in county.devices)
    subprocess.run(["ip", "-batch", "-"], input=addresses.encode(), check=True)
    secrets = Secrets.load(settings)
    auth, priv = (secrets.get(f"snmp/{name}").get_secret_value() for name in ("auth", "priv"))
    folder = settings.state / "snmpd"
    folder.mkdir(parents=True)
    said = f"agentaddress udp:161\ncreateUser countynet SHA-256 {auth} AES {priv}\nrouser countynet priv\n"
    (folder / "snmpd.conf").write_text(said)
    environment = {**os.environ, "SNMP_PERSISTENT_DIR": str(folder), "MIBS": ""}
    command = ["snmpd", "-f", "-Ln", "-C", "-c", str(folder / "snmpd.conf")]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as agent:
        yield agent
        agent.kill()


@pytest.fixture(scope="module")
def workers(settings: Settings, snmpd: "subprocess.Popen[bytes]") -> Iterator[dict[str, "subprocess.Popen[bytes]"]]:
    environment = {
        **os.environ,
        "COUNTYNET_COUNTY": str(settings.county),
        "COUNTYNET_BROKER": settings.broker,
        "COUNTYNET_DATABASE": settings.database,
    }
    running = {}
    for name in ("beat", "worker-1", "worker-2", "worker-3"):
        command = [sys.executable, "-W", "ignore", "-c", _PROCESS, name, str(settings.state / name)]
        with (settings.state / f"{name}.log").open("wb") as said:
            running[name] = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
    yield running
    for process in running.values():
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def database(settings: Settings) -> Iterator[Engine]:
    engine = open_database(settings)
    yield engine
    engine.dispose()


def slots_done(redis: Redis, county: County, devices: int) -> list[int]:
    """The rounds of the last minute in which every device was polled."""
    now = slot_at(time.time(), CYCLE)
    rounds = range(now - 60, now + 1, CYCLE)
    return [slot for slot in rounds if handover.tallied(redis, f"county:{slot}").devices >= devices]


def test_killed_workers_lose_neither_devices_nor_the_watch_and_nothing_is_there_twice(
    settings: Settings,
    county: County,
    redis: Redis,
    database: Engine,
    snmpd: "subprocess.Popen[bytes]",
    workers: dict[str, "subprocess.Popen[bytes]"],
) -> None:
    everybody = len(county.devices)
    until(lambda: len(slots_done(redis, county, everybody)) > 1, "no two whole rounds")
    until(lambda: leases.held(redis, "watch", "county"), "nobody watches")

    after = _kill_one_that_polls(redis, county, snmpd, workers) + CYCLE
    until(lambda: slot_at(time.time(), CYCLE) > after, "time stands still")
    assert handover.tallied(redis, f"county:{after}").devices == everybody  # within one cycle, by the others

    alive = [name for name, process in workers.items() if process.poll() is None]
    until(lambda: leases.held(redis, "watch", "county") in alive, "the watch was not taken over")
    _an_alarm_comes_and_goes(database, county)
    Telling(redis, "county")("core-1")
    until(lambda: not redis.exists(leases.key("hints", "county")), "who watches hears no hint")
    until(lambda: redis.exists(leases.key("lldp", "county:0")), "nobody asked for neighbours")

    slot = _send_twice(settings, county)
    until(lambda: slot in slots_done(redis, county, everybody), "the doubled round is not whole")
    until(lambda: redis.llen("poll.county") == 0, "the second messages wait")
    assert handover.tallied(redis, f"county:{slot}").devices == everybody
    _every_sample_once(settings, county, after)
    with reading(database) as session:
        assert verify(session) == ()
        assert max(poll.devices for poll in read.poll_health(session)) == everybody


def _kill_one_that_polls(
    redis: Redis, county: County, snmpd: "subprocess.Popen[bytes]", workers: dict[str, "subprocess.Popen[bytes]"]
) -> int:
    """Kill a worker in the middle of a portion, and the one that watches; return the round."""
    time.sleep((-0.3 - time.time()) % CYCLE)  # until 0.3 s before a round begins
    snmpd.send_signal(signal.SIGSTOP)
    try:
        slot = slot_at(time.time() + 1, CYCLE)
        portions = list(cut("county", county, slot))

        def holders() -> list[str]:
            return [who for portion in portions if (who := leases.held(redis, "poll", portion.name)) in workers]

        until(holders, "nobody polls")
        for name in {holders()[0], leases.held(redis, "watch", "county")}:
            workers[name].kill()
            workers[name].wait()
    finally:
        snmpd.send_signal(signal.SIGCONT)
    return slot


def _an_alarm_comes_and_goes(database: Engine, county: County) -> None:
    def state() -> LineState | None:
        with reading(database) as session:
            line = read.lines(session).get("u001")
        return line.state if line else None

    until(lambda: state() is LineState.UP, "the line is not up")
    address = f"{county.cpe_by_unit['u001'].management}/32"
    subprocess.run(["ip", "addr", "del", address, "dev", "lo"], check=True)
    until(lambda: state() is LineState.DOWN, "the cut is not seen")
    subprocess.run(["ip", "addr", "add", address, "dev", "lo"], check=True)
    until(lambda: state() is LineState.UP, "the mend is not seen")
    with reading(database) as session:
        assert read.open_alarms(session) == []


def _send_twice(settings: Settings, county: County) -> int:
    """Have every portion of the next round delivered a second and a third time; return the round."""
    app = application(settings, "test")
    time.sleep(CYCLE - time.time() % CYCLE + 0.1)
    slot = slot_at(time.time(), CYCLE)
    for portion in [*cut("county", county, slot)] * 2:
        app.send_task("countynet.poll", kwargs=portion._asdict(), queue="poll.county", expires=CYCLE)
    app.close()
    app.crew.close()
    return slot


def _every_sample_once(settings: Settings, county: County, after: int) -> None:
    series: Any = open_series(settings)
    found = Counter((row.at, row.interface) for row in series.rows(after - CYCLE, int(time.time())))
    assert set(found.values()) == {1}
    assert {interface.device for at, interface in found if at == after} == {d.name for d in county.devices}
    assert {at % CYCLE for at, _interface in found} == {0}


def test_a_portion_whose_worker_is_gone_is_sent_again_within_its_round(
    settings: Settings, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "LENGTH", 0.4)
    monkeypatch.setattr(leases, "_BEAT", 0.1)
    monkeypatch.setattr(work, "_AGAIN", 0.6)
    sent: list[tuple[str, Any]] = []
    crew = work.Crew(settings.model_copy(update={"broker": "redis://127.0.0.1:6379/1"}), Pace(poll=600), "test")

    def tick() -> list[Any]:
        sent.clear()
        work.tick(crew, lambda name, arguments, _queue, _left: sent.append((name, arguments.get("number"))))
        return [number for name, number in sent if name == "countynet.poll"]

    assert tick() == [0, 1, 2]
    assert tick() == []
    portion = next(cut("county", crew.counties["county"].plan().county, slot_at(time.time(), 600)))
    leases.mark(crew.redis, "done", portion.name, 60)
    alive = leases.take(crew.redis, "poll", portion._replace(number=1).name, "alive")
    gone = leases.take(crew.redis, "poll", portion._replace(number=2).name, "gone")
    assert alive is not None
    assert gone is not None
    assert leases.take(crew.redis, "poll", portion._replace(number=2).name, "other") is None
    with leases.kept(alive):
        time.sleep(0.8)
        assert tick() == [2]
    taken = leases.take(crew.redis, "poll", portion._replace(number=2).name, "other")
    assert taken is not None
    assert (gone.renew(), gone.lost, taken.renew(), alive.lost) == (False, True, True, False)
    taken.release()
    late = leases.take(crew.redis, "poll", "late", "late")
    assert late is not None
    time.sleep(0.6)
    assert (leases.held(crew.redis, "poll", "late"), late.renew()) == ("", True)  # ran out, and nobody took it
    crew.close()


def test_the_status_names_who_watches_and_how_the_last_round_went(
    settings: Settings, county: County, redis: Redis, workers: dict[str, "subprocess.Popen[bytes]"]
) -> None:
    """A round that a busy machine did not end in its time is told as it went; one of those that follow is whole."""
    whole = len(county.devices)
    until(lambda: status(settings, Pace(poll=CYCLE))[0].last.devices == whole, "no whole round is known")
    (one,) = status(settings, Pace(poll=CYCLE))
    assert (one.county, one.watcher in workers, one.slot > 0) == ("county", True, True)
