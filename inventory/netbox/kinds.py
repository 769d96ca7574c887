"""The kinds of NetBox object that we exchange, in the order in which they can be made. Pure.

Knowledge as a table: where a kind is in the REST API, what its key is in a record, by which filter one is looked for
that does not bear our tag, and how far its fields may differ in writing and still be the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from inventory.netbox.thing import Record, slug

KeyOf = Callable[[Record], str]


def _own(name: str) -> KeyOf:
    return lambda record: str(record[name])


def _below(parent: str, by: str, name: str) -> KeyOf:
    """Return the key of what is unique only within its parent, `parent:name`."""
    return lambda record: f"{(record.get(parent) or {}).get(by, '')}:{record[name]}"


def choice(value: Any) -> Any:
    """Return a field's value where NetBox gives `{"value": ..., "label": ...}`."""
    return value.get("value") if isinstance(value, Mapping) and "value" in value else value


def _contact(record: Record) -> str:
    return str((record.get("custom_fields") or {}).get("countynet_id") or "")


def _assignment(record: Record) -> str:
    there, role = record.get("object") or {}, record.get("role") or {}
    return f"{there.get('slug', '')}:{role.get('slug', '')}"


def address_key(address: str, device: str, shared: bool) -> str:
    """Return an address's key: itself, and the device where several share it (VRRP)."""
    host = address.split("/")[0]
    return f"{host}@{device}" if shared else host


def _address(record: Record) -> str:
    device = ((record.get("assigned_object") or {}).get("device") or {}).get("name", "")
    return address_key(str(record["address"]), device, choice(record.get("role")) == "vrrp")


CABLES = {"copper": ("cat", "mrj", "dac", "coax", "rg-", "lmr"), "fiber": ("mmf", "smf", "aoc")}
"""which of NetBox's cable types are our two kinds, by how they begin"""


def cable_kind(value: object) -> str:
    """Return `copper`, `fiber` or nothing for one of NetBox's cable types."""
    return next((kind for kind, begin in CABLES.items() if str(value or "").startswith(begin)), "")


@dataclass(frozen=True)
class Kind:
    """One kind of NetBox object."""

    path: str
    """below /api/"""
    key: KeyOf
    find: tuple[str, Callable[[str], str]] | None = None
    """the filter that finds one without our tag, and its value for a key"""
    also: str = ""
    """a field of NetBox's by which one without our tag is looked for too, e.g. a site of that name with another slug"""
    tagged: bool = True
    """whether it can bear a tag"""
    within: str = ""
    """the field whose object owns it: what stands in something of ours is ours, tag or not"""
    alike: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """fields whose values are the same when these functions of them are"""
    params: Mapping[str, str] = field(default_factory=dict)
    alone: bool = False
    """one list after the other: two at once would wait for each other's counters in NetBox's database"""
    made: bool = True
    """False: only changes objects of `path` that another kind makes"""


def _same(key: str) -> str:
    return key


def _first(key: str) -> str:
    return key.split(":", 1)[0]


def _last(key: str) -> str:
    return key.split(":", 1)[1]


def _slugs(path: str, also: str = "name") -> Kind:
    return Kind(path, _own("slug"), ("slug", _same), also=also)


def _names(path: str, **more: Any) -> Kind:
    return Kind(path, _own("name"), ("name", _same), **more)


_DEVICES: Mapping[str, str] = {"exclude": "config_context"}
KINDS: Mapping[str, Kind] = {
    "tags": Kind("extras/tags", _own("slug"), ("slug", _same), tagged=False),
    "custom_fields": Kind("extras/custom-fields", _own("name"), ("name", _same), tagged=False),
    "regions": _slugs("dcim/regions"),
    "tenant_groups": _slugs("tenancy/tenant-groups"),
    "tenants": _slugs("tenancy/tenants"),
    "contact_roles": _slugs("tenancy/contact-roles"),
    "contacts": Kind("tenancy/contacts", _contact, ("cf_countynet_id", _same)),
    "manufacturers": _slugs("dcim/manufacturers"),
    "platforms": _slugs("dcim/platforms"),
    "device_roles": _slugs("dcim/device-roles"),
    "device_types": _slugs("dcim/device-types", also="model"),
    "interface_templates": Kind(
        "dcim/interface-templates",
        _below("device_type", "slug", "name"),
        ("device_type", _first),
        tagged=False,
        within="device_type",
    ),
    "sites": _slugs("dcim/sites"),
    "racks": _names("dcim/racks"),
    "devices": _names("dcim/devices", params=_DEVICES, alone=True),
    "roles": _slugs("ipam/roles"),
    "vlan_groups": _slugs("ipam/vlan-groups"),
    "vlans": Kind("ipam/vlans", _below("group", "slug", "vid"), ("vid", _last)),
    "interfaces": Kind(
        "dcim/interfaces",
        _below("device", "name", "name"),
        ("device", _first),
        within="device",
        alike={"mac_address": lambda mac: str(mac or "").lower()},
    ),
    "prefixes": Kind("ipam/prefixes", _own("prefix"), ("prefix", _same), alone=True),
    "addresses": Kind("ipam/ip-addresses", _address, ("address", lambda key: key.split("@")[0])),
    "primaries": _names("dcim/devices", made=False, params=_DEVICES, alone=True),
    "cables": Kind("dcim/cables", _own("label"), ("label", _same), alike={"type": cable_kind}, alone=True),
    "providers": _slugs("circuits/providers"),
    "circuit_types": _slugs("circuits/circuit-types"),
    "circuits": Kind("circuits/circuits", _own("cid"), ("cid", _same)),
    "terminations": Kind(
        "circuits/circuit-terminations", _below("circuit", "cid", "term_side"), ("circuit", _first), within="circuit"
    ),
    "assignments": Kind("tenancy/contact-assignments", _assignment),
    "services": Kind("ipam/services", _below("parent", "name", "name")),
}
"""by name, in the order in which they are made; removing goes the other way"""

__all__ = ["CABLES", "KINDS", "Kind", "address_key", "cable_kind", "choice", "slug"]
