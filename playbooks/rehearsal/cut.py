"""Which units a plan shuts off on purpose: those whose access device has no port of their LAN open afterwards. Pure.

Told by what the device is to run, not by who made the plan: an isolation by hand is the same thing.
"""

from collections.abc import Mapping

from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from inventory.platforms import registry
from playbooks.emergency.isolate import ports


def units_cut(county: County, texts: Mapping[str, str]) -> tuple[str, ...]:
    """Return the units that are off the net when devices run these texts, by id."""
    mine = {device.name: unit for unit, device in county.cpe_by_unit.items()}
    return tuple(sorted(mine[name] for name, text in texts.items() if name in mine and _shut(county, mine[name], text)))


def _shut(county: County, unit: str, text: str) -> bool:
    config: DeviceConfig = registry.platform(county.cpe_by_unit[unit].platform).parse(text).config
    lan = ports(county, unit, config)
    return bool(lan) and not any(i.enabled for i in config.interfaces if i.name in lan)
