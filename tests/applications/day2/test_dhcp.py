"""Addresses given out (DHCP) on a real twin: a unit's computer asks through its device's relay, the server answers.

The client is busybox's udhcpc; relay and server are dnsmasq, on the devices and on a server host that Ansible set up.
"""

import re
import shutil
from collections.abc import Iterator

import pytest

from countynet.i18n import set_language, translate_error
from inventory.model import County
from playbooks.device.service import apply
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
