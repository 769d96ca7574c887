"""The poller's process over the example county, whose 132 management addresses stand in one namespace.

Taking an address away is a cut; a snmpd answers for all of them. Fast, and everything but the network itself is real.
"""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Engine

from countynet import clock
from countynet.db import open_database, reading
from countynet.errors import Conflict
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Access, FaultDomain, LedgerState, LineState
from inventory import create, load_county
from inventory.model import County
from inventory.month import Month
from monitoring import read
from monitoring.alarms.store import recent
from monitoring.capability.coverage import DeviceCoverage, Watched
from monitoring.capability.quantity import Subject
from monitoring.capability.show import covered
from monitoring.cause.store import of as verdicts_of
from monitoring.columns import moment_of
from monitoring.ledger.read import unit_month
from monitoring.ledger.record import LAPSE
from monitoring.poller import once, run
from monitoring.poller.process import series_of
from monitoring.poller.watch import Pace
from monitoring.series.seam import Gauge

pytestmark = [
    pytest.mark.twin,
    pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("snmpd"), reason="needs root and snmpd"),
]
NAME = "h6-poller"
PACE = Pace(ping=0.2, poll=2, neighbours=4, look=0.5)
DETECTED = PACE.ping * 5 + 2.0


def ip(*words: str, batch: str = "") -> None:
    subprocess.run(["ip", "-n", NAME, *words], input=batch.encode(), check=True, capture_output=True)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    result = Settings(county=tmp_path_factory.mktemp("poller") / "county", language="en")
    create.create_folder(result)
    create.create_secrets(result, load_county(result.county))
    create.create_repository(result)
    return result


@pytest.fixture(scope="module")
def county(settings: Settings) -> County:
    return load_county(settings.county)


@pytest.fixture(scope="module")
def network(settings: Settings, county: County) -> Iterator[None]:
    subprocess.run(["ip", "netns", "del", NAME], check=False, capture_output=True)
    subprocess.run(["ip", "netns", "add", NAME], check=True)
    addresses = "".join(f"addr add {device.management}/32 dev lo\n" for device in county.devices)
    ip("-batch", "-", batch="link set lo up\n" + addresses)
    settings.state.mkdir(exist_ok=True)
    (settings.state / "vantage").write_text(f"/run/netns/{NAME}\n")
    snmpd = start_snmpd(settings)
    time.sleep(1)
    yield
    snmpd.kill()
    snmpd.wait()
    subprocess.run(["ip", "netns", "del", NAME], check=True)


def start_snmpd(settings: Settings) -> "subprocess.Popen[bytes]":
    secrets = Secrets.load(settings)
    auth, priv = (secrets.get(f"snmp/{name}").get_secret_value() for name in ("auth", "priv"))
    folder = settings.state / "snmpd"
    folder.mkdir()
    (folder / "snmpd.conf").write_text(
        f"agentaddress udp:161\ncreateUser countynet SHA-256 {auth} AES {priv}\nrouser countynet priv\n"
    )
    return subprocess.Popen(
        ["ip", "netns", "exec", NAME, "snmpd", "-f", "-Ln", "-C", "-c", str(folder / "snmpd.conf")],
        env={**os.environ, "SNMP_PERSISTENT_DIR": str(folder), "MIBS": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def running(settings: Settings) -> Iterator[None]:
    """A poller in a thread of its own (threads have network namespaces too)."""
    over = threading.Event()
    failure: list[BaseException] = []

    def work() -> None:
        try:
            run(settings, over.is_set, PACE)
        except BaseException as error:
            failure.append(error)

    began, database = clock.now(), open_database(settings)
    thread = threading.Thread(target=work)
    thread.start()
    try:
        until(lambda: bool(failure) or polled_since(database, began), 60)
        yield
    finally:
        over.set()
        thread.join(20)
        database.dispose()
    assert not failure, failure
    assert not thread.is_alive()


@pytest.fixture
def database(settings: Settings) -> Iterator[Engine]:
    engine = open_database(settings)
    yield engine
    engine.dispose()


def until(true: Callable[[], bool], seconds: float) -> float:
    """Wait until something is true and return how long it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds
        time.sleep(0.05)
    return time.monotonic() - began


def polled_since(database: Engine, began: datetime) -> bool:
    with reading(database) as session:
        return any(poll.at > began for poll in read.poll_health(session, 1))


def states(database: Engine) -> dict[str, LineState]:
    with reading(database) as session:
        return {unit: line.state for unit, line in read.lines(session).items()}


def all_up(database: Engine) -> bool:
    found = states(database)
    return len(found) == 120 and set(found.values()) == {LineState.UP}


def test_one_poll_of_132_devices(settings: Settings, network: None, county: County) -> None:
    first = once(settings)
    summary = first.summary()
    assert (summary["devices"], summary["answered"], summary["silent"]) == (132, 132, [])
    assert first.seconds < 15  # the interval of polls; benchmarks.poll_county has the figure
    assert first.values > 132 * 13
    once(settings, interval=15)
    assert {c.interface.device for c in read.interfaces(settings)} == {d.name for d in county.devices}
    some = once(settings, only=["role=core,firewall", "!fw-2"])
    assert sorted(some.answers) == ["core-1", "core-2", "fw-1"]
    assert some.answered == 3


def test_cut_and_mend(settings: Settings, network: None, county: County, database: Engine) -> None:
    with running(settings):
        until(lambda: all_up(database), 180)
        address = f"{county.cpe_by_unit['u001'].management}/32"
        cut = clock.now()
        ip("addr", "del", address, "dev", "lo")
        until(lambda: states(database)["u001"] is LineState.DOWN, DETECTED)
        declared = clock.now()
        with reading(database) as session:
            board = read.board(session)
        (alarm,) = board.alarms
        (fault,) = board.faults
        assert (alarm.circuit, alarm.unit, alarm.values["unit"]) == ("line-001", "u001", county.unit_by_id["u001"].name)
        assert (fault.unit, fault.alarm_id) == ("u001", alarm.id)
        until(lambda: domain(database, alarm.id) is FaultDomain.UNCLEAR, 180)
        mended = clock.now()
        ip("addr", "add", address, "dev", "lo")
        until(lambda: all_up(database), DETECTED)
        known_within_seconds(database, cut, declared, mended)
        until(lambda: domain(database, alarm.id) is FaultDomain.OPERATOR, 180)
        with reading(database) as session:
            assert read.open_alarms(session) == []
            assert recent(session, 1)[0].closed is not None
            assert len(read.board(session).faults) == 1


def domain(database: Engine, alarm: int) -> FaultDomain | None:
    """Return whose trouble an alarm is: once the router is back with a long uptime, the line's."""
    with reading(database) as session:
        found = verdicts_of(session, [alarm])
    return found[alarm].domain if found else None


def known_within_seconds(database: Engine, cut: datetime, declared: datetime, mended: datetime) -> None:
    """The ledger has the one outage: from the first miss, before it was declared, to the first answer."""
    with reading(database) as session:
        ledger = unit_month(session, "u001", Month.of(clock.today()))
        other = unit_month(session, "u002", Month.of(clock.today()))
    (outage,) = [moment for moment in ledger.outages if moment_of(moment.end) > cut]
    assert outage.state is LedgerState.DOWN
    assert abs(moment_of(outage.start) - cut) < LAPSE
    assert moment_of(outage.start) <= declared - timedelta(seconds=4 * PACE.ping)
    assert abs(moment_of(outage.end) - mended) < LAPSE
    assert [moment for moment in other.outages if moment_of(moment.end) > cut] == []


def test_traffic_and_health_are_kept(settings: Settings, network: None, county: County, database: Engine) -> None:
    with running(settings):
        until(lambda: all_up(database), 60)
        time.sleep(PACE.poll * 3)
        until(lambda: whole_round(database), 180)  # what is still asked is not asked again: a busy machine takes longer
    now = clock.now()
    points = read.traffic(settings, "core-1", "lo", now - timedelta(seconds=20), now, 10)
    assert any(point.bits_in for point in points)
    assert len(read.traffic_of_all_lines(settings, county, now - timedelta(days=1), now, 96)) == 120
    with reading(database) as session:
        assert all(device.snmp_error == "" and device.uptime for device in read.devices(session).values())


def whole_round(database: Engine) -> bool:
    """Tell whether the last round asked every device and each answered."""
    with reading(database) as session:
        health = read.poll_health(session)
    return health[0].answered == health[0].devices == 132


def test_blind_without_our_own_interface(settings: Settings, network: None, database: Engine) -> None:
    with running(settings):
        until(lambda: all_up(database), 60)
        ip("link", "set", "lo", "down")
        until(lambda: set(states(database).values()) == {LineState.UNKNOWN}, DETECTED)
        with reading(database) as session:
            (alarm,) = read.open_alarms(session)
            assert alarm.unit is None
        ip("link", "set", "lo", "up")
        until(lambda: all_up(database), DETECTED + 5)
        with reading(database) as session:
            assert read.open_alarms(session) == []


def test_it_finds_out_by_itself_what_devices_tell(
    settings: Settings, network: None, county: County, database: Engine
) -> None:
    """Nobody said what to watch: in a few rounds every device is probed and read, and what is not has its reason."""
    with running(settings):
        until(lambda: sum(1 for device in coverage(database, county) if device.platform) == 132, 60)
        until(lambda: all(_of(device, Subject.MEMORY) is Watched.YES for device in coverage(database, county)), 60)
    found = {device.device: device for device in coverage(database, county)}
    assert {device.platform for device in found.values()} == {"linux"}
    assert _of(found["core-1"], Subject.INTERFACES) is Watched.YES
    assert _of(found["core-1"], Subject.LLDP) is Watched.ABSENT
    adsl = next(circuit.unit for circuit in county.circuits if circuit.access is Access.ADSL)
    assert Subject.DSL in {item.subject for item in found[county.cpe_by_unit[adsl].name].gaps}
    with closing(series_of(settings)) as series:
        curves = {measured.gauge for measured in series.measured("core-1")}
    assert Gauge("core-1", "memory", "memory") in curves


def coverage(database: Engine, county: County) -> tuple[DeviceCoverage, ...]:
    with reading(database) as session:
        return covered(session, county).devices


def _of(device: DeviceCoverage, subject: Subject) -> Watched:
    return next(item.watched for item in device.items if item.subject is subject)


def test_a_second_poller_is_refused(settings: Settings, network: None, database: Engine) -> None:
    with running(settings):
        until(lambda: all_up(database), 60)
        with pytest.raises(Conflict):
            run(settings, lambda: True, PACE)


def test_it_follows_the_inventory(settings: Settings, network: None, database: Engine) -> None:
    """A commit that does not validate changes nothing; the poller goes on."""
    units = settings.county / "units.yml"
    right = units.read_text()
    with running(settings):
        until(lambda: all_up(database), 60)
        units.write_text("units: 7\n")
        commit(settings)
        time.sleep(2)
        assert all_up(database)
        units.write_text(right)
        commit(settings)
        time.sleep(2)
        assert all_up(database)


def commit(settings: Settings) -> None:
    words = ["git", "-C", str(settings.county), "-c", "user.name=test", "-c", "user.email=test@localhost"]
    subprocess.run([*words, "commit", "--quiet", "--all", "--message", "test"], check=True)


def gone(county: County, *names: str) -> str:
    return "".join(f"addr del {county.device_by_name[name].management}/32 dev lo\n" for name in names)


def opened(database: Engine) -> list[str]:
    with reading(database) as session:
        return sorted(alarm.key for alarm in read.open_alarms(session))


def stands(database: Engine, roots: list[str], shadowed: int) -> bool:
    behind = [state for state in states(database).values() if state is LineState.SHADOWED]
    return opened(database) == roots and len(behind) == shadowed


def test_each_failure_is_one_alarm_and_what_hangs_on_it_is_shadowed(
    settings: Settings, network: None, county: County, database: Engine
) -> None:
    """An access switch with its five lines, a building of three ADSL lines, and a firewall of the pair."""
    finance = [f"cpe-0{n}" for n in range(15, 20)]
    jiaoyu = [f"cpe-0{n}" for n in range(26, 29)]
    with running(settings):
        until(lambda: all_up(database), 60)
        for silent, root, shadowed in (
            (["sw-finance", *finance], "device:sw-finance", 5),
            (jiaoyu, "building:jiaoyu", 3),
            (["fw-1"], "device:fw-1", 0),
        ):
            ip("-batch", "-", batch=gone(county, *silent))
            until(partial(stands, database, [root], shadowed), 60)
            ip("-batch", "-", batch=gone(county, *silent).replace("del", "add"))
            until(partial(stands, database, [], 0), 60)
            until(partial(all_up, database), 60)
