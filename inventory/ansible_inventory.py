"""The county as Ansible's inventory: devices and hosts with the groups of `inventory.groups`. Pure.

Two shapes of one thing: `script` is what a dynamic inventory prints for `--list` (`_meta` holds every host's variables,
so Ansible asks once), `tree` is what a program hands over in memory. No secret is in it: `ansible_user` is a name, keys
come from the vault. The management addresses answer from the management station only.
"""

from collections.abc import Sequence

from countynet.canonical import JSON
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory import names, traits
from inventory.groups import groups_of, members
from inventory.model import County, Device, Host
from inventory.select import select_members
from inventory.traits import Traits

DEVICES, COMPUTERS = "devices", "computers"
"""the groups of all network devices and of all other computers"""
ROOT = "root"
"""who servers are signed in to as"""
VARIABLES = ("role", "unit", "kind", "access", "line", "zone")


def script(county: County, only: Sequence[str] | None = None) -> dict[str, JSON]:
    """Return what `--list` prints. Raises BadInput for a wrong selection."""
    chosen = select_members(county, only)
    grouped = _grouped(county, chosen)
    return {
        "_meta": {"hostvars": {member.name: variables(county, member) for member in chosen}},
        "all": {"children": ["ungrouped", *grouped]},
        **{name: {"hosts": list[JSON](inside), **_vars(name)} for name, inside in grouped.items()},
    }


def tree(county: County, only: Sequence[str] | None = None) -> dict[str, JSON]:
    """Return the inventory in the structure of Ansible's YAML. Raises BadInput for a wrong selection."""
    chosen = select_members(county, only)
    return {
        "all": {
            "hosts": {member.name: variables(county, member) for member in chosen},
            "children": {
                name: {"hosts": {member: {} for member in inside}, **_vars(name)}
                for name, inside in _grouped(county, chosen).items()
            },
        }
    }


def host(county: County, name: str) -> dict[str, JSON]:
    """Return the variables of one device or host. Raises BadInput if there is none of that name."""
    member = county.device_by_name.get(name) or county.host_by_name.get(name)
    if member is None:
        raise BadInput([Problem(_("no device or host is named {name}"), {"name": name})])
    return variables(county, member)


def variables(county: County, member: Device | Host) -> dict[str, JSON]:
    """Return a device's or host's own variables."""
    found = _traits(county, member)
    facts: dict[str, JSON] = {key: found[key][0] for key in VARIABLES if found.get(key)}
    if isinstance(member, Host):
        return {**computer(member), **facts}
    address = str(member.management)
    facts |= {"sites": list(found["site"]), "building": member.building, "platform": member.platform}
    facts |= {"make": member.make, "model": member.model, "serial_number": member.serial}
    return {"ansible_host": address, "address": address, **facts}


def computer(host: Host) -> dict[str, JSON]:
    """Return the variables that a host has in every inventory of ours."""
    address = str(host.address.ip)
    return {"ansible_host": address, "address": address, "runs": list[JSON](host.runs)}


def _grouped(county: County, chosen: Sequence[Device | Host]) -> dict[str, list[str]]:
    return members({m.name: (_all(m), *groups_of(_traits(county, m))) for m in chosen})


def _all(member: Device | Host) -> str:
    return DEVICES if isinstance(member, Device) else COMPUTERS


def _vars(group: str) -> dict[str, JSON]:
    users = {DEVICES: names.ADMINISTRATOR, COMPUTERS: ROOT}
    return {"vars": {"ansible_user": users[group]}} if group in users else {}


def _traits(county: County, member: Device | Host) -> Traits:
    return traits.of_device(county, member) if isinstance(member, Device) else traits.of_host(county, member)
