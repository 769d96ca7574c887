"""The golden texts, one for each kind of device: understood whole, written back the same, no line of them idle."""

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from inventory.platforms import cisco_ios
from inventory.platforms.access_lists import lists
from tests.unit.inventory.platforms.ioslike.golden import NAMES, Golden

GOLDEN = Golden(Path(__file__).parent / "golden", cisco_ios.parse)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_understood_whole_and_written_back_the_same(name: str) -> None:
    parsed = cisco_ios.parse(GOLDEN.text(name))
    assert parsed.unparsed == ()
    assert cisco_ios.render(parsed.config) == GOLDEN.text(name)


@pytest.mark.parametrize(("name", "index"), list(GOLDEN.meaningful()))
def test_a_lost_line_never_goes_unnoticed(name: str, index: int) -> None:
    line, unnoticed = GOLDEN.without(name, index)
    assert not unnoticed, line


@pytest.mark.parametrize("name", NAMES)
def test_a_foreign_line_anywhere_is_listed_with_its_number(name: str) -> None:
    assert list(GOLDEN.unseen(name)) == []


def test_the_core_says_what_it_should() -> None:
    config = GOLDEN.config("core")
    items = {item.name: item for item in config.interfaces}
    assert items["Port-channel1"].switchport
    assert items["Port-channel1"].switchport.trunk == (91, 101, 102, 103)
    assert items["Vlan91"].ospf
    assert (items["Vlan91"].ospf.passive, items["Vlan91"].ospf.point_to_point) == (True, False)
    assert (items["Vlan91"].ospf.hello, items["Vlan91"].ospf.dead) == (1, 4)
    assert items["Vlan101"].description == "u001 清岚县 line-001"
    assert str(items["Vlan101"].vrrp[0].address) == "10.20.1.1/29"
    assert items["GigabitEthernet1/0/1"].switchport is None
    assert not items["GigabitEthernet1/0/1"].enabled
    assert config.lldp
    assert config.lldp.ports == ("TenGigabitEthernet1/1/1",)
    assert config.source == IPv4Address("10.255.1.1")
    rules = lists(config)["Vlan101"]
    assert [rule.name for rule in rules[:3]] == ["established", "answers-123", "vrrp"]
    assert rules[4].ports == (80,)
    assert rules[6].ports == tuple(range(33434, 33535))
    assert config.forwarding


def test_the_access_switch_routes_nothing() -> None:
    config = GOLDEN.config("access")
    assert not config.forwarding
    assert (config.ssh.max_tries, config.ssh.idle_seconds, config.ssh.password_login) == (5, 330, False)
    idle = next(item for item in config.interfaces if item.name == "GigabitEthernet1/0/3")
    assert idle.switchport
    assert idle.switchport.trunk == ()


def test_the_gateway_says_what_it_should() -> None:
    config = GOLDEN.config("gateway")
    assert [(rule.kind, rule.name) for rule in config.nat] == [
        ("destination", "publish-web"),
        ("destination", "publish-dns"),
        ("source", "office"),
        ("source", "servers"),
    ]
    assert config.nat[0].ports == (80, 443)
    assert config.nat[2].to == IPv4Address("203.0.113.3")
    assert {rule.interface for rule in config.nat} == {"GigabitEthernet0/0/0"}
    assert config.routes[1].next_hop is None
    assert config.ospf
    assert config.ospf.default_metric == 10


def test_the_cpe_says_what_it_should() -> None:
    config = GOLDEN.config("cpe")
    (tunnel,) = config.tunnels
    assert (tunnel.ike_proposal, tunnel.esp_proposal) == ("aes128gcm16-prfsha256-ecp256", "aes128gcm16")
    assert tunnel.remote_prefixes == (IPv4Network("0.0.0.0/0"),)
    assert tunnel.key.get_secret_value() == "a-long-Secret%key"
    assert tunnel.initiate
    assert set(lists(config)) == {"GigabitEthernet0/0/0", "GigabitEthernet0/0/1", "Tunnel0"}
    assert "Tunnel0" not in [item.name for item in config.interfaces]
    assert config.users[0].ssh_keys[0].startswith("ssh-rsa AAAAB3Nza")
