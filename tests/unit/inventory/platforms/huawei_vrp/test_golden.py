"""Texts after the manuals, one for each kind of device: read whole, meant as written, and written back the same."""

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from inventory.deviceconfig import DeviceConfig, StaticRoute
from inventory.platforms import huawei_vrp

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.cfg"))


def text_of(name: str) -> str:
    return (GOLDEN / f"{name}.cfg").read_text(encoding="utf-8")


def config_of(name: str) -> DeviceConfig:
    return huawei_vrp.parse(text_of(name)).config


def test_there_is_a_text_of_each_kind_of_device() -> None:
    assert NAMES == ["access", "core", "cpe", "firewall"]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_understood_whole_and_written_back_the_same(name: str) -> None:
    parsed = huawei_vrp.parse(text_of(name))
    assert parsed.unparsed == ()
    assert huawei_vrp.render(parsed.config) == text_of(name)


REDUNDANT = (
    "#", "return", " authentication-method", " encapsulation-mode", " local-id-type", " remote-id-type", "  public-key",
    "  peer-public", " public-key-code end", " peer-public-key end", " set priority", "dns resolve", " mode pat",
    " section", "snmp-agent trap enable", "snmp-agent usm-user v3 countynet\n", "ssh server-source all", " tunnel-prot",
    "snmp-agent sys-info version", " authentication-mode aaa", " protocol inbound", " area 0.0.0.0",
    "ssh user netadmin\n",
    "ssh user factory", "ssh user netadmin service", "firewall zone trust", " add interface LoopBack0",
    "ssh server auth",
    " idle-timeout 10 0", " default action", " port link-type access", "snmp-agent\n", "vlan batch 2\n", "vlan 2\n",
    "vlan 91\n", "vlan 101\n", "info-center loghost source", "ntp-service source", "dns server source",
    "snmp-agent trap source", " ospf network-type broadcast", " ospf network-type p2p",
    "ssh user netadmin authentication-type", " undo portswitch\n ip address",
)  # fmt: skip
"""lines whose meaning is VRP's default, or stands in another line too"""


def _lines_that_mean_something() -> list[tuple[str, int]]:
    found = []
    for name in NAMES:
        lines = text_of(name).splitlines(keepends=True)
        for index, line in enumerate(lines):
            if not f"{line}{''.join(lines[index + 1 : index + 2])}".startswith(REDUNDANT):
                found.append((name, index))
    return found


@pytest.mark.parametrize(("name", "index"), _lines_that_mean_something())
def test_a_lost_line_never_goes_unnoticed(name: str, index: int) -> None:
    lines = text_of(name).splitlines(keepends=True)
    parsed = huawei_vrp.parse("".join([*lines[:index], *lines[index + 1 :]]))
    assert parsed.unparsed or parsed.config != config_of(name), lines[index]


@pytest.mark.parametrize("name", NAMES)
def test_a_foreign_line_anywhere_is_listed_with_its_number(name: str) -> None:
    lines = text_of(name).splitlines()
    for place in range(1, len(lines) - 1):
        before = lines[place - 1]
        text = "\n".join([*lines[:place], f"{before[: len(before) - len(before.lstrip())]}fro_bnicate", *lines[place:]])
        listed = huawei_vrp.parse(text).unparsed
        assert any((found.line, found.text) == (place + 1, "fro_bnicate") for found in listed), before


def test_the_core_says_what_it_should() -> None:
    config = config_of("core")
    items = {item.name: item for item in config.interfaces}
    assert items["Eth-Trunk1"].switchport
    assert items["Eth-Trunk1"].switchport.trunk == (91, 101, 102, 103)
    assert items["Vlanif91"].ospf
    assert items["Vlanif91"].ospf.passive
    assert not items["Vlanif91"].ospf.point_to_point
    assert items["Vlanif101"].description == "u001 清岚县 line-001"
    assert str(items["Vlanif101"].vrrp[0].address) == "10.20.1.1/29"
    assert not items["GigabitEthernet0/0/1"].enabled
    assert items["GigabitEthernet0/0/1"].switchport is None
    assert config.lldp
    assert config.lldp.ports == ("XGigabitEthernet0/0/1",)
    assert config.source == IPv4Address("10.255.1.1")
    assert [user.locked for user in config.users] == [True, False]
    assert config.forwarding


def test_the_access_switch_routes_nothing() -> None:
    config = config_of("access")
    assert not config.forwarding
    assert config.ssh.listen == IPv4Address("10.254.91.11")
    assert (config.ssh.max_tries, config.ssh.idle_seconds) == (5, 330)
    idle = next(item for item in config.interfaces if item.name == "GigabitEthernet0/0/3")
    assert idle.switchport
    assert idle.switchport.trunk == ()


def test_the_firewall_says_what_it_should() -> None:
    config = config_of("firewall")
    filters = {item.hook: item for item in config.filters}
    assert set(filters) == {"input", "forward"}
    spoof = next(rule for rule in filters["forward"].rules if rule.name == "spoof-u001")
    assert (spoof.action, spoof.in_interfaces, spoof.log) == ("drop", ("GigabitEthernet1/0/1",), True)
    assert spoof.not_sources == (IPv4Network("10.21.0.0/16"),)
    assert [rule.kind for rule in config.nat] == ["destination", "source", "source"]
    assert config.nat[1].to == IPv4Address("203.0.113.1")
    assert StaticRoute(prefix=IPv4Network("10.0.0.0/8"), next_hop=None, distance=250) in config.routes
    assert (
        StaticRoute(prefix=IPv4Network("10.0.0.0/8"), next_hop=IPv4Address("10.254.0.5"), distance=60) in config.routes
    )
    assert {v.sync for item in config.interfaces for v in item.vrrp} == {"zones"}


def test_the_cpe_says_what_it_should() -> None:
    config = config_of("cpe")
    (tunnel,) = config.tunnels
    assert (tunnel.ike_proposal, tunnel.esp_proposal) == ("aes128gcm16-prfsha256-ecp256", "aes128gcm16")
    assert tunnel.remote_prefixes == (IPv4Network("0.0.0.0/0"),)
    assert tunnel.key.get_secret_value() == "a-long-Secret%key"
    assert tunnel.initiate
    forward = next(item for item in config.filters if item.hook == "forward")
    assert forward.rules[1].out_interfaces == ("Tunnel0/0/0",)
    assert "Tunnel0/0/0" not in [item.name for item in config.interfaces]
