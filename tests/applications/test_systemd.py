"""A server host with Debian's own systemd: the roles' other half, which hosts with supervisor never run."""

import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.request import urlopen

import pytest

from playbooks.servers.hosts import ansible_inventory
from playbooks.servers.run import SITE, Play, run_play
from tests.applications.bench import DOMAIN, HOST, SAVER, SAVER_ADDRESS, Bench, lone_host
from tests.applications.lifecycle import changed_again, destroy_and_restore
from tests.applications.removal import taken_away
from tests.twin.test_servers import ask, query

DATA = "/var/lib/countynet/lending"
UNIT = "countynet-lending-web.service"
RUNS = ("time", "names", "logs", "portal")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with lone_host("lending", tmp_path_factory.mktemp("systemd"), systemd=True) as bench:
        yield bench


def until(holds: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Wait until something holds."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, what
        time.sleep(0.2)


def shown(bench: Bench, *names: str, unit: str = UNIT, host: str = HOST) -> dict[str, str]:
    """Return what systemd says of a unit."""
    lines = bench.exec(f"systemctl show {unit} {' '.join(f'-p {name}' for name in names)}", host).splitlines()
    return dict(line.split("=", 1) for line in lines)


def is_up(bench: Bench, unit: str = UNIT, host: str = HOST) -> bool:
    return bench.exec(f"systemctl is-active {unit}", host).strip() == "active"


def restarted(bench: Bench, host: str = HOST) -> None:
    """Have a host start anew, as its people do it."""
    bench.exec("systemctl reboot", host)
    until(lambda: not bench.runs(host), "it does not go down", 120)
    bench.start()
    assert bench.exec("systemctl is-system-running --wait; systemctl --failed --no-legend", host).split() == ["running"]


def served(bench: Bench) -> list[str]:
    """Run the servers' playbook on the second host, as on one that does everything; return what it changed."""
    found = bench.county.host_by_name[SAVER]
    names = tuple(f"{run}.{DOMAIN}" for run in RUNS)
    host = found.model_copy(update={"runs": RUNS, "names": names})
    play = Play(SITE, ansible_inventory(bench.county, [host]), (SAVER,))
    result = run_play(bench.settings, play, lambda heard: None, threading.Event())
    assert bench.why(result) == ""
    return result.hosts[0].changes


def answers(request: bytes, port: int) -> bytes:
    with suppress(OSError):
        return ask(SAVER_ADDRESS, port, request)
    return b""


def serves(bench: Bench) -> None:
    """Use what the second host serves, as everybody does."""
    for unit in ("chrony", "dnsmasq", "rsyslog", "nginx", "logrotate.timer"):
        assert is_up(bench, unit, SAVER), unit
    address = bytes(int(part) for part in bench.address.split("."))
    until(lambda: answers(query(bench.dns), 53).endswith(address), "no names")
    until(lambda: len(answers(bytes([0x23]) + bytes(47), 123)) == 48, "no time")
    seconds = struct.unpack("!I", answers(bytes([0x23]) + bytes(47), 123)[40:44])[0] - 2_208_988_800
    assert abs(seconds - time.time()) < 5
    with urlopen(f"http://{SAVER_ADDRESS}/", timeout=30) as page:
        assert "清岚县" in page.read().decode()
    bench.exec(f"logger -n {SAVER_ADDRESS} -P 514 -d -t test 光缆中断")
    until(lambda: "光缆中断" in bench.exec("cat /var/log/devices/*.log", SAVER), "no logs")


def test_systemd_is_the_hosts_first_process(bench: Bench) -> None:
    for host in (HOST, SAVER):
        said = bench.exec("cat /proc/1/comm; systemctl is-system-running --wait; systemctl --failed --no-legend", host)
        assert said.split() == ["systemd", "running"]


def test_deployed_from_nothing_and_again_without_a_change(bench: Bench) -> None:
    assert bench.why(bench.deploy()) == ""
    assert changed_again(bench) == ("", [])
    assert bench.get("/health") == (200, "ok 0")
    assert not bench.reaches(bench.stranger)
    assert shown(bench, "ActiveState", "UnitFileState") == {"ActiveState": "active", "UnitFileState": "enabled"}
    assert "supervisor" not in bench.exec("dpkg --get-selections; ls /etc")


def test_what_its_unit_forbids_is_forbidden(bench: Bench) -> None:
    pid = shown(bench, "MainPID")["MainPID"]
    status = bench.exec(f"cat /proc/{pid}/status")
    assert "NoNewPrivs:\t1" in status
    assert bench.exec(f"ps -o user:20= -p {pid}").strip() == "cn-lending"
    inside = f"nsenter --target {pid} --mount --"
    for place in ("/usr/x", "/etc/x"):
        assert "Read-only file system" in bench.exec(f"{inside} touch {place}")
    assert bench.exec(f"touch /tmp/seen /root/seen; {inside} ls /tmp/seen /root/seen 2>&1").count("cannot access") == 2


def test_a_killed_process_comes_back(bench: Bench) -> None:
    before = shown(bench, "MainPID")["MainPID"]
    bench.exec(f"kill -9 {before}")
    until(lambda: shown(bench, "MainPID")["MainPID"] not in ("0", before), "it was not started again")
    until(lambda: bench.get("/health")[0] == 200, "it does not answer again")


def test_after_a_restart_of_the_host_everything_is_there(bench: Bench) -> None:
    restarted(bench)
    for unit in (UNIT, "nginx", "nftables", "rsyslog", "logrotate.timer"):
        assert is_up(bench, unit), unit
    until(lambda: bench.get("/health")[0] == 200, "it does not answer again")
    assert not bench.reaches(bench.stranger)
    assert changed_again(bench) == ("", [])


def test_a_backup_brings_its_data_back(bench: Bench) -> None:
    destroy_and_restore(bench, DATA)
    assert is_up(bench)
    assert bench.get("/health")[0] == 200


def test_a_program_that_does_not_stay_up_fails_the_deploy(bench: Bench) -> None:
    program = "/opt/countynet/lending/code/applications/lending/serve.py"
    bench.exec(f"chmod 0 {program}; systemctl stop {UNIT}")
    assert "stays up" in bench.why(bench.deploy())
    bench.exec(f"chmod 644 {program}")
    assert bench.why(bench.deploy()) == ""
    assert bench.get("/health")[0] == 200


def test_removed_it_leaves_no_unit(bench: Bench) -> None:
    taken_away(bench)
    assert bench.exec("systemctl list-units --all --plain --no-legend 'countynet-*'").strip() == ""
    assert bench.exec("systemctl list-unit-files --no-legend 'countynet-*'").strip() == ""
    assert bench.exec("systemctl is-system-running").strip() == "running"
    assert bench.exec("systemctl is-enabled nginx").strip() == "disabled"


def test_the_server_zones_roles_stand_on_it_and_after_a_restart(bench: Bench) -> None:
    assert served(bench) != []
    assert served(bench) == []
    serves(bench)
    restarted(bench, SAVER)
    serves(bench)
    assert served(bench) == []
