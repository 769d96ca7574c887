"""A server host with Debian's own systemd: the roles' other half, which hosts with supervisor never run."""

import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from countynet.i18n import set_language
from countynet.secrets import Secrets
from inventory import create
from playbooks.servers.hosts import ansible_inventory
from playbooks.servers.line import opened
from playbooks.servers.run import SITE, Play, run_play
from tests.applications.bench import DOMAIN, HOST, SAVER, SAVER_ADDRESS, UNIT, Bench, lone_host
from tests.applications.hardening import altered, contain, failing, hardened
from tests.applications.lifecycle import changed_again, destroy_and_restore
from tests.applications.removal import taken_away
from tests.twin.test_servers import query

DATA = "/var/lib/countynet/lending"
WEB = "countynet-lending-web.service"
RUNS = ("time", "names", "logs", "portal")
PAM = """set -e
useradd --create-home --shell /bin/bash zhao
echo zhao:Right-Word-1 | chpasswd
install -d -o zhao -g zhao -m 700 /home/zhao/.ssh
install -o zhao -g zhao -m 600 /root/.ssh/authorized_keys /home/zhao/.ssh
sed -i 's/^UsePAM no/UsePAM yes/' /etc/ssh/sshd_config.d/countynet.conf
systemctl reload ssh
sshd -T | grep -i usepam
"""
"""PAM in the way in as on every Debian server, unlike the twin's base; and somebody with a key and a password"""
WRONG = "for n in 1 2 3 4 5; do echo wrong | setsid -w su nobody -s /bin/sh -c 'su zhao -c true' 2>&1; done"
RIGHT = "echo Right-Word-1 | setsid -w su nobody -s /bin/sh -c 'su zhao -c id' 2>&1"
WAY_IN = "cat /etc/pam.d/common-* /etc/ssh/sshd_config.d/*; ls -A /var/lib/countynet-hardening"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    set_language("en")
    with lone_host("lending", tmp_path_factory.mktemp("systemd"), systemd=True) as bench:
        yield bench


def until(holds: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Wait until something holds."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, what
        time.sleep(0.2)


def shown(bench: Bench, *names: str, unit: str = WEB, host: str = HOST) -> dict[str, str]:
    """Return what systemd says of a unit."""
    lines = bench.exec(f"systemctl show {unit} {' '.join(f'-p {name}' for name in names)}", host).splitlines()
    return dict(line.split("=", 1) for line in lines)


def is_up(bench: Bench, unit: str = WEB, host: str = HOST) -> bool:
    return bench.exec(f"systemctl is-active {unit}", host).strip() == "active"


def restarted(bench: Bench, host: str = HOST) -> None:
    """Have a host start anew, as its people do it."""
    bench.exec("systemctl reboot", host)
    until(lambda: not bench.runs(host), "it does not go down", 120)
    bench.start()
    assert bench.exec("systemctl is-system-running --wait; systemctl --failed --no-legend", host).split() == ["running"]


def served(bench: Bench, runs: tuple[str, ...] = RUNS) -> list[str]:
    """Run the servers' playbook on the second host, as on one that does everything; return what it changed."""
    found = bench.county.host_by_name[SAVER]
    names = tuple(f"{run}.{DOMAIN}" for run in runs)
    host = found.model_copy(update={"runs": runs, "names": names})
    play = Play(SITE, ansible_inventory(bench.county, [host]), (SAVER,))
    result = run_play(bench.settings, play, lambda heard: None, threading.Event())
    assert bench.why(result) == ""
    return result.hosts[0].changes


def answers(request: bytes, port: int) -> bytes:
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(3)
        sock.bind((UNIT, 0))
        sock.sendto(request, (SAVER_ADDRESS, port))
        return sock.recv(2048)
    return b""


def is_refused(port: int) -> bool:
    """Whether the second host refuses a unit as a port does that nobody listens on."""
    try:
        socket.create_connection((SAVER_ADDRESS, port), 5, (UNIT, 0)).close()
    except ConnectionRefusedError:
        return True
    return False


def signs_in(bench: Bench, who: str, folder: Path) -> str:
    """Sign in to the first host by the county's key and return who one is there."""
    key = folder / "key"
    key.touch(mode=0o600)
    key.write_text(Secrets.load(bench.settings).get(create.PRIVATE_KEY).get_secret_value())
    options = ["BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentitiesOnly=yes"]
    words = [word for option in options for word in ("-o", option)]
    line = ["ssh", "-i", str(key), *words, f"{who}@{bench.address}", "id", "-un"]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=60).stdout.strip()


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
    until(lambda: "光缆中断" in bench.exec(f"cat /var/log/devices/{HOST}.log", SAVER), "no logs")
    assert is_refused(22), "its own filter"


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
    for unit in (WEB, "nginx", "nftables", "rsyslog", "logrotate.timer"):
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
    bench.exec(f"chmod 0 {program}; systemctl stop {WEB}")
    assert "stays up" in bench.why(bench.deploy())
    bench.exec(f"chmod 644 {program}")
    assert bench.why(bench.deploy()) == ""
    assert bench.get("/health")[0] == 200


def test_hardened_with_pam_in_the_way_in_keys_go_on_passwords_are_locked_and_the_application_works(
    bench: Bench, tmp_path: Path
) -> None:
    contain(bench, HOST)
    assert bench.exec(PAM).split() == ["usepam", "yes"]
    told = hardened(bench, HOST)
    assert told.ended.good, told.text
    assert failing(bench) <= {"server-updates-signed", "server-kernel", "server-account-age"}, told.text
    assert hardened(bench, HOST).changed == []
    assert "uid=" in bench.exec(RIGHT)
    bench.exec(WRONG)
    assert "uid=" not in bench.exec(RIGHT), "locked for passwords"
    assert (signs_in(bench, "root", tmp_path), signs_in(bench, "zhao", tmp_path)) == ("root", "zhao")
    assert bench.get("/health")[0] == 200
    assert changed_again(bench) == ("", [])
    restarted(bench)
    contain(bench, HOST)
    until(lambda: bench.get("/health")[0] == 200, "it does not answer again")
    assert hardened(bench, HOST).changed == []


def test_pam_that_would_lock_us_out_is_put_back_by_the_server_itself(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, lock = bench.exec(WAY_IN), altered(tmp_path, monkeypatch) / "files/countynet-lock"
    lock.write_text(lock.read_text().replace("required pam_faillock.so", "requisite pam_deny.so"))
    told = hardened(bench, HOST)
    assert not told.ended.good, told.text
    assert "put the way in back" in told.text, told.text
    assert bench.exec(WAY_IN) == before
    opened(bench.settings, bench.county.host_by_name[HOST]).close()


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


def test_what_the_roles_serve_goes_on_when_the_host_is_hardened(bench: Bench) -> None:
    contain(bench, SAVER)
    told = hardened(bench, SAVER)
    assert told.ended.good, told.text
    portal = {"nginx-hsts", "nginx-https-only"}  # it answers by HTTP, too
    assert failing(bench, SAVER) <= {"server-updates-signed", "server-kernel", *portal}, told.text
    serves(bench)
    assert served(bench) == []
    assert hardened(bench, SAVER).changed == []


def test_what_the_inventory_has_a_host_run_no_longer_is_closed_there(bench: Bench) -> None:
    assert served(bench, ("time", "portal")) == ["Filter what reaches the host", "Take over the filter"]
    assert answers(query(bench.dns), 53) == b""
    assert len(answers(bytes([0x23]) + bytes(47), 123)) == 48
    assert served(bench, ("time", "portal")) == []
