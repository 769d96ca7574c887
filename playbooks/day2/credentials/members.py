"""Who takes part in an exchange of credentials: what can have each kind, of it what was chosen. Pure.

SNMP users, administrators' keys and the key of time (where the plan asks for it) are the county's: an exchange of one
is only over when every device has the new one, whatever was chosen in between. A tunnel has a key of its own, kept by
both its ends: its CPE stands for it, and the hub comes along.
"""

from collections.abc import Collection, Iterator

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.vocabulary import Access, DeviceRole
from inventory.intent.rotation import Kind
from inventory.model import County
from inventory.names import GENERIC


def of_kind(county: County, kind: Kind, chosen: Collection[str] = ()) -> tuple[str, ...]:
    """Return the chosen devices (all if none is) that have a credential of a kind to exchange; of tunnels the CPEs."""
    able = _with_tunnels(county) if kind == "vpn" else tuple(county.device_by_name)
    if kind == "time" and not by_time_key(county):
        return ()
    return tuple(name for name in able if not chosen or name in chosen)


def by_time_key(county: County) -> bool:
    """Whether devices ask for time with a key."""
    return county.plan.hardening.ntp_keys and any("time" in host.runs for host in county.hosts)


def _with_tunnels(county: County) -> tuple[str, ...]:
    """Return the CPEs whose hub holds two keys or two names for one CPE: Linux does; elsewhere entries are numbered."""
    hubs = county.devices_in(DeviceRole.VPN_HUB)
    return tunnelled(county) if hubs and hubs[0].platform == GENERIC else ()


def by_name(county: County) -> tuple[str, ...]:
    """Return the CPEs that take one key at a time: their next one comes with their other name."""
    return tuple(name for name in tunnelled(county) if county.device_by_name[name].platform != GENERIC)


def tunnelled(county: County) -> tuple[str, ...]:
    """Return the CPEs of tunnels, whether or not their keys can be exchanged."""
    lines = [line for line in county.circuits if line.access is Access.ADSL]
    return tuple(county.cpe_by_unit[line.unit].name for line in lines)


def hub(county: County) -> str:
    """Return the other end of every tunnel."""
    return county.devices_in(DeviceRole.VPN_HUB)[0].name


def members(county: County, kinds: Collection[Kind], chosen: Collection[str] = ()) -> tuple[str, ...]:
    """Return every device that takes part, in inventory order. Raises BadInput when none does."""
    found = {name for kind in kinds for name in of_kind(county, kind, chosen)}
    if "vpn" in kinds and of_kind(county, "vpn", chosen):
        found.add(hub(county))
    if not found:
        raise BadInput(list(_nobody(chosen)))
    return tuple(name for name in county.device_by_name if name in found)


def _nobody(chosen: Collection[str]) -> Iterator[Problem]:
    if not chosen:
        yield Problem(_("no device has a credential of that kind that could be exchanged"), where="kind")
    for name in chosen:
        message = _("this device has no credential of that kind that could be exchanged")
        yield Problem(message, where="devices", found=name)


def needed(county: County, kind: Kind, taking_part: Collection[str]) -> frozenset[str]:
    """Return the devices that all must have the new credential before the old one goes from the vault."""
    able = {*taking_part} if kind == "vpn" else {*taking_part, *of_kind(county, kind)}
    return frozenset(able & set(county.device_by_name))
