"""Which county a command works on: the inventory's, or as much of it as the twin that is up was built from.

`countynet demo --quick` builds a part of the county; devices that are not built are neither missing nor broken.
"""

from collections.abc import Sequence

from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _
from countynet.settings import Settings
from countynet.vocabulary import DeviceRole
from inventory import load_county
from inventory.model import County
from inventory.subset import only_units
from topology.twin.state import Places


def present_county(settings: Settings) -> County:
    """Return the county, cut down to the running twin's units. Raises BadInput, and Conflict for a twin of another."""
    return as_built(load_county(settings.county), settings)


def as_built(county: County, settings: Settings) -> County:
    """Return a county, cut down to the running twin's units. Raises Conflict for a twin of another county."""
    twin = Places(settings).read()
    if twin is None:
        return county
    built = {node.name for node in twin.nodes if node.kind == "device"}
    if built >= set(county.device_by_name):
        return county
    part = only_units(county, [cpe.unit for cpe in county.devices_in(DeviceRole.CPE) if cpe.name in built and cpe.unit])
    if set(part.device_by_name) != built:
        raise Conflict(_("the running twin was built from another inventory; take it down: countynet twin down"))
    return part


def present_names(county: County, names: Sequence[str]) -> tuple[str, ...]:
    """Return those of some devices that the present county has. Raises BadInput when it has none of them."""
    found = tuple(name for name in names if name in county.device_by_name)
    if names and not found:
        message = _("the running twin was built without this device")
        raise BadInput([Problem(message, found=name) for name in names])
    return found
