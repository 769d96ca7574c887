"""A simulated IOS router and an RGOS switch in a namespace: what is typed is what packets meet, and comes back."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from countynet.vantage import within
from tests.twin.ios_session import IosPerson
from tests.twin.platform_lab import until
from tests.twin.vendor_lab import DESK, INSIDE, OUTSIDE, STAGING, Bench
from tests.twin.vendor_session import Reached


def bench(folder: Path, platform: str, model: str, *ports: str) -> Iterator[Bench]:
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", str(key)], check=True)
    inside, outside, management = ports
    found = Bench(folder, platform, model, inside, outside, management, Path(f"{key}.pub").read_text())
    try:
        found.up()
        yield found
    finally:
        found.down()


@pytest.fixture
def router(tmp_path: Path) -> Iterator[Bench]:
    yield from bench(
        tmp_path, "cisco_ios", "ISR4331", "GigabitEthernet0/0/0", "GigabitEthernet0/0/1", "GigabitEthernet0"
    )


@pytest.fixture
def switch(tmp_path: Path) -> Iterator[Bench]:
    yield from bench(tmp_path, "ruijie", "S5750", "GigabitEthernet0/1", "TenGigabitEthernet0/49", "Mgmt0")


def sit_at(device: Bench) -> IosPerson:
    """Sign in at the device from the desk."""
    with within(Path("/run/netns") / DESK):
        return IosPerson(Reached(STAGING, device.folder / "key"))


ROUTER = (
    "configure terminal", "hostname cpe-1", "archive", "path flash:archive", "exit",
    "interface gi0/0/0", "ip address 10.1.0.1 255.255.255.0", "no shutdown",
    "interface gi0/0/1", "ip address 10.2.0.1 255.255.255.0", "no shutdown", "end",
)  # fmt: skip
LIST = (
    "ip access-list extended in-x", "remark web", "permit tcp any any eq 80", "remark rest", "deny ip any any",
    "interface gi0/0/0", "ip access-group in-x in", "end",
)  # fmt: skip


def test_a_list_drops_what_it_does_not_permit_until_the_change_is_reverted(router: Bench) -> None:
    person = sit_at(router)
    router.listen(OUTSIDE, 80, 81)
    person.type(*ROUTER)
    assert until(lambda: router.answers(INSIDE, "10.2.0.2", 81)), router.console()
    person.type("configure terminal revert timer 10", *LIST)
    person.type("show clock")
    assert router.answers(INSIDE, "10.2.0.2", 80)
    assert not router.answers(INSIDE, "10.2.0.2", 81)
    router.order(do="ring", timer="revert")
    assert until(lambda: router.answers(INSIDE, "10.2.0.2", 81), 60), router.console()
    assert "access-group" not in person.type("show run | include group in-x").split("\n", 1)[0]


def test_a_change_that_cuts_the_desk_is_taken_back_by_the_planned_restart(router: Bench) -> None:
    person = sit_at(router)
    person.type(*ROUTER, "write")
    person.type("reload in 10")
    person.key("\n")
    person.type("configure terminal", "interface gi0")
    person.send("shutdown\n")
    assert until(lambda: not router.answers(DESK, STAGING, 22), 60)
    router.order(do="ring", timer="reload")
    assert until(lambda: router.answers(DESK, STAGING, 22), 60), router.console()
    assert sit_at(router).greeting.endswith("cpe-1#")


SWITCH = (
    "configure terminal", "vlan 10", "vlan 20",
    "interface gi 0/1", "switchport access vlan 10",
    "interface te 0/49", "switchport mode trunk", "switchport trunk allowed vlan only 10", "switchport mode access",
    "switchport access vlan 20",
    "interface loopback 0", "ip address 10.255.0.1 255.255.255.255",
    "interface vlan 10", "ip address 10.1.0.1 255.255.255.0",
    "interface vlan 20", "ip address 10.2.0.1 255.255.255.0",
    "snmp-server group g v3 priv", "snmp-server user amy g v3 auth sha256 Secret-auth-1 priv aes128 Secret-priv-1",
    "end",
)  # fmt: skip
WALK = (
    "env", "MIBS=", "snmpwalk", "-v3", "-l", "authPriv", "-u", "amy", "-a", "SHA-256", "-A", "Secret-auth-1",
    "-x", "AES", "-X", "Secret-priv-1", "-Oqv", "10.255.0.1",
)  # fmt: skip


def test_a_switch_joins_its_vlans_and_its_agent_says_printed_names(switch: Bench) -> None:
    person = sit_at(switch)
    switch.listen(OUTSIDE, 80)
    person.type(*SWITCH)
    assert until(lambda: switch.answers(INSIDE, "10.2.0.2", 80)), switch.console()
    for said, tree in (
        ("Ruijie", ".1.3.6.1.2.1.1.1"),
        ("4881", ".1.3.6.1.2.1.1.2"),
        ("TenGigabitEthernet0/49", ".1.3.6.1.2.1.31.1.1.1.1"),
    ):
        assert until(lambda s=said, t=tree: s in switch.on(*WALK, t, check=False), 60), switch.console()
