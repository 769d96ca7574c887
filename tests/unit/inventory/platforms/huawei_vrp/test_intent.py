"""What intent draws for the example county, with its ports named as VRP names them, is held whole by VRP.

Besides names only three things are changed, each because VRP has nothing else: keys are ECDSA, tunnels look for dead
peers every 10 seconds, and switches get no firewall (see `docs/platforms.md`) but the law holds for their texts too.
"""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from inventory.deviceconfig import DeviceConfig
from inventory.intent import intent
from inventory.model import County
from inventory.platforms import huawei_vrp
from tests.unit.inventory.conftest import secrets

KEY = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY="


def _names(config: DeviceConfig) -> dict[str, str]:
    found = {"lo": "LoopBack0", "ipsec0": "Tunnel0/0/0"}
    ports = [item.name for item in config.interfaces if item.kind == "physical"]
    found |= {name: f"GigabitEthernet0/0/{n}" for n, name in enumerate(ports, 1)}
    return found | {i.name: f"Vlanif{i.vlan}" for i in config.interfaces if i.kind == "vlan"}


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list | tuple):
        return [_renamed(item, names) for item in value]
    if isinstance(value, dict):
        return {
            key: item if key in ("description", "hostname") else _renamed(item, names) for key, item in value.items()
        }
    return names.get(value, value) if isinstance(value, str) else value


def for_vrp(config: DeviceConfig) -> DeviceConfig:
    """Return a configuration of intent as VRP can hold it."""
    fields = config.model_dump()
    names = _names(config)
    whole = {name: _renamed(fields[name], names) for name in ("interfaces", "filters", "nat", "lldp")}
    whole["users"] = [u | {"ssh_keys": [KEY] if u["ssh_keys"] else []} for u in fields["users"]]
    whole["tunnels"] = [t | {"dpd_seconds": 10} for t in fields["tunnels"]]
    whole["forwarding"] = sum(bool(item.addresses) for item in config.interfaces) > 1
    return DeviceConfig.model_validate(fields | whole)


@pytest.fixture(scope="module")
def configs(county: County) -> Mapping[str, DeviceConfig]:
    """Return what intent draws where all devices are of this platform, so that no router has routes as a master."""
    devices = tuple(d.model_copy(update={"platform": "huawei_vrp"}) for d in county.devices)
    return intent(county.model_copy(update={"devices": devices}), secrets)


def test_every_device_of_the_example_is_held(configs: Mapping[str, DeviceConfig]) -> None:
    seen = {}
    for name, config in configs.items():
        meant = for_vrp(config)
        parsed = huawei_vrp.parse(huawei_vrp.render(meant))
        assert parsed.unparsed == (), name
        assert parsed.config == meant, name
        seen[re.sub(r"-?\d+$", "", name)] = meant.forwarding is config.forwarding
    assert len(seen) > 4
    assert all(seen.values()), seen


@pytest.mark.parametrize("name", ["fw-1", "core-1", "vpn-hub"])
def test_equal_configurations_give_equal_texts(configs: Mapping[str, DeviceConfig], name: str) -> None:
    text = huawei_vrp.render(for_vrp(configs[name]))
    assert huawei_vrp.render(huawei_vrp.parse(text).config) == text
