"""The county of several makers goes to NetBox and comes back: vendors' ports, staging ports, uplinks."""

import pytest

from inventory.model import County
from inventory.netbox.differences import Differences, differences
from inventory.netbox.mapping import things
from inventory.netbox.newcomers import newcomers
from inventory.netbox.service import fetch
from inventory.netbox.thing import Record
from inventory.subset import subset
from tests.unit.inventory.mixed_county import mixed_county
from tests.unit.inventory.netbox.fake import FakeNetBox
from tests.unit.inventory.netbox.scenes import run, silent


@pytest.fixture(scope="module")
def mixed() -> County:
    return subset(mixed_county(), 8)


@pytest.fixture(scope="module")
def full(mixed: County) -> FakeNetBox:
    netbox = FakeNetBox()
    run(netbox, things(mixed))
    return netbox


def test_what_we_exported_ourselves_is_no_difference(full: FakeNetBox, mixed: County) -> None:
    assert differences(mixed, fetch(full, False, silent), False) == Differences()


def test_interfaces_are_called_as_the_devices_print_them(mixed: County) -> None:
    cpe = next(d for d in mixed.devices if "Ethernet0/0/0" in d.ports)
    every = things(mixed)["interfaces"]
    found = {str(t.fields["name"]): t.fields for t in every if t.key.startswith(f"{cpe.name}:")}
    assert set(found) == {"LoopBack0", "GigabitEthernet0/0/0", *cpe.ports}
    assert [name for name, fields in found.items() if fields["mgmt_only"]] == ["GigabitEthernet0/0/0"]
    assert (found["LoopBack0"]["type"], found["Ethernet0/0/0"]["type"]) == ("virtual", "xdsl")
    assert [name for name, fields in found.items() if fields.get("label")] == [cpe.uplink]


def test_a_vendors_device_that_is_not_in_the_county_is_taken_in_with_its_uplink(mixed: County) -> None:
    ports = [("GigabitEthernet0/0/8", "uplink", False), ("GigabitEthernet0/0/1", "", False),
             ("GigabitEthernet0/0/0", "", True)]  # fmt: skip
    cpe: Record = {
        "id": 7,
        "name": "cpe-200",
        "role": {"slug": "cpe"},
        "platform": {"slug": "huawei_vrp"},
        "device_type": {"manufacturer": {"name": "华为"}, "model": "AR651"},
        "serial": "S",
        "status": {"value": "active"},
        "site": {"id": 1},
        "primary_ip4": {"address": "10.255.16.200/32"},
        "custom_fields": {"countynet_staging": "172.31.16.200"},
    }
    interfaces = {
        f"cpe-200:{name}": {
            "name": name, "label": label, "mgmt_only": own,
            "type": {"value": "1000base-t"}, "device": {"name": "cpe-200"},
        }
        for name, label, own in ports
    }  # fmt: skip
    found = newcomers(mixed, {"devices": {"cpe-200": cpe}, "interfaces": interfaces}, {}, lambda kind, _id: kind)
    (put,) = found.puts
    assert put.item["ports"] == ["GigabitEthernet0/0/1", "GigabitEthernet0/0/8"]
    assert (put.item["uplink"], put.item["platform"]) == ("GigabitEthernet0/0/8", "huawei_vrp")
