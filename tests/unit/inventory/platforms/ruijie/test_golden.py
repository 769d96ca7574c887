"""The golden texts, one for each kind of device: understood whole, written back the same, no line of them idle."""

from ipaddress import IPv4Address
from pathlib import Path

import pytest

from inventory.platforms import ruijie
from inventory.platforms.access_lists import lists
from tests.unit.inventory.platforms.ioslike.golden import NAMES, Golden

GOLDEN = Golden(Path(__file__).parent / "golden", ruijie.parse)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_understood_whole_and_written_back_the_same(name: str) -> None:
    parsed = ruijie.parse(GOLDEN.text(name))
    assert parsed.unparsed == ()
    assert ruijie.render(parsed.config) == GOLDEN.text(name)


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
    assert items["AggregatePort1"].switchport
    assert items["AggregatePort1"].switchport.trunk == (91, 101, 102, 103)
    assert items["VLAN91"].ospf
    assert (items["VLAN91"].ospf.passive, items["VLAN91"].ospf.point_to_point) == (True, False)
    assert str(items["VLAN91"].vrrp[0].address) == "10.254.91.1/24"
    assert items["GigabitEthernet0/1"].switchport is None
    assert config.lldp
    assert config.lldp.ports == ("TenGigabitEthernet0/49",)
    assert config.source == IPv4Address("10.255.1.1")
    assert [rule.name for rule in lists(config)["VLAN101"]][-2:] == ["ping", "rest"]
    assert config.forwarding


def test_the_access_switch_lets_passwords_in_because_it_cannot_refuse_them() -> None:
    config = GOLDEN.config("access")
    assert config.ssh.password_login
    assert config.users[0].ssh_keys == ("ssh-rsa-md5 8675E24602CB6058C76B631ED210D216",)
    idle = next(item for item in config.interfaces if item.name == "GigabitEthernet0/3")
    assert idle.switchport
    assert idle.switchport.trunk == ()


def test_the_gateway_says_what_it_should() -> None:
    config = GOLDEN.config("gateway")
    assert [rule.name for rule in config.nat] == ["publish-web", "publish-dns", "office", "servers"]
    assert set(lists(config)) == {"GigabitEthernet0/0", "GigabitEthernet0/2"}
    assert config.ospf
    assert config.ospf.default_metric == 10


def test_the_cpe_has_no_tunnel() -> None:
    config = GOLDEN.config("cpe")
    assert config.tunnels == ()
    assert set(lists(config)) == {"GigabitEthernet0/0", "GigabitEthernet0/1"}
