"""Intent: from one county to the configuration of every device. Pure: no file, socket, clock or randomness.

Equal counties and secrets give equal configurations. Isolation is drawn in layers: CPE, cores and hub each drop unit to
unit and unit to device by themselves; the firewalls alone open what the policy allows. Ports that are held (`held`) are
shut or confined whatever else is intended of them. What the plan asks for beyond that comes last (`hardened`).
"""

from collections.abc import Callable

from countynet.vocabulary import DeviceRole
from inventory.deviceconfig import DeviceConfig
from inventory.intent.common import Secrets
from inventory.intent.core import core
from inventory.intent.cpe import cpe
from inventory.intent.firewall import firewall
from inventory.intent.hardened import hardened
from inventory.intent.held import held
from inventory.intent.hub import hub
from inventory.intent.switch import access_switch, datacenter_switch
from inventory.intent.wiring import Wiring
from inventory.model import County, Device

__all__ = ["intent"]

_ROLES: dict[DeviceRole, Callable[[Wiring, Device, Secrets], DeviceConfig]] = {
    DeviceRole.CORE: core,
    DeviceRole.FIREWALL: firewall,
    DeviceRole.VPN_HUB: hub,
    DeviceRole.AGGREGATION: access_switch,
    DeviceRole.BUILDING: access_switch,
    DeviceRole.DATACENTER: datacenter_switch,
    DeviceRole.CPE: cpe,
}


def intent(county: County, secrets: Secrets) -> dict[str, DeviceConfig]:
    """Return every device's configuration by name, in inventory order.

    `county` must have passed `inventory.load_county`; `secrets` maps a secret's name to it and raises BadInput for one
    that is missing.
    """
    wiring = Wiring(county)
    drawn = {device.name: _ROLES[device.role](wiring, device, secrets) for device in county.devices}
    return {
        device.name: hardened(county.plan, held(wiring, device, drawn[device.name]), secrets)
        for device in county.devices
    }
