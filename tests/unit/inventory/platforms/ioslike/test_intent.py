"""What intent draws for the example county, adapted to a platform, is held whole by it, but for what we say is not.

Not held: the firewalls, whose lists name what is behind their translation, and every tunnel on RGOS.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import pytest

from countynet.errors import BadInput
from inventory.deviceconfig import DeviceConfig
from inventory.intent import intent
from inventory.intent.adapt import adapt
from inventory.model import County
from inventory.platforms import access_lists, cisco_ios, ruijie
from inventory.platforms.ioslike.filter_checks import BEFORE
from tests.unit.inventory.conftest import secrets
from tests.unit.inventory.mixed_county import ADMINISTRATORS

NAMED = ("interfaces", "filters", "nat", "lldp")


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list | tuple):
        return [_renamed(item, names) for item in value]
    if isinstance(value, dict):
        return {key: item if key == "description" else _renamed(item, names) for key, item in value.items()}
    return names.get(value, value) if isinstance(value, str) else value


def _on(platform: str, county: County) -> Iterator[tuple[str, DeviceConfig]]:
    """Yield the role and configuration of each device as if it were of a platform, with ports named as it does."""
    everywhere = {device.name: platform for device in county.devices}
    there = county.model_copy(
        update={"devices": tuple(device.model_copy(update={"platform": platform}) for device in county.devices)}
    )
    for name, config in intent(there, secrets).items():
        device = there.device_by_name[name]
        if config.tunnels and platform == "ruijie":
            continue
        ports = {port: f"GigabitEthernet0/{n}" for n, port in enumerate(device.ports, 1)}
        fields = adapt(config, device, ADMINISTRATORS, everywhere).model_dump()
        found = DeviceConfig.model_validate(fields | {field: _renamed(fields[field], ports) for field in NAMED})
        filters = access_lists.filters(access_lists.lists(found))
        yield device.role.value, found.model_copy(update={"filters": filters})


@pytest.mark.parametrize(("platform", "devices"), [(cisco_ios, 130), (ruijie, 33)], ids=["cisco_ios", "ruijie"])
def test_every_device_but_the_firewalls_is_held(platform: ModuleType, devices: int, county: County) -> None:
    held, refused = Counter[str](), set[tuple[str, str]]()
    for role, meant in _on(platform.__name__.rpartition(".")[2], county):
        try:
            text = platform.render(meant)
        except BadInput as error:
            refused |= {(role, problem.message) for problem in error.problems}
            continue
        parsed = platform.parse(text)
        assert parsed.unparsed == (), meant.hostname
        assert parsed.config == meant, meant.hostname
        held[role] += 1
    assert refused == {("firewall", BEFORE)}
    assert sum(held.values()) == devices
