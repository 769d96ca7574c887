"""The server zone on a real twin: installed by Ansible over SSH, used by a unit's terminal, broken and run again."""

import http.client
import json
import os
import socket
import struct
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from countynet import vantage
from countynet.db import open_database
from countynet.i18n import set_language, translate_error
from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory import create, load_county, subset
from inventory.model import County
from playbooks.device.service import apply
from playbooks.runner import book
from playbooks.runner.catalogue import OWN, OWN_FOLDER, SHIPPED_FOLDER
from playbooks.runner.follow import follow
from playbooks.runner.run import Line, Run
from playbooks.runner.states import RunState
from playbooks.servers import folder
from playbooks.servers.run import Heard, RunResult, run_servers
from tests import raw
from tests.announced import announced
from topology import twin

NAMES, PORTAL = "10.1.0.10", "10.1.0.20"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.load(tmp_path_factory.mktemp("servers") / "county")


@pytest.fixture(scope="module")
def county(settings: Settings) -> Iterator[County]:
    create.create_folder(settings)
    whole = load_county(settings.county)
    create.create_secrets(settings, whole)
    county = subset(whole, 2)
    twin.up(county, settings, Secrets.load(settings))
    try:
        assert not [translate_error(r.error) for r in apply(county, settings) if r.error]
        yield county
    finally:
        twin.down(settings)


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Have the runs' working folders where nobody else's are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folder, "MEMORY", tmp_path_factory.mktemp("r"))
        patch.setattr(tempfile, "tempdir", str(folder.MEMORY))
        yield Path(tempfile.gettempdir())


@pytest.fixture(scope="module")
def heard() -> list[Heard]:
    return []


@pytest.fixture(scope="module")
def first(county: County, settings: Settings, heard: list[Heard]) -> RunResult:
    return run_servers(county, settings, heard.append)


@pytest.fixture
def terminal(county: County, first: RunResult) -> Iterator[None]:
    """Stand at the first unit's terminal."""
    with vantage.within(Path("/run/netns") / f"cn-{county.units[0].terminals[0].name}"):
        yield


def query(name: str) -> bytes:
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return struct.pack("!6H", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", 1, 1)


def ask(address: str, port: int, request: bytes) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(3)
        sock.sendto(request, (address, port))
        return sock.recv(2048)


def said(settings: Settings, node: str, script: str) -> str:
    return twin.exec_in(settings, node, ["sh", "-c", script]).stdout


def test_the_first_run_installs_everything_and_tells_each_task(first: RunResult, heard: list[Heard]) -> None:
    assert (first.status, [h.error for h in first.hosts]) == ("successful", [None, None])
    assert {(h.host, h.outcome) for h in heard if "Install packages" in h.task and h.host} == {
        ("srv-infra", "changed"),
        ("srv-portal", "changed"),
    }


@pytest.mark.usefixtures("first")
def test_a_second_run_changes_nothing(county: County, settings: Settings) -> None:
    again = run_servers(county, settings)
    assert (again.status, again.summary()["changed"]) == ("successful", 0)


@pytest.mark.usefixtures("first")
def test_only_the_selected_server_is_touched(county: County, settings: Settings) -> None:
    heard: list[Heard] = []
    result = run_servers(county, settings, heard.append, only=["runs=portal"])
    assert (result.status, [host.host for host in result.hosts]) == ("successful", ["srv-portal"])
    assert {said.host for said in heard if said.host} == {"srv-portal"}


@pytest.mark.usefixtures("terminal")
def test_a_unit_opens_the_portal_by_name(county: County) -> None:
    answer = ask(NAMES, 53, query("portal.qinglan.internal"))
    assert answer[3] & 15 == 0
    assert socket.inet_ntoa(answer[-4:]) == PORTAL
    connection = http.client.HTTPConnection(PORTAL, timeout=3)
    connection.request("GET", "/", headers={"Host": "portal.qinglan.internal"})
    page = connection.getresponse().read().decode()
    connection.close()
    assert all(unit.name in page and unit.name_en in page for unit in county.units)
    assert page.index("电子政务内网") < page.index("e-government intranet")


@pytest.mark.usefixtures("terminal")
def test_a_name_that_is_not_ours_is_not_forwarded() -> None:
    assert ask(NAMES, 53, query("www.example.com"))[3] & 15 != 0


@pytest.mark.usefixtures("terminal")
def test_a_unit_gets_the_time() -> None:
    answer = ask(NAMES, 123, bytes([0x23]) + bytes(47))
    seconds = struct.unpack("!I", answer[40:44])[0] - 2_208_988_800
    assert abs(seconds - time.time()) < 5


@pytest.mark.usefixtures("first")
def test_the_logs_of_a_device_are_kept_under_its_name(county: County, settings: Settings) -> None:
    for name in ("core-1", next(d.name for d in county.devices if d.unit)):
        said(settings, name, "logger -t test 光缆中断")
        kept = ""
        for _attempt in range(200):
            kept = said(settings, "srv-infra", f"cat /var/log/devices/{name}.log")
            if "光缆中断" in kept:
                break
            time.sleep(0.1)
        assert "光缆中断" in kept, name
    assert said(settings, "srv-infra", "logrotate -d /etc/logrotate.d/countynet 2>&1; echo $?").endswith("0\n")


@pytest.mark.usefixtures("first")
def test_on_the_servers_own_segment_what_they_run_is_open_and_nothing_else(settings: Settings) -> None:
    def knock(node: str, address: str, port: int) -> str:
        return said(settings, node, f"timeout 9 bash -c '</dev/tcp/{address}/{port}' 2>&1 | grep -o refused | uniq")

    assert (knock("srv-portal", NAMES, 22), knock("srv-infra", PORTAL, 22)) == ("refused\n", "refused\n")
    assert knock("srv-infra", PORTAL, 80) == ""
    said(settings, "srv-portal", f"logger -n {NAMES} -P 514 -d -t test 门户日志")
    kept, deadline = "", time.monotonic() + 20
    while "门户日志" not in kept and time.monotonic() < deadline:
        kept = said(settings, "srv-infra", "cat /var/log/devices/srv-portal.log")
    assert "门户日志" in kept
    assert not said(settings, "srv-infra", "ls /var/log/devices/unknown.log 2>/dev/null")


@pytest.mark.usefixtures("first")
def test_nothing_of_a_run_is_left_behind(settings: Settings, place: Path) -> None:
    assert not list(place.iterdir())
    secret = Secrets.load(settings).get(create.PRIVATE_KEY).get_secret_value().splitlines()[2].encode()
    kept = [f for f in settings.state.rglob("*") if f.is_file()]
    assert not [f for f in kept if secret in raw.content(f)]
    assert not [p for p in _commands() if str(place) in p]


def _commands() -> Iterator[str]:
    for place in Path("/proc").glob("[0-9]*"):
        try:
            yield (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue


@pytest.mark.usefixtures("first")
def test_a_server_that_is_gone_is_named_and_the_other_goes_on(county: County, settings: Settings) -> None:
    said(settings, "srv-infra", "rm /etc/dnsmasq.d/countynet.conf")
    link = ["ip", "-n", "cn-srv-portal", "link", "set", "eth0"]
    os.spawnvp(os.P_WAIT, "ip", [*link, "down"])
    try:
        result = run_servers(county, settings)
    finally:
        os.spawnvp(os.P_WAIT, "ip", [*link, "up"])
        os.spawnvp(os.P_WAIT, "ip", ["ip", "-n", "cn-srv-portal", "route", "add", "default", "via", "10.1.0.1"])
    errors = {host.host: host.error for host in result.hosts}
    assert not result.good
    assert errors["srv-infra"] is None
    assert "does not answer SSH" in str(errors["srv-portal"])
    assert [h.changed for h in result.hosts if h.host == "srv-infra"] == [2]
    assert json.loads(json.dumps(result.summary()))["status"] == "failed"


@pytest.mark.usefixtures("first")
def test_a_cancelled_run_ends_soon_and_leaves_nothing(county: County, settings: Settings, place: Path) -> None:
    cancelled = threading.Event()
    began = time.monotonic()
    result = run_servers(county, settings, lambda heard: cancelled.set(), cancelled)
    assert (result.status, time.monotonic() - began < 30) == ("canceled", True)
    assert not list(place.iterdir())
    assert not [p for p in _commands() if str(place) in p]


@pytest.mark.usefixtures("first")
def test_a_run_from_the_queue_looks_first_is_told_as_it_goes_and_is_cancelled(
    county: County, settings: Settings
) -> None:
    engine, center = open_database(settings), Actor("bob", Role.CENTER)
    said(settings, "srv-infra", "rm /etc/dnsmasq.d/countynet.conf")
    asked = book.ask(settings, engine, county, "servers", {"servers": "srv-infra"}, center)
    look = follow(settings, engine, asked.number, center, lambda line: None)
    assert (look.state, [(h.host, bool(h.changed)) for h in look.hosts]) == (RunState.DONE, [("srv-infra", True)])
    assert any("+++" in line.words for line in book.lines(engine, look.number))
    change = book.carry_out(engine, look.number, center)

    def stop(_line: Line) -> None:
        if not book.get(engine, change.number).over:
            book.cancel(engine, change.number, center)

    assert follow(settings, engine, change.number, center, stop).state is RunState.CANCELLED
    engine.dispose()


@pytest.mark.usefixtures("first")
def test_a_clerk_tests_their_own_line_and_is_told_in_words(county: County, settings: Settings) -> None:
    set_language("en")
    engine, cut = open_database(settings), county.circuit_by_unit[county.units[1].id].id
    clerks = [Actor(f"clerk-{unit.id}", Role.UNIT, unit.id) for unit in county.units]
    twin.cut(settings, cut)
    try:
        asked = [(book.ask(settings, engine, county, "test-line", {}, clerk), clerk) for clerk in clerks]
        well, broken = (follow(settings, engine, run.number, clerk, lambda line: None) for run, clerk in asked)
    finally:
        twin.mend(settings, cut)
    assert (well.state, well.words[:16], "Mbit/s" in well.words) == (RunState.DONE, "The line answers", True)
    assert (broken.state, "does not answer" in broken.words) == (RunState.FAILED, True)
    engine.dispose()


DAY_TWO = """playbooks:
- id: day-two
  title: 日常维护
  title_en: Day two
  does: 更新并续期
  does_en: Updates and renews
  program: ansible:day-two.yml
  target: servers
  interrupts: true
  may_run: [center]
  fields:
  - {name: servers, kind: host, label: 服务器, label_en: Servers, several: true}
  - {name: updates, label: 范围, label_en: Updates, default: security}
  - {name: days, kind: whole, label: 天数, label_en: Days, default: "60"}
"""
UPDATE = """set -e
make() { # version: a package with a program that runs on
  mkdir -p /srv/cn/DEBIAN /srv/cn/usr/bin /srv/updates
  cp /bin/sleep /srv/cn/usr/bin/cn-sample
  printf 'Package: cn-sample\nVersion: %s\nArchitecture: all\nMaintainer: x\nDescription: x\n' "$1" \\
    >/srv/cn/DEBIAN/control
  dpkg-deb --build /srv/cn "/srv/updates/cn-sample_$1.deb"
}
make 1
dpkg --install /srv/updates/cn-sample_1.deb
rm /srv/updates/*
make 2
cd /srv/updates
printf '%s\nFilename: ./cn-sample_2.deb\nSize: %s\nSHA256: %s\n' "$(dpkg-deb -f cn-sample_2.deb)" \
  "$(stat -c %s cn-sample_2.deb)" "$(sha256sum cn-sample_2.deb | cut -d' ' -f1)" >Packages
printf 'Label: Debian-Security\nSuite: stable-security\nVersion: 12\nSHA256:\n %s %s Packages\n' \
  "$(sha256sum Packages | cut -d' ' -f1)" "$(stat -c %s Packages)" >Release
echo 'deb [trusted=yes] file:///srv/updates ./' >/etc/apt/sources.list.d/updates.list
setsid cn-sample 3600 >/dev/null 2>&1 </dev/null &
"""


SOON = """set -e
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 5 -subj /CN=old \\
  -keyout /etc/ssl/private/countynet-portal.key -out /etc/ssl/certs/countynet-portal.pem
systemctl reload nginx
"""
SHOWN = f"openssl s_client -connect {PORTAL}:443 </dev/null 2>/dev/null | openssl x509 -noout -subject"


def shows(settings: Settings, name: str) -> bool:
    """Wait: nginx answers with the old certificate for a moment after it was told to read the new one."""
    deadline = time.monotonic() + 60
    while name not in said(settings, "srv-portal", SHOWN) and time.monotonic() < deadline:
        time.sleep(0.2)
    return name in said(settings, "srv-portal", SHOWN)


@pytest.mark.usefixtures("first")
def test_updates_and_renewal_look_first_then_do_it_and_a_second_run_changes_nothing(
    county: County, settings: Settings
) -> None:
    """Both shipped playbooks in one of the county's own, to begin Ansible three times only."""
    (settings.county / OWN_FOLDER).mkdir(parents=True)
    (settings.county / OWN).write_text(DAY_TWO, encoding="utf-8")
    shipped = [
        f"- import_playbook: {SHIPPED_FOLDER / name}\n" for name in ("patch-servers.yml", "renew-certificates.yml")
    ]
    (settings.county / OWN_FOLDER / "day-two.yml").write_text("".join(shipped))
    twin.exec_in(settings, "srv-portal", ["sh", "-c", UPDATE + SOON])
    engine, center = open_database(settings), Actor("bob", Role.CENTER)

    def through(run: Run) -> tuple[RunState, int, str]:
        done = follow(settings, engine, run.number, center, lambda line: None)
        words = "\n".join(line.words for line in book.lines(engine, run.number))
        return done.state, sum(host.changed for host in done.hosts), words

    def version() -> str:
        return said(settings, "srv-portal", "dpkg-query -W -f '${Version}' cn-sample")

    look = book.ask(settings, engine, county, "day-two", {"servers": "srv-portal"}, center)
    state, changed, words = through(look)
    assert (state, changed, version(), shows(settings, "CN = old")) == (RunState.DONE, 3, "1", True)
    assert "cn-sample [1] (2 Debian-Security:12/stable-security [all])" in words
    state, _changed, words = through(book.carry_out(engine, look.number, center))
    assert (state, version(), shows(settings, "portal")) == (RunState.DONE, "2", True)
    assert "to be restarted: cn-sample (1)" in words
    both = {"servers": "srv-infra,srv-portal", "updates": "all"}
    assert through(book.ask(settings, engine, county, "day-two", both, center))[:2] == (RunState.DONE, 0)
    assert announced(engine) == [(("srv-portal",), ())], "looks announce nothing"
    engine.dispose()
