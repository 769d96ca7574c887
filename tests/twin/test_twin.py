"""The twin itself: up, bare, cut, mended, killed in every way, and gone without a trace (four units of the example)."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from pydantic import SecretStr

from countynet.errors import BadInput, Conflict, CountyError, Problem
from countynet.settings import Settings
from inventory import load_county, subset
from inventory.model import County
from topology import twin
from topology.twin import clean, lock
from topology.twin.state import Places

EXAMPLE = Path(__file__).parents[2] / "inventory" / "example"


class Key:
    """The county's administrator key, and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.file], check=True)

    def get(self, name: str) -> SecretStr:
        if name != "ssh/admin-public-key":
            raise BadInput([Problem("no such secret", where=name)])
        return SecretStr(self.file.with_suffix(".pub").read_text())


@pytest.fixture(scope="module")
def county() -> County:
    return subset(load_county(EXAMPLE), 4)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("twin")


@pytest.fixture(scope="module")
def settings(place: Path) -> Settings:
    return Settings.load(place / "county")


@pytest.fixture(scope="module")
def key(place: Path) -> Key:
    return Key(place)


@pytest.fixture(scope="module")
def mounts(settings: Settings) -> set[str]:
    """Return the machine's mounts as they are without a twin."""
    twin.down(settings)
    return set(Path("/proc/self/mounts").read_text().splitlines())


@pytest.fixture(scope="module", autouse=True)
def standing(county: County, settings: Settings, key: Key, mounts: set[str]) -> Iterator[None]:
    """Have the twin up for the module's tests."""
    assert twin.up(county, settings, key).up
    yield
    twin.down(settings)


@pytest.fixture
def whole(county: County, settings: Settings, key: Key) -> Iterator[None]:
    """Leave a whole twin to the next test, whatever this one does to it."""
    yield
    if not twin.status(settings).up:
        twin.up(county, settings, key)


def eventually(test: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not test():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def said(settings: Settings, node: str, *words: str) -> str:
    answer = twin.exec_in(settings, node, words)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def carrier(settings: Settings, node: str, port: str) -> bool:
    flags = json.loads(said(settings, node, "ip", "-json", "link", "show", "dev", port))[0]["flags"]
    assert "UP" in flags, "the device's own setting was touched"
    return "LOWER_UP" in flags


def ssh(key: Key, address: str, *words: str, user: str = "netadmin") -> subprocess.CompletedProcess[str]:
    options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "BatchMode=yes")
    command = ["ip", "netns", "exec", "cn-station", "ssh", "-i", str(key.file), *(f"-o{o}" for o in options)]
    return subprocess.run(
        [*command, f"{user}@{address}", *words], capture_output=True, text=True, check=False, timeout=20
    )


def fiber_unit(county: County) -> tuple[str, str]:
    circuit = next(c for c in county.circuits if c.access == "fiber")
    return circuit.id, county.cpe_by_unit[circuit.unit].name


def adsl_unit(county: County) -> tuple[str, str]:
    circuit = next(c for c in county.circuits if c.access == "adsl")
    return circuit.id, county.cpe_by_unit[circuit.unit].name


def test_every_device_lets_the_administrator_in_at_its_staging_address(county: County, key: Key) -> None:
    for device in county.devices:
        answer = ssh(key, str(device.staging), "hostname; id -u")
        assert answer.stdout.split() == [device.name, "0"], answer.stderr


def test_nobody_else_gets_in(county: County, key: Key, place: Path) -> None:
    stranger = place / "stranger"
    stranger.mkdir(exist_ok=True)
    address = str(county.devices[0].staging)
    assert ssh(Key(stranger), address, "id").returncode == 255
    assert ssh(key, address, "id", user="root").returncode == 255


def test_a_bare_device_runs_ssh_and_nothing_else(county: County, settings: Settings) -> None:
    name = county.devices[0].name
    deadline = time.monotonic() + 60  # whoever signed in a moment ago still has processes of their own
    while daemons(settings, name) != ["sshd"] and time.monotonic() < deadline:
        time.sleep(0.2)
    assert daemons(settings, name) == ["sshd"]
    ports = json.loads(said(settings, name, "ip", "-json", "address"))
    with_addresses = {p["ifname"] for p in ports if any(a["family"] == "inet" for a in p["addr_info"])}
    assert with_addresses == {"lo", "stg0"}
    assert {p["ifname"] for p in ports} == {"lo", "stg0", *county.devices[0].ports}


def test_a_device_cannot_harm_or_read_the_machine(county: County, settings: Settings) -> None:
    name = county.devices[0].name
    assert twin.exec_in(settings, name, ["touch", "/usr/x"]).returncode != 0
    assert not {"home", "work", "opt", "srv", "mnt", "boot"} & set(said(settings, name, "ls", "/").split())
    assert said(settings, name, "ls", "/root") == ""
    bounding = int(said(settings, name, "sh", "-c", "sed -n 's/^CapBnd:.//p' /proc/1/status"), 16)
    assert bounding & (1 << 25 | 1 << 16 | 1 << 22) == 0, "clock, modules, reboot"
    assert len(said(settings, name, "ls", "/proc").split()) < 100, "it sees the machine's processes"


def test_what_one_device_writes_no_other_sees(county: County, settings: Settings) -> None:
    first, second = county.devices[0].name, county.devices[1].name
    said(settings, first, "sh", "-c", "echo mine >/etc/frr/zebra.conf; hostname")
    assert twin.exec_in(settings, second, ["cat", "/etc/frr/zebra.conf"]).returncode != 0


def test_staging_reaches_the_station_and_no_other_device(county: County, settings: Settings) -> None:
    name, other = county.devices[0].name, county.devices[1]
    said(settings, name, "ping", "-c1", "-W2", "172.31.0.1")
    assert twin.exec_in(settings, name, ["ping", "-c1", "-W1", str(other.staging)]).returncode != 0


def test_cutting_a_fiber_line_takes_the_carrier_from_both_ends(county: County, settings: Settings) -> None:
    line, cpe = fiber_unit(county)
    cable = next(c for c in county.cables if {cpe} < {c.a.node, c.b.node} and "wan0" in (c.a.port, c.b.port))
    ends = [(cable.a.node, cable.a.port), (cable.b.node, cable.b.port)]
    for node, port in ends:
        said(settings, node, "ip", "link", "set", port, "up")
    assert eventually(lambda: all(carrier(settings, *end) for end in ends))
    assert twin.cut(settings, line).id == cable.id
    assert eventually(lambda: not any(carrier(settings, *end) for end in ends), 2)
    assert [x.id for x in twin.status(settings).lines if x.cut] == [cable.id]
    twin.cut(settings, line)
    twin.mend(settings, cable.id)
    assert eventually(lambda: all(carrier(settings, *end) for end in ends), 2)
    assert not any(x.cut for x in twin.status(settings).lines)


def test_cutting_an_adsl_line_takes_its_sync(county: County, settings: Settings) -> None:
    line, cpe = adsl_unit(county)
    circuit = next(c for c in county.circuits if c.id == line)
    operator, own = (str(a) for a in circuit.link.hosts())
    said(settings, cpe, "sh", "-c", f"nft flush ruleset; ip addr add {own}/30 dev dsl0; ip link set dsl0 up")
    ping = ["ping", "-q", "-c3", "-i0.2", "-W1", operator]
    assert eventually(lambda: twin.exec_in(settings, cpe, ping).returncode == 0)
    times = said(settings, cpe, *ping).splitlines()[-1].split()[3].split("/")
    assert 20.0 <= float(times[0]) < 35.0, times
    twin.cut(settings, line)
    assert not carrier(settings, cpe, "dsl0")
    assert twin.exec_in(settings, cpe, ["ping", "-c1", "-W1", operator]).returncode != 0
    assert [x.circuit for x in twin.status(settings).lines if x.cut] == [line]
    twin.mend(settings, line)
    assert carrier(settings, cpe, "dsl0")
    assert eventually(lambda: twin.exec_in(settings, cpe, ping).returncode == 0)


def test_a_line_that_does_not_exist_is_refused(settings: Settings) -> None:
    with pytest.raises(BadInput):
        twin.cut(settings, "line-999")


UNITS = ("nftables", "openvswitch-switch", "frr", "rsyslog", "chrony", "strongswan", "snmpd", "lldpd")


def daemons(settings: Settings, name: str) -> list[str]:
    """Return the daemons of a device, without the helper that lldpd runs for a moment at its start."""
    running = said(settings, name, "ps", "-eo", "comm=").split()
    return sorted(word for word in running if word not in ("ps", "lldpcli"))


def test_systemctl_starts_and_stops_the_real_daemons(county: County, settings: Settings) -> None:
    name = county.devices[0].name
    said(settings, name, "sh", "-c", "echo 'agentaddress udp:127.0.0.1:161' >/etc/snmp/snmpd.conf")
    for unit in UNITS:
        said(settings, name, "systemctl", "start", unit)
        assert said(settings, name, "systemctl", "is-active", unit) == "active"
    before = daemons(settings, name)
    said(settings, name, "systemctl", "start", *UNITS)
    assert daemons(settings, name) == before, "a second start is none"
    for unit in UNITS:
        said(settings, name, "systemctl", "restart", unit)
        assert said(settings, name, "systemctl", "is-active", unit) == "active"
        said(settings, name, "systemctl", "stop", unit)
        assert twin.exec_in(settings, name, ["systemctl", "is-active", unit]).returncode == 3
    assert eventually(lambda: daemons(settings, name) == ["sshd"]), "lldpd's second process ends after its first"


def test_a_device_leaves_no_zombies(county: County, settings: Settings) -> None:
    name = county.devices[0].name
    said(settings, name, "sh", "-c", "for n in 1 2 3; do (sleep 0.1 &) ; done; systemctl reload ssh; sleep 0.3")
    said(settings, name, "sh", "-c", "(sleep 0.1 &)")
    assert eventually(lambda: "defunct" not in said(settings, name, "ps", "-eo", "args="))
    assert daemons(settings, name) == ["sshd"]


def test_ssh_takes_a_new_configuration_and_refuses_a_wrong_one(county: County, settings: Settings, key: Key) -> None:
    name, address = county.devices[0].name, str(county.devices[0].staging)
    drop_in = "/etc/ssh/sshd_config.d/test.conf"
    said(settings, name, "sh", "-c", f"echo 'Banner /etc/hostname' >{drop_in}")
    assert ssh(key, address, "systemctl", "reload", "ssh").returncode == 0
    said(settings, name, "sh", "-c", f"echo 'NoSuchWord yes' >{drop_in}")
    assert ssh(key, address, "systemctl", "restart", "ssh").returncode != 0
    assert ssh(key, address, "rm", drop_in).returncode == 0


def test_a_server_host_installs_packages_offline_and_alone(settings: Settings, county: County, key: Key) -> None:
    install = "apt-get -q update && apt-get -q -y install chrony && systemctl start chrony && systemctl show chrony"
    answer = twin.exec_in(settings, "srv-infra", ["sh", "-c", install], seconds=120)
    assert answer.returncode == 0, answer.stdout[-500:] + answer.stderr[-500:]
    assert "ActiveState=active" in answer.stdout
    assert "chronyd\n" in said(settings, "srv-infra", "ps", "-eo", "comm=") + "\n"
    assert twin.exec_in(settings, "srv-portal", ["test", "-e", "/usr/sbin/chronyd"]).returncode != 0


def test_the_internet_answers_on_http_and_https(settings: Settings, county: County) -> None:
    address = county.host_by_name["internet"].address.ip
    for url in (f"http://{address}/", f"https://{address}/"):
        program = (
            f"import ssl,urllib.request as u;print(u.urlopen('{url}',context=ssl._create_unverified_context()).read())"
        )
        assert "internet" in said(settings, "internet", sys.executable, "-c", program)


def test_one_builder_at_a_time(county: County, settings: Settings, key: Key) -> None:
    with lock.exclusive(), pytest.raises(Conflict):
        twin.up(county, settings, key)
    assert twin.status(settings).up


def test_another_county_s_living_twin_is_left_alone(county: County, settings: Settings, key: Key, place: Path) -> None:
    other = Settings.load(place / "other")
    with pytest.raises(Conflict):
        twin.up(county, other, key)
    with pytest.raises(Conflict):
        twin.down(other)
    assert twin.status(settings).up


@pytest.mark.usefixtures("whole")
def test_a_dead_device_is_told_and_a_new_twin_takes_its_place(county: County, settings: Settings, key: Key) -> None:
    record = Places(settings).read()
    assert record is not None
    victim = next(n for n in record.nodes if n.kind == "device")
    os.kill(victim.pid, signal.SIGKILL)
    assert eventually(lambda: not twin.status(settings).up)
    assert [n.name for n in twin.status(settings).nodes if not n.alive] == [victim.name]
    assert twin.up(county, settings, key).up


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("seconds", [0.15, 0.4, 0.8])
def test_a_builder_killed_half_way_leaves_nothing_that_the_next_one_trips_over(
    county: County, settings: Settings, key: Key, place: Path, seconds: float
) -> None:
    program = (
        "import sys, pathlib; from tests.twin.test_twin import *\n"
        "class K(Key):\n    def __init__(self): self.file = pathlib.Path(sys.argv[2])\n"
        "twin.up(subset(load_county(EXAMPLE), 4), Settings.load(pathlib.Path(sys.argv[1])), K())"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(settings.county), str(key.file)]) as builder:
        assert eventually(lock.LOCK.exists)
        time.sleep(seconds)
        builder.kill()
    assert twin.up(county, settings, key).up


@pytest.mark.usefixtures("whole")
def test_a_twin_that_cannot_be_finished_is_removed(
    county: County, settings: Settings, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("topology.twin.ready.PATIENCE_SECONDS", 5.0)
    broken = county.devices[-1].model_copy(update={"staging": IPv4Address("192.0.2.1")})  # on no bench of ours
    with pytest.raises(CountyError):
        twin.up(county.model_copy(update={"devices": (*county.devices[:-1], broken)}), settings, key)
    assert clean.namespaces() == ()
    assert Places(settings).mark not in clean.marked().values()


@pytest.mark.usefixtures("whole")
def test_down_leaves_nothing(settings: Settings, mounts: set[str]) -> None:
    places = Places(settings)
    assert places.vantage.read_text().strip() == "/run/netns/cn-station"
    twin.down(settings)
    assert clean.namespaces() == ()
    assert places.mark not in clean.marked().values()
    assert list(places.state.iterdir()) == []
    assert set(Path("/proc/self/mounts").read_text().splitlines()) <= mounts
    assert not lock.LOCK.exists()
    twin.down(settings)
    assert not twin.status(settings).up
