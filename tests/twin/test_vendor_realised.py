"""A simulated VRP device in a namespace: what is typed is what packets meet, and what is taken back comes back."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from countynet.vantage import within
from tests.twin.platform_lab import until
from tests.twin.vendor_lab import DESK, INSIDE, OUTSIDE, STAGING, Bench
from tests.twin.vendor_session import Person, Reached


def _key(folder: Path) -> Path:
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", str(key)], check=True)
    return key


def _sit_at(bench: Bench, key: Path) -> Person:
    """Sign in at the device from the desk."""
    with within(Path("/run/netns") / DESK):
        return Person(Reached(STAGING, key))


def _running(person: Person) -> list[str]:
    person.type("screen-length 0 temporary")
    return person.shows("display current-configuration")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def firewall(folder: Path) -> Iterator[Bench]:
    key = _key(folder)
    ports = ("GigabitEthernet1/0/1", "GigabitEthernet1/0/2", "GigabitEthernet0/0/0")
    bench = Bench(folder, "huawei_vrp", "USG6630", *ports, Path(f"{key}.pub").read_text())
    try:
        bench.up()
        yield bench
    finally:
        bench.down()


@pytest.fixture
def switch(folder: Path) -> Iterator[Bench]:
    key = _key(folder)
    ports = ("GigabitEthernet0/0/1", "GigabitEthernet0/0/2", "MEth0/0/1")
    bench = Bench(folder, "huawei_vrp", "S5735", *ports, Path(f"{key}.pub").read_text())
    try:
        bench.up()
        yield bench
    finally:
        bench.down()


@pytest.fixture
def core(folder: Path) -> Iterator[Bench]:
    key = _key(folder)
    ports = ("10GE1/0/1", "10GE1/0/2", "MEth0/0/0")
    bench = Bench(folder, "huawei_vrp", "CE6857", *ports, Path(f"{key}.pub").read_text())
    try:
        bench.up()
        yield bench
    finally:
        bench.down()


ADDRESSES = (
    "interface GigabitEthernet1/0/1", "ip address 10.1.0.1 24", "quit",
    "interface GigabitEthernet1/0/2", "ip address 10.2.0.1 24", "quit",
)  # fmt: skip
ZONES = (
    "firewall zone trust", "add interface GigabitEthernet1/0/1", "add interface GigabitEthernet0/0/0", "quit",
    "firewall zone untrust", "add interface GigabitEthernet1/0/2", "quit",
)  # fmt: skip
POLICY = (
    "security-policy",
    "rule name web", "source-zone trust", "destination-zone untrust",
    "service protocol tcp destination-port 80", "action permit", "quit",
    "rule name desk", "source-zone trust", "destination-zone local",
    "service protocol tcp destination-port 22", "action permit", "quit",
)  # fmt: skip


def test_a_security_policy_drops_what_it_does_not_permit_and_a_reload_takes_it_back(
    firewall: Bench, folder: Path
) -> None:
    person = _sit_at(firewall, folder / "key")
    firewall.listen(OUTSIDE, 80, 81, 514)
    person.type("system-view", "sysname fw-1", *ADDRESSES, "return")
    assert until(lambda: firewall.answers(INSIDE, "10.2.0.2", 81)), firewall.console()
    person.type("save", "y")

    person.type("schedule reboot delay 5", "y")
    person.type("system-view", *ZONES, *POLICY, "return")
    assert firewall.answers(INSIDE, "10.2.0.2", 80)
    assert not firewall.answers(INSIDE, "10.2.0.2", 81)
    assert not firewall.answers(OUTSIDE, "10.1.0.1", 22)
    person.close()

    firewall.order(do="ring", timer="reload")
    assert until(lambda: firewall.answers(INSIDE, "10.2.0.2", 81), 60), firewall.console()
    assert "security-policy" not in "".join(_running(_sit_at(firewall, folder / "key")))


def test_a_bad_trial_cuts_and_comes_back_by_itself(core: Bench, folder: Path) -> None:
    person = _sit_at(core, folder / "key")
    person.type("system-view", "interface MEth0/0/0", "shutdown")
    person.send("commit trial 600\n")
    assert until(lambda: not core.answers(DESK, STAGING, 22), 60)
    core.order(do="ring", timer="trial")
    assert until(lambda: core.answers(DESK, STAGING, 22), 60), core.console()
    assert " shutdown" not in _running(_sit_at(core, folder / "key"))


SWITCH = (
    "sysname sw-1", "vlan batch 10 20",
    "interface GigabitEthernet0/0/1", "port link-type access", "port default vlan 10", "quit",
    "interface GigabitEthernet0/0/2", "port link-type access", "port default vlan 20", "quit",
    "interface LoopBack0", "ip address 10.255.0.1 32", "quit",
    "interface Vlanif10", "ip address 10.1.0.1 24", "quit",
    "interface Vlanif20", "ip address 10.2.0.1 24", "quit",
    "lldp enable", "lldp management-address 10.255.0.1",
    "snmp-agent", "snmp-agent sys-info version v3", "snmp-agent group v3 g privacy", "snmp-agent usm-user v3 amy",
    "snmp-agent usm-user v3 amy group g",
    "snmp-agent usm-user v3 amy authentication-mode sha2-256 cipher Secret-auth-1",
    "snmp-agent usm-user v3 amy privacy-mode aes128 cipher Secret-priv-1",
    "snmp-agent protocol source-interface LoopBack0",
)  # fmt: skip
LISTS = (
    "acl name in10 advance",
    "rule 5 permit tcp destination 10.2.0.0 0.0.0.255 destination-port eq 80", "rule 5 description web",
    "rule 10 deny ip", "rule 10 description rest", "quit",
    "acl name in20 advance",
    "rule 5 permit tcp source 10.2.0.0 0.0.0.255 tcp-flag established", "rule 5 description back",
    "rule 10 deny ip", "rule 10 description rest", "quit",
    "interface Vlanif10", "traffic-filter inbound acl name in10", "quit",
    "interface Vlanif20", "traffic-filter inbound acl name in20", "quit",
)  # fmt: skip
WALK = (
    "env", "MIBS=", "snmpwalk", "-v3", "-l", "authPriv", "-u", "amy", "-a", "SHA-256", "-A", "Secret-auth-1",
    "-x", "AES", "-X", "Secret-priv-1", "-Oqv", "10.255.0.1",
)  # fmt: skip


def test_a_switchs_lists_judge_each_packet_alone_and_its_agent_says_printed_names(switch: Bench, folder: Path) -> None:
    person = _sit_at(switch, folder / "key")
    switch.listen(OUTSIDE, 80, 81)
    switch.listen(INSIDE, 80)
    person.type("system-view", *SWITCH, "return")
    assert until(lambda: switch.answers(INSIDE, "10.2.0.2", 81)), switch.console()
    assert switch.answers(OUTSIDE, "10.1.0.2", 80)
    for said, tree in (
        ("Huawei Versatile Routing Platform", ".1.3.6.1.2.1.1.1"),
        ("GigabitEthernet0/0/1", ".1.3.6.1.2.1.31.1.1.1.1"),
        ("GigabitEthernet0/0/2", ".1.0.8802.1.1.2.1.3.7.1.3"),
    ):
        assert until(lambda s=said, t=tree: s in switch.on(*WALK, t, check=False), 60), switch.console()

    person.type("system-view", *LISTS, "return")
    assert switch.answers(INSIDE, "10.2.0.2", 80)
    assert not switch.answers(INSIDE, "10.2.0.2", 81)
    assert not switch.answers(OUTSIDE, "10.1.0.2", 80)
    assert not switch.answers(INSIDE, "10.255.0.1", 22)


def test_a_log_host_hears_who_changed_what(core: Bench, folder: Path) -> None:
    with within(Path("/run/netns") / INSIDE):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("10.1.0.2", 514))
    sock.settimeout(20)
    person = _sit_at(core, folder / "key")
    person.type("system-view", "interface 10GE1/0/1", "undo portswitch", "ip address 10.1.0.1 24", "quit")
    person.type("sysname core-1", "info-center loghost 10.1.0.2", "commit", "vlan 77", "commit")
    heard = ""
    while 'Command="vlan 77"' not in heard:
        heard = sock.recv(2000).decode()
    assert heard.startswith("<189>")
    assert " core-1 %%01SHELL/5/CMDRECORD" in heard
    assert "User=netadmin" in heard
    assert "Ip=172.31.9.1" in heard
    sock.close()
