"""A vendor's interface has one name in the kernel: short enough, and no other interface's of the same device."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory import names
from inventory.model import Device
from tests.unit.inventory.mixed_county import mixed_county
from topology.twin.vendor.ports import LONGEST, kernel, kernel_name

DEVICES = mixed_county().device_by_name


@pytest.mark.parametrize(
    ("printed", "called"),
    [
        ("GigabitEthernet0/0/1", "ge0-0-1"),
        ("XGigabitEthernet0/0/21", "xge0-0-21"),
        ("10GE1/0/48", "10ge1-0-48"),
        ("100GE1/0/1:1", "100ge1-0-1-1"),
        ("Ten-GigabitEthernet1/0/49", "te1-0-49"),
        ("GigabitEthernet 0/1", "ge0-1"),
        ("GigabitEthernet0/0/1.100", "ge0-0-1.100"),
        ("Vlanif4094", "v4094"),
        ("Vlan-interface10", "v10"),
        ("VLAN 10", "v10"),
        ("Vlan10", "v10"),
        ("LoopBack0", "lo"),
        ("Tunnel0/0/0", "ipsec0"),
        ("Ethernet0/0/0", "eth0-0-0"),
    ],
)
def test_an_interface_is_called_as_an_engineer_would_shorten_it(printed: str, called: str) -> None:
    assert kernel_name(printed) == called


@pytest.mark.parametrize("device", DEVICES.values(), ids=str)
def test_no_two_interfaces_of_a_device_share_a_name(device: Device) -> None:
    vlans = [names.svi(vlan, device.platform) for vlan in (1, 2, 10, 4094)]
    every = [*device.ports, *names.made(device), *vlans]
    called = [kernel(device, name) for name in every]
    assert len(set(called)) == len(set(every)) == len(every)
    assert all(0 < len(name) <= LONGEST and "/" not in name and name.isascii() for name in called)


@pytest.mark.parametrize("name", ["vpn-hub", "core-1", "fw-2", "cpe-001", "cpe-005"])
def test_the_staging_port_is_the_same_on_every_device(name: str) -> None:
    assert kernel(DEVICES[name], names.staging(DEVICES[name])) == "stg0"


def test_a_linux_device_keeps_its_names() -> None:
    hub = DEVICES["vpn-hub"]
    assert [kernel(hub, port) for port in (*hub.ports, "lo", "ipsec0", "v10")] == [*hub.ports, "lo", "ipsec0", "v10"]


@given(st.from_regex(r"\A[A-Za-z][A-Za-z0-9./-]{0,39}\Z"), st.from_regex(r"\A[A-Za-z][A-Za-z0-9./-]{0,39}\Z"))
def test_any_name_of_the_inventory_fits_the_kernel(one: str, other: str) -> None:
    for name in (one, other):
        assert 0 < len(kernel_name(name)) <= LONGEST
        assert not set(kernel_name(name)) & set("/ :\n")
