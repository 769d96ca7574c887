"""Addresses given out (DHCP) on a real twin: a unit's computer asks through its device's relay, the server answers.

The client is busybox's udhcpc; relay and server are dnsmasq, on the devices and on a server host that Ansible set up.
"""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from ruamel.yaml import YAML

from countynet import clock
from countynet.db import open_database
from countynet.i18n import set_language, translate_error
from inventory.model import County
from inventory.record.edit import KEYS
from playbooks.device.service import apply
from playbooks.leases import watch
from playbooks.servers.run import RunResult, run_servers
from tests.applications.day2.scene import Scene, standing
from tests.unit.inventory.validate.changed import both, but, whole
from tests.unit.inventory.validate.dhcp_cases import DHCP
from topology import twin

BOUND, POOLED, FAR = "u001", "u002", "u025"
"""a fiber unit whose computers are all known; one with a pool for others; a unit behind a tunnel over ADSL"""
POOL = ["10.21.2.100", "10.21.2.119"]
FAR_MAC, STRANGER = "02:00:0a:15:19:0a", "02:00:00:00:00:99"
SAYS = """#!/bin/sh
case $1 in bound|renew) ;; *) exit ;; esac
echo "got ip=$ip mask=$mask router=$router dns=$dns ntp=$ntpsrv domain=$domain lease=$lease"
"""
SERVER = "srv-infra"


def served(county: County) -> County:
    """Give addresses out in a county: at one unit to strangers, too; at the far one nobody's is known but its first."""
    own = county.unit_by_id[FAR].terminals[0].model_dump() | {"mac": FAR_MAC}
    return both(DHCP, but("units", POOLED, dhcp={"pool": POOL}), but("units", FAR, terminals=[own]))(county)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    set_language("en")
    if shutil.which("busybox") is None:
        pytest.fail("busybox is missing; apt-get install busybox brings the DHCP client of this test")
    with standing(tmp_path_factory.mktemp("dhcp"), BOUND, POOLED, FAR, change=served) as found:
        yield found


def in_the_folder(scene: Scene) -> None:
    """Let the county's folder say what the scene's county does about addresses, for commands that read it."""
    yaml = YAML()
    yaml.width = 200
    said: dict[str, Sequence[Any]] = {
        "hosts": [scene.county.host_by_name[SERVER]],
        "services": [service for service in scene.county.services if service.name == "dhcp"],
        "policy": [rule for rule in scene.county.policy if rule.id == "units-dhcp"],
        "units": [scene.county.unit_by_id[unit] for unit in (POOLED, FAR)],
    }
    for path in scene.settings.county.glob("*.yml"):
        found = yaml.load(path)
        if "plan" in found:
            found["plan"]["dhcp"] = {"lease_hours": 12}
        for section in said.keys() & found.keys():
            key, items = KEYS[section], {getattr(one, KEYS[section]): one for one in said[section]}
            written = {name: json.loads(one.model_dump_json(exclude_none=True)) for name, one in items.items()}
            kept = [one for one in found[section] if one[key] not in written]
            found[section] = [*kept, *written.values()]
        yaml.dump(found, path)


def leases(scene: Scene, *words: str) -> tuple[int, dict[str, Any]]:
    """Ask by the command who has which address; return its exit code and what it says."""
    command = [sys.executable, "-m", "countynet.cli", "--lang", "en", "--county", str(scene.settings.county), "leases"]
    done = subprocess.run([*command, *words, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, found


@pytest.fixture(scope="module")
def first(scene: Scene) -> RunResult:
    result = run_servers(scene.county, scene.settings)
    assert (result.status, [host.error for host in result.hosts]) == ("successful", [None, None])
    return result


def ask(scene: Scene, unit: str, mac: str = "", more: str = "", tries: int = 5) -> str:
    """Have a unit's computer ask for an address, with another hardware address if that is given; return what it got."""
    script = scene.settings.state / "udhcpc-says"
    script.write_text(SAYS)
    script.chmod(0o755)
    name = scene.county.unit_by_id[unit].terminals[0].name
    own = scene.on(name, "cat /sys/class/net/eth0/address").strip()
    words = f"busybox udhcpc -f -q -n -t {tries} -T 2 -O ntpsrv -i eth0 -s {script} {more} 2>&1 || true"
    set_mac = "ip link set eth0 address {}"
    said = scene.on(name, f"{set_mac.format(mac)}; {words}; {set_mac.format(own)}" if mac else words)
    found = re.search(r"^got (.+)$", said, re.MULTILINE)
    return found[1] if found else ""


@pytest.mark.usefixtures("first")
def test_a_terminal_is_told_its_own_address_with_router_names_time_and_domain(scene: Scene) -> None:
    assert ask(scene, BOUND) == (
        "ip=10.21.1.10 mask=24 router=10.21.1.1 dns=10.1.0.10 ntp=10.1.0.10 domain=qinglan.internal lease=43200"
    )


@pytest.mark.usefixtures("first")
def test_a_terminal_behind_a_tunnel_is_told_its_own_address(scene: Scene) -> None:
    assert "ip=10.21.25.10 mask=24 router=10.21.25.1" in ask(scene, FAR)


@pytest.mark.usefixtures("first")
def test_a_stranger_gets_none_where_computers_are_known_and_one_of_the_pool_where_there_is_one(scene: Scene) -> None:
    assert ask(scene, BOUND, STRANGER, tries=3) == ""
    got = re.match(r"ip=10\.21\.2\.(\d+) ", ask(scene, POOLED, STRANGER))
    assert got
    assert 100 <= int(got[1]) <= 119


@pytest.mark.usefixtures("first")
def test_an_address_of_another_is_not_given_on_request(scene: Scene) -> None:
    assert "ip=10.21.1.10 " in ask(scene, BOUND, more="-r 10.21.1.77")


@pytest.mark.usefixtures("first")
def test_the_command_tells_who_has_which_address(scene: Scene) -> None:
    in_the_folder(scene)
    assert all((ask(scene, BOUND), ask(scene, FAR), ask(scene, POOLED, STRANGER, "-x hostname:srv-infra")))
    status, found = leases(scene)
    assert (status, found["server"], found["answered"], found["lines_not_understood"]) == (0, SERVER, True, 0)
    rows = {one["mac"]: one for one in found["leases"]}
    own = rows[scene.county.unit_by_id[BOUND].terminals[0].mac]
    told = (own["unit"], own["address"], own["terminal"], own["state"])
    assert told == (BOUND, "10.21.1.10", "pc-001", "reserved")
    left = datetime.fromisoformat(own["ends"]) - clock.now()
    assert timedelta(hours=11) < left <= timedelta(hours=12, minutes=1)
    assert (rows[FAR_MAC]["unit"], rows[FAR_MAC]["state"]) == (FAR, "reserved")
    stranger = rows[STRANGER]
    assert (stranger["unit"], stranger["terminal"], stranger["state"]) == (POOLED, None, "unknown")
    assert stranger["name"] == "", "nobody calls themselves a server of the county"
    assert [(pool["unit"], pool["taken"], pool["addresses"]) for pool in found["pools"]] == [(POOLED, 1, 20)]
    assert [one["mac"] for one in leases(scene, "--unit", POOLED)[1]["leases"]] == [STRANGER]


@pytest.mark.usefixtures("first")
def test_the_clockwork_looks_by_itself(scene: Scene) -> None:
    in_the_folder(scene)
    assert ask(scene, BOUND)
    engine, began = open_database(scene.settings), clock.now()
    watch.tick(scene.settings, engine, began)
    for _attempt in range(120):
        seen = watch.last(engine, scene.county)
        if seen.look and seen.look.at > began:
            break
        time.sleep(0.5)
    engine.dispose()
    assert seen.look
    assert (seen.look.at > began, seen.look.answered, seen.look.said.ahead) == (True, True, timedelta())
    assert "10.21.1.10" in [str(row.lease.address) for row in seen.rows]


@pytest.mark.usefixtures("first")
def test_a_server_that_does_not_answer_leaves_the_last_look(scene: Scene) -> None:
    in_the_folder(scene)
    assert ask(scene, BOUND)
    before = leases(scene)[1]
    station = scene.county.station.address.ip
    scene.on(SERVER, f"ip route add blackhole {station}/32")
    try:
        status, silent = leases(scene)
    finally:
        scene.on(SERVER, f"ip route del blackhole {station}/32")
    assert (status, silent["answered"], silent["leases"]) == (1, False, before["leases"])
    assert (silent["read"] == before["read"], silent["asked"] > before["asked"]) == (True, True)
    assert f"{SERVER}: gave no SSH session at 10.1.0.10" in silent["problem"]
    assert leases(scene)[0] == 0


@pytest.mark.usefixtures("first")
def test_the_policy_opens_no_more_than_that(scene: Scene) -> None:
    """The relay is the device's own; its computers reach neither another unit nor the device by its port."""
    name = scene.county.unit_by_id[BOUND].terminals[0].name
    assert not scene.answers(name, "10.21.2.1")
    assert ":67 " in scene.on("cpe-001", "ss -lnu")
    assert ":53 " not in scene.on("cpe-001", "ss -lntu")


@pytest.mark.usefixtures("first")
def test_a_second_run_changes_nothing(scene: Scene) -> None:
    again = run_servers(scene.county, scene.settings)
    assert (again.status, again.summary()["changed"]) == ("successful", 0)
    for result in apply(scene.county, scene.settings):
        assert (result.error, result.changed) == (None, False), result


@pytest.mark.usefixtures("first")
def test_a_device_that_was_off_relays_again(scene: Scene) -> None:
    twin.power_off(scene.settings, "cpe-001")
    twin.power_on(scene.settings, "cpe-001")
    for _attempt in range(10):
        if "ip=10.21.1.10 " in ask(scene, BOUND):
            return
    raise AssertionError("no address after the device was off")


@pytest.mark.usefixtures("first")
def test_taken_out_of_the_inventory_nobody_gives_out_addresses(scene: Scene) -> None:
    """The last: what served is gone from server and devices, and names are served on."""
    before = scene.county.host_by_name[SERVER]
    runs = tuple(run for run in before.runs if run != "addresses")
    plan = scene.county.plan.model_copy(update={"dhcp": None})
    hosts = tuple(h if h != before else h.model_copy(update={"runs": runs}) for h in scene.county.hosts)
    without = whole(scene.county, plan=plan, hosts=hosts)
    assert run_servers(without, scene.settings).good
    assert not [translate_error(r.error) for r in apply(without, scene.settings) if r.error]
    assert ":67 " not in scene.on("cpe-001", "ss -lnu")
    sockets = scene.on(SERVER, "ss -lnu 2>/dev/null || cat /proc/net/udp")
    assert ":67 " not in sockets
    assert ":53 " in sockets
    assert ask(scene, BOUND, tries=2) == ""
    assert run_servers(without, scene.settings).summary()["changed"] == 0
