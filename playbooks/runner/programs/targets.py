"""Which devices the names of a launch form mean: a unit stands for its access device."""

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.model import County
from playbooks.runner.model import Playbook


def devices_of(county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the devices that a target's names mean, all when none is named. Raises BadInput for a unit without one."""
    target = playbook.field(playbook.target) if playbook.target else None
    if target is not None and target.kind == "unit":
        return tuple(_access(county, unit) for unit in names)
    return names or tuple(county.device_by_name)


def _access(county: County, unit: str) -> str:
    device = county.cpe_by_unit.get(unit)
    if device is None:
        message = _("there is no unit {unit} with an access device")
        raise BadInput([Problem(message, {"unit": unit}, found=unit)])
    return device.name
