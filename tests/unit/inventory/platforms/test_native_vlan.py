"""A trunk's native VLAN, as each platform is told it and reads it."""

import pytest

from countynet.errors import BadInput
from inventory.deviceconfig import DeviceConfig, Interface, Ssh, SwitchPort, Vlan
from inventory.platforms import trunks
from inventory.platforms.linux import ovs
from inventory.platforms.registry import platform

PORTS = {
    "linux": "p01", "huawei_vrp": "GigabitEthernet0/0/1", "h3c_comware": "GigabitEthernet1/0/1",
    "cisco_ios": "GigabitEthernet1/0/1", "ruijie": "GigabitEthernet0/1",
}  # fmt: skip
TRUNKS = {
    "linux": "port p01 native-untagged tag=20 trunks=10,20",
    "huawei_vrp": "port trunk pvid vlan 20",
    "h3c_comware": "port trunk pvid vlan 20",
    "cisco_ios": "switchport trunk native vlan 20",
    "ruijie": "switchport trunk native vlan 20",
}


def _config(name: str, port: SwitchPort) -> DeviceConfig:
    vlans = tuple(Vlan(id=number) for number in (10, 20))
    ssh = Ssh(password_login=name == "ruijie")  # RGOS cannot be told to refuse passwords
    return DeviceConfig(hostname="sw", vlans=vlans, ssh=ssh, interfaces=(Interface(name=PORTS[name], switchport=port),))


@pytest.mark.parametrize("name", PORTS)
def test_every_platform_is_told_a_native_vlan_and_reads_it(name: str) -> None:
    its, config = platform(name), _config(name, SwitchPort(mode="trunk", trunk=(10, 20), native=20))
    text = its.render(config)
    assert TRUNKS[name] in text
    assert its.parse(text).unparsed == ()
    assert its.parse(text).config.interfaces == config.interfaces


@pytest.mark.parametrize("name", [name for name in PORTS if name != "linux"])
def test_vlan_1_is_untagged_on_a_trunk_that_carries_it_until_another_is_named(name: str) -> None:
    its = platform(name)
    default = _config(name, SwitchPort(mode="trunk", trunk=(1, 10), native=1))
    tagged = _config(name, SwitchPort(mode="trunk", trunk=(1, 10)))
    assert "pvid" not in its.render(default)
    assert "native" not in its.render(default)
    assert " vlan 4094" in its.render(tagged)
    for config in (default, tagged):
        assert its.parse(its.render(config)).config.interfaces == config.interfaces


@pytest.mark.parametrize("name", PORTS)
def test_a_native_vlan_that_the_trunk_does_not_carry_is_refused(name: str) -> None:
    with pytest.raises(BadInput) as found:
        platform(name).render(_config(name, SwitchPort(mode="trunk", trunk=(10,), native=20)))
    assert any(problem.message == trunks.NATIVE for problem in found.value.problems)


def test_the_switch_of_a_linux_device_always_carries_its_native_vlan() -> None:
    """Open vSwitch does so whether the port's list of VLANs has it or not (ovs-vswitchd.conf.db, vlan_mode)."""
    its = platform("linux")
    text = its.render(_config("linux", SwitchPort(mode="trunk", trunk=(10, 20), native=20)))
    (item,) = its.parse(text.replace("tag=20 trunks=10,20", "tag=20 trunks=10")).config.interfaces
    assert item.switchport == SwitchPort(mode="trunk", trunk=(10, 20), native=20)


def test_a_native_vlan_is_fetched_from_the_database_of_the_switch() -> None:
    row = {"name": "p01", "tag": 20, "trunks": [10, 20], "vlan_mode": "native-untagged"}
    assert [*ovs._live_ports({"p01": row}, {}, {})] == [TRUNKS["linux"]]
