"""The county as nornir's inventory: the plugin `countynet`, and the one place that makes nornir hosts.

    InitNornir(inventory={"plugin": "countynet", "options": {"county": "county", "only": ["role=cpe"]}})

Hosts are the devices; groups are those of `inventory.groups`. No secret, user name or key is in it: whoever connects
takes them from the vault at that time. `only` is what `--only` is (docs/selection.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from nornir.core.inventory import Defaults, Group, Groups, Host, Hosts, Inventory, ParentGroups

from countynet.settings import Settings
from inventory import traits
from inventory.groups import groups_of
from inventory.load import load_county
from inventory.model import County, Device
from inventory.select import select_devices
from inventory.traits import Traits

DATA = ("role", "site", "unit", "kind", "access", "line")
"""traits that a host's data has too; only the site may be several ids"""


class CountyInventory:
    """nornir's inventory plugin `countynet`; nothing is read before `load`."""

    def __init__(self, county: str = "", only: Sequence[str] | str = ()) -> None:
        self.county, self.only = county, (only,) if isinstance(only, str) and only else tuple(only)

    def load(self) -> Inventory:
        """Return the inventory. Raises BadInput for a county that is not valid, or a selection that is wrong."""
        county = load_county(Settings.load(Path(self.county) if self.county else None).county)
        return county_inventory(county, select_devices(county, self.only))


def county_inventory(county: County, devices: Iterable[Device]) -> Inventory:
    """Return nornir's inventory of some devices with their groups and data."""
    return nornir_inventory({device: traits.of_device(county, device) for device in devices})


def nornir_inventory(devices: Mapping[Device, Traits]) -> Inventory:
    """Return nornir's inventory of devices with given traits; without traits there are no groups."""
    defaults, groups = Defaults(), Groups()
    for found in devices.values():
        groups.update({name: Group(name, defaults=defaults) for name in groups_of(found) if name not in groups})
    hosts = {device.name: _host(device, found, groups, defaults) for device, found in devices.items()}
    return Inventory(hosts=Hosts(hosts), groups=groups, defaults=defaults)


def _host(device: Device, found: Traits, groups: Groups, defaults: Defaults) -> Host:
    return Host(
        name=device.name,
        hostname=str(device.management),
        platform=device.platform,
        groups=ParentGroups([groups[name] for name in groups_of(found)]),
        data=_data(device, found),
        defaults=defaults,
    )


def _data(device: Device, found: Traits) -> dict[str, object]:
    data: dict[str, object] = {"management": str(device.management), "building": device.building}
    data |= {"make": device.make, "model": device.model, "serial": device.serial}
    for key in DATA:
        values = found.get(key, ())
        data[key] = list(values) if key == "site" else next(iter(values), None)
    return data
