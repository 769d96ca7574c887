"""What bears our tag in NetBox and is not in the county: taken in whole, where NetBox knows all that we need. Pure.

Sites, buildings, racks, device types, devices and cables can be taken in. A unit cannot: it needs a number, a LAN
and a line, which the address plan gives; and addresses are decided by the plan. Those are listed with the reason.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from countynet.i18n import _
from countynet.vocabulary import Access, DeviceRole
from inventory.model import NAME_PATTERN, PORT_PATTERN, County
from inventory.names import STAGING
from inventory.netbox.back import METRES, Names, end_of
from inventory.netbox.kinds import cable_kind, choice
from inventory.netbox.ports import UPLINK
from inventory.netbox.thing import Record, Thing
from inventory.netbox.words import STATES
from inventory.record.edit import Plain, Put

Keyed = Mapping[str, Mapping[str, Record]]
NO_NAME = _("its name is no name of ours: small letters, digits and hyphens, at most 31 characters")
NO_PLACE = _("it needs latitude, longitude and the custom field countynet_access")
NO_DEVICE = _("it needs a role of ours, a primary IPv4 address, a staging address and ports")
NO_CABLE = _("it needs the type of a copper or fiber cable, and one port of a known device at each end")
NO_PARENT = _("it stands in something that is not ours")
UNIT = _("a unit needs a number, a LAN and a line: add it here, and export")
PLANNED = _("the address plan decides this; change it here, and export")
OTHER = _("the inventory has no place for it")
_REASONS = {"tenants": UNIT, "circuits": UNIT, "vlans": PLANNED, "prefixes": PLANNED, "addresses": PLANNED}
_SILENT = ("tags", "custom_fields", "interface_templates", "interfaces", "terminations", "primaries", "assignments")


@dataclass
class Newcomers:
    """What is taken in, and what cannot be: object, field, value, reason."""

    puts: list[Put] = field(default_factory=list)
    unheld: list[tuple[str, str, str, str]] = field(default_factory=list)


class _Refused(Exception):
    """Why a record cannot be taken in, as a message id."""


Item = dict[str, Plain]


def newcomers(county: County, records: Keyed, things: Mapping[str, Mapping[str, Thing]], name: Names) -> Newcomers:
    """Return what of NetBox's records is not in the county."""
    found, taking = Newcomers(), _Taking(county, records, name)
    for kind, part in records.items():
        if kind in _SILENT:
            continue
        for key, record in part.items():
            if key not in things.get(kind, {}):
                _one(found, taking, kind, key, record)
    return found


def _one(found: Newcomers, taking: "_Taking", kind: str, key: str, record: Record) -> None:
    make = taking.makers.get(kind)
    try:
        if make is None:
            raise _Refused(_REASONS.get(kind, OTHER))
        section, item = make(record)
        found.puts.append(Put(section, {k: v for k, v in item.items() if v not in (None, "", [])}))
    except _Refused as error:
        found.unheld.append((f"{kind}/{key or record['id']}", "", str(record.get("display", "")), str(error.args[0])))


class _Taking:
    """Makes items of ours from records."""

    def __init__(self, county: County, records: Keyed, name: Names) -> None:
        self.county, self.records, self.name = county, records, name
        self.ports = ports_of_types(records)
        self.makers: Mapping[str, Callable[[Record], tuple[str, Item]]] = {
            "regions": self._region,
            "sites": self._site,
            "racks": self._rack,
            "device_types": self._type,
            "devices": self._device,
            "cables": self._cable,
        }
        self.nodes = {
            *county.device_by_name,
            *county.host_by_name,
            *county.unit_by_terminal,
            *records.get("devices", {}),
        }

    def _in(self, kind: str, value: Any, needed: bool = True) -> str | None:
        if not value and not needed:
            return None
        try:
            return self.name(kind, value["id"])
        except (ValueError, TypeError):
            raise _Refused(NO_PARENT) from None

    def _region(self, record: Record) -> tuple[str, Item]:
        words: Item = {"name": record["name"], "name_en": record.get("description") or record["name"]}
        return "sites", {
            "id": named(record["slug"]),
            **words,
            "parent": self._in("regions", record.get("parent"), False),
        }

    def _site(self, record: Record) -> tuple[str, Item]:
        access = (record.get("custom_fields") or {}).get("countynet_access")
        if record.get("latitude") is None or record.get("longitude") is None or access not in list(Access):
            raise _Refused(NO_PLACE)
        return "buildings", {
            "id": named(record["slug"]),
            "name": record["name"],
            "name_en": record.get("description") or record["name"],
            "latitude": float(record["latitude"]),
            "longitude": float(record["longitude"]),
            "access": access,
            "site": self._in("regions", record.get("region"), False),
            "address": record.get("physical_address"),
        }

    def _rack(self, record: Record) -> tuple[str, Item]:
        return "racks", {
            "id": named(record["name"]),
            "building": self._in("sites", record["site"]),
            "room": record.get("description"),
            "height": int(record["u_height"]),
        }

    def _type(self, record: Record) -> tuple[str, Item]:
        return "device_types", {
            "slug": record["slug"],
            "make": record["manufacturer"]["name"],
            "model": record["model"],
            "part_number": record.get("part_number"),
            "height": _tidy(record["u_height"]),
            "interfaces": list(self.ports.get(record["slug"], [])),
        }

    def _device(self, record: Record) -> tuple[str, Item]:
        role, address = (record.get("role") or {}).get("slug"), record.get("primary_ip4")
        staging = (record.get("custom_fields") or {}).get("countynet_staging")
        ports = dict(sorted(self._ports(record["name"])))
        if role not in list(DeviceRole) or not address or not staging or not ports:
            raise _Refused(NO_DEVICE)
        uplink = [name for name, label in ports.items() if label == UPLINK]
        states = {theirs: str(ours) for ours, theirs in STATES.items()}
        return "devices", {
            "name": named(record["name"]),
            "role": role,
            "platform": (record.get("platform") or {}).get("slug") or "linux",
            "make": record["device_type"]["manufacturer"]["name"],
            "model": record["device_type"]["model"],
            "serial": record.get("serial") or "-",
            "building": self._in("sites", record["site"]),
            "unit": self._in("tenants", record.get("tenant"), False),
            "rack": self._in("racks", record.get("rack"), False),
            "position": int(record["position"]) if record.get("position") else None,
            "management": address["address"].split("/")[0],
            "staging": staging,
            "ports": list(ports),
            "uplink": uplink[0] if uplink else None,
            "life": {"state": states.get(str(choice(record["status"])), "active")},
        }

    def _ports(self, device: str) -> Iterator[tuple[str, str]]:
        """Yield the device's ports with their labels, but for the one for management only."""
        for record in self.records.get("interfaces", {}).values():
            staging = record.get("mgmt_only") or record["name"] == STAGING
            if record["device"]["name"] == device and choice(record["type"]) != "virtual" and not staging:
                if not re.match(PORT_PATTERN, record["name"]):
                    raise _Refused(NO_DEVICE)
                yield record["name"], record.get("label") or ""

    def _cable(self, record: Record) -> tuple[str, Item]:
        kind, unit = cable_kind(choice(record.get("type"))), choice(record.get("length_unit"))
        try:
            ends = [end_of(record[side]) for side in ("a_terminations", "b_terminations")]
        except ValueError:
            raise _Refused(NO_CABLE) from None
        if not kind or any(end.split(":")[0] not in self.nodes for end in ends):
            raise _Refused(NO_CABLE)
        length = round(float(record["length"]) * METRES[unit], 2) if record.get("length") and unit in METRES else None
        return "cables", {"id": named(record["label"]), "a": ends[0], "b": ends[1], "kind": kind, "length_m": length}


def named(text: str) -> str:
    """Return a name if it is one of ours. Raises _Refused."""
    if not re.match(NAME_PATTERN, text or ""):
        raise _Refused(NO_NAME)
    return text


def _tidy(number: Any) -> Plain:
    value = float(number)
    return int(value) if value.is_integer() else value


def port(name: str, type_: str, management: bool) -> Item:
    """Return a port of a device type as the county's files have it."""
    return {"name": name, "type": type_, **({"management": True} if management else {})}


def ports_of_types(records: Keyed) -> dict[str, list[Item]]:
    """Return the ports of each device type by its slug."""
    found: dict[str, list[Item]] = {}
    for record in records.get("interface_templates", {}).values():
        slug = str((record.get("device_type") or {}).get("slug", ""))
        found.setdefault(slug, []).append(port(record["name"], str(choice(record["type"])), bool(record["mgmt_only"])))
    return found
