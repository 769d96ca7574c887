"""The mixed county is the example with other devices: nothing else differs, and nothing refuses or warns."""

from datetime import date
from typing import get_args

import pytest

from countynet.vocabulary import DeviceRole, Strength
from inventory import names
from inventory.example_gear import ADSL, BUILDINGS, CENTER, FIBER, Model
from inventory.example_mixed import mixed
from inventory.load import inspect
from inventory.model import County, Device
from inventory.model.devices import PlatformName
from inventory.source import read_texts
from inventory.validate import findings
from inventory.validate.platforms import PRINTED
from tests.unit.inventory.mixed_county import example_files, mixed_county

TODAY = date(2026, 11, 26)
CHANGED = {"platform", "make", "model", "type", "ports", "uplink"}
MODELS = {model.slug: model for model in (*CENTER.values(), *BUILDINGS.values(), *FIBER, *ADSL) if model}


def test_only_devices_ports_and_types_differ(county: County) -> None:
    for section in County.model_fields:
        if section not in ("devices", "device_types", "cables", "zones", "plan"):
            assert getattr(mixed_county(), section) == getattr(county, section), section
    for one, other in zip(county.devices, mixed_county().devices, strict=True):
        assert {k for k, v in dict(one).items() if v != getattr(other, k)} <= CHANGED
        assert len(one.ports) == len(other.ports) == len(set(other.ports))
    assert [(c.id, c.a.node, c.b.node, c.kind) for c in county.cables] == [
        (c.id, c.a.node, c.b.node, c.kind) for c in mixed_county().cables
    ]
    assert [zone.model_copy(update={"port": ""}) for zone in county.zones] == [
        zone.model_copy(update={"port": ""}) for zone in mixed_county().zones
    ]


def test_comments_stay() -> None:
    before, after = example_files(), mixed(example_files())
    for name, text in before.items():
        comments = [line for line in text.splitlines() if line.lstrip().startswith("#")]
        assert [line for line in after[name].splitlines() if line.lstrip().startswith("#")] == comments


def test_nothing_refuses_or_warns_that_does_not_for_the_example(county: County) -> None:
    def said(files: dict[str, str]) -> set[tuple[str | None, Strength]]:
        found = inspect(read_texts({name: text.encode() for name, text in files.items()}), TODAY)
        assert found.county is not None
        return {(problem.rule, problem.strength) for problem in found.problems}

    assert said(mixed(example_files())) - said(example_files()) == {("mac-unbound", Strength.ADVICE)}


def test_every_platform_is_there_in_the_place_that_people_give_it() -> None:
    places = {(device.platform, device.role) for device in mixed_county().devices}
    assert {platform for platform, _role in places} == set(get_args(PlatformName))
    assert {("huawei_vrp", DeviceRole.CORE), ("h3c_comware", DeviceRole.CORE)} <= places
    assert {("huawei_vrp", DeviceRole.FIREWALL), ("h3c_comware", DeviceRole.FIREWALL)} <= places
    assert {("ruijie", DeviceRole.BUILDING), ("h3c_comware", DeviceRole.BUILDING)} <= places
    cpes = [device.platform for device in mixed_county().devices_in(DeviceRole.CPE)]
    assert cpes.count("huawei_vrp") > len(cpes) / 2
    assert {"linux", "cisco_ios"} <= set(cpes)


def test_a_county_is_not_mixed_twice_by_mistake() -> None:
    once = mixed(example_files())
    with pytest.raises(KeyError):
        mixed(once)


@pytest.mark.parametrize("model", MODELS.values(), ids=str)
def test_a_models_staging_port_is_what_intent_calls_it(model: Model) -> None:
    device = next(device for device in mixed_county().devices if device.type == model.slug)
    assert names.staging(device) == model.staging
    assert model.staging not in device.ports
    assert PRINTED[model.platform].ports.fullmatch(model.staging)


@pytest.mark.parametrize("platform", get_args(PlatformName))
def test_the_staging_port_of_any_model_is_one_that_the_platform_prints(county: County, platform: str) -> None:
    device = county.device_by_name["core-1"].model_copy(update={"platform": platform, "model": "other"})
    assert PRINTED[platform].ports.fullmatch(names.staging(device))


@pytest.mark.parametrize(("platform", "good", "bad"), [
    ("linux", ["eth0", "x-core1", "enp3s0f1.20"], ["GigabitEthernet0/0/1", "Eth0", "a" * 16, "eth٠", "eth 0"]),
    ("huawei_vrp", ["GigabitEthernet0/0/1", "10GE1/0/1", "MEth0/0/0", "XGigabitEthernet0/0/21"],
     ["GigabitEthernet 0/0/1", "Ten-GigabitEthernet1/0/1", "GigabitEthernet0", "gigabitethernet0/0/1", "Vlanif10"]),
    ("h3c_comware", ["GigabitEthernet1/0/1", "Ten-GigabitEthernet1/0/49", "M-GigabitEthernet0/0/0"],
     ["XGigabitEthernet0/0/1", "Vlan-interface10", "LoopBack0", "lan0"]),
    ("ruijie", ["GigabitEthernet0/1", "TenGigabitEthernet0/25", "Mgmt0"], ["GigabitEthernet 0/1", "VLAN10", "Gi0/1"]),
    ("cisco_ios", ["GigabitEthernet0/1", "GigabitEthernet0", "Ethernet0/1/0"], ["Gi0/1", "Vlan10", "Loopback0"]),
])  # fmt: skip
def test_ports_are_named_as_printed(platform: str, good: list[str], bad: list[str]) -> None:
    assert all(PRINTED[platform].ports.fullmatch(port) for port in good)
    assert not any(PRINTED[platform].ports.fullmatch(port) for port in bad)


def _with(county: County, **changes: object) -> County:
    device = county.devices[12].model_copy(update=changes)
    devices: list[Device] = [*county.devices[:12], device, *county.devices[13:]]
    return County(**{name: getattr(county, name) for name in County.model_fields} | {"devices": devices})


def test_a_vendors_cpe_without_an_uplink_is_told_so_once(county: County) -> None:
    changed = _with(county, platform="huawei_vrp", ports=("GigabitEthernet0/0/8", "GigabitEthernet0/0/1"))
    found = [f for f in findings(changed) if f.place[:2] == ("devices", 12)]
    assert [f.problem.rule for f in found if f.problem.rule in ("device-uplink", "cpe-facts")] == ["device-uplink"]
